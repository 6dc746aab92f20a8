"""Work for processes of their own: some things end the process that has them."""

import os
import signal
from pathlib import Path


def open_work():
    return work


def work(thing):
    if thing == "deadly":
        os.kill(os.getpid(), signal.SIGKILL)
    if thing == "endless":
        signal.pause()
    return thing.upper()


def open_work_once_deadly(marker):
    def once(thing):
        if not Path(marker).exists():
            Path(marker).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return thing.upper()

    return once


def open_nothing():
    raise ValueError("there is no model")

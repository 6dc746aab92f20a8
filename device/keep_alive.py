"""Keeping an armed panel armed while its host writes down that it is armed.

An armed panel hears from its host every 200 ms or disarms. Between arming and watching the caller
makes the journal durable, and a disk may take longer than that; so for at most two seconds of wall
time a thread asks the panel something. A process that ends takes the thread with it.
"""

import threading
import time
from collections.abc import Callable

from device.errors import DeviceError

PERIOD_S = 0.05
LONGEST_S = 2.0


class KeepAlive:
    """Asks a panel something every 50 ms, from start() to stop(), and no longer than 2 s."""

    def __init__(self, ask: Callable[[], object]) -> None:
        self._ask = ask
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to ask."""
        self.stop()
        self._stopped.clear()
        self._thread = threading.Thread(target=self._run, name="panel-keep-alive", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop asking; may be called twice."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _run(self) -> None:
        end = time.monotonic() + LONGEST_S
        while time.monotonic() < end and not self._stopped.wait(PERIOD_S):
            try:
                self._ask()
            except DeviceError:
                return  # whoever watches the panel next is told

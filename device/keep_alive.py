"""Asking a panel something so often that it does not give its host up.

An armed panel hears from its host every 200 ms or disarms. Between arming and watching the caller
makes the journal durable, and a disk may take longer than that; so for at most two seconds of wall
time a thread asks the panel something. A fast serial line is asked as long as it is open. A process
that ends takes the thread with it.
"""

import threading
import time
from collections.abc import Callable

from device.errors import DeviceError, LinkLost

ARMED_PERIOD_S = 0.05
LONGEST_ARMED_S = 2.0


class KeepAlive:
    """Asks a panel something every `period_s` from start() to stop(), no longer than `longest_s`.

    One answer that got lost ends nothing; a cable that is gone does.
    """

    def __init__(self, ask: Callable[[], object], period_s: float, longest_s: float) -> None:
        self._ask = ask
        self._period_s = period_s
        self._longest_s = longest_s
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
        end = time.monotonic() + self._longest_s
        while time.monotonic() < end and not self._stopped.wait(self._period_s):
            try:
                self._ask()
            except LinkLost:
                return  # whoever asks the panel next is told
            except DeviceError:
                continue  # the next answer may come

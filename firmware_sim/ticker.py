"""The real clock: a thread that lets as much model time pass as real time did."""

import time
from threading import Event, Thread

from firmware_sim.unit import SimulatedUnit

# Fine enough for a hand at a switch; exact times come from the unit, which goes by events.
PERIOD_S = 0.005
# A process that was stopped for longer makes its unit late, not its host lost.
LONGEST_STEP_S = 0.05


class Ticker:
    """Keeps a unit up with real time until closed; the unit knows whether its clock is `real`."""

    def __init__(self, unit: SimulatedUnit) -> None:
        self._unit = unit
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="clock", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop the clock."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        before = time.monotonic()
        while not self._stopped.wait(PERIOD_S):
            now = time.monotonic()
            self._unit.keep_up(min(now - before, LONGEST_STEP_S))
            before = now

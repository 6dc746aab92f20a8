"""The real clock: a thread that lets as much model time pass as real time did."""

import time
from threading import Event, Thread

from firmware_sim.unit import SimulatedUnit

# Fine enough for a hand at a switch; exact times come from the unit, which goes by events.
PERIOD_S = 0.005
# A process that was stopped for longer makes its unit late, not its host lost.
LONGEST_STEP_S = 0.05


class Ticker:
    """Steps a unit whose clock is `real`, and leaves one whose clock is `manual` alone."""

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
            if self._unit.clock_mode == "real":
                self._unit.step(min(now - before, LONGEST_STEP_S))
            before = now

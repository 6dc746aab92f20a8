"""DeviceReset: the detector answers, and then switches itself off and on."""

from collections.abc import Callable

from firmware_sim.lines import ModelClock

# Design figure: long enough for the acknowledge to reach the host.
RESTART_AFTER_MS = 20.0


class Restart:
    """Restarts the detector a moment after it was told to; a part of model time."""

    def __init__(self, clock: ModelClock, act: Callable[[], None]) -> None:
        self._clock = clock
        self._act = act
        self._due_us: int | None = None

    def soon(self) -> None:
        """Restart in a moment."""
        self._due_us = self._clock.after_ms(RESTART_AFTER_MS)

    def deadline_us(self) -> int | None:
        """Give when the detector restarts."""
        return self._due_us

    def advance(self) -> bool:
        """Restart when the moment has come."""
        if not self._clock.reached(self._due_us):
            return False
        self._due_us = None
        self._act()
        return True

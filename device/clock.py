"""Time as a parameter: whoever waits for the unit is handed a clock."""

import time
from typing import Protocol


class Clock(Protocol):
    """What the procedures wait on; a test's clock moves the simulated unit instead of sleeping."""

    def now(self) -> float:
        """Give the monotonic time in seconds; only differences mean anything."""

    def sleep(self, seconds: float) -> None:
        """Let `seconds` pass."""


class SystemClock:
    """The computer's own monotonic clock."""

    def now(self) -> float:
        """Give the monotonic time in seconds."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Let `seconds` of wall time pass."""
        time.sleep(seconds)


class Deadline:
    """A moment on one clock after which waiting is over."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock = clock
        self._end = clock.now() + seconds

    def left_s(self) -> float:
        """Give the seconds that are left, never below zero."""
        return max(0.0, self._end - self._clock.now())

    def over(self) -> bool:
        """Say whether the moment has come."""
        return self._clock.now() >= self._end

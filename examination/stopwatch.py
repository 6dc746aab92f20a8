"""How long the parts of a visit take."""

from device.clock import Clock


class Stopwatch:
    """Adds up the seconds of named parts; `laps` holds them in the order in which they began."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._started = self._mark = clock.now()
        self.laps: dict[str, float] = {}

    def lap(self, name: str) -> float:
        """Count the time since the last lap towards a part; return it in seconds."""
        now = self._clock.now()
        spent, self._mark = now - self._mark, now
        self.laps[name] = self.laps.get(name, 0.0) + spent
        return spent

    def total(self) -> float:
        """Return the seconds since the start."""
        return self._clock.now() - self._started

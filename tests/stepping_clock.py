"""The clock of tests: whoever waits moves the simulated unit, so that waiting costs nothing."""

from collections.abc import Callable

from firmware_sim.unit import SimulatedUnit


class SteppingClock:
    """Moves the unit instead of sleeping; does what was planned when its moment has come."""

    def __init__(self, unit: SimulatedUnit) -> None:
        self._unit = unit
        self._plans: list[tuple[float, Callable[[], object]]] = []

    def now(self) -> float:
        """Give the unit's time."""
        return self._unit.now_s

    def after(self, seconds: float, action: Callable[[], object]) -> None:
        """Plan something."""
        self._plans.append((self.now() + seconds, action))
        self._plans.sort(key=lambda plan: plan[0])

    def forget_plans(self) -> None:
        """Drop what has not happened yet."""
        self._plans.clear()

    def sleep(self, seconds: float) -> None:
        """Let the unit's time pass."""
        end = self.now() + seconds
        while self._plans and self._plans[0][0] <= end:
            moment, action = self._plans.pop(0)
            self._unit.step(max(0.0, moment - self.now()))
            action()
        self._unit.step(max(0.0, end - self.now()))

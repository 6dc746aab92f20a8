"""Moments of an exposure, for faults that shall happen in the middle of one."""

from collections.abc import Callable, Iterator

from firmware_sim.lines import Lines, ModelClock
from firmware_sim.panel import Panel, PanelState

# How far into each moment it happens: late enough that the host has seen the moment begin.
DELAY_MS = {
    "idle": 0.0,
    "armed": 100.0,
    "preparing": 100.0,
    "exposing": 2.0,
    # Two lines of the panel: the smallest panel has four.
    "readout": 0.05,
    "dark": 2.0,
    "prep": 100.0,
    "ready": 100.0,
    "window": 2.0,
    "settling": 2.0,
}
_MOMENT_OF = {
    PanelState.IDLE: "idle",
    PanelState.INTEGRATING: "dark",
    PanelState.ARMED: "armed",
    PanelState.PREPARING: "preparing",
    PanelState.WINDOW: "window",
    PanelState.SETTLING: "settling",
}
# The generator's state, as `tube.py` calls it.
_GENERATOR_MOMENT_OF = {"preparing": "prep", "ready": "ready"}


class Moments:
    """Tells which moments it is: one of the panel's, and perhaps one of the generator's."""

    def __init__(self, panel: Panel, lines: Lines, generator_state: Callable[[], str]) -> None:
        self._panel = panel
        self._lines = lines
        self._generator_state = generator_state

    def moments(self) -> Iterator[str]:
        """Give the names of the moments that it is."""
        yield self._of_panel()
        yield _GENERATOR_MOMENT_OF.get(self._generator_state(), "between")

    def _of_panel(self) -> str:
        if self._lines.x_rays:
            return "exposing"
        if self._panel.state is PanelState.READ_OUT:
            return "readout" if self._panel.trigger_on else "dark"
        return _MOMENT_OF.get(self._panel.state, "between")


class Appointment:
    """Does something once in a chosen moment; it is made anew by choosing a moment again."""

    def __init__(
        self,
        now: "Moments",
        clock: ModelClock,
        wanted: Callable[[], str | None],
        act: Callable[[], None],
    ) -> None:
        self._now = now
        self._clock = clock
        self._wanted = wanted
        self._act = act
        self._due_us: int | None = None

    def forget(self) -> None:
        """Let a moment that has begun go by."""
        self._due_us = None

    def deadline_us(self) -> int | None:
        """Give when it will happen, once that is known."""
        return self._due_us

    def advance(self) -> bool:
        """Act when the moment has come."""
        wanted = self._wanted()
        if wanted is None:
            return False
        if self._due_us is None and wanted in self._now.moments():
            self._due_us = self._clock.after_ms(DELAY_MS[wanted])
        if not self._clock.reached(self._due_us):
            return False
        self.forget()
        self._act()
        return True

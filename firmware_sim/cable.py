"""The USB cable: plugged in, or pulled at a chosen moment until somebody puts it back."""

from collections.abc import Callable

from firmware_sim.faults import FaultPoints
from firmware_sim.lines import Lines, ModelClock
from firmware_sim.panel import Panel, PanelState

# How far into each moment the cable is pulled: late enough that the host has seen the moment begin.
PULL_AFTER_MS = {"idle": 0.0, "armed": 100.0, "exposing": 2.0, "readout": 2.0}


class UsbCable:
    """Tells its listeners when it is pulled."""

    def __init__(self, panel: Panel, lines: Lines, clock: ModelClock, points: FaultPoints) -> None:
        self.plugged = True
        self.on_pull: list[Callable[[], None]] = []
        self._panel = panel
        self._lines = lines
        self._clock = clock
        self._points = points
        self._pull_at_us: int | None = None

    def plug(self) -> None:
        """Put the cable back."""
        self.plugged = True
        self._pull_at_us = None

    def deadline_us(self) -> int | None:
        """Give the moment at which the cable will be pulled, once it is known."""
        return self._pull_at_us if self.plugged else None

    def advance(self) -> bool:
        """Pull the cable when its moment has come."""
        wanted = self._points.pull_cable_at
        if not self.plugged or wanted is None:
            return False
        if self._moment() == wanted and self._pull_at_us is None:
            self._pull_at_us = self._clock.after_ms(PULL_AFTER_MS[wanted])
        if not self._clock.reached(self._pull_at_us):
            return False
        self.plugged = False
        for listener in self.on_pull:
            listener()
        return True

    def _moment(self) -> str:
        if self._lines.x_rays:
            return "exposing"
        if self._panel.state in (PanelState.ARMED, PanelState.PREPARING):
            return "armed"
        if self._panel.state is PanelState.READ_OUT and self._panel.trigger_on:
            return "readout"
        return "idle" if self._panel.state is PanelState.IDLE else "between"

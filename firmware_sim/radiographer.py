"""`--operator auto`: somebody presses the hand switch whenever the panel is armed."""

from firmware_sim.lines import Lines, ModelClock
from firmware_sim.panel import Panel, PanelState

# Design figure: how long a person takes to press, and to let go.
REACTION_MS = 300.0


class Radiographer:
    """Presses the switch fully while the panel waits for X-rays and releases it afterwards."""

    def __init__(self, panel: Panel, lines: Lines, clock: ModelClock) -> None:
        self._panel = panel
        self._lines = lines
        self._clock = clock
        self._due_us: int | None = None

    def deadline_us(self) -> int | None:
        """Give the moment at which the hand will move."""
        return self._due_us

    def advance(self) -> bool:
        """Move the hand, a reaction time after the panel gave a reason to."""
        stage = self._wanted_stage()
        if stage == self._lines.hand_switch_stage:
            self._due_us = None
        elif self._due_us is None:
            self._due_us = self._clock.after_ms(REACTION_MS)
        elif self._clock.reached(self._due_us):
            self._lines.hand_switch_stage, self._due_us = stage, None
            return True
        return False

    def _wanted_stage(self) -> int:
        waits_for_x_rays = self._panel.state in (PanelState.ARMED, PanelState.PREPARING)
        return 2 if waits_for_x_rays or self._lines.beam_enable else 0

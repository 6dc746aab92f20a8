"""The copper between hand switch, door, generator and panel, and the model clock they share."""

from dataclasses import dataclass, field

MICROSECONDS_PER_SECOND = 1_000_000
MICROSECONDS_PER_MS = 1_000


@dataclass(slots=True)
class ModelClock:
    """Model time since power-up in whole microseconds; only the unit moves it."""

    now_us: int = 0

    def after_ms(self, ms: float) -> int:
        """Give the moment that lies so many milliseconds ahead."""
        return self.now_us + round(ms * MICROSECONDS_PER_MS)

    def reached(self, moment_us: int | None) -> bool:
        """Tell whether a moment has come; a moment that was never set does not come."""
        return moment_us is not None and self.now_us >= moment_us


@dataclass(slots=True)
class Beam:
    """What the tube has sent out since the panel last opened its window."""

    kv: float = 0.0
    mas: float = 0.0


@dataclass(slots=True)
class Lines:
    """Hardware lines as levels. Each has exactly one writer, named beside it."""

    door_open: bool = False  # the door contact
    hand_switch_stage: int = 0  # the operator's hand: 0 released, 1 prepare, 2 expose
    exposure_request: bool = False  # generator
    beam_enable: bool = False  # panel
    x_rays: bool = False  # generator
    generator_healthy: bool = True  # generator
    beam: Beam = field(default_factory=Beam)  # generator writes, panel clears

"""What the panel says of itself: its state, its contacts, its last exposure."""

from dataclasses import dataclass
from enum import Enum, IntFlag


class Interlock(IntFlag):
    """Safety contacts that are open."""

    NONE = 0
    DOOR = 1
    GENERATOR = 2

    def names(self) -> str:
        """Name the open contacts for a person; unknown bits keep their number."""
        names = [interlock.name.lower() for interlock in Interlock(self & 3) if interlock.name]
        unknown = int(self) & ~3
        return ", ".join([*names, f"contact mask {unknown:#x}"] if unknown else names)


class ExposureState(Enum):
    """Where the panel is in an exposure, by the names of its ExposureState feature."""

    IDLE = "Idle"
    ARMED = "Armed"
    PREPARING = "Preparing"
    WINDOW = "Window"
    READ_OUT = "ReadOut"


@dataclass(frozen=True, slots=True)
class ExposureWatch:
    """What is asked of an armed panel, every 50 ms."""

    state: ExposureState
    boot_id: int
    open_interlocks: Interlock


@dataclass(frozen=True, slots=True)
class LastExposure:
    """The panel's own account of its last exposure; `exposure_ms` is how long it saw X-rays."""

    nonce: int
    exposure_ms: float


@dataclass(frozen=True, slots=True)
class DetectorStatus:
    """The panel at rest; the exposure fields are None for a panel without ExposureControl."""

    temperature_c: float
    armed: bool
    exposure_state: ExposureState | None
    open_interlocks: Interlock | None
    beam_enable: bool | None
    boot_id: int | None
    exposure_count: int | None

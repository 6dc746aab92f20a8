"""How the host wants its frames: the settings of an acquisition, and how many frames are left."""

from dataclasses import dataclass
from enum import IntEnum

from firmware_sim.errors import OutOfRange

INTEGRATION_LIMITS_US = (5_000.0, 1_000_000.0)
# Design figures: what the panel's counters and its averaging hold.
FRAME_COUNT_LIMITS = (1, 65_535)
BINNING_LIMITS = (1, 2)


class TestPattern(IntEnum):
    """Images that the panel makes up, so that a host can prove its path (SFNC TestPattern)."""

    OFF = 0
    BLACK = 1
    WHITE = 2
    GREY_HORIZONTAL_RAMP = 3
    GREY_VERTICAL_RAMP = 4
    GREY_DIAGONAL_RAMP = 5


class AcquisitionMode(IntEnum):
    """How many frames a start gives (SFNC AcquisitionMode)."""

    SINGLE_FRAME = 1
    MULTI_FRAME = 2
    CONTINUOUS = 3


class TriggerSource(IntEnum):
    """What starts a frame while TriggerMode is On."""

    LINE0 = 0  # the generator's exposure request
    SOFTWARE = 1


@dataclass(frozen=True, slots=True)
class AcquisitionSettings:
    """Everything about frames that a host sets and a user set keeps; as after power-up."""

    mode: AcquisitionMode = AcquisitionMode.SINGLE_FRAME
    frame_count: int = 1
    integration_us: float = 500_000.0
    pattern: TestPattern = TestPattern.OFF
    columns_binned: int = 1
    rows_binned: int = 1
    trigger_on: bool = False
    trigger_source: TriggerSource = TriggerSource.LINE0

    def __post_init__(self) -> None:
        _check(self.integration_us, INTEGRATION_LIMITS_US, "The integration time in us")
        _check(self.frame_count, FRAME_COUNT_LIMITS, "The number of frames")
        _check(self.columns_binned, BINNING_LIMITS, "The horizontal binning")
        _check(self.rows_binned, BINNING_LIMITS, "The vertical binning")

    @property
    def waits_for_beam(self) -> bool:
        """Whether a frame needs an armed exposure."""
        return self.trigger_on and self.trigger_source is TriggerSource.LINE0

    @property
    def waits_for_software(self) -> bool:
        """Whether a frame needs a TriggerSoftware."""
        return self.trigger_on and self.trigger_source is TriggerSource.SOFTWARE

    @property
    def frames_of_a_start(self) -> int | None:
        """How many frames a start gives, None for no end; an exposure is always one frame."""
        if self.waits_for_beam or self.mode is AcquisitionMode.SINGLE_FRAME:
            return 1
        return self.frame_count if self.mode is AcquisitionMode.MULTI_FRAME else None

    def size(self, rows: int, columns: int) -> tuple[int, int]:
        """Give rows and columns of the image of a panel; an odd last line is dropped."""
        return rows // self.rows_binned, columns // self.columns_binned


@dataclass(slots=True)
class Acquisition:
    """Whether an acquisition runs, and how many frames it still owes."""

    running: bool = False
    _left: int | None = 0

    def start(self, frames: int | None) -> None:
        """Begin; None is without end."""
        self.running, self._left = True, frames

    def finish_after_this_frame(self) -> None:
        """Let the frame under way be the last one."""
        self._left = 1

    def end(self) -> None:
        """End at once."""
        self.running, self._left = False, 0

    def frame_done(self) -> None:
        """Count a frame; the last one ends the acquisition."""
        if self._left is None:
            return
        self._left -= 1
        if self._left <= 0:
            self.end()


def _check(value: float, limits: tuple[float, float], what: str) -> None:
    if not limits[0] <= value <= limits[1]:
        raise OutOfRange(f"{what} is {limits[0]:g} to {limits[1]:g}.")

"""What a correction had to leave undone, in sentences for the technician."""

from collections.abc import Iterable, Iterator
from typing import Final

from acquisition.dark_maps import DarkMaps, has_panel_temperature
from device.frame import RawFrame

NO_ROW_REFERENCE: Final = (
    "The frame has no row reference, which the calibration has: row noise and drift are left in it."
)
ROW_REFERENCE_WRONG: Final = (
    "The panel's row reference cannot be right and was not used: row noise and drift are left in "
    "the image."
)
TEMPERATURE_WRONG: Final = (
    "The panel's temperature cannot be right: its dark signal was taken as at the calibration."
)
EARLIER_LEFT_OUT: Final = (
    "An earlier exposure could not be taken away, its stored frame is missing or damaged: a faint "
    "shadow of it may be left in the image."
)
EARLIER_ROUGH: Final = (
    "An earlier exposure was taken away roughly: its own temperature or row reference cannot be "
    "right."
)


def not_corrected(
    raw: RawFrame, dark: DarkMaps, felt: Iterable[RawFrame], left_out: int
) -> tuple[str, ...]:
    """Say what could not be corrected in a frame; `left_out` counts earlier exposures."""
    said = [*_doubts(raw, dark)]
    if left_out:
        said.append(EARLIER_LEFT_OUT)
    if any(doubt != NO_ROW_REFERENCE for frame in felt for doubt in _doubts(frame, dark)):
        said.append(EARLIER_ROUGH)
    return tuple(said)


def _doubts(frame: RawFrame, dark: DarkMaps) -> Iterator[str]:
    if not has_panel_temperature(frame):
        yield TEMPERATURE_WRONG
    if dark.row_reference is None:
        return
    if frame.row_reference_dn is None:
        yield NO_ROW_REFERENCE
    elif dark.row_deviation_of(frame) is None:
        yield ROW_REFERENCE_WRONG

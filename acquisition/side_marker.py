"""The letter that tells the side, set by the computer and saying so.

A lead letter lies on the panel before the exposure and proves which hand it was; this one is drawn
afterwards. It therefore reads "L (electronic)", stands where no anatomy lies, and never touches a
pixel of the image: pictures for the screen get it painted on, DICOM images as an overlay.
"""

from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from acquisition.exposed_field import ExposedField
from acquisition.exposure_index import ANATOMY_BELOW, Regions
from acquisition.hand import Side

Bits = NDArray[np.uint8]

# Lead letters for hands are 8 to 12 mm high.
LETTER_MM: Final = 10.0
# Small enough to be no part of the image, large enough to be read when the film fills a page.
WORD_MM: Final = 4.0
WORD: Final = "(electronic)"
# From the edge of the field; beyond the half-shadow of a blade.
MARGIN_MM: Final = 5.0
# cv2.FONT_HERSHEY_SIMPLEX: capitals are 21 units high at scale 1.
_FONT: Final = cv2.FONT_HERSHEY_SIMPLEX
_CAPITAL_PIXELS: Final = 21.0


@dataclass(frozen=True, slots=True, eq=False)
class SideMarker:
    """A drawn letter: `bits` is 1 where it is drawn, and its upper left pixel in the image."""

    bits: Bits
    row: int
    column: int
    text: str


LETTERS: Final = {Side.LEFT: "L", Side.RIGHT: "R"}


def draw_marker(
    side: Side, field: ExposedField, pixel_pitch_um: float, regions: Regions, rows: int
) -> SideMarker | None:
    """Draw the marker beside the hand, or in a corner of the field, where it is freest of anatomy.

    `rows` of the image tell how coarse the regions are. None where the field does not hold it, or
    where nobody can tell the side.
    """
    if side not in LETTERS:
        return None
    letter = LETTERS[side]
    bits = _drawn(letter, pixel_pitch_um)
    margin = round(MARGIN_MM * 1000 / pixel_pitch_um)
    height, width = bits.shape[0] + 2 * margin, bits.shape[1] + 2 * margin
    if height > field.bottom - field.top or width > field.right - field.left:
        return None
    scale = len(regions.coarse) / rows
    around = _around_anatomy(regions, field, scale)
    size = (height, width)
    beside = replace(around, left=around.left - width, right=around.right + width)
    corners = [at for part in (around, beside, field) for at in _corners(part, field, size)]
    covered = regions.coarse < ANATOMY_BELOW * regions.direct_dn
    row, column = min(corners, key=lambda corner: _share(covered, corner, size, scale))
    return SideMarker(bits, row + margin, column + margin, f"{letter} {WORD}")


def _around_anatomy(regions: Regions, field: ExposedField, scale: float) -> ExposedField:
    """Return the rectangle around the hand in pixels, the field where there is none."""
    if not regions.has_anatomy:
        return field
    rows, columns = (np.flatnonzero(regions.anatomy.any(axis=axis)) for axis in (1, 0))
    ends = (rows[0], rows[-1] + 1, columns[0], columns[-1] + 1)
    return ExposedField(*(round(float(end) / scale) for end in ends))


def _corners(
    around: ExposedField, field: ExposedField, size: tuple[int, int]
) -> list[tuple[int, int]]:
    """Return where the marker would begin in each corner of a rectangle, inside of the field."""
    height, width = size
    return [
        (
            min(max(row, field.top), field.bottom - height),
            min(max(column, field.left), field.right - width),
        )
        for row in (around.top, around.bottom - height)
        for column in (around.left, around.right - width)
    ]


def _share(
    covered: NDArray[np.bool_], corner: tuple[int, int], size: tuple[int, int], scale: float
) -> float:
    """Return how much of a corner anatomy or metal covers; of equal ones the first is taken."""
    top, left = (int(at * scale) for at in corner)
    bottom, right = (
        int(np.ceil((at + long) * scale)) for at, long in zip(corner, size, strict=True)
    )
    return float(covered[top:bottom, left:right].mean())


def paint(picture: Bits, marker: SideMarker, grey: int) -> None:
    """Paint a marker onto a picture for the screen."""
    height, width = marker.bits.shape
    part = picture[marker.row : marker.row + height, marker.column : marker.column + width]
    part[marker.bits > 0] = grey


def _drawn(letter: str, pixel_pitch_um: float) -> Bits:
    """Draw the letter with the word below it."""
    large, small = (_line(letter, LETTER_MM, pixel_pitch_um), _line(WORD, WORD_MM, pixel_pitch_um))
    gap = max(1, round(1500 / pixel_pitch_um))
    width = max(large.shape[1], small.shape[1])
    lines = [np.pad(line, ((0, gap), (0, width - line.shape[1]))) for line in (large, small)]
    return np.asarray(np.vstack(lines), dtype=np.uint8)


def _line(text: str, height_mm: float, pixel_pitch_um: float) -> Bits:
    scale = height_mm * 1000 / pixel_pitch_um / _CAPITAL_PIXELS
    thickness = max(1, round(2.5 * scale))
    (width, height), below = cv2.getTextSize(text, _FONT, scale, thickness)
    bits = np.zeros((height + below + thickness, width + thickness), np.uint8)
    cv2.putText(bits, text, (thickness // 2, height + thickness // 2), _FONT, scale, 1, thickness)
    return bits

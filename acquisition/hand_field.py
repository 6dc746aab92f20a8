"""The exposed field of a film: what a diaphragm left free, whatever lies around it."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.float32]
Bits = NDArray[np.uint8]

# Our choices, from contact sheets. A field fills this much of the rectangle around it, and this
# much of the picture; a hand fills about half of its rectangle.
FIELD_FILLS: Final = 0.92
SMALLEST_FIELD, LARGEST_FIELD = 0.06, 0.93
# Width of its blurred or bright edge, as a share of the picture's longer side.
EDGE: Final = 0.02
# Levels tried, between black and white; films are often dark, so they lie closer below.
LEVELS: Final = tuple(float(level) for level in np.linspace(0.05, 0.95, 13) ** 1.5)


def find_field(grey: Grey) -> Bits | None:
    """Return 1 inside the exposed field of a picture in 0..1, or None where it fills the picture.

    The field may lie in black, in grey or in a white frame.
    """
    smooth = cv2.medianBlur(np.rint(np.clip(grey, 0, 1) * 255).astype(np.uint8), 3)
    found: list[Bits] = []
    for level in LEVELS:
        above = np.asarray(smooth > 255 * level, np.uint8)
        found += [*_rectangles(above), *_rectangles(1 - above)]
    # Of a strip as narrow as its own edges nothing is left.
    found = [field for field in found if cv2.countNonZero(field)]
    if not found:
        return None
    # Frames lie around what they frame.
    return min(found, key=cv2.countNonZero)


def _rectangles(marked: Bits) -> list[Bits]:
    """Return the insides of the regions whose hull is a rectangle: a hand may cut into it."""
    outlines, _ = cv2.findContours(marked, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    hulls = [np.asarray(cv2.convexHull(outline), dtype=np.int32) for outline in outlines]
    return [_inside(hull, marked.shape) for hull in hulls if _is_field(hull, marked.size)]


def _is_field(hull: NDArray[np.int32], pixels: int) -> bool:
    area = cv2.contourArea(hull)
    _, (width, height), _ = cv2.minAreaRect(hull)
    share = area / pixels
    return SMALLEST_FIELD <= share <= LARGEST_FIELD and area >= FIELD_FILLS * width * height


def _inside(hull: NDArray[np.int32], shape: tuple[int, ...]) -> Bits:
    field = np.zeros(shape, np.uint8)
    cv2.fillConvexPoly(field, hull, 1)
    width = 2 * round(EDGE * max(shape)) + 1
    return np.asarray(
        cv2.erode(field, np.ones((width, width), np.uint8), borderValue=0), dtype=np.uint8
    )


def blank_outside(grey: Grey, field: Bits) -> Grey:
    """Give what lies around the field the commonest level of the field's darker half."""
    inside = grey[field > 0]
    dark = float(np.quantile(inside, 0.1))
    return np.where(field > 0, grey, np.float32(dark)).astype(np.float32)

"""Pictures as they are printed: the hand trimmed to what it shows, as sharp as print can be."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from reports.errors import PictureUnreadable

# What is darker than this grey on squares of 16 pixels is empty margin: the skin at a finger tip is
# 8 of 255 where 1 mm of soft tissue is black.
_EMPTY_GREY: Final = 5
_COARSE_PIXELS: Final = 16
# What an office printer shows; the original is sharper and lies beside the report. A point is 1/72
# of an inch.
_DOTS_PER_POINT: Final = 300 / 72


@dataclass(frozen=True, slots=True, eq=False)
class PrintedPicture:
    """A picture without its empty margins, (rows, columns) of greys, or (rows, columns, 3)."""

    pixels: NDArray[np.uint8]

    @property
    def tallness(self) -> float:
        """Height over width."""
        rows, columns = self.pixels.shape[:2]
        return float(rows / columns)

    def png(self, height: float) -> bytes:
        """Return the picture for a height in points, no sharper than print, as PNG."""
        rows, columns = self.pixels.shape[:2]
        scale = min(1.0, _DOTS_PER_POINT * height / rows)
        size = (max(1, round(columns * scale)), max(1, round(rows * scale)))
        smaller = cv2.resize(self.pixels, size, interpolation=cv2.INTER_AREA)
        return cv2.imencode(".png", smaller)[1].tobytes()


def printed_picture(picture_png: bytes) -> PrintedPicture:
    """Return a picture as it is printed. Raises PictureUnreadable."""
    return PrintedPicture(_trimmed(decoded(picture_png, cv2.IMREAD_GRAYSCALE)))


def decoded(picture_png: bytes, mode: int) -> NDArray[np.uint8]:
    """Return the pixels of a PNG file as OpenCV reads it in a mode. Raises PictureUnreadable."""
    encoded = np.frombuffer(picture_png, dtype=np.uint8)
    picture = cv2.imdecode(encoded, mode) if encoded.size else None
    if picture is None:
        raise PictureUnreadable("The picture of the hand is not an image that can be read.")
    return np.asarray(picture, dtype=np.uint8)


def _trimmed(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the picture without its empty margins, so that a small hand is not lost in black."""
    rows, columns = picture.shape
    size = (max(1, columns // _COARSE_PIXELS), max(1, rows // _COARSE_PIXELS))
    coarse = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    shown = coarse > _EMPTY_GREY
    if not shown.any():
        return picture
    top, bottom = _extent(np.atleast_1d(shown.any(axis=1)), rows)
    left, right = _extent(np.atleast_1d(shown.any(axis=0)), columns)
    return picture[top:bottom, left:right]


def _extent(shown: NDArray[np.bool_], length: int) -> tuple[int, int]:
    """Return from where to where something shows, in pixels, with some room around it."""
    places, square = np.flatnonzero(shown), length / len(shown)
    first = max(0, int((places[0] - 3) * square))
    return first, min(length, int((places[-1] + 4) * square))

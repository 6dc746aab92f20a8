"""What of a picture a net sees: the hand alone, or the whole film."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from acquisition.hand import Hand, Tone
from bone_age.crop import LARGEST_SIDE, SMALLEST_SIDE, Crop, crop_hand
from bone_age.description import Framing, PictureInput

# Our choice: letters and scratches, below and above these quantiles, do not set a film's greys.
_DARKEST, _BRIGHTEST = 0.01, 0.99
_QUARTER_DEG: Final = 90


def framed(picture: NDArray[np.generic], hand: Hand, wanted: PictureInput) -> Crop:
    """Return what the net sees, (height, width) float32 in 0..1, bone white.

    `picture` is the one that the hand was found in.
    """
    if wanted.framing is Framing.FILM:
        return _whole_film(picture, hand, wanted)
    side = min(max(wanted.width, wanted.height, SMALLEST_SIDE), LARGEST_SIDE)
    return _resized(crop_hand(picture, hand, side), wanted.width, wanted.height)


def _whole_film(picture: NDArray[np.generic], hand: Hand, wanted: PictureInput) -> Crop:
    """Turn the film by quarters until the fingers point up, fit it in, leave the rest black."""
    grey = np.rot90(picture.astype(np.float32), -round(hand.rotation_deg / _QUARTER_DEG))
    dark, bright = (float(np.quantile(grey, share)) for share in (_DARKEST, _BRIGHTEST))
    toned = np.clip((grey - dark) / max(bright - dark, 1e-6), 0, 1)
    white = toned if hand.tone is Tone.BONE_WHITE else 1 - toned
    rows, columns = white.shape
    scale = min(wanted.width / columns, wanted.height / rows)
    width, height = max(1, round(columns * scale)), max(1, round(rows * scale))
    left, top = (wanted.width - width) // 2, (wanted.height - height) // 2
    film = np.zeros((wanted.height, wanted.width), np.float32)
    film[top : top + height, left : left + width] = _resized(white, width, height)
    return film


def _resized(grey: Crop, width: int, height: int) -> Crop:
    rows, columns = grey.shape
    if (columns, rows) == (width, height):
        return grey
    shrinks = width < columns or height < rows
    how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(grey, (width, height), interpolation=how), dtype=np.float32)

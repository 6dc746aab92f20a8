"""What age and damage do to a panel's pixels; applied to every frame that is taken."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Columns that one read-out chip serves; drift comes chip by chip.
CHIP_COLUMNS = 128


@dataclass(frozen=True, slots=True)
class Wear:
    """Dead lines in the middle of the panel, and by how many per cent its amplifiers drifted."""

    dead_rows: int = 0
    drift_percent: int = 0


def worn(pixels: NDArray[np.uint16], wear: Wear) -> NDArray[np.uint16]:
    """Give the frame as the worn panel reads it; the frame itself may be changed."""
    if wear.drift_percent:
        pixels = _drifted(pixels, wear.drift_percent / 100.0)
    if wear.dead_rows:
        first = max(0, (pixels.shape[0] - wear.dead_rows) // 2)
        pixels[first : first + wear.dead_rows] = 0
    return pixels


def _drifted(pixels: NDArray[np.uint16], part: float) -> NDArray[np.uint16]:
    """Make every other chip more sensitive and its neighbours less, so that no old map fits."""
    odd = np.arange(pixels.shape[1]) // CHIP_COLUMNS % 2 == 1
    gain = np.where(odd, 1.0 + part, 1.0 - part).astype(np.float32)
    limit = np.float32(np.iinfo(np.uint16).max)
    drifted = np.rint(np.minimum(pixels * gain, limit))
    return np.asarray(drifted, np.uint16)

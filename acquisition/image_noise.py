"""How noisy one pixel behind the hand is, from the image itself.

Noise is measured where nothing lies in the beam: there every difference between pixels is noise. In
a linear image its variance is b K + c (acquisition chain, IEC 62220-1), so it can be told at the
signal behind the hand, whose own structure would be taken for noise.
"""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from acquisition.corrections import Signal
from acquisition.display_noise import (
    ELECTRONIC_NOISE_DN,
    QUIET_QUANTILE,
    free_field,
    free_squares,
)
from acquisition.exposure_index import Regions
from acquisition.radiograph import Radiograph

# Squares of 16 pixels are small against the heel and large against the scintillator's blur.
_TILE: Final = 16
# Our choice: fewer squares tell nothing.
_FEWEST_TILES: Final = 16


def pixel_noise_percent(radiograph: Radiograph, regions: Regions) -> float | None:
    """Return the noise of one pixel in % of the signal behind the hand, None where untold.

    Untold is it without a free field, or where the detector was full in it. Where nothing stands
    out against the brightest part, that part may be the hand itself, which covers the whole field.
    """
    if not regions.has_anatomy:
        return None
    signal = radiograph.indication.relevant_dn
    variances = _free_variances(radiograph.pixels, regions)
    if signal <= 0 or len(variances) < _FEWEST_TILES:
        return None
    measured = float(np.quantile(variances, QUIET_QUANTILE))
    electronic = ELECTRONIC_NOISE_DN**2
    quantum = (measured - electronic) * signal / regions.direct_dn
    if quantum <= 0:
        return None  # a full detector is all alike
    return 100.0 * math.sqrt(quantum + electronic) / signal


def _free_variances(pixels: Signal, regions: Regions) -> NDArray[np.float32]:
    """Return the variance of a pixel in each square with nothing in it, less the field's slope."""
    rows, columns = (size // _TILE for size in pixels.shape)
    if min(rows, columns) < 1:
        return np.empty(0, np.float32)
    inside = free_squares(free_field(regions), (columns, rows))
    squares = pixels[: rows * _TILE, : columns * _TILE].reshape(rows, _TILE, columns, _TILE)
    chosen = squares.transpose(0, 2, 1, 3)[inside]
    return np.asarray(_without_slope(chosen).var(axis=(1, 2)), np.float32)


def _without_slope(squares: Signal) -> Signal:
    """Take the slope of the field out of each square: what its rows and columns share."""
    along = np.arange(_TILE, dtype=np.float32) - np.float32((_TILE - 1) / 2)
    power = np.float32((along**2).sum())
    middle = squares - squares.mean(axis=(1, 2), keepdims=True)
    down = (middle.mean(axis=2) @ along) / power
    across = (middle.mean(axis=1) @ along) / power
    slope = down[:, None, None] * along[:, None] + across[:, None, None] * along
    return np.asarray(middle - slope, np.float32)

"""How much of each band of detail is noise, from the image itself.

In a linear image the noise variance of a band is b K + c: quanta give the part that grows with the
signal K, the panel's electronics the part that does not (acquisition chain, IEC 62220-1). c follows
from the panel's electronic noise, which is white; b is measured where nothing lies in the beam.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from acquisition.corrections import Mask, Signal
from acquisition.exposure_index import DIRECT_WITHIN, Regions

# The panel's noise without X-rays is 6 to 10 DN a pixel (a-Si panels at 16 bit).
ELECTRONIC_NOISE_DN: Final = 8.0
# Variance of each band where every pixel is white noise of variance 1: a property of the 5-tap
# pyramid (measured in `test_display_detail.py`); each coarser band has a quarter.
WHITE_NOISE: Final = (0.890, 0.0530, 0.0102, 0.0025)
# Quantum noise is white below the detector's blur, so bands coarser than the measured ones have a
# quarter of the variance; a little more for the mottle of the scintillator (our choice).
COARSER: Final = 0.28
# Where a free field is too narrow for a band's squares: the blur of a CsI panel leaves about half
# of the variance from one of the finest bands to the next (measured on the simulated panel).
UNMEASURED: Final = 0.5
# Bands measured; those beyond hold too few independent pixels in the free part of a field.
MEASURED_LEVELS: Final = 3
# Side of the squares that are measured, in pixels of their level, and how many; fewer than the
# fewest tell nothing.
TILE: Final = 32
MOST_TILES, FEWEST_TILES = 64, 4
# Film grain, dust and stray structure only add to noise: the quieter squares tell it (our choice).
QUIET_QUANTILE: Final = 0.4


@dataclass(frozen=True, slots=True)
class LevelNoise:
    """Noise of one band: variance = `per_dn` x signal + `floor_dn2`, in DN squared."""

    per_dn: float
    floor_dn2: float

    def variance(self, signal: Signal) -> Signal:
        """Return the variance at each pixel of a signal in DN."""
        positive = np.maximum(signal, np.float32(0))
        return np.float32(self.per_dn) * positive + np.float32(self.floor_dn2)


def estimate_noise(levels: Sequence[Signal], regions: Regions) -> list[LevelNoise]:
    """Return the noise of each band between successive levels of a Gaussian pyramid, finest first.

    Without a free field only the electronic part is known.
    """
    free = free_field(regions)
    noise: list[LevelNoise] = []
    for number, (fine, coarse) in enumerate(zip(levels[:-1], levels[1:], strict=True)):
        floor = ELECTRONIC_NOISE_DN**2 * _white(number)
        tiles = _tile_variances(fine, coarse, free) if number < MEASURED_LEVELS else []
        if len(tiles) >= FEWEST_TILES:
            measured = float(np.quantile(tiles, QUIET_QUANTILE))
            per_dn = max(measured - floor, 0.0) / regions.direct_dn
        else:
            finer = noise[-1].per_dn if noise else 0.0
            per_dn = finer * (UNMEASURED if number < MEASURED_LEVELS else COARSER)
        noise.append(LevelNoise(per_dn, floor))
    return noise


def _white(number: int) -> float:
    last = len(WHITE_NOISE) - 1
    return WHITE_NOISE[min(number, last)] / 4.0 ** max(0, number - last)


def free_field(regions: Regions) -> Signal:
    """Return 1 where nothing lies in the beam, with some mm of distance from what does."""
    free = np.asarray(regions.coarse >= DIRECT_WITHIN * regions.direct_dn, dtype=np.uint8)
    return np.asarray(cv2.erode(free, np.ones((5, 5), np.uint8)), dtype=np.float32)


def free_squares(free: Signal, grid: tuple[int, int]) -> Mask:
    """Return which squares of a grid (across, down) lie wholly in the free field."""
    return np.asarray(cv2.resize(free, grid, interpolation=cv2.INTER_AREA) > 0.999)


def _tile_variances(fine: Signal, coarse: Signal, free: Signal) -> list[float]:
    """Return the variance of the band in squares of the free field, evenly chosen."""
    grid = (fine.shape[1] // TILE, fine.shape[0] // TILE)
    if min(grid) < 1:
        return []
    places = np.argwhere(free_squares(free, grid))
    chosen = places[:: max(1, len(places) // MOST_TILES)]
    return [_tile_variance(fine, coarse, place) for place in chosen]


def _tile_variance(fine: Signal, coarse: Signal, place: NDArray[np.intp]) -> float:
    row, column = (int(number) * TILE for number in place)
    tile = fine[row : row + TILE, column : column + TILE]
    half = TILE // 2
    below = coarse[row // 2 : row // 2 + half, column // 2 : column // 2 + half]
    detail = tile - cv2.pyrUp(below, dstsize=(TILE, TILE))
    # The outermost pixels lack the neighbours that the pyramid mixes in.
    return float(np.var(detail[4:-4, 4:-4]))

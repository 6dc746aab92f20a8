"""Detail for the eye, by size: faint structure is raised, what cannot be told from noise is calmed.

The image is taken apart into bands of detail, each twice as coarse as the one before (Laplacian
pyramid, Burt and Adelson, IEEE Trans Commun 1983;31:532), while it is still linear in dose: there
the noise of a band is known, sigma^2 = b K + c. Each band is measured against its own noise
(variance-stabilised). Where its local power is no more than noise explains it is shrunk, elsewhere
faint detail is raised and strong edges are left alone: the gain falls with contrast by a power law
to 1, so no edge throws a halo that could be taken for a fracture or a growth plate.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from acquisition.corrections import Signal
from acquisition.display_noise import LevelNoise, estimate_noise
from acquisition.errors import SettingUnusable
from acquisition.exposure_index import Regions

# Gain of faint detail by its size in mm (upper limit, gain). Our choice, from phantoms and films:
# at one pixel blur leaves little but noise; trabeculae and growth plates measure 0.2 to 2 mm;
# anything larger is anatomy's own contrast.
DETAIL_GAINS: Final = ((0.15, 1.0), (0.3, 1.5), (0.6, 1.7), (1.2, 1.5), (2.0, 1.25))
# Contrast (local root mean square, as a share of the signal) beyond which the part of the gain
# above 1 falls as the inverse of the contrast. Our choice: a trabecula has 0.5 to 2 %, the edge of
# a cortex 5 to 20 %; what the gain adds beside an edge stays below 2.5 % of the signal, where a
# growth plate has 5 to 15 %.
KNEE_CONTRAST: Final = 0.012
# A band whose local power is this much above its noise begins to be shown. Our choice: the power
# of noise in a neighbourhood of 6 x 6 wavers by half.
NOISE_MARGIN: Final = 1.5
# What noise keeps of itself: without grain nobody would see how little dose it had (our choice).
KEPT_NOISE: Final = 0.3
# Rows worked on together: they stay in the processor's cache.
_STRIP_ROWS: Final = 256
# Pixels of the next coarser level whose mean power is taken together.
_NEIGHBOURHOOD: Final = (3, 3)
# Keeps a band without any structure from a division by nothing.
_TINY: Final = np.float32(1e-12)


@dataclass(frozen=True, slots=True)
class _Band:
    """How one band is treated: its gain and its noise."""

    gain: float
    noise: LevelNoise


def raise_detail(signal: Signal, pixel_pitch_um: float, regions: Regions) -> Signal:
    """Return the linear signal with its detail weighed; slow courses keep their values.

    The same shape, in DN; the input is not changed. Raises SettingUnusable for a pixel pitch of 0.
    """
    gains = level_gains(pixel_pitch_um)
    levels = [signal]
    for _ in gains:
        levels.append(np.asarray(cv2.pyrDown(levels[-1]), dtype=np.float32))
    noise = estimate_noise(levels, regions)
    result = coarse = levels.pop()
    while levels:
        fine = levels.pop()
        result = _joined(fine, coarse, result, _Band(gains.pop(), noise.pop()))
        coarse = fine
    return result


def level_gains(pixel_pitch_um: float) -> list[float]:
    """Gain of each pyramid level, finest first, whose detail is as large as one of its pixels."""
    check_pitch(pixel_pitch_um)
    gains, size_mm = [], pixel_pitch_um / 1000
    while size_mm <= DETAIL_GAINS[-1][0]:
        gains.append(next(gain for limit, gain in DETAIL_GAINS if size_mm <= limit))
        size_mm *= 2
    return gains


def check_pitch(pixel_pitch_um: float) -> None:
    """Raise SettingUnusable unless the pixel pitch makes sense."""
    if not pixel_pitch_um > 0:
        raise SettingUnusable("The pixel pitch must be above 0. Check the panel's settings.")


def _joined(fine: Signal, coarse: Signal, result: Signal, band: _Band) -> Signal:
    """Put the band between two levels, weighed, onto the coarser level's result.

    Full-size arrays are written over as soon as they have served: memory is what a panel's frame
    costs most.
    """
    size = (fine.shape[1], fine.shape[0])
    detail = np.asarray(cv2.pyrUp(coarse, dstsize=size), dtype=np.float32)
    cv2.subtract(fine, detail, dst=detail)
    weights = _weights(_local_power(detail, coarse.shape), coarse, band)
    spread = cv2.resize(weights, size, interpolation=cv2.INTER_LINEAR)
    cv2.multiply(detail, spread, dst=detail)
    cv2.pyrUp(result, dst=spread, dstsize=size)
    cv2.add(detail, spread, dst=detail)
    return detail


def _local_power(detail: Signal, shape: tuple[int, ...]) -> Signal:
    """Return the mean square of the band around each pixel of the next coarser level."""
    power = np.empty(shape, np.float32)
    for row in range(0, len(detail), _STRIP_ROWS):
        strip = detail[row : row + _STRIP_ROWS]
        into = power[row // 2 : row // 2 + (len(strip) + 1) // 2]
        squares = cv2.multiply(strip, strip)
        cv2.resize(squares, into.shape[::-1], dst=into, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.blur(power, _NEIGHBOURHOOD), dtype=np.float32)


def _weights(power: Signal, coarse: Signal, band: _Band) -> Signal:
    """Return what each pixel of the band is multiplied by: noise down, faint structure up."""
    noise = band.noise.variance(coarse)
    shown = np.clip(1 - np.float32(NOISE_MARGIN) * noise / (power + _TINY), KEPT_NOISE, 1)
    if band.gain == 1.0:
        return np.asarray(shown, dtype=np.float32)
    knee = np.square(np.float32(KNEE_CONTRAST) * np.maximum(coarse, np.float32(1)))
    falling = np.sqrt(1 + power / knee)
    return np.asarray(shown * (1 + np.float32(band.gain - 1) * shown / falling), dtype=np.float32)

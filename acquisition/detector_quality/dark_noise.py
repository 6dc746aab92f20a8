"""Electronic noise from raw dark frames, taken apart into pixels and whole rows.

Half the variance of the difference of two darks is the noise of one: what stays from frame to
frame cancels. The noise that a whole row shares shows in the mean of its pixels.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from acquisition.corrections import Mask
from acquisition.errors import QualityFramesMissing


@dataclass(frozen=True, slots=True)
class DarkNoise:
    """Noise of one dark frame in DN: of each pixel for itself, of whole rows, and the level."""

    pixel_noise_dn: float
    row_noise_dn: float
    level_dn: float
    frames: int

    @property
    def noise_dn(self) -> float:
        """Both together."""
        return float(np.hypot(self.pixel_noise_dn, self.row_noise_dn))


def measure_dark_noise(darks: Iterable[NDArray[np.uint16]], good: Mask) -> DarkNoise:
    """Measure raw dark frames over the good pixels (rows, columns).

    Raises `QualityFramesMissing` for fewer than two.
    """
    weights = good.astype(np.float32)
    levels: list[float] = []
    variances: list[tuple[float, float]] = []
    for first, second in pairwise(darks):
        difference = cv2.subtract(first, second, dtype=cv2.CV_32F)
        variances.append(_variances(np.asarray(difference, dtype=np.float32) * weights, weights))
        levels.append(float(second.mean(where=good, dtype=np.float64)))
    if not variances:
        raise QualityFramesMissing("Dark noise needs at least two dark frames.")
    pixel, row = np.mean(variances, axis=0) / 2
    return DarkNoise(float(pixel) ** 0.5, max(float(row), 0.0) ** 0.5, levels[-1], len(levels) + 1)


def _variances(
    difference: NDArray[np.float32], weights: NDArray[np.float32]
) -> tuple[float, float]:
    """Variance within rows and of rows, of a difference that is 0 at the bad pixels."""
    counts = weights.sum(axis=1, dtype=np.float64)
    used = counts > 1
    rows = difference.sum(axis=1, dtype=np.float64)[used] / counts[used]
    squares = np.square(difference, dtype=np.float64).sum(axis=1)[used]
    within = float((squares - counts[used] * rows**2).sum() / (counts[used] - 1).sum())
    of_means = float(rows.var(ddof=1))
    return within, of_means - within * float((1 / counts[used]).mean())

"""The noise of counting: how many quanta each pixel happens to absorb."""

import numpy as np
from numpy.typing import NDArray

# With fewer quanta a bell curve is too symmetric (skewness above 0.3; the light's spread leaves a
# third of it).
_MANY_QUANTA = 10.0


def counting_noise(
    deviation: NDArray[np.float32],
    least_deviation: float,
    quanta_per_pixel: float,
    chance: np.random.Generator,
) -> NDArray[np.float32]:
    """Return what each pixel has more or less than its mean, where 1 is the bare beam's mean.

    `deviation` (rows, columns) is that of the noise against the bare beam's, `least_deviation` its
    least where any light falls; `quanta_per_pixel` are the bare beam's noise-equivalent quanta, so
    that a Poisson number of them has the mean and the variance of the absorbed energy with its
    spectrum and its Swank factor.
    """
    noise = chance.standard_normal(deviation.shape, np.float32)
    noise *= deviation
    noise *= np.float32(quanta_per_pixel**-0.5)
    if least_deviation**2 * quanta_per_pixel < _MANY_QUANTA:
        _count(noise, deviation, quanta_per_pixel, chance)
    return noise


def _count(
    noise: NDArray[np.float32],
    deviation: NDArray[np.float32],
    quanta_per_pixel: float,
    chance: np.random.Generator,
) -> None:
    """Draw the pixels with few quanta again, one by one, in place."""
    few = np.flatnonzero(deviation.ravel() < (_MANY_QUANTA / quanta_per_pixel) ** 0.5)
    mean = np.square(deviation.ravel()[few]) * quanta_per_pixel
    noise.ravel()[few] = (chance.poisson(mean) - mean) / quanta_per_pixel

"""Light spread in the scintillator and the pixel aperture."""

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import fft

# MTF of 500 um CsI on amorphous silicon, f in line pairs per mm: 0.62 / 0.33 / 0.18 at 1 / 2 / 3.
LIGHT_SPREAD, LIGHT_POWER = 0.55, 1.6
# The kernel has fallen below 1e-4 of its peak here.
_MARGIN_MM = 2.5


def light_mtf(frequency_per_mm: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the MTF of the scintillator, 1 / (1 + 0.55 f^1.6)."""
    return 1.0 / (1.0 + LIGHT_SPREAD * np.abs(frequency_per_mm) ** LIGHT_POWER)


def presampled_mtf(frequency_per_mm: NDArray[np.float64], pitch_mm: float) -> NDArray[np.float64]:
    """Return scintillator times pixel aperture along one axis of the panel."""
    return light_mtf(frequency_per_mm) * np.sinc(frequency_per_mm * pitch_mm)


def blur(image: NDArray[np.float32], pitch_mm: float) -> NDArray[np.float32]:
    """Return the image of points on pixel centres as the panel samples it; noise is blurred too."""
    rows, columns = image.shape
    top = fft.next_fast_len(rows + round(2 * _MARGIN_MM / pitch_mm), real=True) - rows
    left = fft.next_fast_len(columns + round(2 * _MARGIN_MM / pitch_mm), real=True) - columns
    margins = (top // 2, top - top // 2, left // 2, left - left // 2)
    padded = cv2.copyMakeBorder(image, *margins, cv2.BORDER_REFLECT_101)
    spectrum = fft.rfft2(padded, overwrite_x=True)
    spectrum *= _transfer(padded.shape[0], padded.shape[1], pitch_mm)
    blurred = fft.irfft2(spectrum, padded.shape, overwrite_x=True)
    inside = np.s_[margins[0] : margins[0] + rows, margins[2] : margins[2] + columns]
    return np.asarray(blurred[inside], np.float32)


@cache
def _transfer(rows: int, columns: int, pitch_mm: float) -> NDArray[np.float32]:
    down = np.fft.fftfreq(rows, pitch_mm)[:, None]
    across = np.fft.rfftfreq(columns, pitch_mm)[None]
    aperture = np.sinc(down * pitch_mm) * np.sinc(across * pitch_mm)
    return np.asarray(light_mtf(np.hypot(down, across)) * aperture, np.float32)

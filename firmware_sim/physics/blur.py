"""Light spread in the scintillator and the pixel aperture."""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import fft

# Single precision is nine times faster where a whole panel's frequencies are tabled.
Frequencies: TypeAlias = NDArray[np.floating[Any]]
# MTF of 500 um CsI on amorphous silicon, f in line pairs per mm: 0.62 / 0.33 / 0.18 at 1 / 2 / 3.
LIGHT_SPREAD, LIGHT_POWER = 0.55, 1.6
# The kernel has fallen below 1e-4 of its peak here.
_MARGIN_MM = 2.5
# Frequencies beyond 1.5 sampling frequencies carry less than 1e-3 of the noise.
_ORDERS = 1


def light_mtf(frequency_per_mm: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the MTF of the scintillator, 1 / (1 + 0.55 f^1.6)."""
    return np.asarray(_light_mtf(frequency_per_mm), np.float64)


def presampled_mtf(frequency_per_mm: NDArray[np.float64], pitch_mm: float) -> NDArray[np.float64]:
    """Return scintillator times pixel aperture along one axis of the panel."""
    return light_mtf(frequency_per_mm) * np.sinc(frequency_per_mm * pitch_mm)


def noise_transfer(frequency_per_mm: NDArray[np.float64], pitch_mm: float) -> NDArray[np.float64]:
    """Return what the noise of the quanta keeps along one axis of the panel.

    The pixels sample the light, so that noise from beyond their Nyquist frequency folds back: this
    is the root of the sum of the squares of the MTF at every frequency that looks alike.
    """
    return np.asarray(np.sqrt(_folded(frequency_per_mm, np.zeros(1), pitch_mm)), np.float64)


def blur(image: NDArray[np.float32], pitch_mm: float) -> NDArray[np.float32]:
    """Return the image of points on pixel centres as the panel samples it."""
    return _filtered(image, pitch_mm, _signal_transfer)


def blur_noise(white: NDArray[np.float32], pitch_mm: float) -> NDArray[np.float32]:
    """Return the noise that the pixels see of quanta that fall where they like.

    `white` holds the deviation in each pixel, independent of its neighbours.
    """
    return _filtered(white, pitch_mm, _noise_transfer)


def _filtered(
    image: NDArray[np.float32],
    pitch_mm: float,
    transfer: Callable[[int, int, float], NDArray[np.float32]],
) -> NDArray[np.float32]:
    rows, columns = image.shape
    top = fft.next_fast_len(rows + round(2 * _MARGIN_MM / pitch_mm), real=True) - rows
    left = fft.next_fast_len(columns + round(2 * _MARGIN_MM / pitch_mm), real=True) - columns
    margins = (top // 2, top - top // 2, left // 2, left - left // 2)
    padded = cv2.copyMakeBorder(image, *margins, cv2.BORDER_REFLECT_101)
    spectrum = fft.rfft2(padded, overwrite_x=True)
    spectrum *= transfer(padded.shape[0], padded.shape[1], pitch_mm)
    blurred = fft.irfft2(spectrum, padded.shape, overwrite_x=True)
    inside = np.s_[margins[0] : margins[0] + rows, margins[2] : margins[2] + columns]
    return np.asarray(blurred[inside], np.float32)


@cache
def _signal_transfer(rows: int, columns: int, pitch_mm: float) -> NDArray[np.float32]:
    down = np.fft.fftfreq(rows, pitch_mm).astype(np.float32)
    across = np.fft.rfftfreq(columns, pitch_mm).astype(np.float32)
    return np.asarray(_transfer(down[:, None], across[None], pitch_mm), np.float32)


@cache
def _noise_transfer(rows: int, columns: int, pitch_mm: float) -> NDArray[np.float32]:
    upper, across = (np.fft.rfftfreq(n, pitch_mm).astype(np.float32) for n in (rows, columns))
    kept = np.sqrt(_folded(upper[:, None], across[None], pitch_mm))
    lower = kept[1 : rows - len(upper) + 1][::-1]
    return np.concatenate([kept, lower], dtype=np.float32)


def _folded(down: Frequencies, across: Frequencies, pitch_mm: float) -> Frequencies:
    """Return the power of all the frequencies that look like these when sampled."""
    orders = range(-_ORDERS, _ORDERS + 1)
    power = np.zeros(np.broadcast_shapes(down.shape, across.shape), down.dtype)
    for row in orders:
        for column in orders:
            power += _transfer(down + row / pitch_mm, across + column / pitch_mm, pitch_mm) ** 2
    return np.asarray(power)


def _transfer(down: Frequencies, across: Frequencies, pitch_mm: float) -> Frequencies:
    aperture = np.sinc(down * pitch_mm) * np.sinc(across * pitch_mm)
    return np.asarray(_light_mtf(np.hypot(down, across)) * aperture)


def _light_mtf(frequency_per_mm: Frequencies) -> Frequencies:
    return np.asarray(1.0 / (1.0 + LIGHT_SPREAD * np.abs(frequency_per_mm) ** LIGHT_POWER))

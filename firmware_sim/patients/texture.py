"""Seamless noise tiles: the grain of trabecular bone and the marbling of soft tissue."""

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

TILE = 768
# Wider than the widest blur reaches.
_MARGIN = 160


@cache
def long_grain() -> NDArray[np.float32]:
    """Return grain drawn out along y, for long bones; mean 0, deviation 1, (768, 768)."""
    return _noise(11, 1.0, 2.6, 3)


@cache
def round_grain() -> NDArray[np.float32]:
    """Return grain without direction, for carpals and epiphyses."""
    return _noise(12, 1.3, 1.3, 4)


@cache
def marbling() -> NDArray[np.float32]:
    """Return coarse grain, for muscle and fat."""
    return _noise(13, 5.0, 5.0, 4)


def _noise(seed: int, sigma_x: float, sigma_y: float, octaves: int) -> NDArray[np.float32]:
    chance = np.random.default_rng(seed)
    total = np.zeros((TILE, TILE), np.float32)
    for octave in range(octaves):
        around = np.pad(chance.standard_normal((TILE, TILE), np.float32), _MARGIN, mode="wrap")
        grow = 1.9**octave
        blurred = cv2.GaussianBlur(around, (0, 0), sigmaX=sigma_x * grow, sigmaY=sigma_y * grow)
        layer = blurred[_MARGIN:-_MARGIN, _MARGIN:-_MARGIN]
        total += layer * np.float32(0.75**octave / layer.std())
    return np.asarray(total / total.std(), np.float32)

"""A hand that moves while it is exposed."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.float32]
# Places of the way that are averaged; more change nothing that a panel of 100 um shows.
_PLACES = 201


@dataclass(frozen=True, slots=True)
class Motion:
    """An even movement over `way_mm`; 0 degrees is up and down the panel, 90 across."""

    way_mm: float
    degrees: float


def smeared(light: Image, motion: Motion | None, pitch_mm: float) -> Image:
    """Return the mean of the displaced images, in the linear domain and before any noise."""
    if motion is None or motion.way_mm == 0.0:
        return light
    kernel = _way(motion, pitch_mm)
    return np.asarray(cv2.filter2D(light, -1, kernel, borderType=cv2.BORDER_REPLICATE), np.float32)


def _way(motion: Motion, pitch_mm: float) -> Image:
    """Return how long the hand stays at each displacement in pixels, sum 1."""
    angle, way = math.radians(motion.degrees), motion.way_mm / pitch_mm
    along = np.linspace(-0.5, 0.5, _PLACES) * way
    across, down = along * math.sin(angle), -along * math.cos(angle)
    reach = math.ceil(way / 2) + 1
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1))
    left, top = np.floor(across).astype(int), np.floor(down).astype(int)
    for step_x, share_x in ((0, 1 - (across - left)), (1, across - left)):
        for step_y, share_y in ((0, 1 - (down - top)), (1, down - top)):
            where = (reach + top + step_y, reach + left + step_x)
            np.add.at(kernel, where, share_x * share_y / _PLACES)
    return kernel.astype(np.float32)

"""From light to numbers: how a pixel and its amplifier answer."""

import cv2
import numpy as np
from numpy.typing import NDArray

FULL_SCALE = 65535
# The amplifier gives 1 % less than its slope at the origin promises at full scale (design figure;
# amorphous silicon panels are linear within 1 to 2 %).
CURVATURE = 0.01
# A pixel holds a little more than the converter can tell.
FULL_WELL_DN = 1.02 * FULL_SCALE


def answer(light_dn: NDArray[np.float32]) -> None:
    """Turn the light in DN, in place, into what is read: s (1 - 0.01 s / 65535), s up to 66846.

    It stands behind blur and sensitivity and before lag, dark and noise.
    """
    np.minimum(light_dn, np.float32(FULL_WELL_DN), out=light_dn)
    squared = cv2.multiply(light_dn, light_dn)
    cv2.scaleAdd(squared, -CURVATURE / FULL_SCALE, light_dn, dst=light_dn)


def answered(light_dn: float) -> float:
    """Return what is read of one light in DN, without lag, dark and noise."""
    held = min(light_dn, FULL_WELL_DN)
    return held * (1.0 - CURVATURE * held / FULL_SCALE)

"""Photons that the hand throws sideways."""

import cv2
import numpy as np
from numpy.typing import NDArray

# Scatter to primary is 0.1 to 0.5 behind 10 to 30 mm of tissue at 50 kV without a grid (estimate);
# this part of the lost signal makes about 0.1 behind the fingers' roots and 0.25 behind the wrist.
SCATTER_PER_ATTENUATED = 0.07
# Width of the scatter kernel of a thin object lying on the panel (estimate).
SPREAD_MM = 12.0
_GRID_MM = 2.0


def add_scatter(primary: NDArray[np.float32], pitch_mm: float) -> None:
    """Add to the primary, in place, the attenuated fraction spread by a wide Gaussian."""
    rows, columns = primary.shape
    coarse = max(1, round(_GRID_MM / pitch_mm))
    size = (max(columns // coarse, 8), max(rows // coarse, 8))
    lost = 1.0 - cv2.resize(primary, size, interpolation=cv2.INTER_AREA)
    sigma = SPREAD_MM / (pitch_mm * coarse)
    spread = cv2.GaussianBlur(lost, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
    wide = cv2.resize(spread, (columns, rows), interpolation=cv2.INTER_LINEAR)
    cv2.scaleAdd(wide, SCATTER_PER_ATTENUATED, primary, dst=primary)

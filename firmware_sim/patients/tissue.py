"""Thickness maps of what lies on the panel."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Tissue:
    """Thicknesses at the pixel centres in mm, float32 (rows, columns).

    Bone is cortical bone of 1.92 g/cm3, soft tissue is muscle of 1.05 g/cm3; what is neither
    is counted as the thickness of them that attenuates as much.
    """

    bone_mm: NDArray[np.float32]
    soft_mm: NDArray[np.float32]

"""The lead blades that narrow the beam."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from firmware_sim.physics.geometry import PanelGeometry

Image = NDArray[np.float32]
# A focus of 0.6 mm and blades 300 mm below it, 700 mm above the panel: 0.6 x 700 / 300.
HALF_SHADOW_MM = 1.4


@dataclass(frozen=True, slots=True)
class Blades:
    """How far each blade reaches into the panel's field in mm; 0 leaves that side open."""

    left_mm: float
    top_mm: float
    right_mm: float
    bottom_mm: float


def shade_of(blades: Blades | None, geometry: PanelGeometry) -> Image | np.float32:
    """Return the part of the beam that the blades take (rows, columns), 0 without any."""
    if blades is None:
        return np.float32(0.0)
    down = _open_part(geometry.rows, geometry.pitch_mm, blades.top_mm, blades.bottom_mm)
    across = _open_part(geometry.columns, geometry.pitch_mm, blades.left_mm, blades.right_mm)
    return np.asarray(1.0 - np.outer(down, across), np.float32)


def _open_part(pixels: int, pitch_mm: float, first_mm: float, last_mm: float) -> Image:
    """Return the part of the focus that each pixel sees between two blades."""
    place = (np.arange(pixels) + 0.5) * pitch_mm
    part = np.ones(pixels)
    for blade_mm, inside_mm in ((first_mm, place), (last_mm, pixels * pitch_mm - place)):
        if blade_mm > 0.0:
            part *= np.clip((inside_mm - blade_mm) / HALF_SHADOW_MM + 0.5, 0.0, 1.0)
    return part.astype(np.float32)

"""The opaque straight edge by which the MTF of a panel is measured, drawn exactly."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from firmware_sim.physics.blur import light_mtf
from firmware_sim.physics.geometry import PanelGeometry

# The edge spread is tabled this finely and this far (as far as a panel is wide), in mm.
_STEP_MM, _REACH_MM = 0.005, 328.0


@dataclass(frozen=True, slots=True)
class Edge:
    """A plate over half of the panel, from the middle on, its rim turned from upright.

    The plate stands for 1 mm of tungsten (IEC 62220-1-1, test device): it lets nothing through.
    """

    angle_degrees: float

    def distance_mm(self, geometry: PanelGeometry) -> NDArray[np.float32]:
        """Return how far each pixel's centre lies from the rim; behind the plate it is negative."""
        height, width = geometry.size_mm
        down = (np.arange(geometry.rows) + 0.5) * geometry.pitch_mm - height / 2.0
        across = (np.arange(geometry.columns) + 0.5) * geometry.pitch_mm - width / 2.0
        angle = np.radians(self.angle_degrees)
        rim = np.add.outer(down * np.sin(angle), across * np.cos(angle))
        return np.asarray(rim, np.float32)

    def spread(self, geometry: PanelGeometry) -> NDArray[np.float32]:
        """Return the light (rows, columns) beside and behind the plate as the pixels see it."""
        places, light = _edge_spread(self.angle_degrees, geometry.pitch_mm)
        seen = np.interp(self.distance_mm(geometry), places, light)
        return np.asarray(seen, np.float32)


@cache
def _edge_spread(
    angle_degrees: float, pitch_mm: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return distances from the rim in mm and the part of the light that falls there."""
    count = 2 * round(_REACH_MM / _STEP_MM)
    along = np.asarray(np.fft.rfftfreq(count, _STEP_MM), np.float64)
    angle = np.radians(angle_degrees)
    aperture = np.sinc(along * pitch_mm * np.cos(angle)) * np.sinc(along * pitch_mm * np.sin(angle))
    line = np.fft.fftshift(np.fft.irfft(light_mtf(along) * aperture, count))
    places = np.asarray((np.arange(count) - count // 2) * _STEP_MM, np.float64)
    # The light up to the middle of each step.
    return places, np.asarray(np.cumsum(line) - line / 2.0, np.float64)

"""From the hand's millimetres to the panel's pixels."""

from dataclasses import dataclass

import numpy as np

from firmware_sim.patients.outlines import Points, turned
from firmware_sim.physics.geometry import PanelGeometry


@dataclass(frozen=True, slots=True)
class Pose:
    """Turn clockwise by `degrees`, then move `centre_mm` of the turned hand to the middle."""

    geometry: PanelGeometry
    degrees: float
    centre_mm: tuple[float, float]

    def on_panel(self, points_mm: Points) -> Points:
        """Return mm from the panel's middle, x right and y up."""
        return np.asarray(turned(points_mm, self.degrees) - np.array(self.centre_mm))

    def pixels(self, points_mm: Points, pitch_mm: float) -> Points:
        """Return (column, row) on a grid of this pitch; pixel centres are whole numbers."""
        height, width = self.geometry.size_mm
        from_corner = self.on_panel(points_mm) * [1.0, -1.0] + [width / 2.0, height / 2.0]
        return np.asarray(from_corner / pitch_mm - 0.5)

"""How the offset wanders over hours: chip by chip, along the rows and as a whole."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from firmware_sim.physics.chance import Purpose, stream
from firmware_sim.physics.gain import by_chip, chip_count
from firmware_sim.physics.geometry import PanelGeometry

# Offsets of amorphous silicon panels drift by 0.5 to 5 DN per hour. Amplitude in DN and period in
# hours of the chips, of the slope along the rows and of the whole (design figures): together at
# most 5 DN per hour.
CHIP_DN, CHIP_HOURS = 5.0, 20.0
SLOPE_DN, SLOPE_HOURS = 1.0, 5.0
WHOLE_DN, WHOLE_HOURS = 3.0, 9.0
_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class OffsetDrift:
    """Each chip's share (columns,) and the slope along the rows (rows,), both from -1 to 1."""

    columns: NDArray[np.float32]
    rows: NDArray[np.float32]
    phases: tuple[float, float, float]

    def columns_dn(self, now_s: float) -> NDArray[np.float32]:
        """Return by how many DN each column's offset has wandered since power-up."""
        chips, _, whole = self._waves(now_s)
        return self.columns * np.float32(CHIP_DN * chips) + np.float32(WHOLE_DN * whole)

    def rows_dn(self, now_s: float) -> NDArray[np.float32]:
        """Return by how many DN each row's offset has wandered besides."""
        return self.rows * np.float32(SLOPE_DN * self._waves(now_s)[1])

    def _waves(self, now_s: float) -> list[float]:
        turns = (now_s / _SECONDS / hours for hours in (CHIP_HOURS, SLOPE_HOURS, WHOLE_HOURS))
        return [
            float(np.sin(2.0 * np.pi * turn + phase) - np.sin(phase))
            for turn, phase in zip(turns, self.phases, strict=True)
        ]


def draw_drift(geometry: PanelGeometry, seed: int) -> OffsetDrift:
    """Return how one panel's offset wanders."""
    chance = stream(seed, Purpose.DRIFT)
    chips = chance.uniform(-1.0, 1.0, chip_count(geometry)).astype(np.float32)
    slope = np.linspace(-1.0, 1.0, geometry.rows, dtype=np.float32)
    first, second, third = chance.uniform(0.0, 2.0 * np.pi, 3).tolist()
    return OffsetDrift(by_chip(geometry, chips), slope, (first, second, third))

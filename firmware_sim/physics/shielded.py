"""The light-shielded columns beside the image: the panel sends their mean for every row."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from firmware_sim.physics.chance import Purpose, stream
from firmware_sim.physics.dark import CURRENT_DN_S, CURRENT_SPREAD, OFFSET_DN, PIXEL_DN, growth
from firmware_sim.physics.geometry import PanelGeometry

# 32 at each side: the median of 64 reference columns in a row is a usual row correction.
SHIELDED_COLUMNS = 64


@dataclass(frozen=True, slots=True)
class ShieldedColumns:
    """Mean offset in DN and mean dark current at 25 C in DN/s of each row, both (rows,)."""

    offset_dn: NDArray[np.float32]
    current_dn_s: NDArray[np.float32]


def draw_shielded(geometry: PanelGeometry, seed: int) -> ShieldedColumns:
    """Return the shielded columns of one panel; they are pixels like those of its image."""
    chance = stream(seed, Purpose.SHIELDED)
    mean_of_many = np.float32(SHIELDED_COLUMNS**-0.5)
    offset = chance.standard_normal(geometry.rows, np.float32) * (PIXEL_DN * mean_of_many)
    current = chance.standard_normal(geometry.rows, np.float32) * (CURRENT_SPREAD * mean_of_many)
    return ShieldedColumns(OFFSET_DN + offset, CURRENT_DN_S * (1.0 + current))


def shielded_signal(
    columns: ShieldedColumns, integration_s: float, temperature_c: float
) -> NDArray[np.float32]:
    """Return the mean dark signal of each row's shielded columns without noise, in DN."""
    grown = np.float32(growth(temperature_c) * integration_s)
    return np.asarray(columns.offset_dn + columns.current_dn_s * grown, np.float32)

"""Pixels that do not work."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from firmware_sim.physics.chance import Purpose, stream
from firmware_sim.physics.geometry import PanelGeometry

# Single dead and hot pixels of a good panel: 1e-4 to 1e-3 in all.
DEAD_PART, HOT_PART = 1e-4, 5e-5
CLUSTER_ROWS, CLUSTER_COLUMNS = 2, 3
FULL_SCALE = 65535
# Nothing is drawn so close to the edge.
_BORDER = 20


@dataclass(frozen=True, slots=True)
class Defects:
    """Flat pixel indices of the pixels that always read 0 and of those that read full scale."""

    dead: NDArray[np.intp]
    hot: NDArray[np.intp]


def draw_defects(geometry: PanelGeometry, seed: int) -> Defects:
    """Return single dead and hot pixels, one dead cluster of 2 x 3 and one dead half line."""
    chance = stream(seed, Purpose.DEFECTS)
    pixels = geometry.rows * geometry.columns
    singles = chance.choice(pixels, round(pixels * (DEAD_PART + HOT_PART)), replace=False)
    dead, hot = np.split(singles, [round(pixels * DEAD_PART)])
    dead = np.concatenate([dead, _cluster(geometry, chance), _half_line(geometry, chance)])
    return Defects(np.unique(dead), np.setdiff1d(hot, dead))


def apply_defects(frame: NDArray[np.uint16], defects: Defects) -> None:
    """Overwrite the defective pixels in place."""
    frame.ravel()[defects.dead] = 0
    frame.ravel()[defects.hot] = FULL_SCALE


def _cluster(geometry: PanelGeometry, chance: np.random.Generator) -> NDArray[np.intp]:
    top = chance.integers(_BORDER, geometry.rows - _BORDER)
    left = chance.integers(_BORDER, geometry.columns - _BORDER)
    rows = top + np.arange(CLUSTER_ROWS)[:, None]
    return (rows * geometry.columns + left + np.arange(CLUSTER_COLUMNS)).ravel()


def _half_line(geometry: PanelGeometry, chance: np.random.Generator) -> NDArray[np.intp]:
    column = chance.integers(_BORDER, geometry.columns - _BORDER)
    rows = np.arange(geometry.rows // 2, geometry.rows)
    return rows * geometry.columns + column

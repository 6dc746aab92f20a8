"""Pixels that do not work."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from firmware_sim.physics.chance import Purpose, stream
from firmware_sim.physics.geometry import PanelGeometry
from firmware_sim.physics.response import FULL_SCALE

# Single dead, hot and noisy pixels of a good panel: 1e-4 to 1e-3 in all.
DEAD_PART, HOT_PART, NOISY_PART = 1e-4, 5e-5, 5e-5
# Dead lines are at most this part of all pixels.
LINES_PART = 0.005
# Rows and columns of the dead clusters and of the hot one; none is larger than 1 mm, or 3 x 3
# pixels where those are larger.
DEAD_CLUSTERS, HOT_CLUSTER = ((2, 2), (2, 3), (5, 6)), (3, 3)
LARGEST_MM, LARGEST_PIXELS = 1.0, 3
# Nothing is drawn so close to the edge.
_BORDER = 20
# Clusters keep this many pixels away from lines and from each other; on a small panel that is
# tried so often.
_APART, _TRIES = 6, 100

Pixels = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Defects:
    """Flat pixel indices: dead pixels always read 0, hot ones full scale, noisy ones vary.

    `lines` and `clusters` name again those of the dead and hot ones that lie together.
    """

    dead: Pixels
    hot: Pixels
    noisy: Pixels
    lines: tuple[Pixels, ...]
    clusters: tuple[Pixels, ...]


def draw_defects(geometry: PanelGeometry, seed: int) -> Defects:
    """Return single pixels, clusters and dead lines of one panel."""
    chance = stream(seed, Purpose.DEFECTS)
    pixels = geometry.rows * geometry.columns
    kinds = np.cumsum([round(pixels * part) for part in (DEAD_PART, HOT_PART, NOISY_PART)])
    singles = chance.choice(pixels, kinds[-1], replace=False)
    dead, hot, noisy, _ = np.split(singles, kinds)
    lines = _lines(geometry, chance)
    taken = np.concatenate([singles[:0], *lines])
    clusters = []
    for size in (*DEAD_CLUSTERS, HOT_CLUSTER):
        clusters.append(_cluster(geometry, chance, size, taken))
        taken = np.concatenate([taken, clusters[-1]])
    dead = np.unique(np.concatenate([dead, *clusters[:-1], *lines]))
    hot = np.setdiff1d(np.concatenate([hot, clusters[-1]]), dead)
    return Defects(dead, hot, np.setdiff1d(noisy, [*dead, *hot]), lines, tuple(clusters))


def apply_defects(frame: NDArray[np.uint16], defects: Defects) -> None:
    """Overwrite the dead and hot pixels in place."""
    frame.ravel()[defects.dead] = 0
    frame.ravel()[defects.hot] = FULL_SCALE


def _cluster(
    geometry: PanelGeometry, chance: np.random.Generator, size: tuple[int, int], taken: Pixels
) -> Pixels:
    """Return a rectangle of pixels that keeps away from those that are taken."""
    limit = max(LARGEST_PIXELS, round(LARGEST_MM / geometry.pitch_mm))
    height, width = (min(side, limit) for side in size)
    for _ in range(_TRIES):
        top = int(chance.integers(_BORDER, geometry.rows - _BORDER))
        left = int(chance.integers(_BORDER, geometry.columns - _BORDER))
        wide = height + 2 * _APART, width + 2 * _APART
        if not np.isin(_rectangle(geometry, top - _APART, left - _APART, *wide), taken).any():
            break
    return _rectangle(geometry, top, left, height, width)


def _rectangle(geometry: PanelGeometry, top: int, left: int, height: int, width: int) -> Pixels:
    rows = top + np.arange(height, dtype=np.intp)[:, None]
    return (rows * geometry.columns + left + np.arange(width)).ravel()


def _lines(geometry: PanelGeometry, chance: np.random.Generator) -> tuple[Pixels, ...]:
    """Return the lower half of a column, the left half of a row, and a whole one of each.

    A panel so coarse that these would be many of its pixels has fewer of them.
    """
    every = np.arange(geometry.rows * geometry.columns, dtype=np.intp).reshape(geometry.shape)
    rows = chance.integers(_BORDER, geometry.rows - _BORDER, 2)
    columns = chance.integers(_BORDER, geometry.columns - _BORDER, 2)
    half_column = every[geometry.rows // 2 :, columns[0]]
    half_row = every[rows[0], : geometry.columns // 2]
    lines = (half_column, half_row, every[:, columns[1]], every[rows[1]])
    lengths = np.cumsum([len(line) for line in lines])
    return tuple(lines[: np.count_nonzero(lengths <= LINES_PART * every.size)])

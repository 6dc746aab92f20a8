"""The fixed pattern by which pixels differ in sensitivity."""

import cv2
import numpy as np
from numpy.typing import NDArray

from firmware_sim.physics.chance import Purpose, stream
from firmware_sim.physics.geometry import PanelGeometry

# Typical of a-Si panels: gain maps run from 0.7 to 1.3.
LOWEST, HIGHEST = 0.7, 1.3
# Columns that one read-out chip serves.
CHIP_COLUMNS = 128
# Heel effect over 300 mm and fall-off to the corners: 5 to 20 % in all is usual.
HEEL, CORNER = 0.08, 0.06
# Relative spread of chips, columns and rows.
CHIP, COLUMN, ROW = 0.02, 0.004, 0.002
# Scintillator mottle (one sigma) and its size.
MOTTLE, MOTTLE_MM = 0.012, 1.5
# Pixel response non-uniformity, usually 2 to 5 % with its low frequencies.
PIXEL = 0.02


def draw_gain(geometry: PanelGeometry, seed: int) -> NDArray[np.float32]:
    """Return relative sensitivities (rows, columns), mean 1, within 0.7 to 1.3."""
    chance = stream(seed, Purpose.GAIN)
    gain = chance.standard_normal(geometry.shape, np.float32)
    gain *= np.float32(PIXEL)
    gain += 1.0
    gain *= _mottle(geometry, chance)
    gain *= _beam_shape(geometry)
    gain *= _columns(geometry, chance)
    gain *= 1.0 + np.float32(ROW) * chance.standard_normal((geometry.rows, 1), np.float32)
    gain /= gain.mean(dtype=np.float64)
    return np.clip(gain, LOWEST, HIGHEST, out=gain)


def by_chip(geometry: PanelGeometry, values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Spread one value per read-out chip over its columns; values beyond the panel are dropped."""
    return np.repeat(values, CHIP_COLUMNS)[: geometry.columns]


def chip_count(geometry: PanelGeometry) -> int:
    """Return how many read-out chips serve the columns."""
    return -(-geometry.columns // CHIP_COLUMNS)


def _columns(geometry: PanelGeometry, chance: np.random.Generator) -> NDArray[np.float32]:
    chips = by_chip(geometry, chance.standard_normal(chip_count(geometry), np.float32))
    columns = chance.standard_normal(geometry.columns, np.float32)
    return (1.0 + np.float32(CHIP) * chips) * (1.0 + np.float32(COLUMN) * columns)


def _beam_shape(geometry: PanelGeometry) -> NDArray[np.float32]:
    down = np.linspace(-0.5, 0.5, geometry.rows, dtype=np.float32)[:, None]
    across = np.linspace(-0.5, 0.5, geometry.columns, dtype=np.float32)[None]
    return np.float32(1.0) - np.float32(HEEL) * down - np.float32(CORNER) * (down**2 + across**2)


def _mottle(geometry: PanelGeometry, chance: np.random.Generator) -> NDArray[np.float32]:
    height_mm, width_mm = geometry.size_mm
    shape = (round(2 * height_mm / MOTTLE_MM), round(2 * width_mm / MOTTLE_MM))
    coarse = cv2.GaussianBlur(chance.standard_normal(shape, np.float32), (0, 0), 1.0)
    mottle = cv2.resize(coarse / coarse.std(), geometry.shape[::-1], interpolation=cv2.INTER_CUBIC)
    return np.asarray(1.0 + MOTTLE * mottle, np.float32)

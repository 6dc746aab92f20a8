"""What the panel reads without X-rays."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from firmware_sim.physics.chance import Purpose, stream
from firmware_sim.physics.gain import by_chip, chip_count
from firmware_sim.physics.geometry import PanelGeometry

# Offset that keeps noise above zero, its spread by chip, column and pixel, and its slope, in DN.
OFFSET_DN, CHIP_DN, COLUMN_DN, PIXEL_DN, SLOPE_DN = 200.0, 6.0, 1.5, 2.0, 8.0
# Mean dark current at 25 C in DN per second, and its relative spread.
CURRENT_DN_S, CURRENT_SPREAD = 60.0, 0.15
# Dark current of amorphous silicon doubles every 8 to 10 C.
REFERENCE_C, DOUBLING_C = 25.0, 8.0


@dataclass(frozen=True, slots=True)
class DarkPattern:
    """Fixed offset in DN and dark current at 25 C in DN/s, both (rows, columns)."""

    offset_dn: NDArray[np.float32]
    current_dn_s: NDArray[np.float32]


def draw_dark(geometry: PanelGeometry, seed: int) -> DarkPattern:
    """Return the dark pattern of one panel."""
    return DarkPattern(_offset(geometry, seed), _current(geometry, seed))


def dark_signal(
    pattern: DarkPattern, integration_s: float, temperature_c: float
) -> NDArray[np.float32]:
    """Return the noise-free dark image in DN: offset + current(T) x integration time."""
    signal = pattern.current_dn_s * np.float32(growth(temperature_c) * integration_s)
    signal += pattern.offset_dn
    return signal


def growth(temperature_c: float) -> float:
    """Return the dark current against that at 25 C."""
    return float(2.0 ** ((temperature_c - REFERENCE_C) / DOUBLING_C))


def _offset(geometry: PanelGeometry, seed: int) -> NDArray[np.float32]:
    chance = stream(seed, Purpose.DARK_OFFSET)
    offset = chance.standard_normal(geometry.shape, np.float32)
    offset *= np.float32(PIXEL_DN)
    columns = np.float32(CHIP_DN) * by_chip(
        geometry, chance.standard_normal(chip_count(geometry), np.float32)
    )
    columns += np.float32(COLUMN_DN) * chance.standard_normal(geometry.columns, np.float32)
    columns += np.linspace(0.0, SLOPE_DN, geometry.columns, dtype=np.float32)
    offset += columns + np.float32(OFFSET_DN)
    return offset


def _current(geometry: PanelGeometry, seed: int) -> NDArray[np.float32]:
    chance = stream(seed, Purpose.DARK_CURRENT)
    current = chance.standard_normal(geometry.shape, np.float32)
    current *= np.float32(CURRENT_SPREAD * CURRENT_DN_S)
    current += np.float32(CURRENT_DN_S)
    return np.maximum(current, 0.0, out=current)

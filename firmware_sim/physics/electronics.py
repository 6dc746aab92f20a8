"""Noise of the read-out, and the conversion into 16 bit."""

import numpy as np
from numpy.typing import NDArray

from firmware_sim.physics.chance import Purpose, stream
from firmware_sim.physics.geometry import PanelGeometry
from firmware_sim.physics.response import FULL_SCALE

# 6 to 10 DN of 16 bit: 1000 to 1500 electrons of amplifier and kTC noise.
ELECTRONIC_NOISE_DN = 7.0
# What a whole row has in common, from its gate line and the reference voltage (design figure).
ROW_NOISE_DN = 3.0
# What a noisy pixel has on top (design figure: well beyond five times the others' noise).
NOISY_PIXEL_DN = 80.0


def row_noise(geometry: PanelGeometry, seed: int, frame_number: int) -> NDArray[np.float32]:
    """Return what each row has in common with its shielded columns, in DN (rows,)."""
    lines = stream(seed, Purpose.LINES, frame_number)
    return np.float32(ROW_NOISE_DN) * lines.standard_normal(geometry.rows, np.float32)


def add_pixel_noise(
    signal_dn: NDArray[np.float32], noisy: NDArray[np.intp], seed: int, frame_number: int
) -> None:
    """Add white noise in place, more of it in the noisy pixels (flat indices)."""
    chance = stream(seed, Purpose.ELECTRONICS, frame_number)
    white = chance.standard_normal(signal_dn.shape, np.float32)
    white *= np.float32(ELECTRONIC_NOISE_DN)
    signal_dn += white
    more = chance.standard_normal(len(noisy), np.float32)
    signal_dn.ravel()[noisy] += np.float32(NOISY_PIXEL_DN) * more


def shielded_noise(
    geometry: PanelGeometry, columns: int, seed: int, frame_number: int
) -> NDArray[np.float32]:
    """Return the white noise of the mean of so many shielded columns, in DN (rows,)."""
    chance = stream(seed, Purpose.SHIELDED_ELECTRONICS, frame_number)
    white = chance.standard_normal(geometry.rows, np.float32)
    return white * np.float32(ELECTRONIC_NOISE_DN * columns**-0.5)


def digitised(signal_dn: NDArray[np.float32]) -> NDArray[np.uint16]:
    """Return 16-bit numbers; `signal_dn` is used up."""
    np.rint(signal_dn, out=signal_dn)
    np.clip(signal_dn, 0, FULL_SCALE, out=signal_dn)
    return signal_dn.astype(np.uint16)

"""How tissue weakens the beam, and what the scintillator makes of the rest."""

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from firmware_sim.physics.beam import Beam, BeamQuality, beam_of
from firmware_sim.physics.tables import read_table

# ICRU Report 44 (1989), g/cm3.
DENSITY = {"cortical_bone": 1.92, "muscle": 1.05, "adipose": 0.95}
# CsI crystal 4.51 g/cm3, needles of 500 um packed to 75 %: absorbs 0.91 at 50 kV
# (typical of general-radiography panels).
SCINTILLATOR_DENSITY, SCINTILLATOR_MM = 4.51 * 0.75, 0.5
# Optical Swank factor of CsI needles: Swank, J Appl Phys 1973;44:4199; 0.85 is usual.
OPTICAL_SWANK = 0.85

_BONE_STEP_MM, _SOFT_STEP_MM = 0.25, 0.5
_BONE_MM = np.arange(0.0, 30.0 + _BONE_STEP_MM, _BONE_STEP_MM)
_SOFT_MM = np.arange(0.0, 80.0 + _SOFT_STEP_MM, _SOFT_STEP_MM)


def per_mm(material: str, density: float) -> NDArray[np.float64]:
    """Return the linear attenuation coefficient per mm at the tables' energies."""
    return read_table("materials.csv")[material] * density / 10.0


def absorbed_fraction() -> NDArray[np.float64]:
    """Return the part of the photons that the scintillator absorbs, by energy."""
    return 1.0 - np.exp(-per_mm("caesium_iodide", SCINTILLATOR_DENSITY) * SCINTILLATOR_MM)


def absorbed_kev_per_mm2_mas(beam: Beam) -> float:
    """Return the energy that the scintillator absorbs of the bare beam."""
    return float((signal_weights(beam)).sum())


def noise_equivalent_quanta_per_mm2_mas(beam: Beam) -> float:
    """Return the quanta whose Poisson noise equals that of the absorbed energy.

    Energy spread (second moment of the absorbed spectrum) and optical Swank factor are in it.
    """
    weights = signal_weights(beam)
    return float(OPTICAL_SWANK * weights.sum() ** 2 / (weights @ beam.energies_kev))


def signal_weights(beam: Beam) -> NDArray[np.float64]:
    """Return the energy per mm2 and mAs that the scintillator absorbs, by energy of the tables."""
    return beam.photons_per_mm2_mas * absorbed_fraction() * beam.energies_kev


@lru_cache(maxsize=64)
def log_signal_table(quality: BeamQuality, kv: float) -> NDArray[np.float32]:
    """Return ln(signal / bare signal) over bone (rows) and soft tissue (columns).

    Cortical bone in steps of 0.25 mm from 0 to 30 mm, muscle in steps of 0.5 mm from 0 to 80 mm.
    """
    return _log_table(signal_weights(beam_of(quality, kv)))


@lru_cache(maxsize=64)
def log_variance_table(quality: BeamQuality, kv: float) -> NDArray[np.float32]:
    """Return ln(variance / bare variance) of the quanta's signal over the same thicknesses.

    A quantum's variance goes with the square of its energy; tissue lets the harder ones through.
    """
    beam = beam_of(quality, kv)
    return _log_table(signal_weights(beam) * beam.energies_kev)


def _log_table(weights: NDArray[np.float64]) -> NDArray[np.float32]:
    bone = np.exp(np.outer(-_BONE_MM, per_mm("cortical_bone", DENSITY["cortical_bone"])))
    soft = np.exp(np.outer(_SOFT_MM, -per_mm("muscle", DENSITY["muscle"])))
    passed: NDArray[np.float64] = (bone * (weights / weights.sum())) @ soft.T
    table = np.log(passed).astype(np.float32)
    table.flags.writeable = False
    return table


def log_signal(
    bone_mm: NDArray[np.float32], soft_mm: NDArray[np.float32], quality: BeamQuality, kv: float
) -> NDArray[np.float32]:
    """Return ln(signal / bare signal) behind the thicknesses, which may have any 2-D shape."""
    return _looked_up(log_signal_table(quality, kv), bone_mm, soft_mm)


def transmitted(
    bone_mm: NDArray[np.float32], soft_mm: NDArray[np.float32], quality: BeamQuality, kv: float
) -> NDArray[np.float32]:
    """Return the primary signal behind the thicknesses as a fraction of the bare one."""
    exponent = log_signal(bone_mm, soft_mm, quality, kv)
    return np.asarray(cv2.exp(exponent, dst=exponent), np.float32)


def variance_transmitted(
    bone_mm: NDArray[np.float32], soft_mm: NDArray[np.float32], quality: BeamQuality, kv: float
) -> NDArray[np.float32]:
    """Return the quanta's variance behind the thicknesses as a fraction of the bare one."""
    exponent = _looked_up(log_variance_table(quality, kv), bone_mm, soft_mm)
    return np.asarray(cv2.exp(exponent, dst=exponent), np.float32)


def _looked_up(
    table: NDArray[np.float32], bone_mm: NDArray[np.float32], soft_mm: NDArray[np.float32]
) -> NDArray[np.float32]:
    bone = np.multiply(bone_mm, np.float32(1.0 / _BONE_STEP_MM))
    soft = np.multiply(soft_mm, np.float32(1.0 / _SOFT_STEP_MM))
    linear, edge = cv2.INTER_LINEAR, cv2.BORDER_REPLICATE
    return np.asarray(cv2.remap(table, soft, bone, linear, borderMode=edge), np.float32)

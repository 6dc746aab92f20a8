"""What a perfect measurement of the simulated panel would find, for tests of the estimators.

Frequencies are line pairs per mm along a row or a column; the flat field lies in the middle of the
bare panel. Everything here is of the image after offset and gain have been corrected exactly.
"""

import numpy as np
from numpy.typing import NDArray

from firmware_sim.physics.attenuation import (
    absorbed_kev_per_mm2_mas,
    noise_equivalent_quanta_per_mm2_mas,
)
from firmware_sim.physics.beam import BeamQuality, beam_of
from firmware_sim.physics.blur import noise_transfer, presampled_mtf
from firmware_sim.physics.electronics import ELECTRONIC_NOISE_DN
from firmware_sim.physics.lag import lag_fraction
from firmware_sim.physics.response import answered

__all__ = [
    "answered",
    "dqe",
    "electronic_nnps",
    "lag_fraction",
    "presampled_mtf",
    "quantum_nnps",
    "rqa3_equivalent_kerma_ugy",
    "signal_dn",
]
# Standard beams have a voltage of their own; the unit's is that of its presets.
UNIT_KV = 50.0


def quantum_nnps(
    frequency_per_mm: NDArray[np.float64],
    beam: BeamQuality,
    kerma_ugy: float,
    pitch_mm: float,
    kv: float = UNIT_KV,
) -> NDArray[np.float64]:
    """Return the quanta's normalised noise power in mm2: Swank noise, blur and folding in it."""
    quanta = noise_equivalent_quanta_per_mm2_mas(beam_of(beam, kv)) * _mas(beam, kerma_ugy, kv)
    return noise_transfer(frequency_per_mm, pitch_mm) ** 2 / quanta


def electronic_nnps(mean_signal_dn: float, pitch_mm: float) -> float:
    """Return the read-out's normalised noise power in mm2; it is white."""
    return (ELECTRONIC_NOISE_DN / mean_signal_dn * pitch_mm) ** 2


def dqe(
    frequency_per_mm: NDArray[np.float64],
    beam: BeamQuality,
    kerma_ugy: float,
    pitch_mm: float,
    sensitivity_rqa3: float,
) -> NDArray[np.float64]:
    """Return MTF2 / (NNPS x kerma x fluence per kerma), without the noise of any map."""
    mean_dn = signal_dn(beam, kerma_ugy, sensitivity_rqa3)
    noise = quantum_nnps(frequency_per_mm, beam, kerma_ugy, pitch_mm)
    noise = noise + electronic_nnps(mean_dn, pitch_mm)
    photons = beam_of(beam, UNIT_KV).photons_per_mm2_ugy * kerma_ugy
    return np.asarray(presampled_mtf(frequency_per_mm, pitch_mm) ** 2 / (noise * photons))


def signal_dn(
    beam: BeamQuality, kerma_ugy: float, sensitivity_rqa3: float, kv: float = UNIT_KV
) -> float:
    """Return the mean of the bare panel in DN that a straight amplifier would read."""
    return sensitivity_rqa3 * rqa3_equivalent_kerma_ugy(beam, kerma_ugy, kv)


def rqa3_equivalent_kerma_ugy(beam: BeamQuality, kerma_ugy: float, kv: float = UNIT_KV) -> float:
    """Return the air kerma at RQA3 that gives the panel the same signal as this one."""
    return kerma_ugy * _kev_per_ugy(beam, kv) / _kev_per_ugy(BeamQuality.RQA3, kv)


def _mas(beam: BeamQuality, kerma_ugy: float, kv: float) -> float:
    return kerma_ugy / beam_of(beam, kv).kerma_ugy_per_mas


def _kev_per_ugy(beam: BeamQuality, kv: float) -> float:
    spectrum = beam_of(beam, kv)
    return absorbed_kev_per_mm2_mas(spectrum) / spectrum.kerma_ugy_per_mas

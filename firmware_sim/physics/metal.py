"""Metal on the panel: test objects, markers, rings."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from firmware_sim.physics.attenuation import per_mm, signal_weights
from firmware_sim.physics.beam import BeamQuality, beam_of

# g/cm3 at room temperature (CRC Handbook of Chemistry and Physics).
METAL_DENSITY = {"aluminium": 2.699, "tungsten": 19.3, "lead": 11.34, "gold": 19.3}
_STEPS = 257


@dataclass(frozen=True, slots=True)
class Metal:
    """One metal of `METAL_DENSITY` and its thickness at the pixel centres in mm, float32."""

    material: str
    thickness_mm: NDArray[np.float32]


def metal_transmitted(metal: Metal, quality: BeamQuality, kv: float) -> NDArray[np.float32]:
    """Return the signal behind the metal as a fraction of the bare one."""
    return _passed(metal, signal_weights(beam_of(quality, kv)))


def metal_variance_transmitted(
    metal: Metal, quality: BeamQuality, kv: float
) -> NDArray[np.float32]:
    """Return the quanta's variance behind the metal as a fraction of the bare one."""
    beam = beam_of(quality, kv)
    return _passed(metal, signal_weights(beam) * beam.energies_kev)


def _passed(metal: Metal, weights: NDArray[np.float64]) -> NDArray[np.float32]:
    steps = np.linspace(0.0, max(float(metal.thickness_mm.max()), 1e-3), _STEPS)
    attenuation = np.outer(steps, per_mm(metal.material, METAL_DENSITY[metal.material]))
    logarithm = np.log(np.exp(-attenuation) @ (weights / weights.sum()))
    # Between two steps the logarithm is all but straight.
    passed = np.exp(np.interp(metal.thickness_mm, steps, logarithm))
    return np.asarray(passed, np.float32)

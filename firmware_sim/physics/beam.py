"""The X-ray beam that reaches the panel when nothing lies on it."""

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from firmware_sim.physics.tables import read_table

# The tables hold every whole kV of the unit's generator.
LOWEST_KV, HIGHEST_KV = 40, 50


class BeamQuality(Enum):
    """Which beam leaves the tube: the unit's own, or a standard one of IEC 61267."""

    UNIT = "unit"
    RQA3 = "RQA3"
    RQA5 = "RQA5"
    RQA7 = "RQA7"


@dataclass(frozen=True, slots=True)
class Beam:
    """Photons per mm2 and mAs at 1000 mm, over the energies of the tables in keV."""

    energies_kev: NDArray[np.float64]
    photons_per_mm2_mas: NDArray[np.float64]

    @property
    def kerma_ugy_per_mas(self) -> float:
        """Air kerma at 1000 mm in uGy per mAs."""
        per_photon = read_table("materials.csv")["air_kerma_per_photon"]
        return float(self.photons_per_mm2_mas @ per_photon)

    @property
    def photons_per_mm2_ugy(self) -> float:
        """Fluence per air kerma."""
        return float(self.photons_per_mm2_mas.sum()) / self.kerma_ugy_per_mas


@lru_cache(maxsize=64)
def beam_of(quality: BeamQuality, kv: float) -> Beam:
    """Return the beam; a standard quality has its own tube voltage and takes no notice of `kv`.

    Between two whole kV the spectra are interpolated. Raises ValueError outside 40 to 50 kV.
    """
    table = read_table("beams.csv")
    if quality is not BeamQuality.UNIT:
        return Beam(table["energy_kev"], table[quality.value])
    if not LOWEST_KV <= kv <= HIGHEST_KV:
        raise ValueError(f"There is no beam of {kv} kV, only of {LOWEST_KV} to {HIGHEST_KV} kV.")
    lower = min(int(kv), HIGHEST_KV - 1)
    share = kv - lower
    spectrum = (1 - share) * table[str(lower)] + share * table[str(lower + 1)]
    return Beam(table["energy_kev"], spectrum)

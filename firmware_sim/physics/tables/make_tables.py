"""Write beams.csv and materials.csv, the X-ray numbers that the simulator reads.

Needs the `tables` extra (spekpy and xraydb); the simulator itself does not.
Run once: python firmware_sim/physics/tables/make_tables.py
"""

from pathlib import Path

import numpy as np
import spekpy
import xraydb
from numpy.typing import NDArray

FOLDER = Path(__file__).parent
BIN_KEV = 0.5
ENERGIES_KEV = np.arange(5.25, 90.0, BIN_KEV)
# The unit: tungsten anode of 12 degrees, 2.5 mm Al, 1 m of air, focus to panel 1000 mm.
ANODE_DEGREES, INHERENT_AL_MM, DISTANCE_CM, AIR_MM = 12.0, 2.5, 100.0, 1000.0
UNIT_KV = range(40, 51)
# IEC 61267:2005: tube voltage in kV and added filter in mm Al of the RQA beam qualities.
RQA = {"RQA3": (50.0, 10.0), "RQA5": (70.0, 21.0), "RQA7": (90.0, 30.0)}
# ICRU Report 44 (1989), table 4.1: mass fractions.
ICRU_44 = {
    "cortical_bone": "H .034 C .155 N .042 O .435 Na .001 Mg .002 P .103 S .003 Ca .225",
    "muscle": "H .102 C .143 N .034 O .710 Na .001 P .002 S .003 Cl .001 K .004",
    "adipose": "H .114 C .598 N .007 O .278 Na .001 S .001 Cl .001",
}
# Mass fractions from the atomic weights 132.905 and 126.904.
CAESIUM_IODIDE = "Cs .5115 I .4885"
METALS = {"aluminium": "Al", "tungsten": "W", "lead": "Pb", "gold": "Au"}


def beam(kv: float, added_al_mm: float) -> spekpy.Spek:
    """Return the beam of 1 mAs at the panel (spekpy 2.5, model casim)."""
    spectrum = spekpy.Spek(
        kvp=kv, th=ANODE_DEGREES, dk=BIN_KEV, z=DISTANCE_CM, mas=1.0, physics="casim"
    )
    spectrum.filter("Al", INHERENT_AL_MM + added_al_mm).filter("Air", AIR_MM)
    return spectrum


def photons_per_mm2(spectrum: spekpy.Spek) -> NDArray[np.float64]:
    """Return the photons per mm2 and mAs in each bin of ENERGIES_KEV."""
    energies, per_kev_cm2 = spectrum.get_spectrum(edges=False)
    photons = np.zeros_like(ENERGIES_KEV)
    bins = np.rint((energies - ENERGIES_KEV[0]) / BIN_KEV).astype(int)
    kept = (bins >= 0) & (bins < len(photons))
    if not np.allclose(ENERGIES_KEV[bins[kept]], energies[kept]):
        raise ValueError("spekpy's bins do not lie on ENERGIES_KEV")
    photons[bins[kept]] = per_kev_cm2[kept] * BIN_KEV / 100.0
    return photons


def mass_attenuation(composition: str) -> NDArray[np.float64]:
    """Return mu/rho in cm2/g at ENERGIES_KEV (xraydb, tables of Elam et al. 2002)."""
    words = composition.split()
    fractions = zip(words[::2], map(float, words[1::2]), strict=True)
    total = np.zeros_like(ENERGIES_KEV)
    for name, part in fractions:
        total += part * xraydb.mu_elam(name, 1000.0 * ENERGIES_KEV)
    return total


def air_kerma_per_photon() -> NDArray[np.float64]:
    """Return the air kerma in uGy of one photon per mm2 at ENERGIES_KEV."""
    absorption_cm2_g = spekpy.Spek(kvp=90).muen_air_data.get_muen_over_rho_air(ENERGIES_KEV)
    # 1 keV = 1.602176634e-16 J (SI); 1 photon/mm2 = 100 photons/cm2; 1 g = 1e-3 kg; 1 Gy = 1e6 uGy.
    return np.asarray(ENERGIES_KEV * 1.602176634e-16 * 100.0 * absorption_cm2_g * 1e3 * 1e6)


def write(name: str, columns: dict[str, NDArray[np.float64]]) -> None:
    """Write one table with a column of energies first."""
    rows = np.column_stack([ENERGIES_KEV, *columns.values()])
    header = ",".join(["energy_kev", *columns])
    np.savetxt(FOLDER / name, rows, "%.5g", delimiter=",", header=header, comments="")


def main() -> None:
    """Write both tables beside this file."""
    beams = {str(kv): photons_per_mm2(beam(kv, 0.0)) for kv in UNIT_KV}
    beams |= {name: photons_per_mm2(beam(*made_of)) for name, made_of in RQA.items()}
    materials = {name: mass_attenuation(made_of) for name, made_of in ICRU_44.items()}
    materials["caesium_iodide"] = mass_attenuation(CAESIUM_IODIDE)
    materials |= {name: mass_attenuation(f"{symbol} 1.0") for name, symbol in METALS.items()}
    materials["air_kerma_per_photon"] = air_kerma_per_photon()
    write("beams.csv", beams)
    write("materials.csv", materials)


if __name__ == "__main__":
    main()

import numpy as np
import pytest

from firmware_sim.physics.attenuation import (
    DENSITY,
    absorbed_fraction,
    noise_equivalent_quanta_per_mm2_mas,
    per_mm,
    transmitted,
    variance_transmitted,
)
from firmware_sim.physics.beam import BeamQuality, beam_of
from firmware_sim.physics.tables import read_table


def behind(bone_mm: float, soft_mm: float) -> float:
    bone, soft = (np.full((1, 1), mm, np.float32) for mm in (bone_mm, soft_mm))
    return float(transmitted(bone, soft, BeamQuality.UNIT, 50)[0, 0])


# Weighted by CsI at 50 kV (spekpy and xraydb).
@pytest.mark.parametrize(
    ("bone_mm", "soft_mm", "signal"),
    [(0, 0, 1.0), (0, 20, 0.48), (3, 12, 0.36), (6, 15, 0.20), (10, 20, 0.096)],
)
def test_signal_behind_tissue_agrees_with_the_measured_table(
    bone_mm: float, soft_mm: float, signal: float
) -> None:
    assert behind(bone_mm, soft_mm) == pytest.approx(signal, abs=0.012)


# mu/rho in cm2/g of ICRU-44 cortical bone and muscle (xraydb and xraylib).
@pytest.mark.parametrize(
    ("material", "mass_attenuation"),
    [("cortical_bone", [4.00, 1.331, 0.666, 0.424]), ("muscle", [0.821, 0.378, 0.269, 0.226])],
)
def test_mass_attenuation_agrees_with_published_values(
    material: str, mass_attenuation: list[float]
) -> None:
    energies = read_table("materials.csv")["energy_kev"]
    found = np.interp([20, 30, 40, 50], energies, per_mm(material, 10.0))
    assert found == pytest.approx(mass_attenuation, rel=0.005)


def test_scintillator_absorbs_nine_tenths_of_the_bare_beam() -> None:
    photons = beam_of(BeamQuality.UNIT, 50).photons_per_mm2_mas
    assert photons @ absorbed_fraction() / photons.sum() == pytest.approx(0.91, abs=0.02)


def test_low_frequency_dqe_at_rqa5_is_that_of_a_flat_panel() -> None:
    beam = beam_of(BeamQuality.RQA5, 50)
    dqe = noise_equivalent_quanta_per_mm2_mas(beam) / beam.photons_per_mm2_mas.sum()
    # Spahn et al., SPIE Medical Imaging 2000: 0.65 to 0.75.
    assert 0.6 < dqe < 0.75


def test_noise_behind_bone_is_that_of_fewer_and_harder_quanta() -> None:
    bone, soft = (np.full((1, 1), mm, np.float32) for mm in (3.0, 12.0))
    variance = float(variance_transmitted(bone, soft, BeamQuality.UNIT, 50)[0, 0])
    # The mean energy rises from 32.4 to 35.9 keV; noise power goes with its square.
    assert variance / behind(3.0, 12.0) == pytest.approx(35.9 / 32.4, abs=0.03)


def test_bone_is_the_denser_tissue() -> None:
    assert DENSITY["cortical_bone"] > DENSITY["muscle"] > DENSITY["adipose"]

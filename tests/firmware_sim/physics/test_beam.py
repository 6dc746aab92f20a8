import numpy as np
import pytest

from firmware_sim.physics.attenuation import per_mm
from firmware_sim.physics.beam import Beam, BeamQuality, beam_of
from firmware_sim.physics.tables import read_table

# NISTIR 5632 (Hubbell & Seltzer 1995): keV, mu/rho of aluminium, mu_en/rho of dry air, cm2/g.
NIST = np.array(
    [
        (5, 193.4, 39.31),
        (6, 115.3, 22.70),
        (8, 50.33, 9.446),
        (10, 26.23, 4.742),
        (15, 7.955, 1.334),
        (20, 3.441, 0.5389),
        (30, 1.128, 0.1537),
        (40, 0.5685, 0.06833),
        (50, 0.3681, 0.04098),
        (60, 0.2778, 0.03041),
        (80, 0.2018, 0.02407),
        (100, 0.1704, 0.02325),
    ]
)


def half_value_layer_mm(beam: Beam) -> float:
    """Millimetres of aluminium (2.699 g/cm3) that halve the air kerma, by NIST's figures."""
    energy, aluminium, air = np.log(NIST).T
    at = np.log(beam.energies_kev)
    per_mm_of_it = np.exp(np.interp(at, energy, aluminium)) * 2.699 / 10.0
    kerma = beam.photons_per_mm2_mas * beam.energies_kev * np.exp(np.interp(at, energy, air))
    thickness = np.linspace(0.0, 15.0, 1501)
    left = np.exp(-np.outer(thickness, per_mm_of_it)) @ kerma
    return float(np.interp(-0.5 * left[0], -left, thickness))


def test_aluminium_of_the_tables_is_that_of_nist() -> None:
    energies = read_table("materials.csv")["energy_kev"]
    found = np.interp([10.0, 20.0, 30.0, 40.0, 50.0], energies, per_mm("aluminium", 2.699))
    assert found == pytest.approx(NIST[[3, 5, 6, 7, 8], 1] * 0.2699, rel=0.03)


def test_fifty_kv_gives_31_5_ugy_per_mas_at_one_metre() -> None:
    assert beam_of(BeamQuality.UNIT, 50).kerma_ugy_per_mas == pytest.approx(31.5, rel=0.005)


# The unit's 2.5 mm Al and 1 m of air; IEC 61267:2005.
@pytest.mark.parametrize(("quality", "layer_mm"), [("UNIT", 1.78), ("RQA7", 9.2)])
def test_half_value_layer_is_that_of_the_beam(quality: str, layer_mm: float) -> None:
    found = half_value_layer_mm(beam_of(BeamQuality[quality], 50))
    assert found == pytest.approx(layer_mm, rel=0.02)


def test_rqa5_is_as_hard_as_detectors_are_calibrated_at() -> None:
    # AAPM, calibration of the exposure index: 6.55 to 7.05 mm.
    assert 6.55 < half_value_layer_mm(beam_of(BeamQuality.RQA5, 50)) < 7.05


def test_mean_energy_is_that_of_the_unit() -> None:
    beam = beam_of(BeamQuality.UNIT, 50)
    mean = beam.photons_per_mm2_mas @ beam.energies_kev / beam.photons_per_mm2_mas.sum()
    assert mean == pytest.approx(32.4, abs=0.1)


# Bare beam: spekpy with 1 m of air; RQA: IEC 62220-1-1:2015.
@pytest.mark.parametrize(
    ("quality", "photons"), [("UNIT", 13218), ("RQA3", 20673), ("RQA5", 29653), ("RQA7", 32490)]
)
def test_fluence_per_kerma_agrees_with_the_standard(quality: str, photons: float) -> None:
    beam = beam_of(BeamQuality[quality], 50)
    assert beam.photons_per_mm2_ugy == pytest.approx(photons, rel=0.005)


def test_kerma_grows_with_tube_voltage_between_the_tables_too() -> None:
    kerma = [beam_of(BeamQuality.UNIT, kv).kerma_ugy_per_mas for kv in (40, 44.2, 44.7, 50)]
    assert kerma == sorted(kerma)


def test_voltage_between_two_tables_is_their_mean() -> None:
    halfway = beam_of(BeamQuality.UNIT, 45.5).kerma_ugy_per_mas
    ends = [beam_of(BeamQuality.UNIT, kv).kerma_ugy_per_mas for kv in (45, 46)]
    assert halfway == pytest.approx(np.mean(ends))


@pytest.mark.parametrize("kv", [39.9, 50.1])
def test_voltage_outside_the_unit_is_refused(kv: float) -> None:
    with pytest.raises(ValueError, match="40 to 50 kV"):
        beam_of(BeamQuality.UNIT, kv)

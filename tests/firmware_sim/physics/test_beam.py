import numpy as np
import pytest

from firmware_sim.physics.attenuation import per_mm
from firmware_sim.physics.beam import Beam, BeamQuality, beam_of
from firmware_sim.physics.tables import read_table


def half_value_layer_mm(beam: Beam) -> float:
    """Millimetres of aluminium (2.699 g/cm3) that halve the air kerma."""
    kerma = beam.photons_per_mm2_mas * read_table("materials.csv")["air_kerma_per_photon"]
    thickness = np.linspace(0.0, 12.0, 1201)
    left = np.exp(-np.outer(thickness, per_mm("aluminium", 2.699))) @ kerma
    return float(np.interp(-0.5 * left[0], -left, thickness))


def test_fifty_kv_gives_31_5_ugy_per_mas_at_one_metre() -> None:
    assert beam_of(BeamQuality.UNIT, 50).kerma_ugy_per_mas == pytest.approx(31.5, rel=0.005)


def test_fifty_kv_has_the_half_value_layer_of_the_unit() -> None:
    assert half_value_layer_mm(beam_of(BeamQuality.UNIT, 50)) == pytest.approx(1.78, abs=0.02)


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

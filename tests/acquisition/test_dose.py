import pytest

from acquisition.dose import (
    DOSE_AREA_NOTE,
    EFFECTIVE_DOSE_NOTE,
    PANEL_FIELD_M2,
    air_kerma_ugy,
    dose_area_product_ugy_m2,
    effective_dose_usv,
    exposed_field_m2,
)
from device.technique import HAND_PRESET
from tests.campaigns.studio import Studio


def test_the_start_preset_gives_the_kerma_of_the_unit():
    # The unit: 0.3 mAs at 50 kV are 9.5 uGy at the panel.
    assert air_kerma_ugy(HAND_PRESET) == pytest.approx(9.5, rel=0.01)


def test_the_dose_area_product_is_kerma_times_the_field():
    assert dose_area_product_ugy_m2(HAND_PRESET, 0.01) == pytest.approx(0.0946, rel=0.01)
    assert dose_area_product_ugy_m2(HAND_PRESET, PANEL_FIELD_M2) == pytest.approx(
        9.46 * 0.072, rel=0.01
    )


def test_a_field_that_is_not_detected_counts_as_whole_and_the_note_says_so():
    closed = Studio(3).image("phantom:sex=F,bone_age=9.2,seed=1,collimation=150:150:150:150")
    assert exposed_field_m2(closed) == pytest.approx(PANEL_FIELD_M2, rel=0.01)
    assert "whole 24 x 30 cm where none was detected" in DOSE_AREA_NOTE


# Pixxgen Prudent manual, p. 53, forearm: age, entrance air kerma in uGy, effective dose in uSv.
@pytest.mark.parametrize(
    ("age", "kerma", "effective"),
    [(1, 130, 0.21), (5, 160, 0.5), (10, 200, 0.87), (15, 220, 0.92), (20, 300, 1.1)],
)
def test_the_effective_dose_follows_the_table_it_rests_on(age, kerma, effective):
    assert effective_dose_usv(kerma, age) == pytest.approx(effective, rel=0.02)


def test_a_hand_at_low_dose_gives_a_small_part_of_a_microsievert():
    # A child's hand at ten to thirty times the kerma: 0.1 uSv (BoneXpert 2012).
    assert 0.01 < effective_dose_usv(air_kerma_ugy(HAND_PRESET), 8.0) < 0.1


def test_the_estimate_is_called_one_and_names_its_uncertainty():
    assert "estimate" in EFFECTIVE_DOSE_NOTE and "factor of 3" in EFFECTIVE_DOSE_NOTE

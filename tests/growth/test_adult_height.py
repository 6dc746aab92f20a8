import pytest

from bone_age.reading import Sex
from growth.adult_height import luo_target_height, tanner_target_height


def test_a_boy_of_parents_of_175_and_162_cm_is_expected_at_175():
    target = tanner_target_height(Sex.MALE, 162.0, 175.0)
    assert (target.cm, target.low_cm, target.high_cm) == (175.0, 166.5, 183.5)


def test_a_girl_of_the_same_parents_is_expected_13_cm_shorter():
    assert tanner_target_height(Sex.FEMALE, 162.0, 175.0).cm == 162.0


@pytest.mark.parametrize(("sex", "cm"), [(Sex.MALE, 177.42), (Sex.FEMALE, 164.225)])
def test_luo_regresses_on_the_plain_mean_of_the_parents(sex, cm):
    target = luo_target_height(sex, 162.0, 175.0)
    assert target.cm == pytest.approx(cm)
    assert (target.low_cm, target.high_cm) == pytest.approx((cm - 10, cm + 10))


def test_a_target_names_its_method():
    assert "Tanner" in tanner_target_height(Sex.MALE, 162.0, 175.0).method
    assert "Luo" in luo_target_height(Sex.MALE, 162.0, 175.0).method

import pytest

from bone_age.reading import Sex
from growth.adult_height import (
    AdultHeight,
    BoneAge,
    Menarche,
    RefusedHeight,
    RusBoneAge,
    adult_height_record,
    adult_heights,
    luo_target_height,
    tanner_target_height,
)
from growth.ages import exact_age
from growth.references import Position


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


@pytest.mark.parametrize("method", [tanner_target_height, luo_target_height])
def test_a_target_says_what_its_range_is(method):
    assert method(Sex.MALE, 162.0, 175.0).interval.endswith(".")


@pytest.fixture
def age(boy, visit):
    return exact_age(boy.birth_date, visit)


def test_each_method_predicts_for_itself(boy, age):
    by_table, by_equation = adult_heights(
        boy, age, 130.0, BoneAge(104.4, (92.0, 117.0)), rus_bone_age=RusBoneAge(104.4, "RUS-CHN")
    )
    assert (round(by_table.cm, 1), round(by_equation.cm, 1)) == (174.6, 170.6)
    assert by_table.method != by_equation.method


def test_without_a_height_nothing_is_predicted(boy, age):
    heights = adult_heights(boy, age, None, BoneAge(104.4))
    assert all("not measured" in height.reason for height in heights)


def test_without_a_bone_age_the_table_predicts_nothing(boy, age):
    by_table, _ = adult_heights(boy, age, 130.0, None)
    assert isinstance(by_table, RefusedHeight) and "none was read" in by_table.reason


def test_a_child_who_was_measured_lying_gets_no_prediction(boy, age):
    heights = adult_heights(boy, age, 130.0, BoneAge(104.4), position=Position.RECUMBENT)
    assert all("lying" in height.reason for height in heights)


def test_a_bone_age_that_was_read_is_none_for_the_equation(boy, age):
    by_table, by_equation = adult_heights(boy, age, 130.0, BoneAge(104.4), Menarche.NOT_YET)
    assert isinstance(by_table, AdultHeight) and isinstance(by_equation, RefusedHeight)


def test_a_record_holds_figures_unrounded_and_a_refusal_as_null_with_its_reason(boy, age):
    by_table, refused = adult_height_record(adult_heights(boy, age, 130.0, BoneAge(104.4)))
    assert by_table["cm"] == pytest.approx(130 / 0.7446)
    assert by_table["group"] == "average" and by_table["bone_age_part_cm"] is None
    assert "reason" not in by_table and by_table["interval"].endswith(".")
    assert refused["cm"] is refused["low_cm"] is refused["interval"] is None
    assert refused["reason"] and "group" not in refused


def test_a_record_holds_the_part_of_the_bone_age_and_the_doubts(boy, age):
    (record, _) = adult_height_record(adult_heights(boy, age, 130.0, BoneAge(104.4, (92.0, 117.0))))
    low, high = record["bone_age_part_cm"]
    assert record["low_cm"] < low < record["cm"] < high < record["high_cm"]
    assert "retarded" in record["doubts"][0]

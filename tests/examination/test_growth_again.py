"""The growth of a result is judged anew from what else the result tells, and nothing is lost."""

from datetime import date

import pytest

from bone_age.reading import Sex
from examination.consistent import Site, with_its_growth
from examination.errors import OrderWrong
from examination.growth_again import growth_again
from examination.on_record import OnRecord
from growth.judgement import WITHOUT_CUSTOMS
from growth.scoring import Sheet, bones_of, permitted_stages
from growth.visits import EarlierVisit
from tests.reports.children import five_children
from tests.reports.conftest import result_of

REMARK = "The bone age of 2025-09-05 was doubtful: Metal lies on the hand."
EARLIER = {"date": "2025-09-05", "height_cm": 124.0, "height_position": "standing"}
STAGES = {bone: permitted_stages(Sheet.RUS_CHN, bone)[4] for bone in bones_of(Sheet.RUS_CHN)}


@pytest.fixture
def result():
    return result_of()


def again(result):
    return growth_again(result, WITHOUT_CUSTOMS)


def test_visits_of_the_order_and_on_record_make_one_course(result):
    result["patient"]["earlier_visits"] = [EARLIER]
    result["on_record"] = {"visits": [EARLIER | {"date": "2024-09-05", "height_cm": 118.0}]}
    days = [visit["date"] for visit in again(result)["follow_up"]["visits"]]
    assert days == ["2024-09-05", "2025-09-05", "2026-09-10"]


def test_what_was_found_out_about_visits_on_record_is_told_again(result):
    result["on_record"] = {"visits": [], "remarks": [REMARK]}
    assert again(result)["follow_up"]["remarks"] == [REMARK]


def test_what_was_entered_is_that_of_the_patient(result):
    result["patient"] |= {"tanner_stage": 2, "treatment": "growth hormone"}
    entered = again(result)["entered"]
    assert (entered["tanner_stage"], entered["treatment"]) == (2, "growth hormone")


def test_a_corrected_stage_gives_another_score(result):
    result["patient"]["scoring"] = {"sheet": "RUS-CHN", "stages": STAGES}
    before = again(result)["scoring"]["score"]
    result["patient"]["scoring"]["stages"] = STAGES | {"radius": "9"}
    assert again(result)["scoring"]["score"] > before


def test_a_doubtful_reading_is_a_doubt_of_the_adult_height_that_rests_on_it(result):
    result["reading"]["doubts"] = ["Metal lies on the hand."]
    heights = {height["method"]: height for height in again(result)["adult_height"]}
    doubts = heights["Bayley-Pinneau 1952"]["doubts"]
    assert any("bone age that is doubtful" in doubt for doubt in doubts)


@pytest.mark.parametrize(
    ("entry", "value", "named"),
    [
        ("name", None, "name is missing"),
        ("name", " ", "name is missing"),
        ("birth_date", "1987-03-14", "bone age is read in children only"),
        ("sex", "X", "must be F or M"),
    ],
)
def test_the_child_is_checked_as_in_an_order(result, entry, value, named):
    result["patient"][entry] = value
    with pytest.raises(OrderWrong, match=named):
        again(result)


def test_a_field_that_nobody_knows_is_named(result):
    result["patient"]["heigth_cm"] = 120.0
    with pytest.raises(OrderWrong, match="'heigth_cm'"):
        again(result)


def test_a_child_born_early_is_compared_at_its_corrected_age_again():
    result = five_children()["two-year-old"]
    expected = result["growth"]
    found = again(result)
    assert found["corrected_age"] == expected["corrected_age"]
    assert found["height"] == expected["height"] and found["weight"] == expected["weight"]


def found_of(*_):
    return OnRecord((EarlierVisit(date(2025, 9, 10), 124.5),), (REMARK,))


def test_an_untouched_result_stays_as_it_is(result):
    whole = result | {"growth": again(result)}
    assert with_its_growth(whole, Site(WITHOUT_CUSTOMS, found_of)) == whole


def test_visits_on_record_are_looked_up_again_for_another_patient_number(result):
    result["on_record"] = {"of": {}, "visits": [EARLIER], "remarks": []}
    judged = with_its_growth(result, Site(WITHOUT_CUSTOMS, found_of))
    assert judged["on_record"]["of"]["id"] == result["patient"]["id"]
    assert judged["growth"]["follow_up"]["visits"][0]["height_cm"] == 124.5
    assert REMARK in judged["growth"]["follow_up"]["remarks"]


def test_a_corrected_birth_date_corrects_the_age(result):
    result["patient"]["birth_date"] = "2016-03-14"
    judged = with_its_growth(result, Site(WITHOUT_CUSTOMS, found_of))
    assert judged["patient"]["age_years"] == 10.49


def test_a_girl_has_the_growth_of_a_girl(result):
    result["patient"]["sex"] = Sex.FEMALE.value
    assert again(result)["height"]["who"]["sds"] != result["growth"]["height"]["who"]["sds"]

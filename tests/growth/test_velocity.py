from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bone_age.reading import Sex
from growth.assessment import Refusal
from growth.child import Child
from growth.references import Position
from growth.velocity import (
    Between,
    contradiction_of,
    velocities,
    velocity_between,
    velocity_of_last_year,
)
from growth.visits import EarlierVisit

LYING, STANDING = Position


GIRL = Child("P-1", "Li Hua", Sex.FEMALE, date(2017, 3, 14))


@pytest.fixture
def girl():
    return GIRL


def at(day, cm, position=STANDING):
    return EarlierVisit(date.fromisoformat(day), cm, position)


def test_a_velocity_is_the_gain_over_days_by_365_25(girl):
    velocity = velocity_between(girl, at("2025-05-02", 125.0), at("2026-05-02", 131.0))
    assert velocity.cm_per_year == pytest.approx(6.0 / (365 / 365.25))
    assert velocity.remarks == ()


def test_the_error_of_measuring_is_told_with_a_velocity(girl):
    """Two heights with an SD of 0.3 cm: 1.96 x root 2 x 0.3 cm = 0.83 cm over a year."""
    velocity = velocity_between(girl, at("2024-05-02", 125.0), at("2025-05-02", 131.0))
    assert velocity.error_cm_per_year == pytest.approx(0.832, abs=0.001)
    half = velocity_between(girl, at("2024-05-02", 125.0), at("2024-11-02", 128.0))
    assert half.error_cm_per_year == pytest.approx(1.65, abs=0.01)


@pytest.mark.parametrize("day", ["2025-05-03", "2025-08-02", "2025-11-01"])
def test_below_six_months_a_velocity_is_refused_with_the_time_between(girl, day):
    velocity = velocity_between(girl, at("2025-05-02", 125.0), at(day, 128.0))
    assert isinstance(velocity.cm_per_year, Refusal)
    assert velocity.cm_per_year.reason.endswith("a velocity needs 6.")
    assert velocity.between.end == date.fromisoformat(day)


def test_six_calendar_months_are_enough_though_they_are_few_days(girl):
    velocity = velocity_between(girl, at("2026-02-01", 125.0), at("2026-08-01", 128.0))
    assert velocity.between.months < 6
    assert velocity.cm_per_year == pytest.approx(3.0 / (181 / 365.25))


def test_less_than_a_year_is_said_to_judge_nothing(girl):
    velocity = velocity_between(girl, at("2025-05-02", 125.0), at("2025-12-02", 128.0))
    assert "judged over a year" in velocity.remarks[0]


def test_a_child_does_not_shrink(girl):
    velocity = velocity_between(girl, at("2025-05-02", 125.0), at("2026-05-02", 122.4))
    assert velocity.cm_per_year == Refusal(
        "The height falls from 125.0 cm on 2025-05-02 to 122.4 cm on 2026-05-02; "
        "check both measurements."
    )


def test_a_height_in_inches_is_no_velocity(girl):
    velocity = velocity_between(girl, at("2025-05-02", 49.2), at("2026-05-02", 130.0))
    assert velocity.cm_per_year == Refusal(
        "No child grows from 49.2 cm on 2025-05-02 to 130.0 cm on 2026-05-02; "
        "check both measurements and their unit."
    )


def test_no_velocity_of_a_year_is_built_on_a_height_that_is_doubted_meanwhile(girl):
    visits = [at("2025-11-20", 126.0), at("2026-02-20", 132.5), at("2026-11-26", 130.5)]
    velocity = velocity_of_last_year(girl, visits)
    assert "falls from 132.5 cm" in velocity.cm_per_year.reason


def test_a_child_who_comes_every_three_months_has_the_velocity_of_each_year(girl):
    days = ("2025-02-20", "2025-05-20", "2025-08-20", "2025-11-20", "2026-02-20", "2026-05-20")
    visits = [at(day, 120.0 + 1.5 * place) for place, day in enumerate(days)]
    *young, last = velocities(girl, visits)
    assert last == velocity_of_last_year(girl, visits)
    assert "Only 2.9 months" in young[0].cm_per_year.reason


def test_two_weeks_of_measuring_error_are_no_impossible_growth(girl):
    assert contradiction_of(girl, at("2026-11-01", 130.0), at("2026-11-15", 131.2)) is None


def test_an_infant_may_grow_faster_than_any_child(girl):
    born = girl.birth_date
    newborn, half_a_year = (
        EarlierVisit(born + timedelta(days), cm, LYING) for days, cm in ((0, 47.0), (184, 69.0))
    )
    assert velocity_between(girl, newborn, half_a_year).cm_per_year == pytest.approx(43.7, abs=0.1)


@pytest.mark.parametrize(("age_days", "fastest"), [(366, 60), (730, 60), (731, 25)])
def test_faster_than_any_infant_or_child_grows_is_refused(girl, age_days, fastest):
    """60 cm a year from a height below 24 months of age, 25 from then on, beyond 0.83 cm."""
    first, days = girl.birth_date + timedelta(days=age_days), 200
    for speed, is_told in ((fastest + 1, True), (fastest + 2, False)):
        former = EarlierVisit(first, 75.0, LYING)
        later = EarlierVisit(first + timedelta(days), 75.0 + speed * days / 365.25, LYING)
        said = velocity_between(girl, former, later).cm_per_year
        assert (said == pytest.approx(speed)) if is_told else "No child grows" in said.reason


def test_near_adult_height_a_fall_within_the_error_of_measuring_is_a_velocity(girl):
    """1.96 x root 2 x 0.3 cm = 0.83 cm: 175.1 cm and 174.3 cm may be the same height."""
    velocity = velocity_between(girl, at("2033-05-02", 175.1), at("2034-05-02", 174.3))
    assert velocity.cm_per_year == pytest.approx(-0.8 / (365 / 365.25))
    assert velocity.error_cm_per_year == pytest.approx(0.832, abs=0.001)


@pytest.mark.parametrize("fall_cm", [0.84, 0.9])
def test_a_fall_beyond_the_error_of_measuring_is_refused(girl, fall_cm):
    visits = at("2033-05-02", 175.0), at("2034-05-02", 175.0 - fall_cm)
    assert "The height falls from 175.0 cm" in velocity_between(girl, *visits).cm_per_year.reason


def test_a_child_that_has_not_grown_has_a_velocity_of_nothing(girl):
    velocity = velocity_between(girl, at("2025-05-02", 125.0), at("2026-05-02", 125.0))
    assert velocity.cm_per_year == 0


def test_lying_and_standing_up_to_5_years_differ_by_7_mm_and_it_is_said(girl):
    velocity = velocity_between(girl, at("2019-03-14", 86.7, LYING), at("2020-03-14", 95.0))
    assert velocity.cm_per_year == pytest.approx((95.0 - 86.0) / (366 / 365.25))
    assert "2019-03-14 was measured lying; 0.7 cm were taken off" in velocity.remarks[0]


def test_the_correction_has_the_same_size_whichever_was_lying(girl):
    velocity = velocity_between(girl, at("2019-03-14", 86.0), at("2020-03-14", 95.7, LYING))
    assert velocity.cm_per_year == pytest.approx((95.0 - 86.0) / (366 / 365.25))


def test_two_lying_heights_need_no_correction(girl):
    velocity = velocity_between(girl, at("2018-03-14", 75.0, LYING), at("2019-03-14", 86.0, LYING))
    assert velocity.cm_per_year == pytest.approx(11.0 / (365 / 365.25))
    assert velocity.remarks == ()


def test_beyond_5_years_lying_and_standing_are_not_compared(girl):
    velocity = velocity_between(girl, at("2025-05-02", 125.7, LYING), at("2026-05-02", 131.0))
    assert "lying and standing" in velocity.cm_per_year.reason


def test_below_3_years_an_unsaid_position_is_never_guessed(girl):
    velocity = velocity_between(girl, at("2019-03-14", 86.7, None), at("2020-03-14", 95.0))
    assert (
        "not told whether the child was measured lying or standing" in velocity.cm_per_year.reason
    )


def test_an_unsaid_position_of_an_older_child_is_standing(girl):
    told = velocity_between(girl, at("2025-05-02", 125.0), at("2026-05-02", 131.0))
    unsaid = velocity_between(girl, at("2025-05-02", 125.0, None), at("2026-05-02", 131.0, None))
    assert unsaid == told


TODAY = at("2026-11-27", 134.0)


@pytest.mark.parametrize(
    ("days", "chosen"),
    [
        (["2025-11-27"], "2025-11-27"),
        (["2025-06-27", "2026-02-27"], "2026-02-27"),
        (["2025-08-27", "2025-12-20", "2026-05-27"], "2025-12-20"),
        (["2025-10-27", "2025-12-27"], "2025-12-27"),
        (["2025-08-27", "2026-02-28"], "2025-08-27"),
        # 370 days are 4.75 from a year, 361 are 4.25 and 360 are 5.25: no two days are as near.
        (["2025-11-22", "2025-12-01"], "2025-12-01"),
        (["2025-11-22", "2025-12-02"], "2025-11-22"),
    ],
)
def test_the_last_year_begins_with_the_height_nearest_to_12_months_within_9_to_15(
    girl, days, chosen
):
    visits = [*(at(day, 120.0 + number) for number, day in enumerate(days)), TODAY]
    velocity = velocity_of_last_year(girl, visits)
    assert velocity.between == Between(date.fromisoformat(chosen), TODAY.date)
    assert velocity.cm_per_year > 0


@pytest.mark.parametrize("days", [[], ["2026-02-28"], ["2025-08-26"], ["2024-11-27", "2026-06-01"]])
def test_without_a_height_of_9_to_15_months_before_it_is_refused(girl, days):
    velocity = velocity_of_last_year(girl, [*(at(day, 120.0) for day in days), TODAY])
    assert velocity.cm_per_year == Refusal("No height was measured 9 to 15 months before.")


def test_without_a_height_today_it_is_refused(girl):
    velocity = velocity_of_last_year(girl, [at("2025-11-27", 128.0), at("2026-11-27", None)])
    assert velocity.cm_per_year == Refusal("The velocity needs a height of this visit.")


def test_neighbours_are_the_visits_that_have_heights(girl):
    visits = [at("2024-11-27", 122.0), at("2025-05-27", None), at("2025-11-27", 128.0), TODAY]
    spans = [(each.between.start.year, each.between.end.year) for each in velocities(girl, visits)]
    assert spans == [(2024, 2025), (2025, 2026)]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 3000), st.integers(1, 2000), st.floats(50, 190), st.floats(50, 190))
def test_a_velocity_is_what_a_child_can_grow_or_a_sentence(start, days, first, last):
    former, later = (GIRL.birth_date + timedelta(days=day) for day in (start, start + days))
    velocity = velocity_between(
        GIRL, EarlierVisit(former, first, STANDING), EarlierVisit(later, last, STANDING)
    )
    if isinstance(velocity.cm_per_year, Refusal):
        assert velocity.cm_per_year.reason.endswith(".")
    else:
        gained = velocity.cm_per_year * velocity.between.years
        assert gained == pytest.approx(last - first) and gained > -0.84
        assert velocity.cm_per_year <= 60

import json
import math
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bone_age.reading import Sex
from growth.assess import assess
from growth.assessment import Refusal
from growth.bone_age_progress import AUTOMATIC_READING
from growth.child import Child, Gestation
from growth.follow_up import follow_up, follow_up_record
from growth.references import Measure, Position, Reference, size_for
from growth.visits import EarlierVisit

WHO, CDC, CHINA = Reference
HEIGHT = Measure.HEIGHT
GIRL = Child("P-1", "Li Hua", Sex.FEMALE, date(2017, 3, 14))
STANDING = Position.STANDING
METHOD = "GP, hand 2.2"
LAST_YEAR = EarlierVisit(date(2025, 11, 27), 128.0, STANDING, 26.0, 96.0, (84.0, 108.0), METHOD)
TODAY = EarlierVisit(date(2026, 11, 27), 134.0, STANDING, 29.0, 108.0, (95.0, 121.0), METHOD)


def course_of(*visits, remarks=()):
    return follow_up(GIRL, [*visits, TODAY], AUTOMATIC_READING, remarks)


@pytest.fixture
def record():
    return follow_up_record(course_of(LAST_YEAR))


def test_a_first_visit_has_no_course():
    assert course_of() is None
    assert follow_up_record(None) is None


def test_what_was_found_out_about_visits_is_told_even_where_none_is_left():
    course = course_of(remarks=["The visit of 2025-01-01 on record was not used."])
    assert course.remarks == ("The visit of 2025-01-01 on record was not used.",)
    assert [each.visit for each in course.visits] == [TODAY]


def test_every_visit_is_assessed_at_the_age_of_then():
    course = course_of(LAST_YEAR)
    then = replace(GIRL, height_cm=128.0, weight_kg=26.0)
    assert course.visits[0].growth == assess(then, LAST_YEAR.date, 96.0, STANDING)
    assert [each.visit for each in course.visits] == [LAST_YEAR, TODAY]


def test_heights_that_contradict_one_another_have_no_sds_change():
    inches = replace(LAST_YEAR, height_cm=50.4)
    change = course_of(inches).sds_change[WHO].change
    assert "check both measurements and their unit" in change.reason


def test_the_sds_change_is_the_difference_of_the_two_scores_with_its_time():
    course = course_of(LAST_YEAR)
    for reference in Reference:
        then, now = (each.growth.height.scores[reference].sds for each in course.visits)
        assert course.sds_change[reference].change == pytest.approx(now - then)
        assert course.sds_change[reference].between.start == LAST_YEAR.date


def test_the_error_of_measuring_is_told_with_a_change_of_sds():
    """1.96 x root 2 x 0.3 cm = 0.83 cm; an SD of girls of 9 y 8 mo is 6.36 cm (WHO 2007)."""
    change = course_of(LAST_YEAR).sds_change[WHO]
    assert change.error_sds == pytest.approx(0.832 / 6.36, abs=0.001)
    assert change.remarks == ()


@pytest.mark.parametrize("reference", Reference)
def test_a_height_that_is_wrong_by_the_error_of_measuring_moves_the_change_by_the_error_told(
    reference,
):
    taller = replace(TODAY, height_cm=TODAY.height_cm + 0.8316)
    told, moved = (
        follow_up(GIRL, [LAST_YEAR, today], AUTOMATIC_READING).sds_change[reference]
        for today in (TODAY, taller)
    )
    assert moved.change - told.change == pytest.approx(told.error_sds, abs=0.001)


def test_the_error_of_a_child_born_early_is_that_at_the_corrected_age():
    child = replace(GIRL, birth_date=date(2024, 3, 14), gestation=Gestation(28))
    sizes = {date(2025, 3, 14): 70.0, date(2026, 2, 14): 82.0}
    visits = [EarlierVisit(day, cm, Position.RECUMBENT) for day, cm in sizes.items()]
    course = follow_up(child, visits, AUTOMATIC_READING)
    months = course.visits[-1].growth.corrected_age.decimal_months
    median, above = (size_for(WHO, HEIGHT, Sex.FEMALE, months, sds) for sds in (0, 1))
    assert course.sds_change[WHO].error_sds == pytest.approx(0.8316 / (above - median), abs=1e-4)


def test_a_change_of_sds_of_less_than_a_year_is_said_to_judge_nothing():
    near = replace(LAST_YEAR, date=date(2026, 3, 27))
    course = course_of(near)
    for change in course.sds_change.values():
        assert change.remarks == course.velocities[0].remarks
        assert "lie 8.0 months apart; growth changes" in change.remarks[0]


def test_a_score_of_one_reference_alone_changes_in_that_one_alone():
    lying = EarlierVisit(date(2021, 3, 14), 100.0, Position.RECUMBENT)
    course = course_of(lying)
    assert isinstance(course.sds_change[WHO].change, float)
    assert course.sds_change[CDC].change == Refusal(
        "No height of 6 months or more before has a score of CDC 2000."
    )


def test_the_end_of_the_correction_for_a_preterm_birth_is_said_where_it_moves_a_score():
    child = replace(GIRL, birth_date=date(2024, 3, 14), gestation=Gestation(28))
    days = (date(2025, 3, 14), date(2026, 2, 14), date(2026, 11, 27))
    visits = [EarlierVisit(day, 70.0 + 8 * n, STANDING) for n, day in enumerate(days)]
    still = follow_up(child, visits[:2], AUTOMATIC_READING).sds_change[WHO]
    ended = follow_up(child, [visits[1], visits[2]], AUTOMATIC_READING).sds_change[WHO]
    assert still.remarks == ()
    assert "2026-02-14 was compared at the corrected age" in ended.remarks[0]


def test_without_a_score_today_there_is_no_change_but_its_reason():
    course = follow_up(GIRL, [LAST_YEAR, EarlierVisit(TODAY.date)], AUTOMATIC_READING)
    assert course.sds_change[WHO].change == Refusal("The height was not measured.")


def test_what_a_reader_of_earlier_scores_must_see_is_said_once_with_its_days():
    unsaid = [EarlierVisit(date(2025, month, 1), 125.0 + month) for month in (1, 7)]
    (remark,) = course_of(*unsaid).remarks
    assert remark.endswith("as standing height. (Earlier: 2025-01-01, 2025-07-01.)")


def test_a_record_survives_json_and_has_the_promised_names(record):
    assert json.loads(json.dumps(record, allow_nan=False)) == record
    assert {"date", "age_months", "height_cm", "weight_kg", "bmi_kg_m2"} <= set(record["visits"][0])
    assert {"cm_per_year", "from", "to", "years"} <= set(record["velocity"])
    assert {"change", "error_sds", "from", "to", "years"} <= set(record["sds_change"]["china"])
    assert {"years_per_year", "change_months", "smallest_detectable_months", "exceeds"} <= set(
        record["bone_age_progress"]
    )


def test_a_record_holds_the_numbers_of_the_course(record):
    assert record["visits"][0]["bone_age_interval_months"] == [84.0, 108.0]
    assert record["visits"][1]["height_sds"]["who"] == pytest.approx(-0.445, abs=0.001)
    assert record["velocity"]["cm_per_year"] == pytest.approx(6.0 / (365 / 365.25))
    assert record["velocities"] == [record["velocity"]]
    assert record["bone_age_progress"]["exceeds"] is True


def test_a_refused_figure_is_null_with_its_reason():
    near = replace(LAST_YEAR, date=date(2026, 9, 1))
    record = follow_up_record(course_of(near))
    for name, figure in (("velocity", "cm_per_year"), ("bone_age_progress", "years_per_year")):
        assert record[name][figure] is None and record[name]["reason"].endswith(".")
    assert record["sds_change"]["who"]["change"] is None
    assert record["sds_change"]["who"]["error_sds"] is None
    assert record["bone_age_progress"]["exceeds"] is None


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.builds(
            EarlierVisit,
            date=st.dates(date(2017, 3, 14), date(2026, 12, 31)),
            height_cm=st.none() | st.floats(45, 190),
            height_position=st.none() | st.sampled_from(Position),
            weight_kg=st.none() | st.floats(2.5, 110),
            bone_age_months=st.none() | st.floats(0, 228),
            bone_age_method=st.none() | st.just(METHOD),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_any_course_has_finite_figures_or_sentences(told):
    record = follow_up_record(course_of(*told))
    json.dumps(record, allow_nan=False)
    for figure, of in (("cm_per_year", "velocity"), ("years_per_year", "bone_age_progress")):
        assert (record[of][figure] is None) == ("reason" in record[of])
    for change in record["sds_change"].values():
        assert (change["change"] is None) == (change["error_sds"] is None)
        assert change["error_sds"] is None or change["error_sds"] > 0
    assert record["visits"][-1]["date"] == "2026-11-27"
    assert len(record["velocities"]) == max(
        0, sum(visit["height_cm"] is not None for visit in record["visits"]) - 1
    )


@settings(max_examples=30, deadline=None)
@given(st.permutations([120.0, 124.0, 128.0, 131.0]), st.permutations(range(4)))
def test_the_order_of_telling_changes_no_figure(heights, order):
    told = [
        replace(LAST_YEAR, date=date(2023 + year, 5, 2), height_cm=cm)
        for year, cm in enumerate(heights)
    ]
    one, other = course_of(*told), course_of(*(told[number] for number in order))
    assert replace(one, remarks=()) == replace(other, remarks=())


def test_a_leap_day_and_a_year_later_are_a_years_velocity():
    leap = replace(LAST_YEAR, date=date(2024, 2, 29))
    later = replace(TODAY, date=date(2025, 2, 28))
    course = follow_up(GIRL, [leap, later], AUTOMATIC_READING)
    assert course.velocity.cm_per_year == pytest.approx(6.0 / (365 / 365.25))
    assert later.date - leap.date == timedelta(365)
    assert math.isfinite(course.bone_age_progress.years_per_year)

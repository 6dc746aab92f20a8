from datetime import date

import pytest

from growth.assessment import Refusal
from growth.bone_age_progress import AUTOMATIC_READING, READING_BY_EYE, bone_age_progress
from growth.visits import EarlierVisit


def read(day, months, method="GP, hand 2.2"):
    return EarlierVisit(date.fromisoformat(day), bone_age_months=months, bone_age_method=method)


TODAY = read("2026-11-27", 108.0)


def progress_since(*earlier, today=TODAY):
    return bone_age_progress([*earlier, today], AUTOMATIC_READING)


@pytest.mark.parametrize(
    ("detectable", "years"), [(AUTOMATIC_READING, 0.53), (READING_BY_EYE, 1.61)]
)
def test_the_smallest_detectable_change_is_that_of_two_readings(detectable, years):
    """clinical.md, section 2: 0.53 years for an SD of 0.19, 1.61 for people."""
    assert detectable.months / 12 == pytest.approx(years, abs=0.005)


def test_progress_is_months_of_bone_age_over_months_of_age():
    progress = progress_since(read("2025-11-27", 96.0))
    assert progress.change_months == 12.0
    assert progress.years_per_year == pytest.approx(12.0 / (365 / 30.4375))
    low, high = progress.range_years_per_year
    assert high - low == pytest.approx(2 * AUTOMATIC_READING.months / (365 / 30.4375))


@pytest.mark.parametrize(
    ("before", "exceeds"), [(101.6, True), (101.7, False), (108.0, False), (114.4, True)]
)
def test_a_change_exceeds_the_smallest_detectable_one_or_it_does_not(before, exceeds):
    """1.96 x root 2 x 0.19 x 12 = 6.32 months."""
    assert progress_since(read("2025-11-27", before)).exceeds is exceeds


def test_a_bone_age_that_falls_is_told_with_what_it_is():
    progress = progress_since(read("2025-11-27", 110.0))
    assert progress.change_months == -2.0
    assert progress.remarks == (
        "The later bone age is the lower one; bones do not grow younger, readings scatter.",
    )


@pytest.mark.parametrize("method", ["TW3, Dr. Wang", None])
def test_readings_of_two_methods_are_not_judged_as_if_they_were_alike(method):
    progress = progress_since(read("2025-11-27", 96.0, method))
    assert progress.change_months == 12.0
    assert (progress.exceeds, progress.detectable, progress.range_years_per_year) == (None,) * 3
    assert "not compared like with like" in progress.remarks[0]


def test_two_methods_that_nobody_told_are_not_taken_for_the_same():
    progress = progress_since(read("2025-11-27", 96.0, None), today=read("2026-11-27", 108.0, None))
    assert progress.exceeds is None


def test_a_reading_by_the_same_method_goes_before_one_nearer_to_a_year():
    progress = progress_since(read("2025-03-01", 90.0), read("2025-11-27", 96.0, "TW3, Dr. Wang"))
    assert progress.between.start == date(2025, 3, 1)
    assert progress.exceeds is True


def test_the_reading_nearest_to_a_year_is_compared():
    progress = progress_since(
        *(read(f"{year}-11-20", year - 1929.0) for year in (2023, 2024, 2025))
    )
    assert progress.between.start == date(2025, 11, 20)


@pytest.mark.parametrize(
    ("days", "chosen"),
    [(["2024-11-22", "2026-05-21"], "2024-11-22"), (["2026-02-01", "2026-05-21"], "2026-02-01")],
)
def test_an_older_reading_goes_before_one_of_less_than_9_months(days, chosen):
    progress = progress_since(*(read(day, 90.0) for day in days))
    assert progress.between.start == date.fromisoformat(chosen)


@pytest.mark.parametrize(
    ("earlier", "today", "reason"),
    [
        ([read("2026-06-27", 104.0)], TODAY, "No bone age was read 6 months or more before."),
        ([], TODAY, "No bone age was read 6 months or more before."),
        (
            [read("2025-11-27", 96.0)],
            read("2026-11-27", None),
            "The progress of bone age needs a reading today.",
        ),
    ],
)
def test_without_two_readings_half_a_year_apart_it_is_refused(earlier, today, reason):
    progress = progress_since(*earlier, today=today)
    assert progress.years_per_year == Refusal(reason)
    assert progress.change_months is None

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bone_age.reading import Sex
from growth.ages import corrected_age, exact_age, whole_years_and_months
from growth.child import Child, Gestation
from growth.errors import OutsideReference, VisitBeforeBirth

births = st.dates(date(1990, 1, 1), date(2030, 12, 31))
lived_days = st.integers(0, 21 * 366)


def parts(birth, on):
    age = exact_age(birth, on)
    return age.years, age.months, age.days


@pytest.mark.parametrize(
    ("birth", "on", "expected"),
    [
        (date(2017, 1, 1), date(2017, 1, 1), (0, 0, 0)),
        (date(2017, 1, 1), date(2026, 7, 1), (9, 6, 0)),
        (date(2017, 3, 14), date(2026, 11, 23), (9, 8, 9)),
        (date(2017, 3, 14), date(2026, 3, 13), (8, 11, 27)),
        (date(2017, 12, 31), date(2018, 1, 1), (0, 0, 1)),
        (date(2017, 1, 31), date(2017, 2, 28), (0, 1, 0)),
        (date(2017, 1, 31), date(2017, 3, 1), (0, 1, 1)),
        (date(2016, 2, 29), date(2020, 2, 29), (4, 0, 0)),
        (date(2016, 2, 29), date(2019, 2, 27), (2, 11, 29)),
        (date(2016, 2, 29), date(2019, 2, 28), (3, 0, 0)),
        (date(2016, 2, 29), date(2019, 3, 1), (3, 0, 1)),
    ],
)
def test_an_age_is_counted_in_completed_years_months_and_days(birth, on, expected):
    assert parts(birth, on) == expected


def test_decimal_ages_are_days_over_the_mean_year_and_month():
    age = exact_age(date(2017, 1, 1), date(2026, 7, 1))
    assert age.total_days == 3468
    assert age.decimal_years == pytest.approx(9.4949, abs=5e-5)
    assert age.decimal_months == pytest.approx(12 * age.decimal_years, abs=1e-12)


def test_a_visit_before_the_birth_is_refused():
    with pytest.raises(VisitBeforeBirth):
        exact_age(date(2017, 1, 2), date(2017, 1, 1))


@settings(max_examples=40, deadline=None)
@given(births, lived_days)
def test_the_parts_of_an_age_stay_inside_their_units(birth, days):
    years, months, rest = parts(birth, birth + timedelta(days=days))
    assert 0 <= months < 12
    assert 0 <= rest < 31
    assert years * 365 + months * 28 + rest <= days


@settings(max_examples=40, deadline=None)
@given(births, lived_days)
def test_nobody_is_younger_a_day_later(birth, days):
    on = birth + timedelta(days=days)
    assert parts(birth, on) < parts(birth, on + timedelta(days=1))


@pytest.mark.parametrize(
    ("months", "expected"),
    [
        (164.956, (13, 9)),
        (0.0, (0, 0)),
        (11.6, (1, 0)),
        (120.2, (10, 0)),
        (110.5, (9, 3)),
        (111.5, (9, 4)),
    ],
)
def test_months_are_said_as_whole_years_and_months(months, expected):
    assert whole_years_and_months(months) == expected


def born(on, weeks, days=0):
    return Child("P", "N", Sex.MALE, on, gestation=Gestation(weeks, days))


def test_the_corrected_age_counts_from_40_weeks():
    # Born 59 days before 40 weeks: 10 March + 59 days is 8 May.
    age = corrected_age(born(date(2025, 3, 10), 31, 4), date(2026, 6, 11))
    assert (age.years, age.months, age.days) == (1, 1, 3)
    assert age.total_days == (date(2026, 6, 11) - date(2025, 3, 10)).days - 59


@pytest.mark.parametrize(
    ("weeks", "days", "on"),
    [(37, 0, date(2025, 9, 1)), (41, 3, date(2025, 9, 1)), (31, 4, date(2027, 3, 10))],
)
def test_no_age_is_corrected_from_37_weeks_or_two_years_on(weeks, days, on):
    assert corrected_age(born(date(2025, 3, 10), weeks, days), on) is None


def test_the_age_is_corrected_to_the_last_day_before_two_years():
    child = born(date(2025, 3, 10), 36, 6)
    assert corrected_age(child, date(2027, 3, 9)).total_days == 729 - 22


def test_who_was_not_asked_for_the_gestation_is_not_corrected():
    child = Child("P", "N", Sex.MALE, date(2025, 3, 10))
    assert corrected_age(child, date(2025, 9, 1)) is None


def test_before_40_weeks_there_is_no_corrected_age():
    child = born(date(2025, 3, 10), 31, 4)
    assert corrected_age(child, date(2025, 5, 8)).total_days == 0
    with pytest.raises(OutsideReference, match="40 weeks on 2025-05-08"):
        corrected_age(child, date(2025, 5, 7))


@settings(max_examples=40, deadline=None)
@given(births, st.integers(22, 36), st.integers(0, 6), st.integers(126, 729))
def test_a_corrected_age_is_younger_by_the_days_born_early(birth, weeks, days, lived):
    child = born(birth, weeks, days)
    age = corrected_age(child, birth + timedelta(days=lived))
    assert age is None or age.total_days == lived - child.gestation.days_early

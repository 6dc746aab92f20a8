from datetime import date

import pytest

from reports.figures import (
    centile,
    measured,
    offset,
    signed,
    signed_span,
    spoken_date,
    tenths,
    years_and_months,
)
from reports.wording import CHINESE, ENGLISH


@pytest.mark.parametrize(
    ("months", "spoken"),
    [(164.956, "13 y 9 mo"), (18.4, "1 y 6 mo"), (9.2, "9 mo"), (120.0, "10 y 0 mo"), (0, "0 mo")],
)
def test_an_age_is_said_in_years_and_months(months: float, spoken: str) -> None:
    assert years_and_months(months) == spoken


@pytest.mark.parametrize(
    ("months", "spoken"),
    [(-9.5, "−10 mo"), (13.3, "+1 y 1 mo"), (0.3, "0 mo"), (-24.0, "−2 y"), (-0.2, "0 mo")],
)
def test_a_difference_of_ages_has_a_sign(months: float, spoken: str) -> None:
    assert signed_span(months) == spoken


def test_numbers_carry_a_true_minus_and_zero_has_none() -> None:
    assert [signed(value, 2) for value in (-0.8305, 1.0, -0.001)] == ["−0.83", "+1.00", "0.00"]


def test_a_velocity_of_nothing_is_not_below_nothing() -> None:
    assert [tenths(value) for value in (7.44, -0.14, -0.04)] == ["7.4", "−0.1", "0.0"]


def test_extreme_centiles_are_not_pinned_down() -> None:
    assert [centile(value) for value in (0.01, 20.31, 99.99)] == ["< 0.1", "20.3", "> 99.9"]


def test_the_time_zone_is_named() -> None:
    assert offset("2026-09-10T09:02:11+08:00") == "UTC+08:00"
    assert offset("2026-09-10T09:02:11") == ""


@pytest.mark.parametrize(
    ("value", "said"),
    [(7.006, "7.01 DN"), (0.0, "0 DN"), (4e-7, "< 0.001 DN"), (1035.92, "1036 DN")],
)
def test_a_measured_figure_has_three_digits(value: float, said: str) -> None:
    assert measured(value, "DN") == said


def test_a_figure_that_was_not_measured_is_called_none() -> None:
    assert measured(None, "DN") == "none"


def test_ages_and_days_are_said_as_the_language_says_them() -> None:
    assert years_and_months(104.4, CHINESE) == "8岁8个月"
    assert years_and_months(9.2, CHINESE) == "9个月"
    assert [signed_span(months, CHINESE) for months in (-9.5, 13.3, 0.3)] == [
        "−10个月",
        "+1年1个月",
        "0个月",
    ]
    assert spoken_date(date(2026, 11, 7), CHINESE) == "2026年11月7日"
    assert spoken_date(date(2026, 11, 7), ENGLISH) == "2026-11-07"

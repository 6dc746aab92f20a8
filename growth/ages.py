"""Exact ages: completed years, months and days as people say them, decimals as tables use them."""

import calendar
import math
from dataclasses import dataclass
from datetime import date

from growth.child import DAYS_PER_YEAR
from growth.errors import VisitBeforeBirth

# The month of growth references: 365.25 / 12 days.
# WHO Child Growth Standards: Methods and development (2006); CDC growth charts, computer program.
DAYS_PER_MONTH = 30.4375
MONTHS_PER_YEAR = 12


@dataclass(frozen=True, slots=True)
class ExactAge:
    """An age: completed years, months and days, and all its days from which decimals follow."""

    years: int
    months: int
    days: int
    total_days: int

    @property
    def decimal_years(self) -> float:
        """Return days / 365.25."""
        return self.total_days / DAYS_PER_YEAR

    @property
    def decimal_months(self) -> float:
        """Return days / 30.4375, the months that every table here is written in."""
        return self.total_days / DAYS_PER_MONTH


def exact_age(birth_date: date, on: date) -> ExactAge:
    """Return the age on a day; raises VisitBeforeBirth.

    A month is complete on the day of the month of birth, or on the last day of a month that has
    no such day: a child born on 29 February is a year older on 28 February of common years.
    """
    if on < birth_date:
        raise VisitBeforeBirth(f"The birth date {birth_date} is after the visit on {on}.")
    completed = _completed_months(birth_date, on)
    since = on - months_later(birth_date, completed)
    years, months = divmod(completed, MONTHS_PER_YEAR)
    return ExactAge(years, months, since.days, (on - birth_date).days)


def whole_years_and_months(months: float) -> tuple[int, int]:
    """Return months rounded to the nearest month, halves up, as years and months.

    164.956 is (13, 9), and 110.5 is (9, 3).
    """
    return divmod(math.floor(months + 0.5), MONTHS_PER_YEAR)


def _completed_months(birth_date: date, on: date) -> int:
    begun = MONTHS_PER_YEAR * (on.year - birth_date.year) + on.month - birth_date.month
    return begun if months_later(birth_date, begun) <= on else begun - 1


def months_later(day: date, months: int) -> date:
    """Return the day so many calendar months later, earlier where they are below 0."""
    years, month = divmod(day.month - 1 + months, MONTHS_PER_YEAR)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))

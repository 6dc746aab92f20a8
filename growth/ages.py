"""Exact ages: completed years, months and days as people say them, decimals as tables use them."""

import calendar
import math
from dataclasses import dataclass
from datetime import date, timedelta

from growth.child import DAYS_PER_YEAR, Child
from growth.errors import OutsideReference, VisitBeforeBirth

# The month of growth references: 365.25 / 12 days.
# WHO Child Growth Standards: Methods and development (2006); CDC growth charts, computer program.
DAYS_PER_MONTH = 30.4375
MONTHS_PER_YEAR = 12

# Sizes of a child born preterm are compared at the corrected age until it is so old.
# Maternal and Child Health Bureau. The CDC growth charts for children with special health care
# needs: until 2 years. Others end earlier or later; docs/growth.md names them.
CORRECTED_UNTIL_YEARS = 2


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

    def __str__(self) -> str:
        """Return years, months and days as reports print them."""
        return f"{self.years} y {self.months} mo {self.days} d"


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


def corrected_age(child: Child, on: date) -> ExactAge | None:
    """Return the age since 40 weeks of gestation, or None where sizes go by the age since birth.

    It is there for a child born before 37 completed weeks, until the age of two years since birth.
    Raises VisitBeforeBirth, and OutsideReference before 40 weeks are reached.
    """
    born = child.gestation
    if born is None or not born.is_preterm:
        return None
    if exact_age(child.birth_date, on).years >= CORRECTED_UNTIL_YEARS:
        return None
    term = child.birth_date + timedelta(days=born.days_early)
    if on < term:
        raise OutsideReference(
            f"The child, born at {born}, reaches 40 weeks on {term}; before that day no reference "
            "here holds its sizes."
        )
    return exact_age(term, on)


def whole_years_and_months(months: float) -> tuple[int, int]:
    """Return months rounded to the nearest month, halves up, as years and months.

    164.956 is (13, 9), and 110.5 is (9, 3).
    """
    return divmod(math.floor(months + 0.5), MONTHS_PER_YEAR)


def spoken_age(months: float) -> str:
    """Return an age in months as a sentence says it: 164.956 is "13 y 9 mo"."""
    years, over = whole_years_and_months(months)
    return f"{years} y {over} mo"


def _completed_months(birth_date: date, on: date) -> int:
    begun = MONTHS_PER_YEAR * (on.year - birth_date.year) + on.month - birth_date.month
    return begun if months_later(birth_date, begun) <= on else begun - 1


def months_later(day: date, months: int) -> date:
    """Return the day so many calendar months later, earlier where they are below 0."""
    years, month = divmod(day.month - 1 + months, MONTHS_PER_YEAR)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))

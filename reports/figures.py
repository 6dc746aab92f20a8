"""How figures are written: ages as clinicians say them, true minus signs, no false precision."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from bone_age.reading import Region
from growth.ages import MONTHS_PER_YEAR, ExactAge, whole_years_and_months
from reports.wording import ENGLISH, Wording

# Beyond these a centile says no more than that the child is very small or very large.
_LOWEST_CENTILE, _HIGHEST_CENTILE = 0.1, 99.9
# Digits below this say nothing about a detector.
_NEXT_TO_NOTHING = 0.001


def years_and_months(months: float, words: Wording = ENGLISH) -> str:
    """Return an age in months as years and months: 164.956 is "13 y 9 mo"."""
    return _spoken(*whole_years_and_months(months), words)


def spoken_ages(months: Iterable[float], words: Wording) -> tuple[str, ...]:
    """Return ages in months as `years_and_months` does."""
    return tuple(years_and_months(each, words) for each in months)


def by_region(months: Mapping[Region, float]) -> list[str]:
    """Return what the parts of the hand say as one line for a screen, none without a part."""
    parts = [f"{region.value} {years_and_months(read)}" for region, read in months.items()]
    return [f"By part of the hand: {', '.join(parts)}."] if parts else []


def completed(age: ExactAge, words: Wording = ENGLISH) -> str:
    """Return an age as people count it: years and months that are complete."""
    return _spoken(age.years, age.months, words)


def spoken_date(day: date, words: Wording) -> str:
    """Return a day as the language writes it."""
    return words.date.format(year=day.year, month=day.month, day=day.day)


def _spoken(years: int, months: int, words: Wording) -> str:
    said = words.age_years_months if years else words.age_months
    return said.format(years=years, months=months)


def signed_span(months: float, words: Wording = ENGLISH) -> str:
    """Return a difference of ages: -9.5 is "−10 mo", +14 is "+1 y 2 mo"."""
    whole = round(months)
    if whole == 0:
        return words.span_none
    sign = "+" if whole > 0 else "−"
    years, rest = divmod(abs(whole), MONTHS_PER_YEAR)
    parts = [words.span_years.format(years=years)] * (years > 0)
    parts += [words.span_months.format(months=rest)] * (rest > 0)
    return sign + words.span_between.join(parts)


def signed(value: float, digits: int) -> str:
    """Return a number with its sign; what rounds to zero has none."""
    rounded = round(value, digits)
    return f"{rounded:+.{digits}f}".replace("-", "−") if rounded else f"{0:.{digits}f}"


def tenths(value: float) -> str:
    """Return a figure to one place with a true minus sign; what rounds to zero has none."""
    return f"{round(value, 1) + 0.0:.1f}".replace("-", "−")


def centile(value: float) -> str:
    """Return a centile of 0 to 100 as precisely as it means anything."""
    if value < _LOWEST_CENTILE:
        return f"< {_LOWEST_CENTILE}"
    if value > _HIGHEST_CENTILE:
        return f"> {_HIGHEST_CENTILE}"
    return f"{value:.1f}"


def visit_day(visit: Mapping[str, Any]) -> date:
    """Return the day that ages are counted to; the day it started where no other was recorded."""
    return date.fromisoformat(visit.get("date") or visit["started"][:10])


def time_of_day(at: str) -> str:
    """Return the time of an ISO date and time, to the second. Raises ValueError."""
    return datetime.fromisoformat(at).strftime("%H:%M:%S")


def offset(at: str) -> str:
    """Return the time zone of an ISO date and time, or nothing. Raises ValueError."""
    zone = datetime.fromisoformat(at).strftime("%z")
    return f"UTC{zone[:3]}:{zone[3:]}".replace("-", "−") if zone else ""


def measured(value: float | None, unit: str = "") -> str:
    """Return a figure to three digits with its unit; what is next to nothing is called so."""
    if value is None:
        return "none"
    if 0 < abs(value) < _NEXT_TO_NOTHING:
        return f"< {_NEXT_TO_NOTHING:g} {unit}".rstrip()
    return f"{value:.0f} {unit}".rstrip() if abs(value) >= 100 else f"{value:.3g} {unit}".rstrip()

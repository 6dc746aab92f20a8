"""Axes of plots: from where to where they run, and the round figures along them."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

# About so many figures along an axis.
_TICKS: Final = 6
# More years than these are told every other one.
_MOST_YEARS: Final = 10


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis: what it shows, from where to where, and its ticks with their words."""

    title: str
    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]
    logarithmic: bool = False

    def share(self, value: float) -> float:
        """Where a value lies between both ends, 0 to 1."""
        if self.logarithmic:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)


def linear_axis(title: str, low: float, high: float) -> Axis:
    """An axis whose ticks are round figures."""
    step = _round_step((high - low) / _TICKS)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    ticks = tuple((n * step, f"{n * step:.{digits}f}") for n in range(first, last + 1))
    return Axis(title, low, high, ticks)


def fitting_axis(title: str, values: Sequence[float], least: float) -> Axis:
    """A linear axis around values, at least `least` wide, with a tenth of room on both sides."""
    low, high = min(values), max(values)
    room = max((high - low) * 0.15, (least - (high - low)) / 2)
    # What cannot be negative is not shown as if it could.
    return linear_axis(title, max(low - room, 0.0) if low >= 0 else low - room, high + room)


def logarithmic_axis(title: str, values: Sequence[float]) -> Axis:
    """An axis of whole decades around positive values, with a tick at 1, 2 and 5 of short ones."""
    low, high = (
        round_(math.log10(value))
        for round_, value in ((math.floor, min(values)), (math.ceil, 1.2 * max(values)))
    )
    high = max(high, low + 1)
    within = (1, 2, 5) if high - low <= 2 else (1,)
    ticks = tuple(
        (factor * 10.0**decade, f"{factor * 10.0**decade:g}")
        for decade in range(low, high + 1)
        for factor in within
        if factor == 1 or decade < high
    )
    return Axis(title, 10.0**low, 10.0**high, ticks, logarithmic=True)


def time_axis(moments: Sequence[datetime]) -> tuple[Axis, list[float]]:
    """An axis of round hours, days, months or years around moments, and where on it they lie.

    Moments are told in the time zone of the last.
    """
    zone = moments[-1].tzinfo
    local = [moment.astimezone(zone).replace(tzinfo=None) for moment in moments]
    ruler, ticks = _fitting_ticks(min(local), max(local))
    start = ruler.at(ticks[0])
    places = [_days(start, ruler.at(tick)) for tick in ticks]
    words = [ruler.at(tick).strftime(ruler.form) for tick in ticks]
    title = start.strftime(ruler.title)
    axis = Axis(title, 0.0, places[-1], tuple(zip(places, words, strict=True)))
    return axis, [_days(start, moment) for moment in local]


@dataclass(frozen=True, slots=True)
class _Ruler:
    """A measure of time: which of its steps a moment lies in, and when a step begins."""

    steps: tuple[int, ...]
    form: str
    title: str
    index: Callable[[datetime], int]
    at: Callable[[int], datetime]


_EPOCH: Final = datetime(1970, 1, 1)
_RULERS: Final = (
    _Ruler(
        (1, 2, 3, 6),
        "%H:%M",
        "time of day, from %Y-%m-%d",
        lambda moment: (moment - _EPOCH) // timedelta(hours=1),
        lambda hours: _EPOCH + timedelta(hours=hours),
    ),
    _Ruler(
        (1, 2, 7, 14),
        "%m-%d",
        "month-day, from %Y",
        datetime.toordinal,
        datetime.fromordinal,
    ),
    _Ruler(
        (1, 2, 3, 6),
        "%Y-%m",
        "year-month",
        lambda moment: 12 * moment.year + moment.month - 1,
        lambda months: datetime(months // 12, months % 12 + 1, 1),
    ),
    _Ruler(
        (1, 2, 5, 10, 20),
        "%Y",
        "year",
        lambda moment: moment.year,
        lambda years: datetime(years, 1, 1),
    ),
)


def _fitting_ticks(first: datetime, last: datetime) -> tuple[_Ruler, range]:
    """Return the finest ruler, and its steps, that hold both moments between few ticks."""
    for ruler in _RULERS:
        for step in ruler.steps:
            low = ruler.index(first) // step * step
            ticks = range(low, ruler.index(last) // step * step + step + 1, step)
            if len(ticks) <= _TICKS + 1:
                return ruler, ticks
    return ruler, ticks


def _days(start: datetime, moment: datetime) -> float:
    return (moment - start) / timedelta(days=1)


def _round_step(step: float) -> float:
    decade = 10.0 ** math.floor(math.log10(step))
    return decade * next(factor for factor in (1, 2, 5, 10) if factor * decade >= step * (1 - 1e-9))


def stepped_axis(title: str, values: Sequence[float], step: float) -> Axis:
    """Return an axis of whole steps around values, with a figure at each."""
    low, high = math.floor(min(values) / step), math.ceil(max(values) / step)
    high = max(high, low + 1)
    ticks = tuple((n * step, f"{n * step:g}".replace("-", "−")) for n in range(low, high + 1))
    return Axis(title, low * step, high * step, ticks)


def years_axis(title: str, low_months: float, high_months: float) -> Axis:
    """Return an axis of months that is told in years, each of them or every other."""
    first, last = math.floor(low_months / 12), math.ceil(high_months / 12)
    step = 1 if last - first <= _MOST_YEARS else 2
    ticks = tuple((12.0 * year, str(year)) for year in range(first, last + 1, step))
    return Axis(title, 12.0 * first, 12.0 * last, ticks)

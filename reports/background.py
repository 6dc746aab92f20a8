"""An effective dose as the time in which nature gives as much."""

from typing import Final

from reports.wording import Wording

# World mean of natural background radiation.
# UNSCEAR 2008 Report, Vol. I, Annex B, table 12: 2.4 mSv a year.
BACKGROUND_USV_PER_YEAR: Final = 2400.0
_MINUTES_PER_YEAR: Final = 365.25 * 24 * 60
_MINUTES_PER_HOUR: Final = 60
# Up to two hours are told in minutes, up to two days in hours.
_MOST_MINUTES, _MOST_HOURS = 120, 48


def background_time(effective_usv: float, words: Wording) -> str:
    """Return in words how long nature takes for an effective dose, rounded: it is an estimate."""
    minutes = _minutes(effective_usv)
    if minutes < 1:
        return words.background_below_minute
    if minutes <= _MOST_MINUTES:
        told = _two_digits(minutes)
        said = words.background_minute if told == "1" else words.background_minutes
        return said.format(minutes=told)
    hours = minutes / _MINUTES_PER_HOUR
    if hours <= _MOST_HOURS:
        return words.background_hours.format(hours=_two_digits(hours))
    return words.background_days.format(days=_two_digits(hours / 24))


def about_background_time(effective_usv: float, words: Wording) -> str:
    """Return the same as "about" so long; less than a minute is about enough already."""
    time = background_time(effective_usv, words)
    return time if _minutes(effective_usv) < 1 else words.background_about.format(time=time)


def _minutes(effective_usv: float) -> float:
    return effective_usv / BACKGROUND_USV_PER_YEAR * _MINUTES_PER_YEAR


def _two_digits(value: float) -> str:
    """Round to whole figures of at most two digits."""
    return f"{float(f'{value:.2g}'):.0f}" if value >= 1 else f"{value:.1g}"

"""What the report says of the site's own calibration that corrected a reading."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reports.figures import signed, spoken_ages, years_and_months
from reports.reading_part import Fact
from reports.wording import Wording


@dataclass(frozen=True, slots=True)
class CalibrationPart:
    """A line for page one, and what whoever doubts it finds behind."""

    line: str
    facts: tuple[Fact, ...]


def calibration_part(reading: Mapping[str, Any] | None, words: Wording) -> CalibrationPart | None:
    """Return the part for a result's "reading"; None where nothing corrected it."""
    applied = (reading or {}).get("local_calibration")
    if reading is None or applied is None or reading["bone_age_months"] is None:
        return None
    return CalibrationPart(_line(applied, words), _facts(applied, words))


def _line(applied: Mapping[str, Any], words: Wording) -> str:
    low, high = spoken_ages(applied["uncorrected_interval_months"], words)
    said = words.calibrated.format(
        site=applied["site"],
        months=years_and_months(applied["uncorrected_months"], words),
        low=low,
        high=high,
    )
    youngest, oldest = applied["fitted_months"]
    if youngest <= applied["uncorrected_months"] <= oldest:
        return said
    beyond = words.calibrated_beyond.format(fitted=_fitted(applied, words))
    return words.between_sentences.join((said, beyond))


def _facts(applied: Mapping[str, Any], words: Wording) -> tuple[Fact, ...]:
    slope, level = applied["slope_95"], applied["intercept_95_months"]
    correction = words.calibration_line.format(
        slope=applied["slope"],
        slope_low=slope[0],
        slope_high=slope[1],
        sign="−" if applied["intercept_months"] < 0 else "+",
        level=abs(applied["intercept_months"]),
        level_low=signed(level[0], 1),
        level_high=signed(level[1], 1),
    )
    error = words.calibration_error.format(
        before=applied["error_before_months"], after=applied["error_after_months"]
    )
    children = words.calibration_children.format(
        children=applied["children"], fitted=_fitted(applied, words)
    )
    signed_by = words.calibration_locked.format(key=applied["signed_by"], on=applied["fitted_on"])
    return (
        Fact(words.calibration_site, applied["site"]),
        Fact(words.calibration_correction, correction),
        Fact(words.calibration_fitted_to, children),
        Fact(words.calibration_mean_error, error),
        Fact(words.calibration_signed, signed_by),
        Fact(words.calibration_hash, applied["sha256"]),
    )


def _fitted(applied: Mapping[str, Any], words: Wording) -> str:
    low, high = spoken_ages(applied["fitted_months"], words)
    return words.interval.format(low=low, high=high)

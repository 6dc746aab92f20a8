"""What the report says of the site's own calibration that corrected a reading."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reports.figures import signed, years_and_months
from reports.reading_part import Fact
from reports.wording import en


@dataclass(frozen=True, slots=True)
class CalibrationPart:
    """A line for page one, and what whoever doubts it finds behind."""

    line: str
    facts: tuple[Fact, ...]


def calibration_part(reading: Mapping[str, Any] | None) -> CalibrationPart | None:
    """Return the part for a result's "reading"; None where nothing corrected it."""
    applied = (reading or {}).get("local_calibration")
    if reading is None or applied is None or reading["bone_age_months"] is None:
        return None
    return CalibrationPart(_line(applied), _facts(applied))


def _line(applied: Mapping[str, Any]) -> str:
    low, high = map(years_and_months, applied["uncorrected_interval_months"])
    said = en.CALIBRATED.format(
        site=applied["site"],
        months=years_and_months(applied["uncorrected_months"]),
        low=low,
        high=high,
    )
    youngest, oldest = applied["fitted_months"]
    if youngest <= applied["uncorrected_months"] <= oldest:
        return said
    return f"{said} {en.CALIBRATED_BEYOND.format(fitted=_fitted(applied))}"


def _facts(applied: Mapping[str, Any]) -> tuple[Fact, ...]:
    slope, level = applied["slope_95"], applied["intercept_95_months"]
    correction = en.CALIBRATION_LINE.format(
        slope=applied["slope"],
        slope_low=slope[0],
        slope_high=slope[1],
        sign="−" if applied["intercept_months"] < 0 else "+",
        level=abs(applied["intercept_months"]),
        level_low=signed(level[0], 1),
        level_high=signed(level[1], 1),
    )
    error = en.CALIBRATION_ERROR.format(
        before=applied["error_before_months"], after=applied["error_after_months"]
    )
    children = en.CALIBRATION_CHILDREN.format(children=applied["children"], fitted=_fitted(applied))
    signed_by = en.CALIBRATION_LOCKED.format(key=applied["signed_by"], on=applied["fitted_on"])
    return (
        Fact(en.CALIBRATION_SITE, applied["site"]),
        Fact(en.CALIBRATION_CORRECTION, correction),
        Fact(en.CALIBRATION_FITTED_TO, children),
        Fact(en.CALIBRATION_MEAN_ERROR, error),
        Fact(en.CALIBRATION_SIGNED, signed_by),
        Fact(en.CALIBRATION_HASH, applied["sha256"]),
    )


def _fitted(applied: Mapping[str, Any]) -> str:
    low, high = map(years_and_months, applied["fitted_months"])
    return en.INTERVAL.format(low=low, high=high)

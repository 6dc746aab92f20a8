"""A site's own calibration: what moves the model's bone ages to those of the site's readers."""

import math
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Final

from bone_age.local_line import Line
from bone_age.reading import (
    AppliedCalibration,
    BoneAgeReading,
    RegionReading,
    Sex,
)

# Our choice: such a slope stretches ten years by two. Corrections between populations were smaller
# (Deeplasia in Georgia: 2.9 months in girls, 5.4 in boys); more is another standard, another unit
# or a mixed-up list, and nothing that a line should hide.
LEAST_SLOPE: Final = 0.8
GREATEST_SLOPE: Final = 1.25
# Our choice: Greulich-Pyle and other standards differ by a year, and one reader's 90 % lie within
# a year (SD 0.58 years, Kaplowitz 2011); what is further off was not read by the same standard.
LARGEST_CORRECTION_MONTHS: Final = 18.0


@dataclass(frozen=True, slots=True)
class Errors:
    """How readings differ from the site's bone ages.

    `interval_held` is the share of children whose bone age lay within its interval.
    """

    mean_absolute_months: float
    bias_months: float
    interval_held: float


@dataclass(frozen=True, slots=True)
class SexCalibration:
    """The correction for one sex, from so many `children`; `left_aside` had labels far from it.

    `before` is without the correction; `after` with one that was fitted to other children.
    """

    children: int
    left_aside: int
    line: Line
    slope_95: tuple[float, float]
    intercept_95_months: tuple[float, float]
    before: Errors
    after: Errors


@dataclass(frozen=True, slots=True)
class FittedModel:
    """The very model whose readings were fitted, by the hashes of its net and of its package."""

    name: str
    version: str
    sha256: str
    package_sha256: str


@dataclass(frozen=True, slots=True)
class LocalCalibration:
    """What a site signs: its corrections, and what they rest on.

    A sex without a correction is read as before; `remarks` say why. `refused` and `doubtful` count
    the images that were left out.
    """

    site: str
    fitted_on: str
    software_version: str
    model: FittedModel
    method: str
    refused: int
    doubtful: int
    female: SexCalibration | None
    male: SexCalibration | None
    remarks: tuple[str, ...]

    def of(self, sex: Sex) -> SexCalibration | None:
        """Return the correction for a sex, if there is one."""
        return self.female if sex is Sex.FEMALE else self.male


@dataclass(frozen=True, slots=True)
class LockedCalibration:
    """A calibration that a key of the site has signed; `sha256` is that of its file."""

    said: LocalCalibration
    sha256: str
    signed_by: str


def why_absurd(line: Line) -> str:
    """Return why a line is no correction of a reader but an error in its making, or nothing."""
    if not LEAST_SLOPE <= line.slope <= GREATEST_SLOPE:
        return (
            f"a slope of {line.slope:.2f} is outside {LEAST_SLOPE:g} to {GREATEST_SLOPE:g}; look "
            "for labels in another unit, by another standard or of other children"
        )
    largest = max((line.correction_months(edge) for edge in line.fitted_months), key=abs)
    if abs(largest) > LARGEST_CORRECTION_MONTHS:
        return (
            f"a correction of {largest:+.0f} months is more than {LARGEST_CORRECTION_MONTHS:g}; "
            "look for labels by another standard or of other children"
        )
    return ""


def corrected(
    reading: BoneAgeReading, locked: LockedCalibration | None, sex: Sex
) -> BoneAgeReading:
    """Move a reading by the site's calibration for this sex; others and refusals stay as they are.

    Regions move by as many months as the bone age: what lies between them stays.
    """
    if locked is None or reading.bone_age_months is None or reading.interval_months is None:
        return reading
    one, months = locked.said.of(sex), reading.bone_age_months
    if one is None:
        return reading
    moved = moved_months(one.line, months)
    interval = moved_interval(
        one.line, months, reading.interval_months, reading.interval_coverage or 0.0
    )
    return replace(
        reading,
        bone_age_months=moved,
        interval_months=interval,
        regions=tuple(_moved_region(each, moved - months) for each in reading.regions),
        local_calibration=_applied(locked, one, months, reading.interval_months),
    )


def moved_months(line: Line, months: float) -> float:
    """Return a corrected bone age, rounded as readings are; nobody is younger than at birth."""
    return max(0.0, round(months + line.correction_months(months), 1))


def moved_interval(
    line: Line, months: float, interval: tuple[float, float], coverage: float
) -> tuple[float, float]:
    """Move an interval with its bone age, and widen it by the uncertainty of the correction.

    Both uncertainties are independent: the squares of their half widths add. An interval that
    begins at birth still does.
    """
    low, high = interval
    own = NormalDist().inv_cdf((1 + coverage) / 2) * line.error_months(months)
    moved = moved_months(line, months)
    upper = moved + math.hypot(high - months, own)
    return (0.0 if low <= 0 else max(0.0, moved - math.hypot(months - low, own))), upper


def _moved_region(region: RegionReading, months: float) -> RegionReading:
    return replace(region, bone_age_months=max(0.0, round(region.bone_age_months + months, 1)))


def _applied(
    locked: LockedCalibration, one: SexCalibration, months: float, interval: tuple[float, float]
) -> AppliedCalibration:
    return AppliedCalibration(
        site=locked.said.site,
        fitted_on=locked.said.fitted_on,
        sha256=locked.sha256,
        signed_by=locked.signed_by,
        uncorrected_months=months,
        uncorrected_interval_months=interval,
        slope=one.line.slope,
        slope_95=one.slope_95,
        intercept_months=one.line.intercept_months,
        intercept_95_months=one.intercept_95_months,
        fitted_months=one.line.fitted_months,
        children=one.children,
        error_before_months=one.before.mean_absolute_months,
        error_after_months=one.after.mean_absolute_months,
    )

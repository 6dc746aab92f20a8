"""A local calibration in words, for those who answer for it."""

from collections.abc import Iterable

from bone_age.local_calibration import Errors, LocalCalibration, SexCalibration
from bone_age.local_fit import SiteReading
from reports.figures import signed, years_and_months


def calibration_in_words(said: LocalCalibration) -> list[str]:
    """Return what a calibration does and rests on as lines."""
    model = said.model
    return [
        f"Local calibration of {said.site}, fitted on {said.fitted_on}",
        *_sex_in_words("girls", said.female),
        *_sex_in_words("boys", said.male),
        *(f"  {remark}" for remark in said.remarks),
        f"  left out       {said.refused} images refused, {said.doubtful} read with doubts",
        f"  model          {model.name} {model.version}, package SHA-256 {model.package_sha256}",
        f"  software       boneage {said.software_version}",
        f"  method         {said.method}",
    ]


def far_in_words(far: Iterable[SiteReading]) -> list[str]:
    """Return one line for each label that is far from the others of its sex."""
    return [
        f"  {one.id}: the list says {one.bone_age_months:g} months, the image was read "
        f"{one.read_months:g}; it counts for nothing in the line. A typing error?"
        for one in far
    ]


def _sex_in_words(who: str, one: SexCalibration | None) -> list[str]:
    if one is None:
        return []
    line, (youngest, oldest) = one.line, map(years_and_months, one.line.fitted_months)
    steep, level = one.slope_95, one.intercept_95_months
    apart = f", {one.left_aside} of them far from the others" if one.left_aside else ""
    return [
        f"  {who:<14} {one.children} children{apart}; readings from {youngest} to {oldest}",
        f"    bone age     {signed(line.intercept_months, 2)} months "
        f"(95 %: {signed(level[0], 1)} to {signed(level[1], 1)}) + {line.slope:.3f} "
        f"({steep[0]:.3f} to {steep[1]:.3f}) x reading",
        f"    correction   {_correction(one, line.fitted_months[0])} at {youngest}, "
        f"{_correction(one, line.fitted_months[1])} at {oldest}, and so beyond",
        f"    before       {_errors_in_words(one.before)}",
        f"    after        {_errors_in_words(one.after)} (cross-validated)",
    ]


def _correction(one: SexCalibration, months: float) -> str:
    return f"{signed(one.line.correction_months(months), 1)} months"


def _errors_in_words(errors: Errors) -> str:
    return (
        f"mean error {errors.mean_absolute_months:.1f} months, bias "
        f"{signed(errors.bias_months, 1)}, interval held {errors.interval_held:.0%}"
    )

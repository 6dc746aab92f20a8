"""A child's size against a reference: standard deviations, sizes, whole curves.

Between rows L, M and S follow straight lines. That is what the programs of the WHO for 5 to 19
years and of the CDC do; the WHO tabulates days below 5 years, of which the months here are every
thirtieth; Zong and Li prescribe nothing. Between 60 and 61 months the lines join the last row of
WHO 2006 and the first of WHO 2007. Nothing is continued beyond a first or last row.
"""

from collections.abc import Sequence
from enum import Enum

from bone_age.reading import Sex
from growth.errors import OutsideReference
from growth.lms import Lms, restricted_sds_of, restricted_size_at, sds_of, size_at
from growth.references.tables import LmsCurve, Measure, Reference, Stage, lms_curves

# The age from which a reference holds standing height; below it, recumbent length.
# WHO Child Growth Standards: Methods and development (2006).
# Kuczmarski RJ et al. 2000 CDC growth charts for the United States. Vital Health Stat 11(246).
# Zong XN, Li H. PLoS ONE 2013;8:e59569: length under 3 years.
STANDING_FROM_MONTHS = {Reference.WHO: 24.0, Reference.CDC: 24.0, Reference.CHINA: 36.0}

# WHO Child Growth Standards: Methods and development (2006); de Onis M et al. Bull World Health
# Organ 2007;85:660-7: weight and BMI beyond 3 SD; height is normal and needs no such rule.
_RESTRICTED = {(Reference.WHO, Measure.WEIGHT), (Reference.WHO, Measure.BMI)}


class Position(Enum):
    """How a child lay or stood when measured."""

    RECUMBENT = "recumbent"
    STANDING = "standing"


def position_at(reference: Reference, age_months: float) -> Position:
    """Return the position in which a reference measured children of an age."""
    standing = age_months >= STANDING_FROM_MONTHS[reference]
    return Position.STANDING if standing else Position.RECUMBENT


def reference_span(reference: Reference, measure: Measure) -> tuple[float, float]:
    """Return the first and the last age, in months, that a reference has a measure for."""
    curves = [curve for key, curve in lms_curves(reference).items() if key[0] is measure]
    return (
        min(curve.ages_months[0] for curve in curves),
        max(curve.ages_months[-1] for curve in curves),
    )


def sds_for(
    reference: Reference, measure: Measure, sex: Sex, age_months: float, size: float
) -> float:
    """Return the standard deviations of a size; a height must be in the position of `position_at`.

    Raises OutsideReference for an age without figures and MeasurementUnusable.
    """
    lms = _lms_at(reference, measure, sex, age_months)
    if (reference, measure) in _RESTRICTED:
        return restricted_sds_of(size, lms)
    return sds_of(size, lms)


def size_for(
    reference: Reference, measure: Measure, sex: Sex, age_months: float, sds: float
) -> float:
    """Return the size in cm, kg or kg/m2 at some standard deviations; the inverse of `sds_for`.

    Raises OutsideReference and NoSuchSize.
    """
    lms = _lms_at(reference, measure, sex, age_months)
    if (reference, measure) in _RESTRICTED:
        return restricted_size_at(sds, lms)
    return size_at(sds, lms)


def reference_curve(
    reference: Reference, measure: Measure, sex: Sex, sds: float, ages_months: Sequence[float]
) -> list[float]:
    """Return a reference's sizes along ages, one for each, for a chart.

    Heights are lengths below the age from which the reference measures standing, and drop there by
    0.7 cm or so. Raises OutsideReference for an age outside `reference_span`, and NoSuchSize.
    """
    return [size_for(reference, measure, sex, age, sds) for age in ages_months]


def _lms_at(reference: Reference, measure: Measure, sex: Sex, age_months: float) -> Lms:
    try:
        return _curve_at(reference, measure, sex, age_months).at(age_months)
    except (KeyError, OutsideReference) as exc:
        first, last = reference_span(reference, measure)
        raise OutsideReference(
            f"{reference.title} has {measure.label} from {first:g} to {last:g} months only, "
            f"not at {age_months:.2f} months."
        ) from exc


def _curve_at(reference: Reference, measure: Measure, sex: Sex, age_months: float) -> LmsCurve:
    is_child = age_months >= STANDING_FROM_MONTHS[reference]
    stage = Stage.CHILD if is_child else Stage.INFANT
    return lms_curves(reference)[measure, stage, sex]

"""Adult height by Bayley and Pinneau: today's height over the share of it that a bone age means.

Bayley N, Pinneau SR. Tables for predicting adult height from skeletal age: revised for use with
the Greulich-Pyle hand standards. J Pediatr 1952;40:423-41.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bone_age.reading import Sex
from growth.ages import ExactAge, spoken_age
from growth.errors import OutsideReference
from growth.predicted_height import (
    NORMAL_95,
    AdultHeight,
    BoneAge,
    RefusedHeight,
    joined_limits,
)
from growth.references.prediction_tables import MaturityGroup, error_rows, mature_height_rows
from growth.straight_lines import on_line, rows_around

METHOD: Final = "Bayley-Pinneau 1952"

# "Skeletal ages within one year of their chronological ages" are average, "one year or more
# advanced over" them accelerated. Bayley N, Pinneau SR 1952, headings of tables II and III.
_APART_MONTHS: Final = 12.0

# Root mean square errors in children with idiopathic short stature, in cm: for the reader to see
# beside those of healthy children. Unrath M et al. Automation of bone age reading and a new
# prediction method improve adult height prediction in children with short stature.
# Horm Res Paediatr 2012;78:312-9.
_SHORT_STATURE_RMS_CM: Final = {Sex.MALE: 6.35, Sex.FEMALE: 4.55}

# Tarim O. Height predictions by Bayley-Pinneau method may misguide pediatric endocrinologists.
# Turk J Pediatr 2013;55:485-92: compared with heights projected along growth charts.
_LEANS: Final = {
    MaturityGroup.ACCELERATED: "too tall",
    MaturityGroup.RETARDED: "too short",
}

_JOINED: Final = "joined with the interval of the bone age as the root of the sum of squares"
_NOT_JOINED: Final = "without the error of the bone age, which is not known"
_CUT: Final = (
    "The interval of the bone age reaches where the table has no figure; "
    "the limits may lie further out."
)
_CHILDREN: Final = {Sex.MALE: "boys", Sex.FEMALE: "girls"}


@dataclass(frozen=True, slots=True)
class _Reach:
    """What one group's table predicts where the interval of the bone age lies in that group.

    `cm` is None where the table holds nothing of it; `is_whole` is false where it holds a part.
    """

    group: MaturityGroup
    cm: tuple[float, float] | None
    is_whole: bool


def bayley_pinneau(
    sex: Sex, age: ExactAge, height_cm: float, bone_age: BoneAge
) -> AdultHeight | RefusedHeight:
    """Predict from a standing height; refused where the group's table has no such bone age."""
    group = maturity_group(age.decimal_months, bone_age.months)
    try:
        percent = percent_of_adult_height(sex, group, bone_age.months)
    except OutsideReference as exc:
        return RefusedHeight(METHOD, str(exc), group.value)
    cm = _adult_cm(height_cm, percent)
    reached = _reached(sex, age, height_cm, bone_age)
    part = _ends(cm, reached)
    rms_cm, at_months = _published_error(sex, age.decimal_months)
    low, high = joined_limits(cm, NORMAL_95 * rms_cm, part, height_cm)
    return AdultHeight(
        method=METHOD,
        formula=f"{height_cm:.1f} cm / {percent:.2f} %",
        cm=cm,
        low_cm=low,
        high_cm=high,
        interval=_interval_sentence(sex, rms_cm, at_months, bone_age),
        bone_age_part_cm=part if bone_age.interval_months else None,
        group=group.value,
        doubts=(
            *_leaning(group),
            *_other_tables(group, reached),
            *_cut_short(reached),
            _in_short_stature(sex),
        ),
    )


def maturity_group(age_months: float, bone_age_months: float) -> MaturityGroup:
    """Return the table that a child belongs to: a year or more apart is not average any more."""
    ahead = bone_age_months - age_months
    if ahead >= _APART_MONTHS:
        return MaturityGroup.ACCELERATED
    return MaturityGroup.RETARDED if ahead <= -_APART_MONTHS else MaturityGroup.AVERAGE


def percent_of_adult_height(sex: Sex, group: MaturityGroup, bone_age_months: float) -> float:
    """Return the share of adult height reached, on straight lines between rows.

    Raises OutsideReference before the first and after the last row; nothing is continued.
    """
    rows = mature_height_rows(sex, group)
    ages = [row.bone_age_months for row in rows]
    if not ages[0] <= bone_age_months <= ages[-1]:
        raise OutsideReference(
            f"Bayley and Pinneau's table for {_CHILDREN[sex]} of {group.value} maturity runs from "
            f"bone age {spoken_age(ages[0])} to {spoken_age(ages[-1])}; this bone age is "
            f"{spoken_age(bone_age_months)} ({bone_age_months:.1f} months)."
        )
    return _on_line(ages, [row.percent for row in rows], bone_age_months)


def _adult_cm(height_cm: float, percent: float) -> float:
    return 100 * height_cm / percent


def _on_line(places: Sequence[float], values: Sequence[float], place: float) -> float:
    before, part = rows_around(places, place)
    return on_line(values[before], values[before + 1], part)


def _reached(sex: Sex, age: ExactAge, height_cm: float, bone_age: BoneAge) -> list[_Reach]:
    """Return what each group predicts that the interval of the bone age reaches into.

    The group goes with the bone age: were it the one at an end of its interval, that end's table
    would be used.
    """
    if bone_age.interval_months is None:
        return []
    behind, ahead = age.decimal_months - _APART_MONTHS, age.decimal_months + _APART_MONTHS
    spans = {
        MaturityGroup.RETARDED: (-math.inf, behind),
        MaturityGroup.AVERAGE: (behind, ahead),
        MaturityGroup.ACCELERATED: (ahead, math.inf),
    }
    shared = ((group, _shared(span, bone_age.interval_months)) for group, span in spans.items())
    return [_reach(sex, group, height_cm, both) for group, both in shared if both is not None]


def _reach(sex: Sex, group: MaturityGroup, height_cm: float, wanted: tuple[float, float]) -> _Reach:
    rows = mature_height_rows(sex, group)
    held = _shared(wanted, (rows[0].bone_age_months, rows[-1].bone_age_months))
    if held is None:
        return _Reach(group, None, is_whole=False)
    # Within a table a higher bone age is a smaller prediction, so the ends are the extremes.
    tall, short = (
        _adult_cm(height_cm, percent_of_adult_height(sex, group, months)) for months in held
    )
    return _Reach(group, (short, tall), is_whole=held == wanted)


def _shared(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float] | None:
    low, high = max(one[0], other[0]), min(one[1], other[1])
    return (low, high) if low <= high else None


def _ends(cm: float, reached: Sequence[_Reach]) -> tuple[float, float]:
    predicted = [cm, *(end for one in reached if one.cm is not None for end in one.cm)]
    return min(predicted), max(predicted)


def _published_error(sex: Sex, age_months: float) -> tuple[float, float]:
    """Return the root mean square error in cm, and the age that it was published for.

    On straight lines between ages; beyond the first and the last age it is theirs.
    """
    rows = error_rows(sex)
    ages = [row.age_months for row in rows]
    at_months = min(max(age_months, ages[0]), ages[-1])
    return _on_line(ages, [row.rms_error_cm for row in rows], at_months), at_months


def _interval_sentence(sex: Sex, rms_cm: float, at_months: float, bone_age: BoneAge) -> str:
    joined = _JOINED if bone_age.interval_months else _NOT_JOINED
    return (
        f"1.96 x {rms_cm:.1f} cm, the root mean square error in healthy {_CHILDREN[sex]} of "
        f"{spoken_age(at_months)} (Bayley and Pinneau 1952, validating sample), {joined}."
    )


def _other_tables(group: MaturityGroup, reached: Sequence[_Reach]) -> list[str]:
    return [
        f"The interval of the bone age reaches into the table for {one.group.value} maturity, "
        f"which predicts {one.cm[0]:.1f} to {one.cm[1]:.1f} cm there."
        for one in reached
        if one.group is not group and one.cm is not None
    ]


def _cut_short(reached: Sequence[_Reach]) -> list[str]:
    return [] if all(one.is_whole for one in reached) else [_CUT]


def _leaning(group: MaturityGroup) -> list[str]:
    """Return how the table of a group leans; it names its group, for others are named beside it."""
    if group not in _LEANS:
        return []
    return [
        f"The table for {group.value} maturity tends to predict {_LEANS[group]} an adult "
        "(Tarim 2013)."
    ]


def _in_short_stature(sex: Sex) -> str:
    return (
        "In idiopathic short stature the root mean square error at all ages was "
        f"{_SHORT_STATURE_RMS_CM[sex]:.2f} cm (Unrath 2012)."
    )

"""Judge a child's growth: who, measured how, on which day, with which bone age."""

import math
from collections.abc import Callable, Mapping
from datetime import date

from bone_age.reading import Sex
from growth.adult_height import TargetHeight, luo_target_height, tanner_target_height
from growth.ages import CORRECTED_UNTIL_YEARS, ExactAge, corrected_age, exact_age
from growth.assessment import Assessed, BoneAgeScore, GrowthAssessment, Refusal, Score
from growth.brush import BRUSH_FORMULA, BRUSH_POPULATION, brush_sds
from growth.child import Child, Gestation
from growth.errors import MeasurementUnusable, OutsideReference, PositionUnknown, SexUnknown
from growth.lms import centile_of
from growth.references import Measure, Position, Reference, position_at, sds_for
from growth.references.curves import STANDING_FROM_MONTHS

# Beyond these nobody has a child or a parent: the limits only catch wrong units and slips.
PLAUSIBLE_SIZE = {
    "height_cm": (30.0, 250.0),
    "weight_kg": (0.5, 300.0),
    "mother_cm": (80.0, 250.0),
    "father_cm": (80.0, 250.0),
}

# How much longer a child is lying than standing, and until which age the WHO corrects for it.
# WHO Child Growth Standards: Methods and development (2006).
LYING_LONGER_CM = 0.7
CORRECTED_TO_MONTHS = 60.0

# From here on every reference holds standing height, and so does everyday measuring.
POSITION_MATTERS_BELOW_MONTHS = max(STANDING_FROM_MONTHS.values())

# Scores that call for a second look at the measurement. WHO Anthro, flag limits for height, weight
# and BMI for age (WHO Child Growth Standards, 2006).
_SUSPECT_BEYOND_SDS = {
    Measure.HEIGHT: (-6.0, 6.0),
    Measure.WEIGHT: (-6.0, 5.0),
    Measure.BMI: (-5.0, 5.0),
}

_NO_BONE_AGE = "No bone age was read."
_GESTATION_UNTOLD = (
    "Nothing was said about the weeks of gestation; sizes were compared at the age since birth, as "
    "of a child born at term."
)
_TAKEN_AS_STANDING = (
    "Nothing was said about lying or standing; the height was compared as standing height."
)


def assess(
    child: Child,
    visit_date: date,
    bone_age_months: float | None,
    position: Position | None = None,
    headline: Reference = Reference.WHO,
) -> GrowthAssessment:
    """Compare a child with every reference; None for `bone_age_months` where none was read.

    Sizes of a child born preterm are compared at its corrected age until two years; bone age always
    at the age since birth. Without `position`, heights below 36 months are refused and later ones
    compared as standing, with a remark that says so. Raises VisitBeforeBirth, MeasurementUnusable,
    SexUnknown, ReferenceDamaged; whatever lies outside a table becomes a Refusal.
    """
    _refuse_unusable(child, bone_age_months)
    age = exact_age(child.birth_date, visit_date)
    corrected = _corrected(child, visit_date)
    compared = age if corrected is None else corrected
    height = _height(child, compared, position)
    weight = _weight(child, compared)
    bmi = _bmi(child, compared, position)
    measures = {Measure.HEIGHT: height, Measure.WEIGHT: weight, Measure.BMI: bmi}
    return GrowthAssessment(
        age=age,
        corrected_age=None if isinstance(corrected, Refusal) else corrected,
        gestation=child.gestation,
        headline=headline,
        position=position,
        height=height,
        weight=weight,
        bmi=bmi,
        tanner=_target(child, tanner_target_height),
        luo=_target(child, luo_target_height),
        bone_age_minus_age_months=_difference(age, bone_age_months),
        bone_age_sds=_bone_age_score(child, age, bone_age_months),
        remarks=(
            *_remarks_on_age(child.gestation, age, corrected),
            *_remarks(measures, position),
        ),
    )


def bmi_kg_m2(height_cm: float, weight_kg: float) -> float:
    """Return the body mass index, weight over the square of height in metres."""
    return weight_kg / (height_cm / 100) ** 2


def _refuse_unusable(child: Child, bone_age_months: float | None) -> None:
    if not isinstance(child.sex, Sex):  # as may be handed in by what no type checker has seen
        raise SexUnknown("The child's sex was not told; growth tables are of girls or of boys.")
    for name, (low, high) in PLAUSIBLE_SIZE.items():
        size = getattr(child, name)
        if size is not None and not low <= size <= high:
            raise MeasurementUnusable(
                f"{name} is {size:g}; it must lie between {low:g} and {high:g}."
            )
    if bone_age_months is not None and not (
        math.isfinite(bone_age_months) and bone_age_months >= 0
    ):
        raise MeasurementUnusable(f"A bone age cannot be {bone_age_months:g} months.")


def _corrected(child: Child, visit_date: date) -> ExactAge | Refusal | None:
    try:
        return corrected_age(child, visit_date)
    except OutsideReference as exc:
        return Refusal(str(exc))


def _height(child: Child, age: ExactAge | Refusal, position: Position | None) -> Assessed:
    cm = child.height_cm
    if cm is None:
        return _unknown("The height was not measured.")
    if isinstance(age, Refusal):
        return _refused(cm, age)
    comparable = {
        reference: _comparable_cm(reference, cm, age.decimal_months, position)
        for reference in Reference
    }
    return Assessed(cm, _scores(Measure.HEIGHT, child, age, comparable))


def _weight(child: Child, age: ExactAge | Refusal) -> Assessed:
    kg = child.weight_kg
    if kg is None:
        return _unknown("The weight was not measured.")
    if isinstance(age, Refusal):
        return _refused(kg, age)
    return Assessed(kg, _scores(Measure.WEIGHT, child, age, dict.fromkeys(Reference, kg)))


def _bmi(child: Child, age: ExactAge | Refusal, position: Position | None) -> Assessed:
    cm, kg = child.height_cm, child.weight_kg
    if cm is None or kg is None:
        return _unknown("BMI needs both height and weight.")
    if isinstance(age, Refusal):
        return _refused(bmi_kg_m2(cm, kg), age)
    comparable: dict[Reference, float | Refusal] = {}
    for reference in Reference:
        height = _comparable_cm(reference, cm, age.decimal_months, position)
        comparable[reference] = height if isinstance(height, Refusal) else bmi_kg_m2(height, kg)
    return Assessed(bmi_kg_m2(cm, kg), _scores(Measure.BMI, child, age, comparable))


def _unknown(reason: str) -> Assessed:
    return _refused(None, Refusal(reason))


def _refused(size: float | None, refusal: Refusal) -> Assessed:
    return Assessed(size, dict.fromkeys(Reference, refusal))


def _scores(
    measure: Measure, child: Child, age: ExactAge, sizes: Mapping[Reference, float | Refusal]
) -> dict[Reference, Score | Refusal]:
    return {
        reference: size
        if isinstance(size, Refusal)
        else _score(reference, measure, child.sex, age.decimal_months, size)
        for reference, size in sizes.items()
    }


def _score(
    reference: Reference, measure: Measure, sex: Sex, age_months: float, size: float
) -> Score | Refusal:
    try:
        sds = sds_for(reference, measure, sex, age_months, size)
    except OutsideReference as exc:
        return Refusal(str(exc))
    return Score(sds, centile_of(sds))


def _comparable_cm(
    reference: Reference, height_cm: float, age_months: float, position: Position | None
) -> float | Refusal:
    """Return the height in the position that the reference measured in, or why it has none."""
    try:
        return _in_position_of(reference, height_cm, age_months, _stated(position, age_months))
    except OutsideReference as exc:
        return Refusal(str(exc))


def _stated(position: Position | None, age_months: float) -> Position:
    if position is None and age_months < POSITION_MATTERS_BELOW_MONTHS:
        raise PositionUnknown(
            f"Below {POSITION_MATTERS_BELOW_MONTHS:g} months it must be said whether the child "
            "was measured lying or standing."
        )
    return position or Position.STANDING


def _in_position_of(
    reference: Reference, height_cm: float, age_months: float, position: Position
) -> float:
    expected = position_at(reference, age_months)
    if position is expected:
        return height_cm
    if reference is Reference.WHO and age_months <= CORRECTED_TO_MONTHS:
        lengthening = 1 if expected is Position.RECUMBENT else -1
        return height_cm + lengthening * LYING_LONGER_CM
    raise OutsideReference(
        f"{reference.title} holds {expected.value} heights at {age_months:.2f} months, "
        f"and the child was measured {position.value}."
    )


def _target(
    child: Child, method: Callable[[Sex, float, float], TargetHeight]
) -> TargetHeight | Refusal:
    if child.mother_cm is None or child.father_cm is None:
        return Refusal("Target height needs the heights of both parents.")
    return method(child.sex, child.mother_cm, child.father_cm)


def _difference(age: ExactAge, bone_age_months: float | None) -> float | Refusal:
    if bone_age_months is None:
        return Refusal(_NO_BONE_AGE)
    return bone_age_months - age.decimal_months


def _bone_age_score(
    child: Child, age: ExactAge, bone_age_months: float | None
) -> BoneAgeScore | Refusal:
    if bone_age_months is None:
        return Refusal(_NO_BONE_AGE)
    try:
        sds = brush_sds(child.sex, age.decimal_months, bone_age_months)
    except OutsideReference as exc:
        return Refusal(str(exc))
    return BoneAgeScore(sds, BRUSH_FORMULA, BRUSH_POPULATION)


def _remarks_on_age(
    born: Gestation | None, age: ExactAge, corrected: ExactAge | Refusal | None
) -> tuple[str, ...]:
    """Say at which age the sizes were compared, where it is not plain."""
    is_small = age.years < CORRECTED_UNTIL_YEARS
    if born is None:
        return (_GESTATION_UNTOLD,) if is_small else ()
    if isinstance(corrected, ExactAge):
        return (
            f"Born at {born}: until {CORRECTED_UNTIL_YEARS} years sizes are compared at the age "
            f"corrected to 40 weeks, {corrected}; bone age is compared with the age since birth.",
        )
    if born.is_preterm and not is_small:
        return (
            f"Born at {born}: from {CORRECTED_UNTIL_YEARS} years on sizes are compared at the age "
            "since birth.",
        )
    return ()


def _remarks(measures: Mapping[Measure, Assessed], position: Position | None) -> tuple[str, ...]:
    suspect = [
        f"The {measure.label} lies beyond {low:g} to {high:+g} SD of {reference.title}; "
        "check the measurement and its unit."
        for measure, (low, high) in _SUSPECT_BEYOND_SDS.items()
        for reference, score in measures[measure].scores.items()
        if isinstance(score, Score) and not low <= score.sds <= high
    ]
    heights = measures[Measure.HEIGHT].scores.values()
    if position is None and any(isinstance(score, Score) for score in heights):
        suspect.append(_TAKEN_AS_STANDING)
    return tuple(suspect)

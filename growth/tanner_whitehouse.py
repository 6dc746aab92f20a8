"""Adult height by the regressions of Tanner and Whitehouse on height, age and RUS bone age.

Tanner JM, Whitehouse RH, Marshall WA, Carter BS. Prediction of adult height from height, bone age,
and occurrence of menarche, at ages 4 to 16 with allowance for midparent height. Arch Dis Child
1975;50:14-26: one equation for each half year, from RUS bone ages (TW2) of healthy children.
"""

from collections.abc import Sequence
from typing import Final

from bone_age.reading import Sex
from growth.ages import MONTHS_PER_YEAR, ExactAge
from growth.errors import OutsideReference
from growth.predicted_height import (
    NORMAL_95,
    AdultHeight,
    RefusedHeight,
    RusBoneAge,
    joined_limits,
)
from growth.references.prediction_tables import Equation, Menarche, equations
from growth.straight_lines import on_line, rows_around

# Root mean square deviation of a person's TW ratings from an automatic rater's, in years. It holds
# the errors of both. Thodberg HH et al. Ann Hum Biol 2012;39:68-75 (231 children of Zurich).
_RATING_RMS_YEARS: Final = {Sex.MALE: 0.67, Sex.FEMALE: 0.63}

METHOD: Final = "Tanner-Whitehouse 1975"

_NO_RUS_BONE_AGE: Final = (
    "The equation was made for RUS bone ages of Tanner and Whitehouse, which differ from those "
    "after Greulich and Pyle; enter the stages of the bones to have it."
)
_MENARCHE_UNKNOWN: Final = (
    "At this age the equations differ before and after menarche; "
    "say whether it has occurred, it is never assumed."
)
_SHORTER_THAN_NOW: Final = (
    "The equation gives less than the present height, so it does not hold for this child."
)
_ONE_STANDARD: Final = "The equation was made for British children's RUS bone ages (TW2)"


def tanner_whitehouse(
    sex: Sex,
    age: ExactAge,
    height_cm: float,
    menarche: Menarche | None,
    rus_bone_age: RusBoneAge | None,
) -> AdultHeight | RefusedHeight:
    """Predict from a standing height; refused where the equation lacks what it was made for.

    The youngest need no bone age: their equations give it no weight.
    """
    try:
        equation = equation_at(sex, age.decimal_years, menarche)
    except OutsideReference as exc:
        return RefusedHeight(METHOD, str(exc))
    if equation.bone_age and rus_bone_age is None:
        return RefusedHeight(METHOD, _NO_RUS_BONE_AGE)
    bone_age_years = rus_bone_age.months / MONTHS_PER_YEAR if rus_bone_age else 0.0
    cm = adult_height_cm(equation, height_cm, age.decimal_years, bone_age_years)
    if cm < height_cm:
        return RefusedHeight(METHOD, _SHORTER_THAN_NOW)
    part = _rating_part(equation, sex, cm)
    low, high = joined_limits(cm, NORMAL_95 * equation.residual_sd_cm, part or (cm, cm), height_cm)
    return AdultHeight(
        method=METHOD,
        formula=_in_figures(equation, height_cm, age.decimal_years, bone_age_years),
        cm=cm,
        low_cm=low,
        high_cm=high,
        interval=_interval_sentence(equation, sex),
        bone_age_part_cm=part,
        doubts=_doubts(equation, rus_bone_age),
    )


def adult_height_cm(
    equation: Equation, height_cm: float, age_years: float, bone_age_years: float
) -> float:
    """Return what an equation gives for a height, an age and a RUS bone age."""
    return (
        equation.height * height_cm
        + equation.age * age_years
        + equation.bone_age * bone_age_years
        + equation.constant
    )


def equation_at(sex: Sex, age_years: float, menarche: Menarche | None) -> Equation:
    """Return the equation of an age, each of its figures on a straight line between half years.

    Raises OutsideReference outside the equations' ages, and for a girl of whom it matters and is
    not said whether menarche has occurred.
    """
    rows = _rows_for(sex, age_years, menarche)
    ages = [row.age_years for row in rows]
    if not ages[0] <= age_years <= ages[-1]:
        raise OutsideReference(
            f"The equations {_for_whom(sex, menarche)} run from {ages[0]:g} to {ages[-1]:g} years, "
            f"and the child is {age_years:.2f} years old."
        )
    before, part = rows_around(ages, age_years)
    return _between(rows[before], rows[before + 1], part)


def _rows_for(sex: Sex, age_years: float, menarche: Menarche | None) -> Sequence[Equation]:
    """Return the equations of a child: a girl's fork where they differ before and after menarche.

    Those for every girl lead up to the ones before menarche.
    """
    rows = equations(sex)
    for_all = [row for row in rows if row.menarche is None]
    if sex is Sex.MALE:
        return for_all
    if menarche is None and age_years > for_all[-1].age_years:
        raise OutsideReference(_MENARCHE_UNKNOWN)
    if menarche is Menarche.OCCURRED:
        return [row for row in rows if row.menarche is Menarche.OCCURRED]
    return [*for_all, *(row for row in rows if row.menarche is Menarche.NOT_YET)]


def _for_whom(sex: Sex, menarche: Menarche | None) -> str:
    if sex is Sex.MALE:
        return "for boys"
    when = {Menarche.NOT_YET: " before menarche", Menarche.OCCURRED: " after menarche", None: ""}
    return f"for girls{when[menarche]}"


def _between(young: Equation, old: Equation, part: float) -> Equation:
    def line(first: float, last: float) -> float:
        return on_line(first, last, part)

    used = [row.doubt for row, share in ((young, 1 - part), (old, part)) if share > 0]
    return Equation(
        menarche=old.menarche,
        age_years=line(young.age_years, old.age_years),
        height=line(young.height, old.height),
        age=line(young.age, old.age),
        bone_age=line(young.bone_age, old.bone_age),
        constant=line(young.constant, old.constant),
        residual_sd_cm=line(young.residual_sd_cm, old.residual_sd_cm),
        doubt=next((doubt for doubt in used if doubt), ""),
    )


def _in_figures(
    equation: Equation, height_cm: float, age_years: float, bone_age_years: float
) -> str:
    """Return the sum as a reader can check it, the figures between half years to four places."""
    terms = [f"{_short(equation.height)} x {height_cm:.1f}"]
    terms.append(f"{_signed(equation.age)} x {age_years:.2f}")
    if equation.bone_age:
        terms.append(f"{_signed(equation.bone_age)} x {bone_age_years:.2f}")
    return " ".join([*terms, _signed(equation.constant)])


def _signed(figure: float) -> str:
    return f"{'-' if figure < 0 else '+'} {_short(abs(figure))}"


def _short(figure: float) -> str:
    return f"{figure:.4f}".rstrip("0").rstrip(".")


def _rating_part(equation: Equation, sex: Sex, cm: float) -> tuple[float, float] | None:
    """Return how far the scatter of a rating moves a prediction, None where it has no weight."""
    moved_cm = abs(equation.bone_age) * NORMAL_95 * _RATING_RMS_YEARS[sex]
    return (cm - moved_cm, cm + moved_cm) if equation.bone_age else None


def _interval_sentence(equation: Equation, sex: Sex) -> str:
    if not equation.bone_age:
        return (
            f"1.96 x {equation.residual_sd_cm:.1f} cm, the residual SD of the equation in healthy "
            "children of this age (Tanner 1975)."
        )
    return (
        f"1.96 x {equation.residual_sd_cm:.1f} cm, the residual SD of the equation in healthy "
        f"children of this age (Tanner 1975), joined with 1.96 x {_RATING_RMS_YEARS[sex]:.2f} "
        "years, the scatter of ratings by eye (Thodberg 2012), as the root of the sum of squares."
    )


def _doubts(equation: Equation, rus_bone_age: RusBoneAge | None) -> tuple[str, ...]:
    printed = (equation.doubt,) if equation.doubt else ()
    if not equation.bone_age or rus_bone_age is None:
        return printed
    kind = f"{_ONE_STANDARD}; this one is by {rus_bone_age.standard}."
    return (*printed, kind, *rus_bone_age.doubts)

"""The tables that predict adult height, as they lie beside this file, read once."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache

from bone_age.reading import Sex
from growth.references.tables import read_rows

# Bayley and Pinneau print their errors in inches.
_CM_PER_INCH = 2.54


class MaturityGroup(Enum):
    """Which of Bayley and Pinneau's tables a child belongs to, in the tables' own words."""

    AVERAGE = "average"
    ACCELERATED = "accelerated"
    RETARDED = "retarded"


class Menarche(Enum):
    """Whether a girl has had her first menstruation, as somebody said."""

    NOT_YET = "not_yet"
    OCCURRED = "occurred"


@dataclass(frozen=True, slots=True)
class MatureHeightRow:
    """How much of the adult height is reached at a bone age, in percent."""

    bone_age_months: float
    percent: float


@dataclass(frozen=True, slots=True)
class ErrorRow:
    """The root of the mean squared error of predictions at one age."""

    age_months: float
    rms_error_cm: float


@dataclass(frozen=True, slots=True)
class Equation:
    """Adult height in cm = `height` x cm + `age` x years + `bone_age` x years + `constant`.

    It holds at one age. `menarche` is None where the equation is for every child of the sex;
    `doubt` says what in it two transcriptions print differently.
    """

    menarche: Menarche | None
    age_years: float
    height: float
    age: float
    bone_age: float
    constant: float
    residual_sd_cm: float
    doubt: str


@cache
def mature_height_rows(sex: Sex, group: MaturityGroup) -> tuple[MatureHeightRow, ...]:
    """Return Bayley and Pinneau's table of a sex and group by bone age; raises ReferenceDamaged."""
    rows = read_rows("bayley_pinneau.csv", _mature_height_row)
    return tuple(row for key, row in rows if key == (sex, group))


@cache
def error_rows(sex: Sex) -> tuple[ErrorRow, ...]:
    """Return the errors of Bayley and Pinneau's validating sample; raises ReferenceDamaged."""
    return tuple(row for of, row in read_rows("bayley_pinneau_errors.csv", _error_row) if of is sex)


@cache
def equations(sex: Sex) -> tuple[Equation, ...]:
    """Return the regressions of a sex as the file orders them; raises ReferenceDamaged."""
    return tuple(row for of, row in read_rows("tw_adult_height.csv", _equation) if of is sex)


def _mature_height_row(
    row: Mapping[str, str],
) -> tuple[tuple[Sex, MaturityGroup], MatureHeightRow]:
    key = Sex(row["sex"]), MaturityGroup(row["group"])
    return key, MatureHeightRow(float(row["bone_age_months"]), float(row["percent"]))


def _error_row(row: Mapping[str, str]) -> tuple[Sex, ErrorRow]:
    mean, sd = float(row["mean_error_in"]), float(row["sd_in"])
    rms_error_cm = _CM_PER_INCH * (mean**2 + sd**2) ** 0.5
    return Sex(row["sex"]), ErrorRow(float(row["age_months"]), rms_error_cm)


def _equation(row: Mapping[str, str]) -> tuple[Sex, Equation]:
    equation = Equation(
        menarche=Menarche(row["menarche"]) if row["menarche"] else None,
        age_years=float(row["age_years"]),
        height=float(row["height"]),
        age=float(row["age"]),
        bone_age=float(row["bone_age"]),
        constant=float(row["constant"]),
        residual_sd_cm=float(row["residual_sd_cm"]),
        doubt=row["doubt"],
    )
    return Sex(row["sex"]), equation

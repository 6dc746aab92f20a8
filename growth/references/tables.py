"""The tables as they lie beside this file, read when first needed and kept."""

import csv
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib.resources import files
from typing import TypeVar

from bone_age.reading import Sex
from growth.errors import OutsideReference, ReferenceDamaged
from growth.lms import Lms
from growth.straight_lines import on_line, rows_around


class Reference(Enum):
    """A published population that a child is compared with."""

    WHO = "who"
    CDC = "cdc"
    CHINA = "china"

    @property
    def title(self) -> str:
        """Return the name with its year, as a report prints it."""
        return _TITLES[self]

    @property
    def note(self) -> str:
        """Return what a reader must know of the reference's figures; empty where nothing."""
        return _NOTES.get(self, "")


class Measure(Enum):
    """What is compared: height in cm, weight in kg, body mass index in kg/m2."""

    HEIGHT = "height"
    WEIGHT = "weight"
    BMI = "bmi"

    @property
    def label(self) -> str:
        """Return the measure's name inside a sentence."""
        return "BMI" if self is Measure.BMI else self.value


class Stage(Enum):
    """The two parts of a reference: infants, measured lying, and children, measured standing."""

    INFANT = "infant"
    CHILD = "child"


_TITLES = {
    Reference.WHO: "WHO 2006/2007",
    Reference.CDC: "CDC 2000",
    Reference.CHINA: "China (Zong & Li 2013)",
}
_NOTES = {
    Reference.CHINA: "L and S of this reference have a single source, a transcription of the "
    "paper's table.",
}
_FILES = {
    Reference.WHO: "who.csv",
    Reference.CDC: "cdc2000.csv",
    Reference.CHINA: "china2013.csv",
}
_BRUSH_FILE = "brush_bone_age.csv"

Row = TypeVar("Row")
CurveKey = tuple[Measure, Stage, Sex]


@dataclass(frozen=True, slots=True)
class LmsCurve:
    """L, M and S against age, from the first row to the last."""

    ages_months: tuple[float, ...]
    rows: tuple[Lms, ...]

    def at(self, age_months: float) -> Lms:
        """Return the row at an age, on straight lines between rows; raises OutsideReference."""
        if not self.ages_months[0] <= age_months <= self.ages_months[-1]:
            raise OutsideReference(
                f"The table runs from {self.ages_months[0]:g} to {self.ages_months[-1]:g} months."
            )
        before, part = rows_around(self.ages_months, age_months)
        young, old = self.rows[before], self.rows[before + 1]
        return Lms(
            on_line(young.power, old.power, part),
            on_line(young.median, old.median, part),
            on_line(young.variation, old.variation, part),
        )


@dataclass(frozen=True, slots=True)
class BrushRow:
    """Bone age at one age: mean and standard deviation, in months."""

    age_months: float
    mean_months: float
    sd_months: float


@cache
def lms_curves(reference: Reference) -> Mapping[CurveKey, LmsCurve]:
    """Return every curve of a reference; raises ReferenceDamaged."""
    found: defaultdict[CurveKey, list[tuple[float, Lms]]] = defaultdict(list)
    for key, age_months, lms in read_rows(_FILES[reference], _lms_row):
        found[key].append((age_months, lms))
    return {key: _curve(points) for key, points in found.items()}


@cache
def brush_rows(sex: Sex) -> tuple[BrushRow, ...]:
    """Return the Brush Foundation's bone ages of a sex, by age; raises ReferenceDamaged."""
    rows = read_rows(_BRUSH_FILE, _brush_row)
    return tuple(brush for row_sex, brush in rows if row_sex is sex)


def _lms_row(row: Mapping[str, str]) -> tuple[CurveKey, float, Lms]:
    key = (Measure(row["measure"]), Stage(row["stage"]), Sex(row["sex"]))
    return key, float(row["age_months"]), Lms(float(row["l"]), float(row["m"]), float(row["s"]))


def _brush_row(row: Mapping[str, str]) -> tuple[Sex, BrushRow]:
    ages = (float(row[name]) for name in ("age_months", "mean_months", "sd_months"))
    return Sex(row["sex"]), BrushRow(*ages)


def _curve(points: list[tuple[float, Lms]]) -> LmsCurve:
    return LmsCurve(tuple(age for age, _ in points), tuple(lms for _, lms in points))


def read_rows(name: str, understand: Callable[[Mapping[str, str]], Row]) -> list[Row]:
    """Return every row of a table beside this file, understood; raises ReferenceDamaged."""
    try:
        text = files("growth.references").joinpath(name).read_text(encoding="ascii")
        return [understand(row) for row in csv.DictReader(text.splitlines())]
    except (OSError, ValueError, KeyError, TypeError, csv.Error) as exc:
        raise ReferenceDamaged(f"The reference table {name} cannot be read; reinstall.") from exc

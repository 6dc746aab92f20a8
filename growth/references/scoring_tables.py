"""The tables of the scoring sheets, as they lie beside this file, read once."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from bone_age.reading import Sex
from growth.references.tables import read_rows


@dataclass(frozen=True, slots=True)
class StageRow:
    """What one stage of one bone is worth; `doubt` says what its sources print differently."""

    bone: str
    stage: str
    points: int
    doubt: str


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """The total score at a bone age; `doubt` says why the row is not to be used."""

    bone_age_years: float
    score: int
    doubt: str


@cache
def stage_rows(file: str, sex: Sex) -> tuple[StageRow, ...]:
    """Return the stages of every bone, lowest first; raises ReferenceDamaged."""
    return tuple(row for of, row in read_rows(file, _stage_row) if of is sex)


@cache
def score_rows(file: str, sex: Sex) -> tuple[ScoreRow, ...]:
    """Return the scores by bone age; raises ReferenceDamaged."""
    return tuple(row for of, row in read_rows(file, _score_row) if of is sex)


def _stage_row(row: Mapping[str, str]) -> tuple[Sex, StageRow]:
    stage = StageRow(row["bone"], row["stage"], int(row["points"]), row["doubt"])
    return Sex(row["sex"]), stage


def _score_row(row: Mapping[str, str]) -> tuple[Sex, ScoreRow]:
    score = ScoreRow(float(row["bone_age_years"]), int(row["score"]), row["doubt"])
    return Sex(row["sex"]), score

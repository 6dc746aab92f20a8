"""Scoring sheets: a physician stages thirteen bones, the sheet gives points and a bone age.

Radius, ulna and short bones (RUS) of the left hand. RUS-CHN: Zhang SY et al., the standard China-05
of Chinese children (2006). TW3: Tanner JM, Healy MJR, Goldstein H, Cameron N. Assessment of
skeletal maturity and prediction of adult height (TW3 method), 3rd ed. London 2001; TW3-C gives its
score the ages of the children of China-05.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from bone_age.reading import Sex
from growth.ages import MONTHS_PER_YEAR
from growth.assessment import Refusal
from growth.errors import StageUnusable
from growth.predicted_height import RusBoneAge
from growth.references.scoring_tables import ScoreRow, StageRow, score_rows, stage_rows
from growth.straight_lines import on_line, rows_around

# All thirteen bones in their last stage.
FULL_SCORE: Final = 1000

# Both tables of ages are of the same survey. Zhang SY et al., standard China-05 (2006).
WHOSE_AGES: Final = "Chinese children (China-05)"

_NO_BRITISH_AGES: Final = (
    "The table that gives British children's ages to TW3 scores is not available here; "
    "the score stands alone."
)


class Sheet(Enum):
    """A set of stages with its points, and the children whose ages the score is given."""

    RUS_CHN = "RUS-CHN"
    TW3_C = "TW3-C RUS"
    TW3 = "TW3 RUS"


# The sheets by the names that are typed, on the command line and in a patient file.
SHEETS: Final = {"rus-chn": Sheet.RUS_CHN, "tw3-c": Sheet.TW3_C, "tw3": Sheet.TW3}


@dataclass(frozen=True, slots=True)
class _Tables:
    """A sheet's files, and its stage of a bone that does not show yet, which has no points."""

    stages: str
    ages: str | None
    absent: str


_TABLES: Final = {
    Sheet.RUS_CHN: _Tables("rus_chn_stages.csv", "rus_chn_ages.csv", absent="0"),
    Sheet.TW3_C: _Tables("tw3_stages.csv", "tw3_c_ages.csv", absent="A"),
    Sheet.TW3: _Tables("tw3_stages.csv", None, absent="A"),
}


@dataclass(frozen=True, slots=True)
class ScoredSheet:
    """A sheet as it was filled in, with the points of every bone in the sheet's order.

    `doubts` are sentences that a reader of the figures must see beside them.
    """

    sheet: Sheet
    sex: Sex
    stages: Mapping[str, str]
    points: Mapping[str, int]
    bone_age_months: float | Refusal
    doubts: tuple[str, ...]

    @property
    def score(self) -> int:
        """Return the sum of the points."""
        return sum(self.points.values())


def bones_of(sheet: Sheet) -> tuple[str, ...]:
    """Return the thirteen bones, the forearm first, then rays 1, 3 and 5 outwards."""
    return tuple(dict.fromkeys(row.bone for row in _stage_rows(sheet, Sex.FEMALE)))


def permitted_stages(sheet: Sheet, bone: str) -> tuple[str, ...]:
    """Return the stages that a bone can have, the one of a bone that does not show yet first."""
    told = (row.stage for row in _stage_rows(sheet, Sex.FEMALE) if row.bone == bone)
    return (_TABLES[sheet].absent, *told)


def score_sheet(sheet: Sheet, sex: Sex, stages: Mapping[str, str]) -> ScoredSheet:
    """Add up a filled sheet, all thirteen bones; raises StageUnusable, which names them."""
    _check_complete(sheet, stages)
    rows = [_row_of(sheet, sex, bone, stages[bone]) for bone in bones_of(sheet)]
    points = {row.bone: row.points for row in rows}
    bone_age, doubt = _bone_age(sheet, sex, sum(points.values()))
    doubts = [*(row.doubt for row in rows), doubt]
    return ScoredSheet(
        sheet=sheet,
        sex=sex,
        stages={row.bone: row.stage for row in rows},
        points=points,
        bone_age_months=bone_age,
        doubts=tuple(said for said in doubts if said),
    )


def sheet_told(told: Mapping[str, Any], sex: Sex) -> ScoredSheet | None:
    """Score the sheet in a patient file's "scoring", None where it has none.

    It looks like {"sheet": "rus-chn", "stages": {"radius": 7, ...}}; raises StageUnusable.
    """
    scoring = told.get("scoring")
    if scoring is None:
        return None
    sheets = {sheet.value: sheet for sheet in Sheet} | SHEETS
    if not isinstance(scoring, Mapping) or str(scoring.get("sheet")) not in sheets:
        typed, told_as = ", ".join(SHEETS), ", ".join(sheet.value for sheet in Sheet)
        raise StageUnusable(f"scoring needs a sheet: {typed}, or as a result has it {told_as}.")
    stages = scoring.get("stages")
    if not isinstance(stages, Mapping):
        raise StageUnusable("scoring needs the stages, one of every bone.")
    said = {str(bone): str(stage) for bone, stage in stages.items()}
    return score_sheet(sheets[str(scoring["sheet"])], sex, said)


def rus_bone_age_of(scored: ScoredSheet) -> RusBoneAge | None:
    """Return a sheet's bone age for the prediction of adult height, None where it has none."""
    if isinstance(scored.bone_age_months, Refusal):
        return None
    return RusBoneAge(scored.bone_age_months, scored.sheet.value, scored.doubts)


def scoring_record(scored: ScoredSheet) -> dict[str, Any]:
    """Return a sheet as the plain data of a result's "scoring"."""
    bone_age = scored.bone_age_months
    record = {
        "sheet": scored.sheet.value,
        "stages": dict(scored.stages),
        "points": dict(scored.points),
        "score": scored.score,
        "bone_age_months": None if isinstance(bone_age, Refusal) else bone_age,
        "doubts": list(scored.doubts),
    }
    return record | ({"reason": bone_age.reason} if isinstance(bone_age, Refusal) else {})


def _stage_rows(sheet: Sheet, sex: Sex) -> tuple[StageRow, ...]:
    return stage_rows(_TABLES[sheet].stages, sex)


def _check_complete(sheet: Sheet, stages: Mapping[str, str]) -> None:
    bones = bones_of(sheet)
    unknown = [bone for bone in stages if bone not in bones]
    if unknown:
        raise StageUnusable(
            f"The sheet {sheet.value} has no bone {unknown[0][:40]!r}; it has {', '.join(bones)}."
        )
    missing = [bone for bone in bones if not stages.get(bone, "").strip()]
    if missing:
        raise StageUnusable(
            f"The sheet {sheet.value} needs a stage of every bone; "
            f"there is none of {', '.join(missing)}."
        )


def _row_of(sheet: Sheet, sex: Sex, bone: str, said: str) -> StageRow:
    stage = said.strip().upper()
    if stage == _TABLES[sheet].absent:
        return StageRow(bone, stage, 0, "")
    for row in _stage_rows(sheet, sex):
        if (row.bone, row.stage) == (bone, stage):
            return row
    permitted = permitted_stages(sheet, bone)
    raise StageUnusable(
        f"The {bone} cannot be in stage {said.strip()[:40]!r} on the sheet {sheet.value}; "
        f"its stages are {permitted[0]} to {permitted[-1]}."
    )


def _bone_age(sheet: Sheet, sex: Sex, score: int) -> tuple[float | Refusal, str]:
    """Return the bone age of a score in months, or why there is none, and what is doubtful of it.

    On straight lines between the table's rows; a doubtful row is left out of its line.
    """
    file = _TABLES[sheet].ages
    if file is None:
        return Refusal(_NO_BRITISH_AGES), ""
    rows = score_rows(file, sex)
    sound = [row for row in rows if not row.doubt]
    outside = _outside(sheet, score, sound)
    if outside:
        return Refusal(outside), ""
    before, part = rows_around([row.score for row in sound], score)
    young, old = sound[before], sound[before + 1]
    years = on_line(young.bone_age_years, old.bone_age_years, part)
    return MONTHS_PER_YEAR * years, _doubt_between(young, old, rows) if part else ""


def _outside(sheet: Sheet, score: int, sound: Sequence[ScoreRow]) -> str:
    first, last = sound[0], sound[-1]
    if score < first.score:
        return (
            f"The ages of {sheet.value} begin with {first.score} points at "
            f"{first.bone_age_years:.1f} years; below there is no bone age."
        )
    if score >= last.score:
        return (
            f"All bones are in their last stage; the ages of {sheet.value} end there, "
            f"at {last.bone_age_years:.1f} years, and the bone age is that or more."
        )
    return ""


def _doubt_between(young: ScoreRow, old: ScoreRow, rows: Sequence[ScoreRow]) -> str:
    skipped = (
        row.doubt for row in rows if young.bone_age_years < row.bone_age_years < old.bone_age_years
    )
    return next(skipped, "")

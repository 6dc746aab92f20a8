"""What the report says of a scoring sheet: its score, its bone age or why there is none, doubts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from growth.scoring import FULL_SCORE, WHOSE_AGES
from reports.figures import years_and_months
from reports.phrasebook import told
from reports.reading_part import Fact
from reports.wording import Wording


@dataclass(frozen=True, slots=True)
class ScoringPart:
    """A filled sheet as printed: `fact` for page one, `stages` of every bone for whoever checks."""

    fact: Fact
    stages_title: str
    stages: tuple[Fact, ...]


def scoring_part(growth: Mapping[str, Any], words: Wording) -> ScoringPart | None:
    """Return the part for a result's "growth", None where no sheet was filled in."""
    scoring = growth.get("scoring")
    if not scoring:
        return None
    return ScoringPart(
        fact=Fact(words.scoring, _in_words(scoring, words)),
        stages_title=words.scoring_stages.format(sheet=scoring["sheet"]),
        stages=tuple(
            Fact(
                words.bones.get(bone, bone),
                words.scoring_stage.format(stage=stage, points=scoring["points"][bone]),
            )
            for bone, stage in scoring["stages"].items()
        ),
    )


def _in_words(scoring: Mapping[str, Any], words: Wording) -> str:
    points = words.scoring_points.format(
        sheet=scoring["sheet"], score=scoring["score"], full=FULL_SCORE
    )
    doubts = (words.scoring_doubtful.format(doubt=doubt) for doubt in scoring.get("doubts", ()))
    return words.between_sentences.join([points, _age(scoring, words), *doubts])


def _age(scoring: Mapping[str, Any], words: Wording) -> str:
    if scoring["bone_age_months"] is None:
        reason = scoring.get("reason") or words.not_recorded
        return words.scoring_no_age.format(reason=reason)
    return words.scoring_age.format(
        age=years_and_months(float(scoring["bone_age_months"]), words),
        whose=told(WHOSE_AGES, words),
    )

"""A scored sheet as lines for a physician."""

from collections.abc import Iterator

from bone_age.reading import Sex
from growth.assessment import Refusal
from growth.scoring import FULL_SCORE, WHOSE_AGES, ScoredSheet
from reports.figures import years_and_months

_CHILD = {Sex.FEMALE: "girl", Sex.MALE: "boy"}


def sheet_in_words(scored: ScoredSheet) -> Iterator[str]:
    """Give the sheet bone by bone, the score, the bone age or why there is none, and doubts."""
    yield f"{scored.sheet.value}, {_CHILD[scored.sex]}; stages as entered"
    yield f"  {'bone':<14}{'stage':>6}{'points':>8}"
    for bone, stage in scored.stages.items():
        yield f"  {bone:<14}{stage:>6}{scored.points[bone]:>8}"
    yield f"  {'score':<20}{scored.score:>8} of {FULL_SCORE}"
    bone_age = scored.bone_age_months
    if isinstance(bone_age, Refusal):
        yield f"No bone age: {bone_age.reason}"
    else:
        said = f"{years_and_months(bone_age)} by {scored.sheet.value}"
        yield f"Bone age {said}, the ages of {WHOSE_AGES}. No interval is known for it."
    yield from (f"DOUBTFUL: {doubt}" for doubt in scored.doubts)

"""All that is said of a child's growth at one visit: sizes, bone age, adult height, course."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from growth import bayley_pinneau
from growth.adult_height import (
    AdultHeight,
    BoneAge,
    Menarche,
    RefusedHeight,
    adult_height_record,
    adult_heights,
)
from growth.assess import assess
from growth.assessment import GrowthAssessment, as_record
from growth.bone_age_progress import AUTOMATIC_READING, DetectableChange
from growth.child import Child
from growth.entered import NOTHING_ENTERED, Entered, entered_record
from growth.follow_up import FollowUp, follow_up, follow_up_record
from growth.next_visit import NextVisit, course_of, next_visit, next_visit_record
from growth.references import Reference
from growth.scoring import ScoredSheet, rus_bone_age_of, scoring_record
from growth.visit_rules import VisitRule
from growth.visits import EarlierVisit

_OF_UNTREATED: Final = "It was made of untreated children, and a treatment was entered."
_OF_A_DOUBTFUL_READING: Final = (
    "It rests on a bone age that is doubtful, and its limits do not cover the cause."
)


@dataclass(frozen=True, slots=True)
class Told:
    """What is known at a visit beside the child: this visit last, and the earlier ones.

    `remarks` are what was found out about the earlier ones; `scored` is a sheet that a physician
    filled in. `doubts` are those of the bone age that was read today.
    """

    visits: Sequence[EarlierVisit]
    entered: Entered = NOTHING_ENTERED
    remarks: Sequence[str] = ()
    scored: ScoredSheet | None = None
    doubts: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Customs:
    """How a site judges: the reference that it puts first, and its rules for the next visit.

    `detectable` is the least change of the bone age that its readings can tell.
    """

    headline: Reference
    next_visit_rules: Sequence[VisitRule]
    detectable: DetectableChange = AUTOMATIC_READING


# Of a site that said nothing: no next visit is suggested.
WITHOUT_CUSTOMS: Final = Customs(Reference.WHO, ())


@dataclass(frozen=True, slots=True)
class GrowthJudgement:
    """A child's growth on one day, what adult height to expect, and its course over visits."""

    today: GrowthAssessment
    adult_heights: tuple[AdultHeight | RefusedHeight, ...]
    follow_up: FollowUp | None
    next_visit: NextVisit | None
    told: Told


def judge_growth(child: Child, told: Told, customs: Customs) -> GrowthJudgement:
    """Judge a child's growth at the last of its visits; raises as `assess` does."""
    visit = told.visits[-1]
    today = assess(
        child, visit.date, visit.bone_age_months, visit.height_position, customs.headline
    )
    course = follow_up(child, told.visits, customs.detectable, told.remarks)
    looked_at = course_of(today, course, told.entered)
    return GrowthJudgement(
        today=today,
        adult_heights=_adult_heights(child, told, today),
        follow_up=course,
        next_visit=next_visit(customs.next_visit_rules, looked_at, visit.date),
        told=told,
    )


def judgement_record(judged: GrowthJudgement) -> dict[str, Any]:
    """Return the judgement as the plain data of a result file's "growth" entry; not rounded."""
    scored = judged.told.scored
    return as_record(judged.today) | {
        "adult_height": adult_height_record(judged.adult_heights),
        "scoring": None if scored is None else scoring_record(scored),
        "follow_up": follow_up_record(judged.follow_up),
        "next_visit": next_visit_record(judged.next_visit),
        "entered": entered_record(judged.told.entered),
    }


def _adult_heights(
    child: Child, told: Told, today: GrowthAssessment
) -> tuple[AdultHeight | RefusedHeight, ...]:
    visit, scored = told.visits[-1], told.scored
    months = visit.bone_age_months
    heights = adult_heights(
        child,
        today.age,
        child.height_cm,
        None if months is None else BoneAge(months, visit.bone_age_interval_months),
        _menarche(told.entered),
        None if scored is None else rus_bone_age_of(scored),
        visit.height_position,
    )
    return tuple(_with_doubts(height, told) for height in heights)


def _with_doubts(height: AdultHeight | RefusedHeight, told: Told) -> AdultHeight | RefusedHeight:
    if isinstance(height, RefusedHeight):
        return height
    is_doubtful = bool(told.doubts) and height.method == bayley_pinneau.METHOD
    doubts = [
        *([_OF_A_DOUBTFUL_READING] if is_doubtful else []),
        *([_OF_UNTREATED] if told.entered.treatment else []),
    ]
    return replace(height, doubts=(*height.doubts, *doubts))


def _menarche(entered: Entered) -> Menarche | None:
    if entered.is_after_menarche is None:
        return None
    return Menarche.OCCURRED if entered.is_after_menarche else Menarche.NOT_YET

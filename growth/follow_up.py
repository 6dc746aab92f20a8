"""Several visits of one child: how it grew, and how its height and bone age moved meanwhile."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from growth.assess import assess
from growth.assessment import Assessed, GrowthAssessment, Refusal, Score
from growth.bone_age_progress import BoneAgeProgress, DetectableChange, bone_age_progress
from growth.child import Child
from growth.references import Measure, Reference, sds_for
from growth.velocity import (
    HEIGHT_ERROR_CM,
    SHORTEST_MONTHS,
    Between,
    Velocity,
    contradiction_since,
    less_than_a_year,
    nearest_to_a_year,
    velocities,
    velocity_of_last_year,
)
from growth.visits import EarlierVisit, put_in_order


@dataclass(frozen=True, slots=True)
class AssessedVisit:
    """One visit, and what its sizes and bone age amounted to at the age of then."""

    visit: EarlierVisit
    growth: GrowthAssessment


@dataclass(frozen=True, slots=True)
class SdsChange:
    """How far the height moved among the children of a reference, in SD, or why it is not told.

    The error of measuring moves 95 of 100 changes by less than `error_sds`.
    """

    between: Between | None
    change: float | Refusal
    error_sds: float | None = None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FollowUp:
    """The course of a child over its visits, the oldest first and this one last.

    `velocity` is that of the last year, `velocities` are those up to each visit.
    """

    visits: tuple[AssessedVisit, ...]
    velocity: Velocity
    velocities: tuple[Velocity, ...]
    sds_change: Mapping[Reference, SdsChange]
    bone_age_progress: BoneAgeProgress
    remarks: tuple[str, ...]


def follow_up(
    child: Child,
    visits: Sequence[EarlierVisit],
    detectable: DetectableChange,
    remarks: Sequence[str] = (),
) -> FollowUp | None:
    """Return the course of a child, None where nothing earlier was told.

    This visit is the last of `visits`, the earlier ones come in any order; `remarks` are what was
    found out about them before. Of the child its sex, birth and parents are used, not its sizes.
    Raises as `assess` does, for any visit.
    """
    *told, this = visits
    if not told and not remarks:
        return None
    earlier, said = put_in_order(told, child.birth_date, this.date)
    course = (*earlier, this)
    assessed = tuple(_assessed(child, visit) for visit in course)
    return FollowUp(
        visits=assessed,
        velocity=velocity_of_last_year(child, course),
        velocities=velocities(child, course),
        sds_change={reference: _sds_change(child, reference, assessed) for reference in Reference},
        bone_age_progress=bone_age_progress(course, detectable),
        remarks=(*remarks, *said, *_remarks_of(assessed[:-1])),
    )


def _assessed(child: Child, visit: EarlierVisit) -> AssessedVisit:
    then = replace(child, height_cm=visit.height_cm, weight_kg=visit.weight_kg)
    growth = assess(then, visit.date, visit.bone_age_months, visit.height_position)
    return AssessedVisit(visit, growth)


def _sds_change(child: Child, reference: Reference, visits: Sequence[AssessedVisit]) -> SdsChange:
    *earlier, this = visits
    now = this.growth.height.scores[reference]
    if isinstance(now, Refusal):
        return SdsChange(None, now)
    scored = {
        each.visit: (each, score)
        for each in earlier
        if isinstance(score := each.growth.height.scores[reference], Score)
        and Between(each.visit.date, this.visit.date).holds(SHORTEST_MONTHS)
    }
    if not scored:
        return SdsChange(None, _no_score_before(reference))
    since, then = scored[nearest_to_a_year(list(scored), this.visit)]
    between = Between(since.visit.date, this.visit.date)
    contradiction = contradiction_since(child, since.visit, [each.visit for each in visits])
    if contradiction is not None:
        return SdsChange(between, contradiction)
    return SdsChange(
        between,
        now.sds - then.sds,
        _error_sds(child, reference, this),
        (*_no_longer_corrected(since, this), *less_than_a_year(between)),
    )


def _error_sds(child: Child, reference: Reference, later: AssessedVisit) -> float:
    """Return the error of two heights in SD of a reference, at the later age and height."""
    growth, cm = later.growth, later.growth.height.size
    assert cm is not None
    age_months = (growth.corrected_age or growth.age).decimal_months
    low, high = (
        sds_for(reference, Measure.HEIGHT, child.sex, age_months, cm + side * HEIGHT_ERROR_CM)
        for side in (-1, 1)
    )
    return (high - low) / 2


def _no_score_before(reference: Reference) -> Refusal:
    return Refusal(
        f"No height of {SHORTEST_MONTHS} months or more before has a score of {reference.title}."
    )


def _no_longer_corrected(former: AssessedVisit, later: AssessedVisit) -> tuple[str, ...]:
    """Say that a score moved because the correction for a preterm birth has ended meanwhile."""
    if former.growth.corrected_age is None or later.growth.corrected_age is not None:
        return ()
    return (
        f"The height of {former.visit.date} was compared at the corrected age, that of "
        f"{later.visit.date} at the age since birth; the change of SDS holds this step.",
    )


def _remarks_of(earlier: Sequence[AssessedVisit]) -> tuple[str, ...]:
    """Return what a reader of the earlier scores must see, each sentence once with its days."""
    days: defaultdict[str, list[str]] = defaultdict(list)
    for each in earlier:
        for remark in each.growth.remarks:
            days[remark].append(f"{each.visit.date}")
    return tuple(f"{remark} (Earlier: {', '.join(on)}.)" for remark, on in days.items())


def follow_up_record(course: FollowUp | None) -> dict[str, Any] | None:
    """Return the course as the plain data of `growth.follow_up` in a result file.

    A refused figure is None, with its sentence as "reason" beside it; numbers are not rounded.
    """
    if course is None:
        return None
    return {
        "visits": [_visit_record(each) for each in course.visits],
        "velocity": _velocity_record(course.velocity),
        "velocities": [_velocity_record(each) for each in course.velocities],
        "sds_change": {
            reference.value: _sds_change_record(change)
            for reference, change in course.sds_change.items()
        },
        "bone_age_progress": _progress_record(course.bone_age_progress),
        "remarks": list(course.remarks),
    }


def earlier_visit_record(visit: EarlierVisit) -> dict[str, Any]:
    """Return a visit as it is told in a patient file."""
    interval = visit.bone_age_interval_months
    return {
        "date": visit.date.isoformat(),
        "height_cm": visit.height_cm,
        "height_position": visit.height_position and visit.height_position.value,
        "weight_kg": visit.weight_kg,
        "bone_age_months": visit.bone_age_months,
        "bone_age_interval_months": None if interval is None else list(interval),
        "bone_age_method": visit.bone_age_method,
    }


def _visit_record(each: AssessedVisit) -> dict[str, Any]:
    growth, corrected = each.growth, each.growth.corrected_age
    return earlier_visit_record(each.visit) | {
        "age_months": growth.age.decimal_months,
        "corrected_age_months": corrected and corrected.decimal_months,
        "bmi_kg_m2": growth.bmi.size,
        "height_sds": _sds_record(growth.height),
        "weight_sds": _sds_record(growth.weight),
        "bmi_sds": _sds_record(growth.bmi),
    }


def _sds_record(assessed: Assessed) -> dict[str, float | None]:
    scores = assessed.scores.items()
    return {each.value: score.sds if isinstance(score, Score) else None for each, score in scores}


def _velocity_record(velocity: Velocity) -> dict[str, Any]:
    error = velocity.error_cm_per_year
    return {
        **_figure("cm_per_year", velocity.cm_per_year),
        "error_cm_per_year": error,
        **_between_record(velocity.between),
        "remarks": list(velocity.remarks),
    }


def _sds_change_record(change: SdsChange) -> dict[str, Any]:
    return {
        **_figure("change", change.change),
        "error_sds": change.error_sds,
        **_between_record(change.between),
        "remarks": list(change.remarks),
    }


def _progress_record(progress: BoneAgeProgress) -> dict[str, Any]:
    span, detectable = progress.range_years_per_year, progress.detectable
    return {
        **_figure("years_per_year", progress.years_per_year),
        "range_years_per_year": None if span is None else list(span),
        "change_months": progress.change_months,
        "smallest_detectable_months": detectable and detectable.months,
        "smallest_detectable_measured_on": detectable and detectable.measured_on,
        "smallest_detectable_source": detectable and detectable.source,
        "exceeds": progress.exceeds,
        **_between_record(progress.between),
        "remarks": list(progress.remarks),
    }


def _between_record(between: Between | None) -> dict[str, Any]:
    if between is None:
        return {"from": None, "to": None, "years": None}
    return {
        "from": between.start.isoformat(),
        "to": between.end.isoformat(),
        "years": between.years,
    }


def _figure(name: str, figure: float | Refusal) -> dict[str, Any]:
    if isinstance(figure, Refusal):
        return {name: None, "reason": figure.reason}
    return {name: figure}

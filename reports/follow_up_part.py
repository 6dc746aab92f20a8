"""What the report says of the course of a child, of what was entered, and of the next visit."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from growth.references import Reference
from growth.velocity import SHORTEST_MONTHS, Between
from reports.figures import (
    completed,
    signed,
    signed_span,
    spoken_ages,
    spoken_date,
    tenths,
    years_and_months,
)
from reports.reading_part import Fact
from reports.visits_seen import SeenVisit, by_method
from reports.wording import Wording

# Where the velocity stands among the cells of a visit.
_VELOCITY: Final = 4


@dataclass(frozen=True, slots=True)
class FollowUpPart:
    """The course as printed: figures for page one, a row for every visit, what else to know.

    Rows point to `notes` by their numbers. `entered` is what people told, `next_visit` the sentence
    of the site's rule, empty without one.
    """

    facts: tuple[Fact, ...]
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]
    remarks: tuple[str, ...]
    entered: str
    next_visit: str


def follow_up_part(
    growth: Mapping[str, Any], visits: Sequence[SeenVisit], words: Wording
) -> FollowUpPart:
    """Return the part for a result's "growth"; older results know neither course nor entries."""
    course, suggested = growth.get("follow_up"), growth.get("next_visit")
    headline = Reference(growth.get("headline", Reference.WHO.value))
    several = bool(course) and len(visits) > 1
    told = _notes(course, visits, words) if course and several else []
    numbers = _numbered(told)
    return FollowUpPart(
        facts=tuple(_facts(course, headline, words)) if course and several else (),
        headings=_headings(headline, words),
        rows=tuple(
            _with_marks(row, notes, numbers)
            for row, notes in zip(_rows(course, headline, visits, words), told, strict=True)
        )
        if course and several
        else (),
        notes=tuple(f"{mark} {note}" for note, mark in numbers.items()),
        remarks=course_remarks(course, [headline]) if course and several else (),
        entered=entered_in_words(growth, words),
        next_visit=suggested["rule"] if suggested else "",
    )


@dataclass(frozen=True, slots=True)
class _Notes:
    """Why a visit has no velocity, and how its bone age was read otherwise; empty if neither."""

    velocity: str
    bone_age: str


def _notes(course: Mapping[str, Any], visits: Sequence[SeenVisit], words: Wording) -> list[_Notes]:
    reasons = {said["to"]: _why_no_velocity(said, words) for said in course["velocities"]}
    otherwise = by_method(visits).otherwise
    return [
        _Notes(reasons.get(seen.date, ""), _read_how(seen, words) if seen in otherwise else "")
        for seen in visits
    ]


def _why_no_velocity(said: Mapping[str, Any], words: Wording) -> str:
    """Return the reason as told, but one sentence for all visits that follow too soon."""
    if not said.get("reason"):
        return ""
    between = Between(date.fromisoformat(said["from"]), date.fromisoformat(said["to"]))
    if not between.holds(SHORTEST_MONTHS):
        return words.velocity_too_soon.format(months=SHORTEST_MONTHS)
    return str(said["reason"])


def _read_how(seen: SeenVisit, words: Wording) -> str:
    if seen.method is None:
        return words.read_untold
    return words.read_otherwise.format(method=seen.method)


def _numbered(told: Sequence[_Notes]) -> dict[str, str]:
    """Return every different note with the mark that points to it, in the order of the rows."""
    notes = dict.fromkeys(note for each in told for note in (each.velocity, each.bone_age) if note)
    return {note: f"[{number}]" for number, note in enumerate(notes, 1)}


def _with_marks(row: tuple[str, ...], notes: _Notes, marks: Mapping[str, str]) -> tuple[str, ...]:
    """Return the cells of a visit with the marks of its notes behind velocity and bone age."""
    noted = {_VELOCITY: notes.velocity, len(row) - 1: notes.bone_age}
    return tuple(
        f"{cell} {marks[noted[place]]}" if noted.get(place) else cell
        for place, cell in enumerate(row)
    )


def _facts(course: Mapping[str, Any], headline: Reference, words: Wording) -> Iterator[Fact]:
    yield Fact(words.velocity, velocity_in_words(course["velocity"], words))
    change = course["sds_change"].get(headline.value)
    if change:
        name = words.reference_names[headline.value]
        yield Fact(words.sds_change.format(reference=name), sds_change_in_words(change, words))
    yield Fact(
        words.bone_age_progress, bone_age_progress_in_words(course["bone_age_progress"], words)
    )


def velocity_in_words(said: Mapping[str, Any], words: Wording) -> str:
    """Return a velocity with its time and its error, or why there is none."""
    if said["cm_per_year"] is None:
        return said.get("reason") or words.not_recorded
    speed = words.velocity_value.format(
        speed=tenths(said["cm_per_year"]),
        start=_day(said["from"], words),
        end=_day(said["to"], words),
        years=said["years"],
    )
    error = said.get("error_cm_per_year")
    return speed if error is None else f"{speed}{words.velocity_error.format(error=error)}"


def sds_change_in_words(said: Mapping[str, Any], words: Wording) -> str:
    """Return a change of SDS with its time and its error, or why there is none."""
    if said["change"] is None:
        return said.get("reason") or words.not_recorded
    change = words.sds_change_value.format(
        change=signed(said["change"], 2), start=_day(said["from"], words), years=said["years"]
    )
    error = said.get("error_sds")
    return change if error is None else f"{change}{words.sds_change_error.format(error=error)}"


def bone_age_progress_in_words(said: Mapping[str, Any], words: Wording) -> str:
    """Return the progress of bone age beside the least that can be told, or why there is none."""
    if said["years_per_year"] is None:
        return said.get("reason") or words.not_recorded
    sentence = words.progress_value.format(
        span=signed_span(said["change_months"], words),
        start=_day(said["from"], words),
        years=said["years"],
        rate=_rate(said["years_per_year"]),
    )
    if said.get("range_years_per_year"):
        low, high = map(_rate, said["range_years_per_year"])
        sentence += words.progress_range.format(low=low, high=high)
    if said.get("exceeds") is None:
        return sentence + words.progress_unlike
    compared = words.progress_exceeds if said["exceeds"] else words.progress_within
    whose = said.get("smallest_detectable_measured_on")
    measured_on = words.progress_measured_on.format(whose=whose) if whose else ""
    return sentence + compared.format(months=said["smallest_detectable_months"]) + measured_on


def _day(iso: str, words: Wording) -> str:
    return spoken_date(date.fromisoformat(iso), words)


def _rate(years_per_year: float) -> str:
    return f"{years_per_year:.2f}".replace("-", "−")


def course_remarks(course: Mapping[str, Any], references: Sequence[Reference]) -> tuple[str, ...]:
    """Return what to know beside the figures, of the changes of SDS those that are told."""
    changes = [course["sds_change"].get(reference.value) or {} for reference in references]
    velocities = [course["velocity"], *course["velocities"]]
    told = [*velocities, *changes, course["bone_age_progress"], course]
    remarks = [remark for each in told for remark in each.get("remarks", ())]
    source = course["bone_age_progress"].get("smallest_detectable_source")
    return tuple(dict.fromkeys([*remarks, *([source] if source else [])]))


def _headings(headline: Reference, words: Wording) -> tuple[str, ...]:
    reference = words.reference_names[headline.value]
    return tuple(heading.format(reference=reference) for heading in words.visit_headings)


def _rows(
    course: Mapping[str, Any], headline: Reference, visits: Sequence[SeenVisit], words: Wording
) -> Iterator[tuple[str, ...]]:
    speeds = {said["to"]: said["cm_per_year"] for said in course["velocities"]}
    for seen, said in zip(visits, course["visits"], strict=True):
        sds = (said.get("height_sds") or {}).get(headline.value)
        speed = speeds.get(said["date"])
        yield (
            said["date"],
            completed(seen.age, words),
            _size(seen.height_cm, words),
            words.no_score if sds is None else signed(sds, 2),
            _size(speed, words),
            _size(seen.weight_kg, words),
            _size(seen.bmi_kg_m2, words),
            _bone_age(seen, words),
        )


def _size(value: float | None, words: Wording) -> str:
    return words.no_score if value is None else tenths(value)


def _bone_age(seen: SeenVisit, words: Wording) -> str:
    if seen.bone_age_months is None:
        return words.no_score
    read = years_and_months(seen.bone_age_months, words)
    if seen.interval_months is None:
        return read
    low, high = spoken_ages(seen.interval_months, words)
    return f"{read} ({words.interval.format(low=low, high=high)})"


def entered_in_words(growth: Mapping[str, Any], words: Wording) -> str:
    """Return what people told of the child on one line, empty where they told nothing."""
    return words.alt_between.join(
        words.entered_fact.format(what=fact.label, value=fact.value)
        for fact in _entered(growth, words)
    )


def _entered(growth: Mapping[str, Any], words: Wording) -> Iterator[Fact]:
    """Return what people told of the child, each as it was entered."""
    entered = growth.get("entered") or {}
    corrected = growth.get("corrected_age")
    if corrected:
        said = words.gestation_value.format(
            weeks=corrected["gestation_weeks"],
            days=corrected.get("gestation_days") or 0,
            age=years_and_months(float(corrected["decimal_months"]), words),
        )
        yield Fact(words.gestation, said)
    if growth.get("position"):
        yield Fact(words.position, words.positions[growth["position"]])
    if entered.get("tanner_stage") is not None:
        yield Fact(words.tanner_stage, str(entered["tanner_stage"]))
    menarche = _menarche(entered, words)
    if menarche:
        yield Fact(words.menarche, menarche)
    if entered.get("treatment"):
        yield Fact(words.treatment, entered["treatment"])


def _menarche(entered: Mapping[str, Any], words: Wording) -> str:
    if entered.get("menarche_age_years") is not None:
        return words.menarche_at.format(years=entered["menarche_age_years"])
    if entered.get("menarche") is None:
        return ""
    return words.menarche_reached if entered["menarche"] else words.menarche_not_yet

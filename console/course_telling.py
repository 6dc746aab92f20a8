"""What the command line tells of the course of a child: earlier visits, changes, the next visit."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from growth.references import Reference
from reports.figures import signed, years_and_months
from reports.follow_up_part import (
    bone_age_progress_in_words,
    course_remarks,
    entered_in_words,
    sds_change_in_words,
    velocity_in_words,
)
from reports.growth_part import in_order
from reports.wording import ENGLISH

_NAMES = ENGLISH.reference_names


def course_in_words(growth: Mapping[str, Any]) -> list[str]:
    """Return what a result's "growth" tells of the course as lines for a person.

    In the words of the report, against every reference, the site's own first.
    """
    course, suggested = growth["follow_up"], growth["next_visit"]
    lines = [] if course is None else list(_follow_up_lines(course, in_order(growth)))
    entered = entered_in_words(growth, ENGLISH)
    lines += [f"{ENGLISH.entered}: {entered}"] if entered else []
    return lines + ([] if suggested is None else [suggested["rule"]])


def _follow_up_lines(course: Mapping[str, Any], references: Sequence[Reference]) -> Iterator[str]:
    for visit in course["visits"]:
        yield _visit_line(visit, references)
    for each in course["velocities"]:
        yield f"Between visits: {velocity_in_words(each, ENGLISH)}"
    yield f"{ENGLISH.velocity}: {velocity_in_words(course['velocity'], ENGLISH)}"
    for reference in references:
        label = ENGLISH.sds_change.format(reference=_NAMES[reference.value])
        change = sds_change_in_words(course["sds_change"][reference.value], ENGLISH)
        yield f"{label}: {change}"
    progress = bone_age_progress_in_words(course["bone_age_progress"], ENGLISH)
    yield f"{ENGLISH.bone_age_progress}: {progress}"
    yield from (f"- {remark}" for remark in course_remarks(course, references))


def _visit_line(visit: Mapping[str, Any], references: Sequence[Reference]) -> str:
    parts = [f"{visit['date']}, {years_and_months(visit['age_months'])}"]
    if visit["height_cm"] is not None:
        parts.append(f"{visit['height_cm']:.1f} cm")
    scores = {_NAMES[each.value]: visit["height_sds"][each.value] for each in references}
    parts += [f"{name} {signed(sds, 2)} SD" for name, sds in scores.items() if sds is not None]
    if visit["weight_kg"] is not None:
        parts.append(f"{visit['weight_kg']:.1f} kg")
    if visit["bone_age_months"] is not None:
        parts.append(f"bone age {years_and_months(visit['bone_age_months'])}")
    return ", ".join(parts)

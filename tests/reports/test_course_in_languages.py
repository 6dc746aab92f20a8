"""A course of visits, as a result holds it, leaves no English in a report of another language."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from bone_age.reading import Sex
from growth.bone_age_progress import AUTOMATIC_READING
from growth.child import Child
from growth.entered import NOTHING_ENTERED
from growth.follow_up import follow_up, follow_up_record
from growth.next_visit import course_of, next_visit, next_visit_record
from growth.references import Position
from growth.visit_rules import read_rules
from growth.visits import EarlierVisit
from reports.phrasebook import in_language
from reports.wording import LANGUAGES

GIRL = Child("P-1", "Li Hua", Sex.FEMALE, date(2017, 3, 14))
READER = "Greulich-Pyle style, by convolutional nets on hand and wrist, hand 2.2 (89012345)"
LOCAL = f"{READER}, local calibration of X1 (01234567)"
STANDING, LYING = Position.STANDING, Position.RECUMBENT
TOLD = (
    EarlierVisit(date(2016, 1, 1), 121.8, None, 22.6, 40.0),
    EarlierVisit(date(2019, 5, 22), 91.0, LYING),
    EarlierVisit(date(2018, 5, 22), 85.0),
    EarlierVisit(date(2024, 11, 22), 121.8),
    EarlierVisit(date(2025, 3, 1), 121.0, STANDING),
    EarlierVisit(date(2025, 11, 20), 127.4, STANDING, None, 99.0, None, LOCAL),
    EarlierVisit(date(2025, 11, 20), 130.4),
    EarlierVisit(date(2026, 3, 1), 129.0, STANDING, 25.0),
    EarlierVisit(date(2026, 9, 1), 133.0, STANDING, 25.0),
)
TODAY = EarlierVisit(date(2026, 11, 27), 134.0, STANDING, 29.0, 98.0, (85.0, 111.0), READER)
NAMES = {"BoneXpert", "CDC", "Greulich", "Pyle", "SDS", "WHO", "hand"}


def strings(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for each in value.values():
                yield from strings(each)
        case list():
            for each in value:
                yield from strings(each)


@pytest.mark.parametrize("language", [name for name in LANGUAGES if LANGUAGES[name].phrases])
@pytest.mark.parametrize("told", [TOLD, TOLD[:2], TOLD[-1:]])
def test_no_english_is_left_of_a_course(language: str, told: tuple[EarlierVisit, ...]) -> None:
    course = follow_up(GIRL, [*told, TODAY], AUTOMATIC_READING)
    assert course is not None
    looked_at = course_of(course.visits[-1].growth, course, NOTHING_ENTERED)
    suggested = next_visit(read_rules(), looked_at, TODAY.date)
    told_course = follow_up_record(course) or {}
    growth = {"follow_up": told_course, "next_visit": next_visit_record(suggested)}
    for visit in told_course["visits"]:
        del visit["height_position"]  # a word that the program asks for, not one that is printed
    said = " ".join(strings(in_language({"growth": growth}, LANGUAGES[language])))
    assert set(re.findall(r"[A-Za-z]{3,}", said)) - NAMES == set()

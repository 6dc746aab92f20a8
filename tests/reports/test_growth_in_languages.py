"""What is said of growth leaves no English on the pages of another language."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bone_age.reading import Sex
from growth.child import Child, Gestation
from growth.entered import Entered
from growth.judgement import Customs, Told, judge_growth, judgement_record
from growth.references import Position, Reference
from growth.scoring import Sheet, bones_of, permitted_stages, score_sheet
from growth.visit_rules import read_rules
from growth.visits import EarlierVisit
from reports.changes import changes_between, in_words
from reports.content import report_content
from reports.wording import LANGUAGES
from tests.reports.conftest import VISIT, result_of
from tests.reports.test_languages import NAMES as NAMES_ON_PAGES
from tests.reports.test_languages import left_in_english, pages

LYING, STANDING = Position.RECUMBENT, Position.STANDING
CUSTOMS = Customs(Reference.CHINA, read_rules())
READER = "Greulich-Pyle style, by convolutional nets on hand and wrist, hand 2.2 (89012345)"
# Authors and samples that stand in the sentences on growth.
NAMES = NAMES_ON_PAGES | {
    "BoneXpert",
    "Chen",
    "Kaplowitz",
    "Tarim",
    "Thodberg",
    "UNSCEAR",
    "Unicode",
    "Unrath",
}
SHEET = {bone: permitted_stages(Sheet.RUS_CHN, bone)[4] for bone in bones_of(Sheet.RUS_CHN)}


def visit_on(day: date, cm: float, kg: float | None, months: float | None) -> EarlierVisit:
    interval = None if months is None else (max(0.0, months - 11.0), months + 11.0)
    return EarlierVisit(day, cm, STANDING, kg, months, interval, READER if months else None)


PRETERM = Child(
    "G-1", "小一", Sex.MALE, date(2025, 6, 3), 76.0, 9.5, 160.0, 172.0, Gestation(31, 4)
)
GIRL = Child("G-2", "小二", Sex.FEMALE, date(2017, 3, 14), 134.0, 30.0, 160.0, 172.0)
YOUTH = Child("G-3", "小三", Sex.MALE, date(2010, 3, 14), 172.0, 60.0)
TOLD = {
    "preterm": (PRETERM, Told([EarlierVisit(VISIT, 76.0, LYING, 9.5, 9.0)])),
    "girl with a course": (
        GIRL,
        Told(
            [
                visit_on(date(2024, 9, 20), 121.0, 23.0, 80.0),
                visit_on(date(2025, 9, 20), 127.0, 26.0, 92.0),
                visit_on(VISIT, 134.0, 30.0, 118.0),
            ],
            Entered(tanner_stage=2, menarche=False, treatment="生长激素，2025 年起"),
            scored=score_sheet(Sheet.RUS_CHN, Sex.FEMALE, SHEET),
        ),
    ),
    "youth beyond the tables": (
        YOUTH,
        Told([EarlierVisit(date(2026, 6, 1), 173.0), visit_on(VISIT, 172.0, 60.0, 221.0)]),
    ),
    "without a bone age": (GIRL, Told([visit_on(VISIT, 134.0, None, None)])),
}


def result_for(child: Child, told: Told) -> dict[str, Any]:
    months = told.visits[-1].bone_age_months
    result = result_of(child, months, () if months else ("The bones are lost in noise.",))
    result["reading"]["method"] = READER.rpartition(",")[0]
    result["timeline"] = [{"at": "2026-09-10T09:05:31+08:00", "what": "visit started"}]
    return result | {"growth": judgement_record(judge_growth(child, told, CUSTOMS))}


@pytest.mark.parametrize("language", [name for name in LANGUAGES if name != "en"])
@pytest.mark.parametrize("told", TOLD)
def test_no_english_is_left_of_growth(picture_png: bytes, language: str, told: str) -> None:
    content = report_content(result_for(*TOLD[told]), picture_png, None, LANGUAGES[language])
    assert left_in_english(content) - NAMES == set()


@pytest.mark.parametrize("told", TOLD)
def test_no_sentence_on_growth_is_cut_off(picture_png: bytes, told: str) -> None:
    content = report_content(result_for(*TOLD[told]), picture_png, None, LANGUAGES["zh"])
    assert not re.search(r"\{\w+\}", pages(content))


@pytest.mark.parametrize("told", TOLD)
def test_every_field_of_growth_that_an_amendment_may_change_has_words(told: str) -> None:
    child, before = TOLD[told]
    last = before.visits[-1]
    taller = replace(last, height_cm=173.5, bone_age_months=130.0, bone_age_method=READER)
    after = replace(before, visits=[*before.visits[:-1], taller], entered=Entered(tanner_stage=3))
    grown = replace(child, height_cm=173.5, mother_cm=161.0, father_cm=171.0)
    changes = changes_between(result_for(child, before), result_for(grown, after))
    for language in LANGUAGES.values():
        labels = [change.label for change in in_words(changes, language)]
        assert len(labels) > 10
        assert [label for label in labels if label.startswith(("growth.", "reading."))] == []

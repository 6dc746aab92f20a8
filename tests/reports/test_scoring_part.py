"""A filled scoring sheet stands in the report with its score, its age or the reason, and doubts."""

from typing import Any

import pytest

from bone_age.reading import Sex
from growth.scoring import Sheet, bones_of, permitted_stages, score_sheet, scoring_record
from reports.content import report_content
from reports.scoring_part import ScoringPart, scoring_part
from reports.wording import ENGLISH, LANGUAGES
from tests.reports.children import five_children
from tests.reports.test_languages import pages

RUS_CHN, TW3_C, _ = Sheet


def record_of(sheet: Sheet, stages: dict[str, str]) -> dict[str, Any]:
    return scoring_record(score_sheet(sheet, Sex.FEMALE, stages))


def part_of(record: dict[str, Any]) -> ScoringPart:
    part = scoring_part({"scoring": record}, ENGLISH)
    assert part is not None
    return part


# 747 points of a girl lie beside the misprinted row of 12.0 years.
DOUBTFUL = record_of(RUS_CHN, dict.fromkeys(bones_of(RUS_CHN), "9"))
FULL = record_of(TW3_C, {bone: permitted_stages(TW3_C, bone)[-1] for bone in bones_of(TW3_C)})


def test_the_score_its_age_and_the_stage_of_every_bone_are_told() -> None:
    part = part_of(record_of(TW3_C, dict.fromkeys(bones_of(TW3_C), "F")))
    assert part.fact.value.startswith("TW3-C RUS, 445 of 1000 points. Bone age 9 y 3 mo by the")
    assert "no interval is known" in part.fact.value
    assert len(part.stages) == 13
    assert (part.stages[0].label, part.stages[0].value) == ("Radius", "stage F, 78 points")


def test_a_score_without_a_bone_age_says_why() -> None:
    assert "No bone age: All bones are in their last stage" in part_of(FULL).fact.value


def test_a_doubtful_sheet_says_so_beside_its_age() -> None:
    assert "Doubtful: The source prints 597 points" in part_of(DOUBTFUL).fact.value


def test_without_a_sheet_nothing_is_said_of_one() -> None:
    assert scoring_part({"scoring": None}, ENGLISH) is None
    assert scoring_part({}, ENGLISH) is None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("record", [DOUBTFUL, FULL], ids=["doubtful", "without an age"])
def test_the_sheet_is_printed_whole(
    picture_png: bytes, language: str, record: dict[str, Any]
) -> None:
    girl = five_children()["precocious-girl"]
    girl["growth"]["scoring"] = record
    content = report_content(girl, picture_png, None, LANGUAGES[language])
    printed = "".join(pages(content).split())
    assert f"{record['score']}" in printed and content.scoring is not None
    for fact in (content.scoring.fact, *content.scoring.stages):
        assert "".join(f"{fact.label}{fact.value}".split()) in printed

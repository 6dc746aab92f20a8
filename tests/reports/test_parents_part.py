"""The page for the family: plain, calm, and nothing that was not found."""

from datetime import UTC, datetime
from typing import Any

import pytest

from growth.references import Reference
from reports.background import about_background_time, background_time
from reports.content import report_content
from reports.sign_off_part import SignOff, SignOffEvent, SignOffState
from reports.wording import CHINESE, ENGLISH, Wording
from tests.reports.children import five_children
from tests.reports.conftest import result_of

CHILDREN = five_children()


def said_to_parents(result: dict[str, Any], sign_off: SignOff | None = None) -> str:
    paragraphs = report_content(result, b"", sign_off=sign_off).parents.paragraphs
    return " ".join(sentence for each in paragraphs for sentence in each.sentences)


def test_parents_read_ages_in_full_words_and_places_among_a_hundred() -> None:
    said = said_to_parents(CHILDREN["precocious-girl"])
    assert "Age on that day: 7 years 4 months." in said
    assert "Bone age: 10 years 2 months." in said
    assert "here 9 years 3 months to 11 years 1 month" in said
    assert (
        "Of 100 girls of this age about 97 are shorter and 3 taller, by the charts of China" in said
    )


def test_parents_get_no_adult_height_neither_predicted_nor_from_their_own() -> None:
    girl = CHILDREN["precocious-girl"]
    said = said_to_parents(girl)
    assert "161.1" not in said
    assert f"{girl['growth']['target_height']['tanner_range_cm'][0]:.0f} and" not in said
    assert "grow to" not in said


def test_parents_of_a_child_born_early_read_which_age_its_sizes_are_compared_at() -> None:
    said = said_to_parents(CHILDREN["two-year-old"])
    assert "Age on that day: 1 year 9 months." in said
    # Born at 31+4 weeks: 59 days less.
    assert "compared with those of children of 1 year 7 months" in said
    assert "born early" not in said_to_parents(CHILDREN["precocious-girl"])


def test_the_page_for_the_family_says_who_has_signed_and_that_a_page_was_replaced() -> None:
    at = datetime(2026, 9, 11, 12, 0, tzinfo=UTC)
    signed = SignOffEvent(at, SignOffState.SIGNED, 1, "Dr. Chen")
    amended = SignOffEvent(at, SignOffState.AMENDED, 2, "Dr. Wang", "The scale.", replaces=1)
    once = said_to_parents(result_of(), SignOff("visit-7", 1, SignOffState.SIGNED, (signed,)))
    again = SignOff("visit-7", 2, SignOffState.AMENDED, (signed, amended))
    assert "Until a physician has signed" in said_to_parents(result_of())
    assert "Dr. Chen has signed" in once
    assert "the program's alone" not in once
    assert "takes the place of" not in once
    assert "Dr. Wang has signed" in said_to_parents(result_of(), again)
    assert "takes the place of" in said_to_parents(result_of(), again)


def test_a_refused_reading_is_told_without_alarm_and_without_a_figure() -> None:
    said = said_to_parents(CHILDREN["refused"])
    assert "nothing about the child's health" in said
    assert "Bone age:" not in said
    assert "compared the bones" not in said


def test_a_child_beyond_the_lowest_centile_is_not_counted() -> None:
    result = CHILDREN["delayed-boy"]
    growth = result["growth"] | {
        "height": result["growth"]["height"] | {"who": {"sds": -3.0, "centile": 0.13}}
    }
    assert "nearly all are taller" in said_to_parents(result | {"growth": growth})


def test_the_dose_is_compared_with_nature_and_the_estimate_keeps_its_limits() -> None:
    said = said_to_parents(CHILDREN["delayed-boy"])
    assert "in about 9 minutes" in said
    assert "as small as nature's of 3 minutes, or as large as nature's of 26 minutes" in said


@pytest.mark.parametrize(
    ("effective_usv", "time"),
    [
        (0.001, "less than a minute"),
        (0.006, "1 minute"),
        (0.008, "2 minutes"),
        # 2400 uSv a year are 0.2738 uSv an hour.
        (0.046, "10 minutes"),
        (0.2738, "60 minutes"),
        (2.738, "10 hours"),
        (65.7, "10 days"),
    ],
)
def test_a_dose_is_told_as_the_time_that_nature_takes(effective_usv: float, time: str) -> None:
    assert background_time(effective_usv, ENGLISH) == time


def test_less_than_a_minute_is_not_about_less_than_a_minute() -> None:
    assert about_background_time(0.001, ENGLISH) == "less than a minute"
    assert about_background_time(0.046, ENGLISH) == "about 10 minutes"


@pytest.mark.parametrize("headline", Reference)
@pytest.mark.parametrize("words", [ENGLISH, CHINESE], ids=lambda words: words.language)
def test_a_place_among_a_hundred_names_whose_charts_it_is_by(
    headline: Reference, words: Wording
) -> None:
    girl = CHILDREN["precocious-girl"]
    told = girl | {"growth": girl["growth"] | {"headline": headline.value}}
    found = report_content(told, b"", None, words).parents.paragraphs[2].sentences
    assert [words.parents_charts[headline.value] in said for said in found[-2:]] == [True, True]


def test_a_picture_that_nobody_reviewed_is_called_so_on_the_page_for_the_family() -> None:
    boy = CHILDREN["delayed-boy"]
    unreviewed = boy | {"visit": boy["visit"] | {"review": "not reviewed"}}
    assert "not reviewed by a person" in said_to_parents(unreviewed)
    assert "not reviewed" not in said_to_parents(boy)


def test_the_next_visit_is_the_latest_by_the_rule_and_the_physician_tells_what_is_next() -> None:
    said = said_to_parents(CHILDREN["precocious-girl"])
    assert "your physician tells you; it may be soon" in said
    assert "in about 6 months (2027-03-10) at the latest" in said

"""The report says the same in every language: all figures as text, and nothing left in English."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from acquisition.quality_exposure import light_of
from reports.content import ReportContent, report_content
from reports.pdf import render
from reports.wording import LANGUAGES, Wording
from tests.reports.test_sentences import NAMES as NAMES_IN_SENTENCES

Result = Callable[..., dict[str, Any]]
languages = pytest.mark.parametrize("language", LANGUAGES)
others = pytest.mark.parametrize("language", [name for name in LANGUAGES if name != "en"])
# Figures of fixed sentences that a language may write in words: decades, "a year", "one".
OF_WORDING = {1.0, 20.0, 30.0, 40.0, 1930.0, 1940.0}
# Names, units and formula signs in Latin letters on a report of any language.
NAMES = NAMES_IN_SENTENCES | {
    *("boneage", "HandPanel", "BAS", "hand", "net", "visit", "SHA", "UTC", "LMS", "mGy"),
    *("Pixxgen", "Prudent", "Thodberg", "Sävendahl"),
}
# Hashes, serial numbers and the codes of findings.
CODES = r"\S*\d\S*[A-Za-z]\S*|Q-[A-Z]+-\d+"


@pytest.fixture
def full(result: Result) -> dict[str, Any]:
    """A result in which much was found, doubted, calibrated and refused."""
    whole = result()
    whole["patient"] |= {"name": "欧阳子轩", "mother_cm": None}
    whole["growth"]["target_height"] = {
        "tanner_cm": None,
        "tanner_range_cm": None,
        "luo_cm": None,
        "luo_range_cm": None,
        "reason": "Target height needs the heights of both parents.",
    }
    whole["growth"]["weight"]["cdc"] = {
        "sds": None,
        "centile": None,
        "reason": "CDC 2000 has weight from 0 to 240 months only, not at 240.25 months.",
    }
    whole["growth"]["remarks"] = [
        "The BMI lies beyond -5 to +5 SD of WHO 2006/2007; check the measurement and its unit."
    ]
    whole["reading"] |= {
        "method": "Greulich-Pyle style, by convolutional nets on hand and wrist",
        "doubts": [
            "Metal lies on the hand or the forearm.",
            "Fewer than five digits can be told apart.",
        ],
        "spread_months": 2.13,
        "regions": [{"region": "fingers", "bone_age_months": 106.6}],
    }
    whole["exposure"]["light_meaning"] = light_of(-3.4).meaning
    whole["exposures"].append(
        whole["exposures"][0]
        | {
            "outcome": "unclear",
            "reason": "The exposure ended too early; hold the switch to the end, look at the image "
            "first. (4.25 ms instead of 12 ms)",
        }
    )
    whole["visit"] |= {"procedure": "Left hand and wrist, PA", "accepted_by": "the operator"}
    whole["timeline"] = [
        {"at": "2026-09-10T09:05:31+08:00", "what": "visit started"},
        {"at": "2026-09-10T09:05:41+08:00", "what": "exposure 1: exposed, image stored"},
    ]
    whole["findings"] = [
        {
            "code": "Q-EXP-2",
            "severity": "repeat",
            "message": "Far too little dose: ask the doctor before repeating, and raise the mAs "
            "next time (DI -3.4, EI 113). Exposure index calibrated at RQA3 (50 kV), not at RQA5 "
            "as in IEC 62494-1.",
        },
        {
            "code": "Q-POS-5",
            "severity": "warning",
            "message": "The hand lies turned by 37 degrees: the reading straightens it. Lay the "
            "middle finger in line with the forearm next time; do not repeat for this.",
        },
    ]
    return whole


def texts(part: Any) -> Iterator[str]:
    match part:
        case str():
            yield part
        case tuple():
            for each in part:
                yield from texts(each)
        case Wording():
            return
        case _ if is_dataclass(part):
            for field in fields(part):
                yield from texts(getattr(part, field.name))


def figures(text: str) -> set[float]:
    return {float(figure) for figure in re.findall(r"\d+(?:\.\d+)?", text)}


def pages(content: ReportContent) -> str:
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(render(content))).pages)


@languages
def test_every_figure_that_the_report_has_is_printed_as_text(
    full: dict[str, Any], picture_png: bytes, looked_at_png: bytes, language: str
) -> None:
    content = report_content(full, picture_png, looked_at_png, LANGUAGES[language])
    told = {figure for text in texts(content) for figure in figures(text)}
    pdf = render(content)
    assert len(told) > 60
    assert told <= figures(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages))


@languages
def test_another_program_finds_every_figure_too(
    full: dict[str, Any], picture_png: bytes, language: str
) -> None:
    pdfminer = pytest.importorskip("pdfminer.high_level", reason="pdfminer.six is not installed")
    content = report_content(full, picture_png, None, LANGUAGES[language])
    told = {figure for text in texts(content) for figure in figures(text)}
    assert told <= figures(pdfminer.extract_text(BytesIO(render(content))))


@others
def test_every_language_prints_the_same_figures(
    full: dict[str, Any], picture_png: bytes, language: str
) -> None:
    english, other = (
        figures(pages(report_content(full, picture_png, None, LANGUAGES[each])))
        for each in ("en", language)
    )
    assert english ^ other <= OF_WORDING


def left_in_english(content: ReportContent) -> set[str]:
    return set(re.findall(r"[A-Za-zÀ-ž]{3,}", re.sub(CODES, " ", pages(content)))) - NAMES


@others
def test_no_english_is_left_in_another_language(
    full: dict[str, Any], picture_png: bytes, looked_at_png: bytes, language: str
) -> None:
    content = report_content(full, picture_png, looked_at_png, LANGUAGES[language])
    assert left_in_english(content) == set()


@others
def test_no_english_is_left_where_the_reading_was_refused(
    full: dict[str, Any], picture_png: bytes, language: str
) -> None:
    full["reading"] |= {"bone_age_months": None, "reasons": ["The bones are lost in noise."]}
    full["visit"] |= {"review": "not reviewed", "accepted_by": None}
    content = report_content(full, picture_png, None, LANGUAGES[language])
    assert left_in_english(content) == set()


@languages
def test_the_document_names_its_language_and_its_title(
    full: dict[str, Any], picture_png: bytes, language: str
) -> None:
    words = LANGUAGES[language]
    reader = PdfReader(BytesIO(render(report_content(full, picture_png, None, words))))
    assert reader.root_object["/Lang"] == words.tag
    assert reader.metadata is not None and reader.metadata.title == words.title


@languages
def test_the_same_result_gives_the_same_bytes(
    full: dict[str, Any], picture_png: bytes, language: str
) -> None:
    once, again = (
        render(report_content(full, picture_png, None, LANGUAGES[language])) for _ in range(2)
    )
    assert once == again


def test_what_nobody_translated_is_printed_as_it_is(result: Result, picture_png: bytes) -> None:
    untold: Mapping[str, Any] = result() | {
        "findings": [{"code": "Q-NEW-1", "severity": "note", "message": "Quite a new sentence."}]
    }
    assert "Quite a new sentence." in pages(
        report_content(untold, picture_png, None, LANGUAGES["zh"])
    )

"""Every letter of a name is printed, or its code point in its place."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from reports.charts import BOLD, REGULAR
from reports.content import report_content
from reports.glyphs import NAMES, in_faces, shown
from reports.pdf import render
from reports.wording import ENGLISH

Result = Callable[..., dict[str, Any]]


def named(result: dict[str, Any], name: str) -> dict[str, Any]:
    return result | {"patient": result["patient"] | {"name": name}}


@pytest.mark.parametrize(
    "name",
    ["Łukasz Żółć", "Çağla Şahin", "Nguyễn Thị", "O’Brien", "玥祎珺翀", "陳葉鄭劉", "髙橋 さくら"],
)
def test_names_of_many_countries_are_printed_as_they_are(name: str) -> None:
    assert shown(name) == name


def test_a_letter_that_no_face_has_is_shown_by_its_code_point() -> None:
    assert shown("𠮷田") == "[U+20BB7]田"
    assert shown("محمد") == "[U+0645][U+062D][U+0645][U+062F]"


def test_a_letter_and_its_accent_become_one_and_an_accent_that_cannot_is_shown() -> None:
    assert shown("Andre\u0301") == "André"
    assert shown("x\u030c") == "x[U+030C]"


def test_nothing_turns_the_writing_round_unseen() -> None:
    assert shown("a\u202eb\x07") == "a[U+202E]b[U+0007]"


def test_a_name_with_a_missing_letter_is_reported_with_a_note(
    result: Result, picture_png: bytes
) -> None:
    pdf = render(report_content(named(result(), "𠮷田 太郎"), picture_png))
    first = PdfReader(BytesIO(pdf)).pages[0].extract_text().replace("\n", " ")
    assert "[U+20BB7]田 太郎" in first
    assert ENGLISH.glyph_note in first


def test_a_name_that_can_be_printed_needs_no_note(result: Result) -> None:
    assert report_content(result(), b"").glyph_note == ""


@pytest.mark.parametrize("letter", ["A", "陳", "한", "م", "x\u030c"])
def test_a_name_of_120_letters_stands_whole_on_every_page(
    result: Result, picture_png: bytes, letter: str
) -> None:
    name = letter * 120
    pdf = render(report_content(named(result(), name), picture_png))
    for page in PdfReader(BytesIO(pdf)).pages:
        said = "".join(page.extract_text().split())
        assert said.count(shown(letter)) >= 120


def test_a_letter_that_a_face_lacks_is_set_in_another() -> None:
    assert in_faces("李 <b>&amp;</b>", REGULAR) == "李 <b>&amp;</b>"
    assert in_faces("李陳", REGULAR) == f'李<font name="{NAMES}">陳</font>'
    assert in_faces("龘 12", BOLD) == f'<font name="{NAMES}">龘</font> 12'

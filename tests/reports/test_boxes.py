"""No text is clipped, leaves its page or lies on another, whatever there is to say."""

from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from reports.content import report_content
from reports.paper import A4, PAPERS
from reports.pdf import Part, render
from reports.wording import LANGUAGES, wording_of
from tests.reports.boxes import LetterBoxes, letter_boxes, outside, overlapping
from tests.reports.children import (
    five_children,
    read_by_two_methods,
    with_a_sheet,
    with_very_much_to_say,
)
from tests.reports.states import CHINESE, LATIN, amended_again_and_again, signed

LONG_LATIN = "Maximiliana-Alexandrina Konstantinopolskaya-von-Hohenzollern " * 2
LONG_CHINESE = "欧阳喆堃阿卜杜热合曼买买提艾力" * 8


def _simulated(result: dict[str, Any]) -> dict[str, Any]:
    """Return a result as of a simulated panel."""
    return result | {"device": result["device"] | {"detector_model": "HandPanel (simulated)"}}


_CHILDREN = five_children()
_MUCH = with_very_much_to_say(LONG_CHINESE[:120])
_SIMULATED = _simulated(_MUCH)
# Small corrections, then nearly every field: the result of another child had been taken for this.
_GIRL = _CHILDREN["near-adult-height"]
_VERSIONS = [_GIRL | {"patient": _GIRL["patient"] | {"weight_kg": 51.0 + n}} for n in range(4)]
STATES = {
    "signed by a long Latin name": (_GIRL, signed(LATIN)),
    "signed by a long Chinese name": (_CHILDREN["precocious-girl"], signed(CHINESE)),
    "amended four times, at last in everything": (
        _SIMULATED,
        amended_again_and_again(*_VERSIONS, _SIMULATED),
    ),
}
CASES = {
    "a long Latin name and very much to say": with_very_much_to_say(LONG_LATIN[:120]),
    "a long Chinese name and very much to say": _MUCH,
    **_CHILDREN,
    "with a sheet": with_a_sheet(),
    "read by two methods": read_by_two_methods(),
    "simulated": _simulated(_CHILDREN["near-adult-height"]),
    **{name: result for name, (result, _) in STATES.items()},
}


@cache
def picture() -> bytes:
    import cv2

    from tests.bone_age.test_crop import drawn_hand

    drawn = (235 * drawn_hand()).clip(0, 255).astype("uint8")
    return bytes(cv2.imencode(".png", drawn)[1].tobytes())


@cache
def pages(case: str, language: str, paper: str) -> list[LetterBoxes]:
    _, sign_off = STATES.get(case, (None, None))
    content = report_content(CASES[case], picture(), None, wording_of(language), sign_off)
    return letter_boxes(render(content, PAPERS[paper]))


EVERY = pytest.mark.parametrize(
    ("case", "language", "paper"),
    [(case, language, paper) for case in CASES for language in LANGUAGES for paper in PAPERS],
)


@EVERY
def test_no_letter_leaves_its_page(case: str, language: str, paper: str) -> None:
    assert [outside(page) for page in pages(case, language, paper)] == [""] * len(
        pages(case, language, paper)
    )


@EVERY
def test_no_letter_lies_on_another(case: str, language: str, paper: str) -> None:
    assert [overlapping(page) for page in pages(case, language, paper)] == [[]] * len(
        pages(case, language, paper)
    )


@pytest.mark.parametrize("case", [*_CHILDREN, *list(STATES)[:2]])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("paper", PAPERS)
def test_five_children_need_three_pages_and_one_for_the_family_signed_too(
    case: str, language: str, paper: str
) -> None:
    assert len(pages(case, language, paper)) == 4


@pytest.mark.parametrize("case", [case for case in CASES if "very much" in case])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("paper", PAPERS)
def test_the_charts_and_twelve_visits_stand_on_one_page(
    case: str, language: str, paper: str
) -> None:
    title = wording_of(language).charts_title
    begins = [page.letters.startswith(title) for page in pages(case, language, paper)]
    assert begins.count(True) == 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("paper", PAPERS)
def test_page_one_holds_everything_of_a_simulated_visit_too(language: str, paper: str) -> None:
    course = wording_of(language).facts.replace(" ", "")
    assert course in pages("simulated", language, paper)[0].letters


@pytest.mark.parametrize("case", [case for case in CASES if case not in ("refused", *STATES)])
def test_the_parts_of_the_hand_are_named_on_a_small_picture_too(case: str) -> None:
    # Once at the picture, once over what was read of the part.
    assert sum(page.letters.count("Carpalbones") for page in pages(case, "en", A4.name)[:2]) >= 2


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("paper", PAPERS)
def test_lines_for_notes_of_the_family_take_no_page_of_their_own(language: str, paper: str) -> None:
    before, after = _CHILDREN["delayed-boy"], _simulated(_CHILDREN["two-year-old"])
    sign_off = amended_again_and_again(before, after)
    content = report_content(after, picture(), None, wording_of(language), sign_off)
    assert len(letter_boxes(render(content, PAPERS[paper], Part.PARENTS))) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_course_without_room_on_page_one_stands_on_page_two_and_page_one_says_so(
    language: str,
) -> None:
    words = wording_of(language)
    course, pointer = (said.replace(" ", "") for said in (words.facts, words.course_behind))
    behind, beside = _with_long_quality(language)
    assert pointer in behind.letters and course in beside.letters
    assert course not in behind.letters.replace(pointer, "")
    assert pointer not in pages("with a sheet", language, "a4")[0].letters


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_course_without_room_on_page_one_stands_beside_the_charts(language: str) -> None:
    words = wording_of(language)
    course, pointer, charts = (
        said.replace(" ", "") for said in (words.facts, words.course_behind, words.charts_title)
    )
    first, second, *_ = pages("with a sheet", language, "letter")
    assert pointer in first.letters
    assert second.letters.startswith(charts) and course in second.letters


def _with_long_quality(language: str) -> list[LetterBoxes]:
    """Return pages one and two of a boy of whose image there is much to say."""
    content = report_content(CASES["with a sheet"], picture(), None, wording_of(language))
    visit = replace(content.visit, quality="word " * 160)
    return letter_boxes(render(replace(content, visit=visit)))[:2]


def test_a_text_on_another_and_one_beyond_the_margin_are_found() -> None:
    page = pages("refused", "en", A4.name)[0]
    moved = page.boxes.copy()
    moved[100] = page.boxes[200]
    assert overlapping(LetterBoxes(page.letters, moved, page.size)) != []
    moved[100, :] = (10.0, 400.0, 15.0, 405.0)
    assert outside(LetterBoxes(page.letters, moved, page.size)) == page.letters[100]

"""No text is clipped, leaves its page or lies on another, whatever there is to say."""

from functools import cache

import pytest

from reports.content import report_content
from reports.paper import A4, PAPERS
from reports.pdf import render
from reports.wording import LANGUAGES, wording_of
from tests.reports.boxes import LetterBoxes, letter_boxes, outside, overlapping
from tests.reports.children import five_children, with_very_much_to_say

LONG_LATIN = "Maximiliana-Alexandrina Konstantinopolskaya-von-Hohenzollern " * 2
LONG_CHINESE = "欧阳喆堃阿卜杜热合曼买买提艾力" * 8
CASES = {
    "a long Latin name and very much to say": with_very_much_to_say(LONG_LATIN[:120]),
    "a long Chinese name and very much to say": with_very_much_to_say(LONG_CHINESE[:120]),
    **five_children(),
}


# What these need is less than that of the others on every sheet.
ORDINARY = ("two-year-old", "precocious-girl", "delayed-boy")


@cache
def picture() -> bytes:
    import cv2

    from tests.bone_age.test_crop import drawn_hand

    drawn = (235 * drawn_hand()).clip(0, 255).astype("uint8")
    return bytes(cv2.imencode(".png", drawn)[1].tobytes())


@cache
def pages(case: str, language: str, paper: str) -> list[LetterBoxes]:
    content = report_content(CASES[case], picture(), None, wording_of(language))
    return letter_boxes(render(content, PAPERS[paper]))


EVERY = pytest.mark.parametrize(
    ("case", "language", "paper"),
    [
        (case, language, paper)
        for case in CASES
        for language in LANGUAGES
        for paper in PAPERS
        if paper == A4.name or case not in ORDINARY
    ],
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


@pytest.mark.parametrize("case", list(five_children()))
@pytest.mark.parametrize("language", LANGUAGES)
def test_five_children_need_three_pages_and_one_for_the_family(case: str, language: str) -> None:
    assert len(pages(case, language, A4.name)) == 4


@pytest.mark.parametrize("case", [case for case in CASES if case != "refused"])
def test_the_parts_of_the_hand_are_named_on_a_small_picture_too(case: str) -> None:
    # Once at the picture, once over what was read of the part.
    assert sum(page.letters.count("Carpalbones") for page in pages(case, "en", A4.name)[:2]) >= 2


def test_a_text_on_another_and_one_beyond_the_margin_are_found() -> None:
    page = pages("refused", "en", A4.name)[0]
    moved = page.boxes.copy()
    moved[100] = page.boxes[200]
    assert overlapping(LetterBoxes(page.letters, moved, page.size)) != []
    moved[100, :] = (10.0, 400.0, 15.0, 405.0)
    assert outside(LetterBoxes(page.letters, moved, page.size)) == page.letters[100]

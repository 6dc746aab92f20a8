"""The parts of the hand on the picture of page one."""

from dataclasses import replace

import numpy as np
import pytest
from reportlab.lib.units import mm
from reportlab.platypus import Table

from bone_age.reading import Region
from reports.clinical_page import Picture, clinical_page, share_of_picture
from reports.content import ReportContent, report_content
from reports.glyphs import register_typefaces
from reports.marked_picture import MarkedImage, region_marks, room_of_names
from reports.page_frame import PageCount, Sheet
from reports.paper import A4
from reports.picture import PrintedPicture
from reports.wording import LANGUAGES
from tests.bone_age.test_crop import drawn_hand
from tests.reports.children import five_children, with_very_much_to_say

CHILDREN = {**five_children(), "much to say": with_very_much_to_say("Maximiliana " * 8)}


def test_each_part_of_a_hand_is_marked_where_it_lies() -> None:
    marks = region_marks(PrintedPicture((235 * drawn_hand()).astype(np.uint8)))
    middles = {mark.region: float(np.mean([y for _, y in mark.corners])) for mark in marks}
    assert middles[Region.FINGERS] < middles[Region.CARPALS] < middles[Region.WRIST] < 1


def test_a_picture_without_a_hand_has_no_marks() -> None:
    assert region_marks(PrintedPicture(np.zeros((300, 200), np.uint8))) == ()


def shown_on_page_one(content: ReportContent) -> tuple[MarkedImage, float]:
    """Return the picture of page one and the width of its column."""
    register_typefaces()
    hand = PrintedPicture((235 * drawn_hand()).astype(np.uint8))
    picture = Picture(hand, region_marks(hand))
    sheet = Sheet(content, A4, PageCount(3))
    story = clinical_page(sheet, picture, share_of_picture(sheet, picture))
    beside = next(each for each in story if isinstance(each, Table))
    return beside._cellvalues[0][0][0], beside._colWidths[0]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("child", CHILDREN)
def test_names_of_the_parts_have_room_beside_the_picture_and_none_on_the_hand(
    child: str, language: str
) -> None:
    content = report_content(CHILDREN[child], b"", None, LANGUAGES[language])
    image, column = shown_on_page_one(content)
    assert image.drawWidth + room_of_names(content.words.regions.values()) <= column + 0.01


def test_a_picture_takes_the_room_of_a_course_that_goes_on_behind() -> None:
    content = report_content(CHILDREN["much to say"], b"")
    visit = replace(content.visit, quality="word " * 600)
    image, _ = shown_on_page_one(replace(content, visit=visit))
    assert image.drawHeight > 60 * mm

"""The page for the family: large letters, plain words, nothing that only a physician can weigh."""

from itertools import chain
from typing import Final
from xml.sax.saxutils import escape

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Spacer, Table
from reportlab.platypus.paragraph import Paragraph

from reports import typeset
from reports.inks import ACCENT, BOLD, INK, QUIET, REGULAR
from reports.page_frame import Sheet, height_of_later_page
from reports.parents_part import Paragraphs
from reports.picture import PrintedPicture

# The picture of the hand, small: it is to be recognised, not read.
_PICTURE_WIDTH, _PICTURE_HEIGHT = 36 * mm, 52 * mm
_GAP: Final = 7 * mm
_SIZE: Final = 10.5
# Lines to write on, their height, and what stands around their heading.
_LINES, _LINE, _AROUND_HEADING = 3, 9 * mm, 5 * mm


def parents_page(sheet: Sheet, picture: PrintedPicture) -> list[Flowable]:
    """Return the page for the family, which can be printed alone."""
    content, inside = sheet.content, sheet.paper.inside
    first, second, *rest = content.parents.paragraphs
    shown = _picture(sheet, picture)
    width = inside - shown.drawWidth - _GAP
    beside = Table(
        [[[*_paragraphs(first), *_paragraphs(second)], "", shown]],
        colWidths=[width, _GAP, shown.drawWidth],
        hAlign="LEFT",
    )
    beside.setStyle(typeset.PLAIN)
    bookmark = typeset.Bookmark(content.words.family_title)
    said = [Spacer(0, 2 * mm), beside, *chain(*map(_paragraphs, rest))]
    room = height_of_later_page(sheet) - typeset.height_of(said, inside)
    others = (KeepTogether(_paragraphs(paragraphs)) for paragraphs in rest)
    return [bookmark, *said[:2], *others, *_notes(sheet, room)]


def _notes(sheet: Sheet, room: float) -> list[Flowable]:
    """Return empty lines for what is said about the page, as many as it has room for."""
    heading = _heading(sheet.content.words.parents_notes)
    used = typeset.height_of([heading], sheet.paper.inside) + _AROUND_HEADING
    count = min(_LINES, int((room - used) / _LINE))
    if count < 1:
        return []
    lines = Table(
        [[""]] * count, colWidths=[sheet.paper.inside], rowHeights=[_LINE] * count, hAlign="LEFT"
    )
    lines.setStyle([*typeset.PLAIN, ("LINEBELOW", (0, 0), (-1, -1), 0.4, QUIET)])
    return [heading, lines]


def _picture(sheet: Sheet, picture: PrintedPicture) -> Flowable:
    height = min(_PICTURE_HEIGHT, _PICTURE_WIDTH * picture.tallness)
    words = sheet.content.words.picture_alt.format(view=sheet.content.view)
    return typeset.DescribedImage(picture.png(height), height / picture.tallness, height, words)


def _paragraphs(paragraphs: Paragraphs) -> list[Flowable]:
    return [_heading(paragraphs.heading), *map(_sentence, paragraphs.sentences)]


def _heading(text: str) -> Paragraph:
    title = typeset.styled(escape(text), BOLD, 12, 16, ACCENT)
    title.style.spaceBefore, title.style.spaceAfter = 3.5 * mm, 1 * mm
    title.style.keepWithNext = 1
    return title


def _sentence(text: str) -> Paragraph:
    sentence = typeset.styled(escape(text), REGULAR, _SIZE, 1.4 * _SIZE, INK)
    sentence.style.spaceAfter = 1.2 * mm
    return sentence

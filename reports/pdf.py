"""The report as a document: the physician's pages, and one for the family."""

from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO

from reportlab.platypus import Flowable, NextPageTemplate, PageBreak, PageTemplate
from reportlab.platypus.doctemplate import LayoutError

from reports import typeset
from reports.charts_page import charts_page, has_room_for
from reports.clinical_page import Picture, clinical_page, course, share_of_picture
from reports.content import ReportContent
from reports.errors import LargerThanPage
from reports.marked_picture import region_marks
from reports.page_frame import PageCount, Sheet, first_page, later_page
from reports.paper import A4, Paper
from reports.parents_page import parents_page
from reports.picture import printed_picture
from reports.sign_off_page import sign_off
from reports.technical_page import technical_page


class Part(StrEnum):
    """What of a report is printed: everything, or what one reader takes along."""

    ALL = "all"
    PHYSICIAN = "physician"
    PARENTS = "parents"


@dataclass(frozen=True, slots=True)
class _Pages:
    """How many pages each reader gets; both count from one, for each may be given away alone."""

    physician: int
    family: int


# What nearly every visit needs.
_USUAL = _Pages(3, 1)


def render(content: ReportContent, paper: Paper = A4, part: Part = Part.ALL) -> bytes:
    """Return the report as a PDF, always the same bytes for the same content.

    Raises LargerThanPage for a text that does not end, and PictureUnreadable.
    """
    printed = printed_picture(content.picture_png)
    has_regions = content.reading.regions and part is not Part.PARENTS
    picture = Picture(printed, region_marks(printed) if has_regions else ())
    pages, document = _build(content, picture, _Printing(paper, part), _USUAL)
    # A visit with very much to say takes more pages, and every page says how many.
    if pages == _USUAL:
        return document
    return _build(content, picture, _Printing(paper, part), pages)[1]


@dataclass(frozen=True, slots=True)
class _Printing:
    """On what paper which part is printed."""

    paper: Paper
    part: Part


def _build(
    content: ReportContent, picture: Picture, printing: _Printing, pages: _Pages
) -> tuple[_Pages, bytes]:
    """Return the number of pages and the document that says it has `pages` of them."""
    target = BytesIO()
    physician = Sheet(content, printing.paper, PageCount(pages.physician))
    family = Sheet(content, printing.paper, PageCount(pages.family))
    templates: list[PageTemplate] = []
    story: list[Flowable] = []
    if printing.part is not Part.PARENTS:
        templates += _physician_templates(physician)
        story += _physician_story(physician, picture)
    if printing.part is not Part.PHYSICIAN:
        templates.append(later_page(family, "family", content.words.family_title))
        story += [NextPageTemplate("family"), PageBreak()] if story else []
        story += parents_page(family, picture.printed)
    document = typeset.new_document(
        target, content.words.title, content.identity.patient_id, templates, content.words.tag
    )
    part = "" if printing.part is Part.ALL else f"; part {printing.part}"
    document.keywords = f"{content.sign_off.keywords}{part}"
    try:
        document.build(story)
    except LayoutError as exc:
        raise LargerThanPage(
            "The report cannot be printed: a text in it is too long to stand on a page."
        ) from exc
    return _Pages(*(_set_pages(sheet) for sheet in (physician, family))), target.getvalue()


def _set_pages(sheet: Sheet) -> int:
    """Return how many pages were set; what was not printed keeps its total."""
    return sheet.count.so_far or sheet.count.total


def _physician_templates(sheet: Sheet) -> list[PageTemplate]:
    words = sheet.content.words
    return [
        first_page(sheet, "first", sign_off(sheet.content, sheet.paper.inside)),
        later_page(sheet, "more", words.title),
        later_page(sheet, "charts", words.charts_title),
        later_page(sheet, "technical", words.technical_title),
    ]


def _physician_story(sheet: Sheet, picture: Picture) -> list[Flowable]:
    share = share_of_picture(sheet, picture)
    behind = course(sheet.content, sheet.paper.inside) if share.is_course_behind else []
    alone = [] if has_room_for(sheet, behind) else [PageBreak(), *behind]
    return [
        *clinical_page(sheet, picture, share),
        *alone,
        NextPageTemplate("charts"),
        PageBreak(),
        *charts_page(sheet, [] if alone else behind),
        NextPageTemplate("technical"),
        PageBreak(),
        *technical_page(sheet),
    ]

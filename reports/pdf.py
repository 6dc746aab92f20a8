"""The report as a document: A4, page one for the physician, then the technical part."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from io import BytesIO
from typing import Any

from reportlab.platypus import PageBreak
from reportlab.platypus.doctemplate import LayoutError

from reports import typeset
from reports.clinical_page import clinical_page
from reports.content import ReportContent
from reports.errors import GlyphMissing, LargerThanPage
from reports.page_frame import first_page, later_page
from reports.picture import PrintedPicture, printed_picture
from reports.technical_page import technical_page
from reports.wording import en


def render(content: ReportContent) -> bytes:
    """Return the report as a PDF, always the same bytes for the same content.

    Raises GlyphMissing for a text that the typeface cannot print, LargerThanPage for one that
    does not end, and PictureUnreadable.
    """
    _refuse_unprintable(content)
    picture = printed_picture(content.picture_png)
    pages, document = _build(content, picture, 2)
    # A visit with very much to say takes more pages, and every page says how many.
    return document if pages == 2 else _build(content, picture, pages)[1]


def _refuse_unprintable(content: ReportContent) -> None:
    for text in _texts(content):
        lacking = typeset.missing_glyphs(text)
        if lacking:
            shown = "".join(letter if letter.isprintable() else "?" for letter in text[:60])
            raise GlyphMissing(
                f"The report cannot be printed: its typeface lacks {', '.join(lacking)} "
                f'in "{shown}".'
            )


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, tuple):
        for each in part:
            yield from _texts(each)
    elif is_dataclass(part):
        for field in fields(part):
            yield from _texts(getattr(part, field.name))


def _build(content: ReportContent, picture: PrintedPicture, pages: int) -> tuple[int, bytes]:
    """Return the number of pages and the document that says it has `pages` of them."""
    target = BytesIO()
    templates = [first_page(content, pages), later_page(content, pages)]
    document = typeset.a4_document(target, en.TITLE, content.identity.patient_id, templates)
    try:
        document.build([*clinical_page(content, picture), PageBreak(), *technical_page(content)])
    except LayoutError as exc:
        raise LargerThanPage(
            "The report cannot be printed: a text in it is too long to stand on a page."
        ) from exc
    return document.page, target.getvalue()

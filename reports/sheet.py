"""A4 sheets for service engineers and auditors: their measures, head, foot and columns."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageBreak, PageTemplate, Table

from reports import typeset
from reports.inks import BOLD, HAIRLINE, INK, QUIET, REGULAR
from reports.wording import ENGLISH

PAGE_WIDTH, PAGE_HEIGHT = A4
MARGIN: Final = 16 * mm
WIDTH: Final = PAGE_WIDTH - 2 * MARGIN
HALF: Final = (WIDTH / 2 - 3 * mm, 54 * mm)
GOOD, BAD = HexColor("#3d7a3a"), HexColor("#8a2f0b")


Parts = Callable[[], Sequence[Sequence[Flowable]]]


@dataclass(frozen=True, slots=True)
class Head:
    """What stands on every page; `warning` in red, where there is one."""

    title: str
    running: str
    warning: str
    foot: str


def render(head: Head, subject: str, parts: Parts) -> bytes:
    """Return the PDF of parts, each on pages of its own; `parts` is called for every setting.

    It is set twice, so that every page knows how many there are.
    """
    pages = _set(head, subject, parts, 1)[0]
    return _set(head, subject, parts, pages)[1]


def _set(head: Head, subject: str, parts: Parts, pages: int) -> tuple[int, bytes]:
    target = BytesIO()
    document = typeset.new_document(target, head.title, subject, [_page(head, pages)], ENGLISH.tag)
    story = [flowable for part in parts() for flowable in (*part, PageBreak())]
    document.build(story[:-1])
    return document.page, target.getvalue()


def _page(head: Head, pages: int) -> PageTemplate:
    def draw(canvas: Canvas, document: BaseDocTemplate) -> None:
        top = PAGE_HEIGHT - 14 * mm
        canvas.setFillColor(INK)
        canvas.setFont(BOLD, 14)
        canvas.drawString(MARGIN, top, head.title)
        canvas.setFillColor(QUIET)
        canvas.setFont(REGULAR, 8)
        canvas.drawRightString(MARGIN + WIDTH, top, head.running)
        canvas.setFillColor(BAD)
        canvas.drawString(MARGIN, top - 4.5 * mm, head.warning)
        canvas.setStrokeColor(HAIRLINE)
        canvas.line(MARGIN, 12 * mm, MARGIN + WIDTH, 12 * mm)
        canvas.setFillColor(QUIET)
        canvas.setFont(REGULAR, 7.5)
        canvas.drawString(MARGIN, 8.5 * mm, head.foot)
        where = ENGLISH.page.format(page=document.page, pages=pages)
        canvas.drawRightString(MARGIN + WIDTH, 8.5 * mm, where)

    padding = {f"{side}Padding": 0 for side in ("left", "right", "top", "bottom")}
    frame = Frame(MARGIN, 15 * mm, WIDTH, PAGE_HEIGHT - 37 * mm, **padding)
    return PageTemplate("sheet", [frame], onPage=draw)


def side_by_side(cells: Sequence[Flowable | list[Flowable]]) -> Table:
    """Set flowables into columns of equal width."""
    table = Table([list(cells)], colWidths=[WIDTH / len(cells)] * len(cells), hAlign="LEFT")
    table.setStyle(typeset.PLAIN)
    return table

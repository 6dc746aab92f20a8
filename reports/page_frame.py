"""What stands on every page: whose report it is, whether it is simulated, the page's number."""

from typing import Final
from xml.sax.saxutils import escape

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Paragraph, Table

from reports import typeset
from reports.charts import BAND, BOLD, HAIRLINE, INK, QUIET, REGULAR
from reports.content import ReportContent
from reports.wording import en

_PAGE_WIDTH, _PAGE_HEIGHT = A4
_MARGIN: Final = 16 * mm
WIDTH: Final = _PAGE_WIDTH - 2 * _MARGIN
_FIRST_HEAD: Final = 40 * mm
_LATER_HEAD: Final = 24 * mm
_SIMULATED_HEIGHT: Final = 6.5 * mm
_FOOT: Final = 15 * mm
WARNING: Final = HexColor("#8a2f0b")
_WARNING_BAND: Final = HexColor("#fbeee6")


def first_page(content: ReportContent, pages: int) -> PageTemplate:
    """Return the frame of page one: the whole patient, and how many pages there are."""

    def draw(canvas: Canvas, document: BaseDocTemplate) -> None:
        _draw_first_head(canvas, content)
        _draw_foot(canvas, content, document.page, pages)

    return PageTemplate("first", [_frame(content, _FIRST_HEAD)], onPage=draw)


def later_page(content: ReportContent, pages: int) -> PageTemplate:
    """Return the frame of every other page: the patient in one line."""

    def draw(canvas: Canvas, document: BaseDocTemplate) -> None:
        _draw_later_head(canvas, content)
        _draw_foot(canvas, content, document.page, pages)

    return PageTemplate("later", [_frame(content, _LATER_HEAD)], onPage=draw)


def height_of_first_page(content: ReportContent) -> float:
    """Return the height in points that page one leaves to what stands on it."""
    return _height_below(content, _FIRST_HEAD)


def _height_below(content: ReportContent, head: float) -> float:
    simulated: float = _SIMULATED_HEIGHT if content.simulated else 0
    return float(_PAGE_HEIGHT - head - simulated - _FOOT)


def _frame(content: ReportContent, head: float) -> Frame:
    padding = {f"{side}Padding": 0 for side in ("left", "right", "top", "bottom")}
    return Frame(_MARGIN, _FOOT, WIDTH, _height_below(content, head), **padding)


def _draw_first_head(canvas: Canvas, content: ReportContent) -> None:
    top = _PAGE_HEIGHT - 11 * mm
    _draw_title(canvas, top)
    _draw_box(canvas, top - 26 * mm, 21.5 * mm, BAND)
    name = _fitting(escape(content.identity.name), WIDTH - 6 * mm, 9 * mm, 14)
    _draw_at(canvas, name, _MARGIN + 3 * mm, top - 5.5 * mm)
    facts = content.identity.facts
    cells = [
        [typeset.label(fact.label) for fact in facts[:5]],
        [typeset.text(fact.value) for fact in facts[:5]],
    ]
    table = Table(cells, colWidths=[38 * mm, 16 * mm, 26 * mm, 44 * mm, 26 * mm])
    table.setStyle(typeset.PLAIN)
    _draw_at(canvas, table, _MARGIN + 3 * mm, top - 15.5 * mm)
    _draw_simulated(canvas, content, top - 27 * mm)


def _draw_later_head(canvas: Canvas, content: ReportContent) -> None:
    top = _PAGE_HEIGHT - 11 * mm
    line = f"{escape(content.identity.name)} · {escape(content.identity.running_head)}"
    _draw_title(canvas, top)
    _draw_at(canvas, _fitting(line, WIDTH, 7 * mm, 10), _MARGIN, top - 4 * mm)
    canvas.setStrokeColor(HAIRLINE)
    canvas.line(_MARGIN, top - 11 * mm, _MARGIN + WIDTH, top - 11 * mm)
    _draw_simulated(canvas, content, top - 11.5 * mm)


def _draw_title(canvas: Canvas, top: float) -> None:
    canvas.setFillColor(INK)
    canvas.setFont(BOLD, 14)
    canvas.drawString(_MARGIN, top - 1.5 * mm, en.TITLE)
    canvas.setFillColor(QUIET)
    canvas.setFont(REGULAR, 8)
    canvas.drawRightString(_MARGIN + WIDTH, top - 1.5 * mm, en.PRODUCT)


def _draw_simulated(canvas: Canvas, content: ReportContent, top: float) -> None:
    if content.simulated:
        _draw_box(canvas, top - 5.5 * mm, 5 * mm, _WARNING_BAND)
        canvas.setFillColor(WARNING)
        canvas.setFont(BOLD, 8)
        canvas.drawString(_MARGIN + 3 * mm, top - 3.9 * mm, en.SIMULATED)


def _draw_foot(canvas: Canvas, content: ReportContent, page: int, pages: int) -> None:
    canvas.setStrokeColor(HAIRLINE)
    canvas.line(_MARGIN, 12 * mm, _MARGIN + WIDTH, 12 * mm)
    canvas.setFillColor(QUIET)
    canvas.setFont(REGULAR, 7.5)
    canvas.drawString(_MARGIN, 8.5 * mm, en.FOOTER)
    where = en.PAGE.format(page=page, pages=pages)
    canvas.drawRightString(_MARGIN + WIDTH, 8.5 * mm, where)


def _draw_box(canvas: Canvas, bottom: float, height: float, color: Color) -> None:
    canvas.setFillColor(color)
    canvas.rect(_MARGIN, bottom, WIDTH, height, stroke=0, fill=1)


def _draw_at(canvas: Canvas, flowable: Flowable, x: float, top: float) -> None:
    _, height = flowable.wrapOn(canvas, WIDTH - 2 * (x - _MARGIN), _PAGE_HEIGHT)
    flowable.drawOn(canvas, x, top - height)


def _fitting(markup: str, width: float, height: float, largest: float) -> Paragraph:
    """Return the text as large as it fits into a box, down to 5 points; it is never cut."""
    for size in (size for size in (14, 12, 10, 8.5, 7, 6, 5) if size <= largest):
        paragraph = typeset.styled(markup, REGULAR, size, 1.2 * size, INK)
        paragraph.style.wordWrap = "CJK"
        if paragraph.wrap(width, _PAGE_HEIGHT)[1] <= height:
            break
    return paragraph

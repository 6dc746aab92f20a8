"""What stands on every page: whose report it is, whether it is simulated, the page's number."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

from reportlab.lib.colors import Color
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Paragraph, Table

from reports import typeset
from reports.content import ReportContent
from reports.inks import BAND, BOLD, HAIRLINE, INK, QUIET, REGULAR, WARNING, WARNING_BAND
from reports.paper import MARGIN, Paper
from reports.wording import PRODUCT

# The head of page one without the patient's name; the name has a line, or two of smaller letters.
_FIRST_HEAD: Final = 29 * mm
_NAME: Final = (6 * mm, 9 * mm)
_LATER_HEAD: Final = 24 * mm
_SIMULATED_HEIGHT: Final = 6.5 * mm
_FOOT: Final = 15 * mm
# The columns of what page one says of the patient, as shares of the width.
_FACTS: Final = (0.245, 0.105, 0.17, 0.285, 0.195)


@dataclass(slots=True)
class PageCount:
    """Counts the pages of a part while they are set; `total` is what every page says."""

    total: int
    so_far: int = 0

    def next(self) -> int:
        """Return the number of the page that begins."""
        self.so_far += 1
        return self.so_far


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the pages of a part are set with."""

    content: ReportContent
    paper: Paper
    count: PageCount


def first_page(sheet: Sheet, name: str, below: Sequence[Flowable]) -> PageTemplate:
    """Return the frame of page one: the whole patient above, `below` at its foot."""

    def head(canvas: Canvas, _: BaseDocTemplate) -> None:
        _draw_first_head(canvas, sheet)

    def foot(canvas: Canvas, _: BaseDocTemplate) -> None:
        _draw_above_foot(canvas, sheet, below)
        _draw_foot(canvas, sheet)

    ends = (_first_head(sheet), _height_at_foot(sheet, below))
    return _template(sheet, name, ends, (head, foot))


def later_page(sheet: Sheet, name: str, title: str) -> PageTemplate:
    """Return the frame of every other page: its title, and the patient in one line."""

    def head(canvas: Canvas, _: BaseDocTemplate) -> None:
        _draw_later_head(canvas, sheet, title)

    def foot(canvas: Canvas, _: BaseDocTemplate) -> None:
        _draw_foot(canvas, sheet)

    return _template(sheet, name, (_LATER_HEAD, _FOOT), (head, foot))


def height_of_first_page(sheet: Sheet, below: Sequence[Flowable]) -> float:
    """Return the height in points that page one leaves to what stands on it."""
    return _height_between(sheet, _first_head(sheet), _height_at_foot(sheet, below))


def height_of_later_page(sheet: Sheet) -> float:
    """Return the height in points that another page leaves to what stands on it."""
    return _height_between(sheet, _LATER_HEAD, _FOOT)


def _first_head(sheet: Sheet) -> float:
    return float(_FIRST_HEAD + _name(sheet)[1])


def _name(sheet: Sheet) -> tuple[Paragraph, float]:
    """Return the patient's name as page one has it, and the room that it needs there."""
    line, most = _NAME
    width = sheet.paper.inside - 6 * mm
    name = _fitting(escape(sheet.content.identity.name), width, most, 14)
    return name, line if name.wrap(width, most)[1] <= line else most


def _height_at_foot(sheet: Sheet, below: Sequence[Flowable]) -> float:
    return float(_FOOT + typeset.height_of(list(below), sheet.paper.inside) + 1 * mm)


def _height_between(sheet: Sheet, head: float, foot: float) -> float:
    simulated: float = _SIMULATED_HEIGHT if sheet.content.simulated else 0
    return float(sheet.paper.height - head - simulated - foot)


_Draw = Callable[[Canvas, BaseDocTemplate], None]


def _template(
    sheet: Sheet, name: str, ends: tuple[float, float], draw: tuple[_Draw, _Draw]
) -> PageTemplate:
    """Return a page whose head is drawn before what stands on it and whose foot is after it."""
    head, foot = ends
    padding = {f"{side}Padding": 0 for side in ("left", "right", "top", "bottom")}
    frame = Frame(MARGIN, foot, sheet.paper.inside, _height_between(sheet, head, foot), **padding)
    return PageTemplate(
        name,
        [frame],
        onPage=draw[0],
        onPageEnd=draw[1],
        pagesize=(sheet.paper.width, sheet.paper.height),
    )


def _top(sheet: Sheet) -> float:
    return float(sheet.paper.height - 11 * mm)


def _draw_first_head(canvas: Canvas, sheet: Sheet) -> None:
    top, inside, identity = _top(sheet), sheet.paper.inside, sheet.content.identity
    _draw_title(canvas, sheet, sheet.content.words.title)
    name, height = _name(sheet)
    below = top - 16 * mm - height
    _draw_box(canvas, sheet, (below, 11.5 * mm + height), BAND)
    _draw_at(canvas, sheet, name, 3 * mm, top - 5.5 * mm)
    facts = identity.facts[: len(_FACTS)]
    cells = [
        [typeset.label(fact.label) for fact in facts],
        [
            _fitting(escape(fact.value), share * (inside - 6 * mm) - 2 * mm, 5.5 * mm, 8.5)
            for fact, share in zip(facts, _FACTS, strict=True)
        ],
    ]
    table = Table(cells, colWidths=[share * (inside - 6 * mm) for share in _FACTS])
    table.setStyle(typeset.PLAIN)
    _draw_at(canvas, sheet, table, 3 * mm, below + 10.2 * mm)
    _draw_simulated(canvas, sheet, below - 1 * mm)


def _draw_later_head(canvas: Canvas, sheet: Sheet, title: str) -> None:
    top, identity = _top(sheet), sheet.content.identity
    line = f"{escape(identity.name)} · {escape(identity.running_head)}"
    _draw_title(canvas, sheet, title)
    _draw_at(canvas, sheet, _fitting(line, sheet.paper.inside, 7 * mm, 10), 0, top - 4 * mm)
    canvas.setStrokeColor(HAIRLINE)
    canvas.line(MARGIN, top - 11 * mm, MARGIN + sheet.paper.inside, top - 11 * mm)
    _draw_simulated(canvas, sheet, top - 11.5 * mm)


def _draw_title(canvas: Canvas, sheet: Sheet, title: str) -> None:
    top = _top(sheet)
    canvas.setFillColor(INK)
    canvas.setFont(BOLD, 14)
    canvas.drawString(MARGIN, top - 1.5 * mm, title)
    room = sheet.paper.inside - stringWidth(title, BOLD, 14) - 6 * mm
    name = f"{sheet.content.sign_off.name} · {PRODUCT}"
    size = next((size for size in (8, 7, 6) if stringWidth(name, REGULAR, size) <= room), 5)
    canvas.setFillColor(QUIET)
    canvas.setFont(REGULAR, size)
    canvas.drawRightString(MARGIN + sheet.paper.inside, top - 1.5 * mm, name)


def _draw_simulated(canvas: Canvas, sheet: Sheet, top: float) -> None:
    if sheet.content.simulated:
        _draw_box(canvas, sheet, (top - 5.5 * mm, 5 * mm), WARNING_BAND)
        canvas.setFillColor(WARNING)
        canvas.setFont(BOLD, 8)
        canvas.drawString(MARGIN + 3 * mm, top - 3.9 * mm, sheet.content.words.simulated)


def _draw_above_foot(canvas: Canvas, sheet: Sheet, below: Sequence[Flowable]) -> None:
    """Draw what stands at the foot of page one, wherever the rest of the page ends."""
    column = typeset.column(list(below), sheet.paper.inside)
    column.wrapOn(canvas, sheet.paper.inside, sheet.paper.height)
    column.drawOn(canvas, MARGIN, _FOOT)


def _draw_foot(canvas: Canvas, sheet: Sheet) -> None:
    words, right = sheet.content.words, MARGIN + sheet.paper.inside
    canvas.setStrokeColor(HAIRLINE)
    canvas.line(MARGIN, 12 * mm, right, 12 * mm)
    canvas.setFillColor(QUIET)
    canvas.setFont(REGULAR, 7.5)
    canvas.drawString(MARGIN, 8.5 * mm, words.footer)
    where = words.page.format(page=sheet.count.next(), pages=sheet.count.total)
    canvas.drawRightString(right, 8.5 * mm, where)


def _draw_box(canvas: Canvas, sheet: Sheet, box: tuple[float, float], color: Color) -> None:
    bottom, height = box
    canvas.setFillColor(color)
    canvas.rect(MARGIN, bottom, sheet.paper.inside, height, stroke=0, fill=1)


def _draw_at(canvas: Canvas, sheet: Sheet, flowable: Flowable, inset: float, top: float) -> None:
    """Draw a flowable at a place below `top`, inset from both margins."""
    _, height = flowable.wrapOn(canvas, sheet.paper.inside - 2 * inset, sheet.paper.height)
    flowable.drawOn(canvas, MARGIN + inset, top - height)


def _fitting(markup: str, width: float, height: float, largest: float) -> Paragraph:
    """Return the text as large as it fits into a box, down to 4 points; it is never cut."""
    for size in (size for size in (14, 12, 10, 8.5, 7, 6, 5, 4) if size <= largest):
        paragraph = typeset.styled(markup, REGULAR, size, 1.2 * size, INK)
        paragraph.style.wordWrap = "CJK"
        if paragraph.wrap(width, 10 * height)[1] <= height:
            break
    return paragraph

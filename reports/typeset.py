"""Typefaces, paragraphs and tables that every document is set with."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from reportlab import rl_config
from reportlab.graphics import renderPDF
from reportlab.graphics.shapes import Drawing
from reportlab.lib.colors import Color
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Image, PageTemplate, Paragraph, Table

from reports.glyphs import in_faces, register_typefaces
from reports.ideographic import IdeographicParagraph, is_ideographic
from reports.inks import ACCENT, BOLD, HAIRLINE, INK, QUIET, REGULAR
from reports.wording import PRODUCT

Rows = list[list[Flowable | str]]


def new_document(
    target: BytesIO, title: str, subject: str, pages: Sequence[PageTemplate], language: str
) -> BaseDocTemplate:
    """Return an empty document; made twice from the same it has the same bytes.

    Every page template has a size of its own; A4 is for those that say none.
    """
    register_typefaces()
    # Pictures as bytes instead of letters: a fifth smaller, and made in half of the time.
    rl_config.useA85 = 0
    return BaseDocTemplate(
        target,
        pagesize=A4,
        invariant=1,
        initialFontName=REGULAR,
        title=title,
        author=PRODUCT,
        subject=subject,
        creator=PRODUCT,
        lang=language,
        pageTemplates=list(pages),
    )


class DescribedImage(Image):  # type: ignore[misc]  # reportlab has no types
    """A picture with words for whoever cannot see it; width and height are points."""

    def __init__(self, png: bytes, width: float, height: float, words: str) -> None:
        super().__init__(BytesIO(png), width, height, hAlign="LEFT")
        self._words = words

    def draw(self) -> None:
        """Draw it as a span with an alternate description."""
        with described(self.canv, self._words):
            super().draw()


PLAIN: list[tuple[Any, ...]] = [
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 0),
    ("TOPPADDING", (0, 0), (-1, -1), 0),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    # Without a face of its own an empty cell would name one that is not embedded.
    ("FONTNAME", (0, 0), (-1, -1), REGULAR),
]
RULED: list[tuple[Any, ...]] = [
    *PLAIN,
    ("TOPPADDING", (0, 0), (-1, -1), 0.9),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 1.7),
    ("RIGHTPADDING", (0, 0), (-1, -1), 4),
]


def ruled(rows: Rows, widths: list[float], joined: Collection[int] = ()) -> Table:
    """Return a table with a hairline below every row and no other lines.

    Rows that are `joined` have none and stand close to the next.
    """
    table = Table(rows, colWidths=widths, hAlign="LEFT")
    lines = [_line_below(row) for row in range(len(rows)) if row not in joined]
    close = [command for row in joined for command in _close_to_next(row)]
    table.setStyle([*RULED, *lines, *close])
    return table


def _line_below(row: int) -> tuple[Any, ...]:
    return "LINEBELOW", (0, row), (-1, row), 0.4, HAIRLINE


def _close_to_next(row: int) -> list[tuple[Any, ...]]:
    return [
        ("BOTTOMPADDING", (0, row), (-1, row), 0),
        ("TOPPADDING", (0, row + 1), (-1, row + 1), 0),
    ]


def column(flowables: list[Flowable], width: float) -> Table:
    """Return flowables below one another as one."""
    table = Table([[flowables]], colWidths=[width], hAlign="LEFT")
    table.setStyle(PLAIN)
    return table


def height_of(flowables: list[Flowable], width: float) -> float:
    """Return how high flowables stand in a column of this width, in points."""
    return float(column(flowables, width).wrap(width, 0)[1])


class Bookmark(Flowable):  # type: ignore[misc]  # reportlab has no types
    """An entry of the outline that leads to the page it stands on; it takes no room."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.width = self.height = 0
        self._title = title

    def draw(self) -> None:
        """Add the entry, and show titles and outline to whoever opens the document."""
        self.canv.bookmarkPage(self._title)
        self.canv.addOutlineEntry(self._title, self._title)
        self.canv.showOutline()
        self.canv.setViewerPreference("DisplayDocTitle", "true")


class DescribedDrawing(Flowable):  # type: ignore[misc]  # reportlab has no types
    """A drawing with words for whoever cannot see it."""

    def __init__(self, drawing: Drawing, words: str) -> None:
        super().__init__()
        self.width, self.height = drawing.width, drawing.height
        self._drawing, self._words = drawing, words

    def draw(self) -> None:
        """Draw it as a span with an alternate description."""
        with described(self.canv, self._words):
            renderPDF.draw(self._drawing, self.canv, 0, 0)


@contextmanager
def described(canvas: Canvas, words: str) -> Iterator[None]:
    """Mark what is drawn as a span with an alternate description."""
    # ISO 32000-1, 14.9.3: /Alt in the property list of a marked-content sequence; 7.9.2.2:
    # texts in UTF-16 begin with their byte order.
    said = ("\ufeff" + words).encode("utf-16-be").hex()
    canvas.addLiteral(f"/Span <</Alt <{said}>>> BDC")
    yield
    canvas.addLiteral("EMC")


def styled(markup: str, face: str, size: float, leading: float, color: Color) -> Paragraph:
    """Return a paragraph; `markup` is reportlab's own, `size` and `leading` are points."""
    # The markup may name a face that nothing has been set in yet.
    register_typefaces()
    style = ParagraphStyle(
        "report",
        fontName=face,
        bulletFontName=face,
        fontSize=size,
        leading=leading,
        textColor=color,
        splitLongWords=1,
    )
    if not is_ideographic(markup):
        return Paragraph(in_faces(markup, face), style)
    style.wordWrap = "CJK"
    return IdeographicParagraph(in_faces(markup, face), style)


def text(text: str) -> Paragraph:
    """Return running text."""
    return styled(escape(text), REGULAR, 8.5, 11, INK)


def strong(text: str) -> Paragraph:
    """Return running text that stands out."""
    return styled(escape(text), BOLD, 8.5, 11, INK)


def small(text: str) -> Paragraph:
    """Return a figure of a long table."""
    return styled(escape(text), REGULAR, 7.5, 9.5, INK)


def small_label(text: str) -> Paragraph:
    """Return the quiet name of a figure of a long table."""
    return styled(escape(text), REGULAR, 7, 9.5, QUIET)


def label(text: str) -> Paragraph:
    """Return the quiet name of a figure."""
    return styled(escape(text), REGULAR, 7.5, 11, QUIET)


def note(text: str) -> Paragraph:
    """Return what is said in small print."""
    return styled(escape(text), REGULAR, 7, 9, QUIET)


def remark(text: str) -> Paragraph:
    """Return a sentence below a table."""
    return styled(escape(text), REGULAR, 8, 11, INK)


def bullet(text: str, size: float) -> Paragraph:
    """Return one point of a list."""
    point = styled(f"•&nbsp;&nbsp;{escape(text)}", REGULAR, size, 1.35 * size, INK)
    point.style.leftIndent, point.style.firstLineIndent = size, -size
    point.style.spaceAfter = 0.6 * mm
    return point


def heading(text: str) -> Paragraph:
    """Return a heading that stays with what follows."""
    title = styled(escape(text), BOLD, 9.5, 12, ACCENT)
    title.style.spaceBefore, title.style.spaceAfter = 2.4 * mm, 0.8 * mm
    title.style.keepWithNext = 1
    return title

"""Typefaces, paragraphs and tables that every document is set with."""

from collections.abc import Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

from reportlab.lib.colors import Color
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import BaseDocTemplate, Flowable, Image, PageTemplate, Paragraph, Table

from reports.charts import ACCENT, BOLD, HAIRLINE, INK, QUIET, REGULAR
from reports.wording import en

_FONTS: Final = Path(__file__).parent / "fonts"

Rows = list[list[Flowable | str]]


def a4_document(
    target: BytesIO, title: str, subject: str, pages: Sequence[PageTemplate]
) -> BaseDocTemplate:
    """Return an empty document; made twice from the same it has the same bytes."""
    register_typefaces()
    return BaseDocTemplate(
        target,
        pagesize=A4,
        invariant=1,
        initialFontName=REGULAR,
        title=title,
        author=en.PRODUCT,
        subject=subject,
        creator=en.PRODUCT,
        lang="en",
        pageTemplates=list(pages),
    )


def missing_glyphs(text: str) -> tuple[str, ...]:
    """Return the code points of a text, like "U+20BB7", that no report can print."""
    printable = register_typefaces()
    lacking = (letter for letter in text if ord(letter) not in printable and letter not in "\n\r\t")
    return tuple(f"U+{ord(letter):04X}" for letter in dict.fromkeys(lacking))


@cache
def register_typefaces() -> frozenset[int]:
    """Make both faces known to reportlab and return the code points of the regular one."""
    for name in (REGULAR, BOLD):
        pdfmetrics.registerFont(TTFont(name, str(_FONTS / f"{name}.ttf")))
    return frozenset(pdfmetrics.getFont(REGULAR).face.charToGlyph)


class DescribedImage(Image):  # type: ignore[misc]  # reportlab has no types
    """A picture with words for whoever cannot see it; width and height are points."""

    def __init__(self, png: bytes, width: float, height: float, words: str) -> None:
        super().__init__(BytesIO(png), width, height, hAlign="LEFT")
        self._words = words

    def draw(self) -> None:
        """Draw it as a span with an alternate description."""
        # ISO 32000-1, 14.9.3: /Alt in the property list of a marked-content sequence; 7.9.2.2:
        # texts in UTF-16 begin with their byte order.
        words = ("\ufeff" + self._words).encode("utf-16-be").hex()
        self.canv.addLiteral(f"/Span <</Alt <{words}>>> BDC")
        super().draw()
        self.canv.addLiteral("EMC")


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
    ("TOPPADDING", (0, 0), (-1, -1), 1.6),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 2.2),
    ("RIGHTPADDING", (0, 0), (-1, -1), 4),
    ("LINEBELOW", (0, 0), (-1, -1), 0.4, HAIRLINE),
]


def ruled(rows: Rows, widths: list[float]) -> Table:
    """Return a table with a hairline below every row and no other lines."""
    table = Table(rows, colWidths=widths, hAlign="LEFT")
    table.setStyle(RULED)
    return table


def height_of(flowables: list[Flowable], width: float) -> float:
    """Return how high flowables stand in a column of this width, in points."""
    column = Table([[flowables]], colWidths=[width])
    column.setStyle(PLAIN)
    return float(column.wrap(width, 0)[1])


def styled(markup: str, face: str, size: float, leading: float, color: Color) -> Paragraph:
    """Return a paragraph; `markup` is reportlab's own, `size` and `leading` are points."""
    style = ParagraphStyle(
        "report",
        fontName=face,
        bulletFontName=face,
        fontSize=size,
        leading=leading,
        textColor=color,
        splitLongWords=1,
    )
    return Paragraph(markup, style)


def text(text: str) -> Paragraph:
    """Return running text."""
    return styled(escape(text), REGULAR, 8.5, 11, INK)


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
    title.style.spaceBefore, title.style.spaceAfter = 3.2 * mm, 1 * mm
    title.style.keepWithNext = 1
    return title

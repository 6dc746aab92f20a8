"""What the report looks like: A4, two pages, the reading and its uncertainty first."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

import cv2
import numpy as np
from numpy.typing import NDArray
from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    Image,
    KeepTogether,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

from reports import typeset
from reports.charts import (
    ACCENT,
    BAND,
    BOLD,
    HAIRLINE,
    INK,
    QUIET,
    REGULAR,
    bone_age_strip,
    height_chart,
)
from reports.content import ReportContent
from reports.errors import GlyphMissing, PictureUnreadable
from reports.reading_part import Fact
from reports.wording import en

_FONTS: Final = Path(__file__).parent / "fonts"
_PAGE_WIDTH, _PAGE_HEIGHT = A4
_MARGIN: Final = 16 * mm
_WIDTH: Final = _PAGE_WIDTH - 2 * _MARGIN
_PICTURE_WIDTH: Final = 60 * mm
_PICTURE_HEIGHT: Final = 88 * mm
# The printed picture has 300 dots to the inch; the original is larger and lies beside the report.
_PICTURE_PIXELS: Final = 1000
# What is darker than this grey on squares of 16 pixels is empty margin: the skin at a finger tip is
# 8 of 255 where 1 mm of soft tissue is black.
_EMPTY_GREY: Final = 5
_COARSE_PIXELS: Final = 16
# Where page one is full, the curve gives way before anything moves to another page.
_CHART_HEIGHTS: Final = (62 * mm, 54 * mm, 46 * mm)
_GAP: Final = 6 * mm
_FIRST_HEAD: Final = 40 * mm
_LATER_HEAD: Final = 24 * mm
_SIMULATED_HEIGHT: Final = 6.5 * mm
_FOOT: Final = 15 * mm
_WARNING: Final = HexColor("#8a2f0b")
_WARNING_BAND: Final = HexColor("#fbeee6")


def render(content: ReportContent) -> bytes:
    """Return the report as a PDF, always the same bytes for the same content.

    Raises GlyphMissing for a text that the typeface cannot print, and PictureUnreadable.
    """
    _refuse_unprintable(content)
    picture = _reduced(content.picture_png)
    for chart_height in _CHART_HEIGHTS:
        pages, document = _build(content, picture, 2, chart_height)
        if pages == 2:
            return document
    # A visit with very much to say takes more pages, and every page says how many.
    return _build(content, picture, pages, _CHART_HEIGHTS[0])[1]


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


def _reduced(picture_png: bytes) -> tuple[bytes, float]:
    """Return the picture at the size of print, as PNG, and its height over its width."""
    encoded = np.frombuffer(picture_png, dtype=np.uint8)
    picture = cv2.imdecode(encoded, cv2.IMREAD_GRAYSCALE) if encoded.size else None
    if picture is None:
        raise PictureUnreadable("The picture of the hand is not an image that can be read.")
    picture = _trimmed(np.asarray(picture, dtype=np.uint8))
    rows, columns = picture.shape
    scale = min(1.0, _PICTURE_PIXELS / max(rows, columns))
    size = (max(1, round(columns * scale)), max(1, round(rows * scale)))
    _, smaller = cv2.imencode(".png", cv2.resize(picture, size, interpolation=cv2.INTER_AREA))
    return smaller.tobytes(), rows / columns


def _trimmed(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the picture without its empty margins, so that a small hand is not lost in black."""
    rows, columns = picture.shape
    size = (max(1, columns // _COARSE_PIXELS), max(1, rows // _COARSE_PIXELS))
    coarse = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    shown = coarse > _EMPTY_GREY
    if not shown.any():
        return picture
    top, bottom = _extent(np.atleast_1d(shown.any(axis=1)), rows)
    left, right = _extent(np.atleast_1d(shown.any(axis=0)), columns)
    return picture[top:bottom, left:right]


def _extent(shown: NDArray[np.bool_], length: int) -> tuple[int, int]:
    """Return from where to where something shows, in pixels, with some room around it."""
    places, square = np.flatnonzero(shown), length / len(shown)
    first = max(0, int((places[0] - 3) * square))
    return first, min(length, int((places[-1] + 4) * square))


def _build(
    content: ReportContent, picture: tuple[bytes, float], pages: int, chart_height: float
) -> tuple[int, bytes]:
    """Return the number of pages and the document that says it has `pages` of them."""
    target = BytesIO()
    document = BaseDocTemplate(
        target,
        pagesize=A4,
        invariant=1,
        initialFontName=REGULAR,
        title=en.TITLE,
        author=en.PRODUCT,
        subject=content.identity.patient_id,
        creator=en.PRODUCT,
        lang="en",
        pageTemplates=[_first_page(content, pages), _later_page(content, pages)],
    )
    document.build(
        [*_clinical_page(content, picture, chart_height), PageBreak(), *_technical_page(content)]
    )
    return document.page, target.getvalue()


# The frame of every page


def _first_page(content: ReportContent, pages: int) -> PageTemplate:
    def draw(canvas: Canvas, document: BaseDocTemplate) -> None:
        _draw_first_head(canvas, content)
        _draw_foot(canvas, content, document.page, pages)

    return PageTemplate("first", [_frame(content, _FIRST_HEAD)], onPage=draw)


def _later_page(content: ReportContent, pages: int) -> PageTemplate:
    def draw(canvas: Canvas, document: BaseDocTemplate) -> None:
        _draw_later_head(canvas, content)
        _draw_foot(canvas, content, document.page, pages)

    return PageTemplate("later", [_frame(content, _LATER_HEAD)], onPage=draw)


def _frame(content: ReportContent, head: float) -> Frame:
    top = _PAGE_HEIGHT - head - (_SIMULATED_HEIGHT if content.simulated else 0)
    padding = {f"{side}Padding": 0 for side in ("left", "right", "top", "bottom")}
    return Frame(_MARGIN, _FOOT, _WIDTH, top - _FOOT, **padding)


def _draw_first_head(canvas: Canvas, content: ReportContent) -> None:
    top = _PAGE_HEIGHT - 11 * mm
    _draw_title(canvas, top)
    _draw_box(canvas, top - 26 * mm, 21.5 * mm, BAND)
    name = _fitting(escape(content.identity.name), _WIDTH - 6 * mm, 9 * mm, 14)
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
    _draw_at(canvas, _fitting(line, _WIDTH, 7 * mm, 10), _MARGIN, top - 4 * mm)
    canvas.setStrokeColor(HAIRLINE)
    canvas.line(_MARGIN, top - 11 * mm, _MARGIN + _WIDTH, top - 11 * mm)
    _draw_simulated(canvas, content, top - 11.5 * mm)


def _draw_title(canvas: Canvas, top: float) -> None:
    canvas.setFillColor(INK)
    canvas.setFont(BOLD, 14)
    canvas.drawString(_MARGIN, top - 1.5 * mm, en.TITLE)
    canvas.setFillColor(QUIET)
    canvas.setFont(REGULAR, 8)
    canvas.drawRightString(_MARGIN + _WIDTH, top - 1.5 * mm, en.PRODUCT)


def _draw_simulated(canvas: Canvas, content: ReportContent, top: float) -> None:
    if content.simulated:
        _draw_box(canvas, top - 5.5 * mm, 5 * mm, _WARNING_BAND)
        canvas.setFillColor(_WARNING)
        canvas.setFont(BOLD, 8)
        canvas.drawString(_MARGIN + 3 * mm, top - 3.9 * mm, en.SIMULATED)


def _draw_foot(canvas: Canvas, content: ReportContent, page: int, pages: int) -> None:
    canvas.setStrokeColor(HAIRLINE)
    canvas.line(_MARGIN, 12 * mm, _MARGIN + _WIDTH, 12 * mm)
    canvas.setFillColor(QUIET)
    canvas.setFont(REGULAR, 7.5)
    canvas.drawString(_MARGIN, 8.5 * mm, en.FOOTER)
    where = en.PAGE.format(page=page, pages=pages)
    canvas.drawRightString(_MARGIN + _WIDTH, 8.5 * mm, where)


def _draw_box(canvas: Canvas, bottom: float, height: float, color: Color) -> None:
    canvas.setFillColor(color)
    canvas.rect(_MARGIN, bottom, _WIDTH, height, stroke=0, fill=1)


def _draw_at(canvas: Canvas, flowable: Flowable, x: float, top: float) -> None:
    _, height = flowable.wrapOn(canvas, _WIDTH - 2 * (x - _MARGIN), _PAGE_HEIGHT)
    flowable.drawOn(canvas, x, top - height)


# Page one: what the physician and the family came for


def _clinical_page(
    content: ReportContent, picture: tuple[bytes, float], chart_height: float
) -> list[Flowable]:
    width = _WIDTH - _PICTURE_WIDTH - _GAP
    beside = Table(
        [[_picture(content, picture), "", _reading(content, width)]],
        colWidths=[_PICTURE_WIDTH, _GAP, width],
    )
    beside.setStyle(typeset.PLAIN)
    return [
        NextPageTemplate("later"),
        Spacer(0, 1.5 * mm),
        beside,
        *_growth_table(content),
        *_height(content, chart_height),
        Spacer(0, 2 * mm),
        _signature(),
    ]


def _picture(content: ReportContent, picture: tuple[bytes, float]) -> list[Flowable]:
    png, tallness = picture
    width = min(_PICTURE_WIDTH, _PICTURE_HEIGHT / tallness)
    image = Image(BytesIO(png), width, width * tallness, hAlign="LEFT")
    view = en.AS_ORDERED.format(view=content.view)
    warnings = [
        typeset.styled(escape(warning), BOLD, 8, 10.5, _WARNING)
        for warning in content.visit.picture_warnings
    ]
    gap = [Spacer(0, 1 * mm)] if warnings else []
    shown = [image, Spacer(0, 1.5 * mm), typeset.text(view), *gap, *warnings, *gap]
    return [*shown, typeset.note(content.visit.picture_note)]


def _reading(content: ReportContent, width: float) -> list[Flowable]:
    reading = content.reading
    if reading.strip is None:
        return [
            *_refusal(content),
            *_facts(reading.facts, width),
            Spacer(0, 2 * mm),
            *map(typeset.remark, reading.notes),
        ]
    story: list[Flowable] = [
        typeset.label(en.BONE_AGE),
        typeset.styled(reading.headline, BOLD, 27, 36, ACCENT),
    ]
    if reading.interval is not None:
        story.append(
            typeset.styled(
                f"{reading.interval.label}: {reading.interval.value}", BOLD, 10.5, 14, INK
            )
        )
    story += [Spacer(0, 2 * mm), bone_age_strip(reading.strip, width), Spacer(0, 2 * mm)]
    story += _facts(reading.facts, width)
    if reading.conventions:
        heading = en.CONVENTIONS if len(reading.conventions) > 1 else en.ONE_CONVENTION
        story += [typeset.heading(heading), *_verdicts(reading.conventions, width)]
    return [*story, Spacer(0, 1 * mm), *map(typeset.note, reading.notes)]


def _refusal(content: ReportContent) -> list[Flowable]:
    reasons = [typeset.bullet(reason, 9.5) for reason in content.reading.reasons]
    return [
        typeset.styled(content.reading.headline, BOLD, 20, 26, _WARNING),
        typeset.text(en.WHY_REFUSED),
        *reasons,
        Spacer(0, 3 * mm),
    ]


def _facts(facts: tuple[Fact, ...], width: float) -> list[Flowable]:
    if not facts:
        return []
    rows: typeset.Rows = [[typeset.label(fact.label), typeset.text(fact.value)] for fact in facts]
    return [typeset.ruled(rows, [31 * mm, width - 31 * mm])]


def _verdicts(verdicts: tuple[Fact, ...], width: float) -> list[Flowable]:
    rows: typeset.Rows = [
        [typeset.label(fact.label), typeset.text(fact.value)] for fact in verdicts
    ]
    return [typeset.ruled(rows, [58 * mm, width - 58 * mm])]


def _growth_table(content: ReportContent) -> list[Flowable]:
    growth = content.growth
    story: list[Flowable] = [typeset.heading(en.GROWTH)]
    if growth.rows:
        rows: typeset.Rows = [[typeset.label(heading) for heading in en.GROWTH_HEADINGS]]
        rows += [
            [typeset.text(row.measure), typeset.text(row.size), *map(typeset.text, row.scores)]
            for row in growth.rows
        ]
        story.append(typeset.ruled(rows, [18 * mm, 27 * mm, *[(_WIDTH - 45 * mm) / 3] * 3]))
        story.append(Spacer(0, 1 * mm))
    story += [typeset.remark(remark) for remark in growth.remarks]
    return [*story, typeset.note(en.REFERENCES_NOTE)] if growth.rows else story


def _height(content: ReportContent, height: float) -> list[Flowable]:
    growth = content.growth
    beside = 52 * mm
    width = _WIDTH - beside - _GAP
    target: list[Flowable] = [typeset.heading(en.TARGET), *_facts_narrow(growth.target, beside)]
    target += map(typeset.note, growth.target_notes)
    if growth.chart is None:
        missing = [typeset.heading(en.HEIGHT_CHART), typeset.text(growth.no_chart)]
        return [*missing, *(target if growth.target_notes else [])]
    chart: list[Flowable] = [
        typeset.heading(en.HEIGHT_CHART),
        height_chart(growth.chart, width, height),
    ]
    target = [*target, Spacer(0, 3 * mm), typeset.note(growth.chart.caption)]
    table = Table([[chart, "", target]], colWidths=[width, _GAP, beside])
    table.setStyle(typeset.PLAIN)
    return [Spacer(0, 2 * mm), table]


def _facts_narrow(facts: tuple[Fact, ...], width: float) -> list[Flowable]:
    rows: typeset.Rows = [[typeset.label(fact.label), typeset.text(fact.value)] for fact in facts]
    return [typeset.ruled(rows, [16 * mm, width - 16 * mm])] if rows else []


def _signature() -> Flowable:
    widths = [18 * mm, 80 * mm, 6 * mm, 12 * mm, _WIDTH - 116 * mm]
    line = Table(
        [[typeset.label(en.SIGNATURE), "", "", typeset.label(en.SIGNATURE_DATE), ""]],
        colWidths=widths,
        rowHeights=[8 * mm],
    )
    line.setStyle(
        [
            *typeset.PLAIN,
            ("VALIGN", (0, 0), (-1, -1), "BOTTOM"),
            ("LINEBELOW", (1, 0), (1, 0), 0.5, QUIET),
            ("LINEBELOW", (4, 0), (4, 0), 0.5, QUIET),
        ]
    )
    return KeepTogether([typeset.styled(en.UNSIGNED, BOLD, 8.5, 11, INK), line])


# Page two: how it was done, with what, and where it ends


def _technical_page(content: ReportContent) -> list[Flowable]:
    return [
        *_exposures(content),
        *_findings(content),
        *_timeline(content),
        *_device(content),
        *_limits(),
    ]


def _exposures(content: ReportContent) -> list[Flowable]:
    visit = content.visit
    story: list[Flowable] = [typeset.heading(en.EXPOSURES)]
    if visit.exposures:
        rows: typeset.Rows = [
            [
                typeset.label(
                    heading,
                )
                for heading in en.EXPOSURE_HEADINGS
            ]
        ]
        rows += [list(map(typeset.text, cells)) for cells in visit.exposures]
        widths = [6, 19, 13, 14, 14, 15, 26]
        story.append(
            typeset.ruled(rows, [*(width * mm for width in widths), _WIDTH - sum(widths) * mm])
        )
    else:
        story.append(typeset.text(en.NO_EXPOSURES))
    first, *rest = visit.dose
    return [*story, Spacer(0, 1 * mm), typeset.remark(first), *map(typeset.note, rest)]


def _findings(content: ReportContent) -> list[Flowable]:
    findings = content.visit.findings
    story: list[Flowable] = [typeset.heading(en.FINDINGS)]
    rows: typeset.Rows = [
        [
            typeset.label(finding.severity),
            typeset.label(finding.code),
            typeset.text(finding.message),
        ]
        for finding in findings
    ]
    if rows:
        story.append(typeset.ruled(rows, [18 * mm, 20 * mm, _WIDTH - 38 * mm]))
    return [*story, *map(typeset.note, content.visit.findings_notes)]


def _timeline(content: ReportContent) -> list[Flowable]:
    visit = content.visit
    widths = [18 * mm, _WIDTH / 2 - 18 * mm] * 2
    table = typeset.ruled(_in_two_columns(visit.timeline), widths)
    return [typeset.heading(visit.timeline_title), table, *map(typeset.note, visit.timeline_notes)]


def _device(content: ReportContent) -> list[Flowable]:
    # A hash and a calibration need the whole width.
    facts = content.visit.device
    short = tuple(fact for fact in facts if fact.label not in en.LONG_LABELS)
    long: typeset.Rows = [
        [typeset.label(f.label), typeset.text(f.value)] for f in facts if f.label in en.LONG_LABELS
    ]
    widths = [34 * mm, _WIDTH / 2 - 34 * mm] * 2
    story: list[Flowable] = [
        typeset.heading(en.DEVICE),
        typeset.ruled(_in_two_columns(short), widths),
    ]
    if long:
        story.append(typeset.ruled(long, [34 * mm, _WIDTH - 34 * mm]))
    visit = content.identity.facts[-1]
    return [
        *story,
        typeset.ruled(
            [[typeset.label(visit.label), typeset.text(visit.value)]], [34 * mm, _WIDTH - 34 * mm]
        ),
    ]


def _in_two_columns(facts: tuple[Fact, ...]) -> typeset.Rows:
    """Return label and value twice in a row; one reads down the left half, then the right."""
    half = (len(facts) + 1) // 2
    right: list[Fact | None] = [*facts[half:], None]
    rows: typeset.Rows = []
    for left, beside in zip(facts[:half], right, strict=False):
        rows.append([typeset.label(left.label), typeset.text(left.value), *_cells(beside)])
    return rows


def _cells(fact: Fact | None) -> list[Flowable | str]:
    return [typeset.label(fact.label), typeset.text(fact.value)] if fact else ["", ""]


def _limits() -> list[Flowable]:
    sentences = [typeset.bullet(sentence, 8.5) for sentence in en.LIMIT_SENTENCES]
    return [CondPageBreak(50 * mm), typeset.heading(en.LIMITS), *sentences]


def _fitting(markup: str, width: float, height: float, largest: float) -> Paragraph:
    """Return the text as large as it fits into a box, down to 5 points; it is never cut."""
    for size in (size for size in (14, 12, 10, 8.5, 7, 6, 5) if size <= largest):
        paragraph = typeset.styled(markup, REGULAR, size, 1.2 * size, INK)
        paragraph.style.wordWrap = "CJK"
        if paragraph.wrap(width, _PAGE_HEIGHT)[1] <= height:
            break
    return paragraph

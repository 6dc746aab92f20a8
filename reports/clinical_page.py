"""Page one: what physician and family came for, the picture as large as the page lets it be."""

from dataclasses import dataclass
from operator import itemgetter
from typing import Final
from xml.sax.saxutils import escape

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, NextPageTemplate, Spacer, Table

from reports import typeset
from reports.charts import ACCENT, BOLD, INK, QUIET, bone_age_strip, height_chart
from reports.content import ReportContent
from reports.page_frame import WARNING, WIDTH, height_of_first_page
from reports.picture import PrintedPicture
from reports.reading_part import Fact
from reports.wording import en

_GAP: Final = 6 * mm
# Columns of the picture, widest first; beside the widest the reading still has its 80 mm.
_COLUMNS: Final = tuple(width * mm for width in (92, 84, 76, 68, 60))
# The height of the curve and the least of the picture, in the order in which they are tried: on a
# full page one the curve gives way, then the picture, and both before anything moves to another.
_HEIGHTS: Final = tuple(
    (chart * mm, least * mm) for chart, least in ((62, 88), (54, 88), (46, 88), (46, 60))
)
# What paragraphs and headings keep between themselves, measured generously.
_SLACK: Final = 6 * mm
_LABELS: Final = 31 * mm
_VERDICT_LABELS: Final = 58 * mm


@dataclass(frozen=True, slots=True)
class _Layout:
    """How page one is shared out, in points."""

    column: float
    picture_height: float
    chart_height: float


def clinical_page(content: ReportContent, picture: PrintedPicture) -> list[Flowable]:
    """Return page one, with the picture as large as the rest lets it be."""
    layout = _layout(content, picture)
    width = WIDTH - layout.column - _GAP
    shown = [_image(content, picture, layout.picture_height), *_caption(content)]
    beside = Table([[shown, "", _reading(content, width)]], colWidths=[layout.column, _GAP, width])
    beside.setStyle(typeset.PLAIN)
    return [
        NextPageTemplate("later"),
        Spacer(0, 1.5 * mm),
        beside,
        *_below(content, layout.chart_height),
        KeepTogether(_signature()),
    ]


def _layout(content: ReportContent, picture: PrintedPicture) -> _Layout:
    for chart_height, least in _HEIGHTS:
        below = [*_below(content, chart_height), *_signature()]
        best = _largest_picture(content, picture, below, least)
        if best is not None:
            column, height = best
            return _Layout(column, height, chart_height)
    # The curve moves to the next page and leaves its room to the picture.
    chart_height, least = _HEIGHTS[0]
    smallest = (_COLUMNS[-1], min(least, _COLUMNS[-1] * picture.tallness))
    column, height = _largest_picture(content, picture, _growth_table(content), least) or smallest
    return _Layout(column, height, chart_height)


def _largest_picture(
    content: ReportContent, picture: PrintedPicture, below: list[Flowable], least: float
) -> tuple[float, float] | None:
    """Return the column with the largest picture and its height, None where none of use fits."""
    room = height_of_first_page(content) - typeset.height_of(below, WIDTH) - _SLACK
    useful = [
        (column, height)
        for column in _COLUMNS
        if (height := _height_beside(content, picture, column, room))
        >= min(least, column * picture.tallness)
    ]
    return max(useful, key=itemgetter(1)) if useful else None


def _height_beside(
    content: ReportContent, picture: PrintedPicture, column: float, room: float
) -> float:
    """Return how high the picture may be in a column, 0 where the reading beside it is too long."""
    width = WIDTH - column - _GAP
    if typeset.height_of(_reading(content, width), width) > room:
        return 0.0
    caption = typeset.height_of(_caption(content), column)
    return min(room - caption, column * picture.tallness)


def _below(content: ReportContent, chart_height: float) -> list[Flowable]:
    return [*_growth_table(content), *_height(content, chart_height), Spacer(0, 2 * mm)]


def _image(content: ReportContent, picture: PrintedPicture, height: float) -> Flowable:
    words = en.PICTURE_ALT.format(view=content.view)
    return typeset.DescribedImage(picture.png(height), height / picture.tallness, height, words)


def _caption(content: ReportContent) -> list[Flowable]:
    warnings = [
        typeset.styled(escape(warning), BOLD, 8, 10.5, WARNING)
        for warning in content.visit.picture_warnings
    ]
    gap = [Spacer(0, 1 * mm)] if warnings else []
    view = typeset.text(en.AS_ORDERED.format(view=content.view))
    said = [Spacer(0, 1.5 * mm), view, *gap, *warnings, *gap]
    return [*said, typeset.note(content.visit.picture_note)]


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
    if content.calibration is not None:
        story.append(typeset.remark(content.calibration.line))
    story += [typeset.styled(escape(doubt), BOLD, 8.5, 11, WARNING) for doubt in reading.doubts]
    story += [Spacer(0, 2 * mm), bone_age_strip(reading.strip, width), Spacer(0, 2 * mm)]
    story += [*_facts(reading.facts, width), *_regions(content, width)]
    if reading.conventions:
        heading = en.CONVENTIONS if len(reading.conventions) > 1 else en.ONE_CONVENTION
        story += [typeset.heading(heading), *_verdicts(reading.conventions, width)]
    return [*story, Spacer(0, 1 * mm), *map(typeset.note, reading.notes)]


def _regions(content: ReportContent, width: float) -> list[Flowable]:
    """Return the parts of the hand side by side, so that a disagreement is seen at a glance."""
    regions = content.reading.regions
    if not regions:
        return []
    rows: typeset.Rows = [
        [typeset.label(fact.label) for fact in regions],
        [typeset.text(fact.value) for fact in regions],
    ]
    table = typeset.ruled(rows, [width / len(regions)] * len(regions))
    return [typeset.heading(en.BY_REGION), table, typeset.note(en.REGIONS_NOTE)]


def _refusal(content: ReportContent) -> list[Flowable]:
    reasons = [typeset.bullet(reason, 9.5) for reason in content.reading.reasons]
    return [
        typeset.styled(content.reading.headline, BOLD, 20, 26, WARNING),
        typeset.text(en.WHY_REFUSED),
        *reasons,
        Spacer(0, 3 * mm),
    ]


def _facts(facts: tuple[Fact, ...], width: float) -> list[Flowable]:
    if not facts:
        return []
    rows: typeset.Rows = [[typeset.label(fact.label), typeset.text(fact.value)] for fact in facts]
    return [typeset.ruled(rows, [_LABELS, width - _LABELS])]


def _verdicts(verdicts: tuple[Fact, ...], width: float) -> list[Flowable]:
    rows: typeset.Rows = [
        [typeset.label(fact.label), typeset.text(fact.value)] for fact in verdicts
    ]
    labels = min(_VERDICT_LABELS, width / 2)
    return [typeset.ruled(rows, [labels, width - labels])]


def _growth_table(content: ReportContent) -> list[Flowable]:
    growth = content.growth
    story: list[Flowable] = [typeset.heading(en.GROWTH)]
    if growth.rows:
        rows: typeset.Rows = [[typeset.label(heading) for heading in en.GROWTH_HEADINGS]]
        rows += [
            [typeset.text(row.measure), typeset.text(row.size), *map(typeset.text, row.scores)]
            for row in growth.rows
        ]
        story.append(typeset.ruled(rows, [18 * mm, 27 * mm, *[(WIDTH - 45 * mm) / 3] * 3]))
        story.append(Spacer(0, 1 * mm))
    story += [typeset.remark(remark) for remark in growth.remarks]
    return [*story, typeset.note(en.REFERENCES_NOTE)] if growth.rows else story


def _height(content: ReportContent, height: float) -> list[Flowable]:
    growth = content.growth
    beside = 52 * mm
    width = WIDTH - beside - _GAP
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


def _signature() -> list[Flowable]:
    widths = [18 * mm, 80 * mm, 6 * mm, 12 * mm, WIDTH - 116 * mm]
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
    return [typeset.styled(en.UNSIGNED, BOLD, 8.5, 11, INK), line]

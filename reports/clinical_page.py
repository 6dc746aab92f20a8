"""Page one: what a physician wants at a glance, the picture as large as the page lets it be."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
from typing import Final
from xml.sax.saxutils import escape

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, NextPageTemplate, Spacer, Table

from growth.references import Reference
from reports import typeset
from reports.charts import bone_age_strip
from reports.content import ReportContent
from reports.growth_part import GrowthRow
from reports.inks import ACCENT, BOLD, INK, QUIET, REGULAR, WARNING
from reports.marked_picture import MarkedImage, RegionMark, room_of_names
from reports.page_frame import Sheet, height_of_first_page
from reports.picture import PrintedPicture
from reports.plots import width_of
from reports.reading_part import Fact, ReadingPart, Strip
from reports.sign_off_page import sign_off
from reports.wording import Wording

_GAP: Final = 6 * mm
# Columns of the picture, widest first, as shares of the width; beside the widest the reading still
# has its 80 mm on A4.
_COLUMNS: Final = (0.515, 0.47, 0.425, 0.38, 0.335)
# The least height of the picture, for which the course goes on behind.
_LEAST: Final = 48 * mm
# What is kept free, so that no rounding sends a line to the next page.
_SLACK: Final = 1 * mm
_LABELS: Final = 31 * mm
_WIDE_LABELS: Final = 38 * mm
_VERDICT_LABELS: Final = 47 * mm
# The sizes of small print, of names of figures and of running text, and what stands behind each.
_NOTE, _LABEL, _TEXT, _BESIDE = 7.0, 7.5, 8.5, 5.0


@dataclass(frozen=True, slots=True)
class Picture:
    """The picture to be printed, and where the parts of the hand lie in it."""

    printed: PrintedPicture
    marks: tuple[RegionMark, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """What the picture gets of page one, in points, and whether the course stands behind."""

    column: float
    height: float
    is_course_behind: bool


def clinical_page(sheet: Sheet, picture: Picture, share: Share) -> list[Flowable]:
    """Return page one without what stands at its foot; where the course is behind, it says so."""
    content, width = sheet.content, sheet.paper.inside - share.column - _GAP
    shown = [_image(content, picture, share.height), *_caption(content)]
    beside = Table([[shown, "", _reading(content, width)]], colWidths=[share.column, _GAP, width])
    beside.setStyle(typeset.PLAIN)
    return [
        NextPageTemplate("more"),
        typeset.Bookmark(content.words.physician_title),
        *_glyph_note(content),
        beside,
        *_figures(content, sheet.paper.inside),
        *(_pointer if share.is_course_behind else course)(content, sheet.paper.inside),
    ]


def _glyph_note(content: ReportContent) -> list[Flowable]:
    return [typeset.note(content.glyph_note)] if content.glyph_note else []


def _pointer(content: ReportContent, _: float) -> list[Flowable]:
    """Return where to find what has no room on page one."""
    return [Spacer(0, 1.5 * mm), typeset.remark(content.words.course_behind)]


def share_of_picture(sheet: Sheet, picture: Picture) -> Share:
    """Return the column of the picture and its height: the largest that the rest leaves room for.

    With more to say the course stands behind, as a whole, and the picture takes its room; with very
    much the picture stays small and the course follows.
    """
    content, inside = sheet.content, sheet.paper.inside
    figures = [*_glyph_note(content), *_figures(content, inside)]
    best = _largest_picture(sheet, picture, [*figures, *course(content, inside)])
    if best is not None:
        return Share(*best, is_course_behind=False)
    best = _largest_picture(sheet, picture, [*figures, *_pointer(content, inside)])
    if best is not None:
        return Share(*best, is_course_behind=True)
    column = _COLUMNS[-1] * inside
    height = min(_LEAST, _highest(sheet.content, picture, column))
    return Share(column, height, is_course_behind=False)


def _highest(content: ReportContent, picture: Picture, column: float) -> float:
    """Return how high a picture is that fills a column beside the names of the parts."""
    names = room_of_names(content.words.regions[mark.region] for mark in picture.marks)
    return (column - names) * picture.printed.tallness


def _largest_picture(
    sheet: Sheet, picture: Picture, below: list[Flowable]
) -> tuple[float, float] | None:
    """Return the column with the largest picture and its height, None where none of use fits."""
    inside = sheet.paper.inside
    at_foot = sign_off(sheet.content, inside)
    room = height_of_first_page(sheet, at_foot) - typeset.height_of(below, inside) - _SLACK
    useful = [
        (column, height)
        for column in (share * inside for share in _COLUMNS)
        if (height := _height_beside(sheet, picture, column, room))
        >= min(_LEAST, _highest(sheet.content, picture, column))
    ]
    return max(useful, key=itemgetter(1)) if useful else None


def _height_beside(sheet: Sheet, picture: Picture, column: float, room: float) -> float:
    """Return how high the picture may be in a column, 0 where the reading beside it is too long."""
    width = sheet.paper.inside - column - _GAP
    if typeset.height_of(_reading(sheet.content, width), width) > room:
        return 0.0
    caption = typeset.height_of(_caption(sheet.content), column)
    return min(room - caption, _highest(sheet.content, picture, column))


def _figures(content: ReportContent, width: float) -> list[Flowable]:
    return [*_growth_table(content, width), *_adult_height(content, width)]


def _image(content: ReportContent, picture: Picture, height: float) -> Flowable:
    words = content.words.picture_alt.format(view=content.view)
    size = (height / picture.printed.tallness, height)
    named = [(content.words.regions[mark.region], mark) for mark in picture.marks]
    return MarkedImage(picture.printed.png(height), size, words, named)


def _caption(content: ReportContent) -> list[Flowable]:
    warnings = [
        typeset.styled(escape(warning), BOLD, 8, 10.5, WARNING)
        for warning in content.visit.picture_warnings
    ]
    gap = [Spacer(0, 1 * mm)] if warnings else []
    view = typeset.text(content.words.as_ordered.format(view=content.view))
    said = [Spacer(0, 1.5 * mm), view, *gap, *warnings, *gap]
    return [*said, typeset.note(content.visit.picture_note)]


def _reading(content: ReportContent, width: float) -> list[Flowable]:
    reading = content.reading
    if reading.strip is None:
        return [
            *_refusal(content),
            *_facts(reading.facts, width, _LABELS),
            Spacer(0, 2 * mm),
            *map(typeset.remark, reading.notes),
        ]
    story: list[Flowable] = [
        typeset.label(content.words.bone_age),
        typeset.styled(_headline(reading), BOLD, 27, 32, ACCENT),
    ]
    if reading.interval is not None:
        story.append(
            typeset.styled(
                content.words.labelled.format(
                    label=reading.interval.label, value=reading.interval.value
                ),
                BOLD,
                10.5,
                14,
                INK,
            )
        )
    if content.calibration is not None:
        story.append(typeset.remark(content.calibration.line))
    story += [typeset.styled(escape(doubt), BOLD, 8.5, 11, WARNING) for doubt in reading.doubts]
    story += [Spacer(0, 1 * mm), _strip(reading.strip, width, content.words), Spacer(0, 1 * mm)]
    story += [*_facts(reading.facts[:-1], width, _LABELS), *_method(content, width)]
    story += _regions(content, width)
    if reading.conventions:
        heading = (
            content.words.conventions
            if len(reading.conventions) > 1
            else content.words.one_convention
        )
        story += [typeset.heading(heading), *_verdicts(reading.conventions, width)]
    return [*story, Spacer(0, 1 * mm), *map(typeset.note, reading.notes)]


def _headline(reading: ReadingPart) -> str:
    """Return the bone age large, and to the tenth of a month beside it."""
    months = f'<font name="{REGULAR}" size="9.5" color="{QUIET.hexval()}">{escape(reading.months)}'
    return f"{escape(reading.headline)} {months}</font>"


def _strip(strip: Strip, width: float, words: Wording) -> Flowable:
    said = words.alt_between.join((strip.bone_age_label, strip.age_label))
    return typeset.DescribedDrawing(bone_age_strip(strip, width), said)


def _method(content: ReportContent, width: float) -> list[Flowable]:
    """Return how the bone age was read, in small letters: its name may be long."""
    fact = content.reading.facts[-1]
    row: typeset.Rows = [[typeset.label(fact.label), typeset.small(fact.value)]]
    return [typeset.ruled(row, [_LABELS, width - _LABELS])]


def _regions(content: ReportContent, width: float) -> list[Flowable]:
    """Return the parts of the hand side by side, so that a disagreement is seen at a glance."""
    regions = content.reading.regions
    if not regions:
        return []
    return [
        typeset.heading(content.words.by_region),
        _side_by_side(regions, width),
        typeset.note(content.words.regions_note),
        *([typeset.note(aside)] if (aside := content.reading.regions_aside) else []),
    ]


def _side_by_side(facts: Sequence[Fact], width: float) -> Table:
    """Return facts in a row, each figure behind its name, or below it where they have no room."""
    labels = [width_of(fact.label, _LABEL) + _BESIDE for fact in facts]
    values = [width_of(fact.value, _TEXT) + _BESIDE for fact in facts]
    beside = (width - sum(labels) - sum(values)) / len(facts)
    if beside >= 0:
        cells = [(typeset.label(fact.label), typeset.text(fact.value)) for fact in facts]
        widths = [(name, value + beside) for name, value in zip(labels, values, strict=True)]
        return typeset.ruled([list(chain(*cells))], list(chain(*widths)))
    rows: typeset.Rows = [
        [typeset.label(fact.label) for fact in facts],
        [typeset.text(fact.value) for fact in facts],
    ]
    return typeset.ruled(rows, [width / len(facts)] * len(facts))


def _refusal(content: ReportContent) -> list[Flowable]:
    reasons = [typeset.bullet(reason, 9.5) for reason in content.reading.reasons]
    return [
        typeset.styled(content.reading.headline, BOLD, 20, 26, WARNING),
        typeset.text(content.words.why_refused),
        *reasons,
        Spacer(0, 3 * mm),
    ]


def _facts(facts: Sequence[Fact], width: float, labels: float) -> list[Flowable]:
    if not facts:
        return []
    rows: typeset.Rows = [[typeset.label(fact.label), typeset.text(fact.value)] for fact in facts]
    return [typeset.ruled(rows, [labels, width - labels])]


def _verdicts(verdicts: tuple[Fact, ...], width: float) -> list[Flowable]:
    rows: typeset.Rows = [
        [typeset.label(fact.label), typeset.text(fact.value)] for fact in verdicts
    ]
    labels = min(_VERDICT_LABELS, width / 2)
    return [typeset.ruled(rows, [labels, width - labels])]


def _growth_table(content: ReportContent, width: float) -> list[Flowable]:
    """Return sizes and their scores; its heading stands in the row of the names of its columns."""
    growth, words = content.growth, content.words
    if not growth.rows:
        return [typeset.heading(words.growth), *map(typeset.remark, growth.remarks)]
    names = (words.reference_names[reference.value] for reference in growth.order)
    headings = (*words.growth_headings[1:2], *names)
    rows: typeset.Rows = [[typeset.heading(words.growth), *map(typeset.label, headings)]]
    rows += [
        [typeset.text(row.measure), typeset.text(row.size), *_scores(row, growth.order, words)]
        for row in growth.rows
    ]
    table = typeset.ruled(rows, [20 * mm, 27 * mm, *[(width - 47 * mm) / 3] * 3])
    table.setStyle(
        [("TOPPADDING", (0, 0), (-1, 0), 2.4 * mm), ("VALIGN", (0, 0), (-1, 0), "BOTTOM")]
    )
    return [table, Spacer(0, 1 * mm), *map(typeset.remark, growth.remarks)]


def _scores(row: GrowthRow, order: Sequence[Reference], words: Wording) -> list[Flowable]:
    """Return the scores, that of the site's own reference first and bold."""
    scores = dict(zip(Reference, row.scores, strict=True))
    headline, *others = (scores[reference] for reference in order)
    first = typeset.text(headline) if headline == words.no_score else typeset.strong(headline)
    return [first, *map(typeset.text, others)]


def _adult_height(content: ReportContent, width: float) -> list[Flowable]:
    """Return every adult height with its method and interval, or why it is not told."""
    lines, words = content.adult_height.lines, content.words
    if not lines:
        return []
    widths = [64 * mm, 40 * mm, width - 104 * mm]
    rows: typeset.Rows = [[typeset.label(heading) for heading in words.adult_height_headings]]
    joined: list[int] = []
    for line in lines:
        said, meaning = [typeset.text(line.method), typeset.text(line.figure)], line.meaning
        if width_of(meaning, _NOTE) <= widths[-1]:
            rows.append([*said, typeset.note(meaning)])
            continue
        # What does not fit beside the figure stands below it, as wide as the page.
        joined.append(len(rows))
        rows += [[*said, ""], [typeset.note(meaning), "", ""]]
    table = typeset.ruled(rows, widths, joined)
    table.setStyle([("SPAN", (0, row + 1), (-1, row + 1)) for row in joined])
    return [typeset.heading(words.adult_height), table]


def course(content: ReportContent, width: float) -> list[Flowable]:
    """Return the image's quality, a scoring sheet, what changed, was entered, is suggested."""
    words, follow_up = content.words, content.follow_up
    facts = [Fact(words.quality, content.visit.quality)]
    if content.scoring:
        facts.append(content.scoring.fact)
    facts += follow_up.facts
    if follow_up.entered:
        facts.append(Fact(words.entered, follow_up.entered))
    if follow_up.next_visit:
        facts.append(Fact(words.next_visit, follow_up.next_visit))
    rows: typeset.Rows = [[typeset.small(fact.label), typeset.small(fact.value)] for fact in facts]
    table = typeset.ruled(rows, [_WIDE_LABELS, width - _WIDE_LABELS])
    return [typeset.heading(words.facts), table]

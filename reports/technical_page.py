"""The technical part: how it was done, with what, and where it ends."""

from typing import Final

from reportlab.graphics.shapes import Circle, Drawing
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Spacer, Table

from reports import typeset
from reports.content import ReportContent
from reports.inks import QUIET, REGULAR
from reports.looked_at import printed_looked_at
from reports.page_frame import Sheet
from reports.reading_part import Fact
from reports.sign_off_page import history
from reports.wording import Wording

_LAMPS: Final = {
    "green": HexColor("#2e8b57"),
    "amber": HexColor("#f0a30a"),
    "red": HexColor("#c62828"),
}
# The width of the map of what moved the reading, and what stands between it and its words.
_MAP: Final = 34 * mm
_GAP: Final = 6 * mm


def technical_page(sheet: Sheet) -> list[Flowable]:
    """Return how it was done, with what, and where it ends."""
    content, width = sheet.content, sheet.paper.inside
    return [
        typeset.Bookmark(content.words.technical_title),
        *_exposures(content, width),
        *_findings(content, width),
        *_details(content, width),
        *_calibration(content, width),
        *_scoring(content, width),
        *_timeline(content, width),
        *_device(content, width),
        *_limits(content.words),
        *history(content, width),
    ]


def _exposures(content: ReportContent, width: float) -> list[Flowable]:
    visit = content.visit
    story: list[Flowable] = [typeset.heading(content.words.exposures)]
    if visit.exposures:
        rows: typeset.Rows = [
            [typeset.small_label(heading) for heading in content.words.exposure_headings]
        ]
        rows += [list(map(typeset.small, cells)) for cells in visit.exposures]
        widths = [6, 17, 11, 11, 11, 13, 24, 32]
        story.append(
            typeset.ruled(rows, [*(each * mm for each in widths), width - sum(widths) * mm])
        )
    else:
        story.append(typeset.small(content.words.no_exposures))
    first, *rest = visit.dose
    story += [Spacer(0, 1 * mm), typeset.remark(first), *map(typeset.note, rest)]
    return [*story, *_expected(content, width)]


def _expected(content: ReportContent, width: float) -> list[Flowable]:
    visit = content.visit
    if not visit.expected:
        return []
    rows: typeset.Rows = [
        [typeset.small_label(heading) for heading in content.words.expected_headings]
    ]
    rows += [list(map(typeset.small, cells)) for cells in visit.expected]
    widths = [width - 120 * mm, *[40 * mm] * 3]
    return [Spacer(0, 1 * mm), typeset.ruled(rows, widths), typeset.note(visit.expected_note)]


def _findings(content: ReportContent, width: float) -> list[Flowable]:
    findings = content.visit.findings
    story: list[Flowable] = [typeset.heading(content.words.findings), *_light(content, width)]
    rows: typeset.Rows = [
        [
            typeset.small_label(finding.severity),
            typeset.small_label(finding.code),
            typeset.small(finding.message),
        ]
        for finding in findings
    ]
    if rows:
        story.append(typeset.ruled(rows, [18 * mm, 20 * mm, width - 38 * mm]))
    return [*story, *map(typeset.note, content.visit.findings_notes)]


def _light(content: ReportContent, width: float) -> list[Flowable]:
    """Return the lamp with its words beside it: whoever sees no colours reads them."""
    light = content.visit.light
    if light is None:
        return []
    lamp = Drawing(4 * mm, 3.6 * mm, initialFontName=REGULAR)
    lamp.add(Circle(1.6 * mm, 1.8 * mm, 1.4 * mm, fillColor=_LAMPS[light.color], strokeColor=QUIET))
    return [typeset.ruled([[lamp, typeset.small(light.words)]], [6 * mm, width - 6 * mm])]


def _details(content: ReportContent, width: float) -> list[Flowable]:
    """Return what the model gave beside the number: a map of the picture, its nets' spread."""
    spread = _spread(content.reading.spread, content.words)
    if content.looked_at_png is None:
        return [typeset.heading(content.words.details), *spread] if spread else []
    said = [
        typeset.small_label(content.words.looked_at),
        typeset.small(content.words.looked_at_caption),
        typeset.note(content.words.looked_at_note),
        Spacer(0, 2 * mm),
        *spread,
    ]
    beside = Table(
        [[_looked_at(content.looked_at_png, content.words), "", said]],
        colWidths=[_MAP, _GAP, width - _MAP - _GAP],
    )
    beside.setStyle(typeset.PLAIN)
    return [typeset.heading(content.words.details), beside]


def _looked_at(png: bytes, words: Wording) -> list[Flowable]:
    picture = printed_looked_at(png)
    height = _MAP * picture.tallness
    drawn = typeset.DescribedImage(picture.png(height), _MAP, height, words.looked_at_alt)
    most = typeset.small_label(words.looked_at_most)
    most.style.alignment = TA_RIGHT
    ends = Table([[typeset.small_label(words.looked_at_least), most]], colWidths=[_MAP / 2] * 2)
    ends.setStyle(typeset.PLAIN)
    return [drawn, ends]


def _spread(spread: Fact | None, words: Wording) -> list[Flowable]:
    if spread is None:
        return []
    row: typeset.Rows = [[typeset.small_label(spread.label), typeset.small(spread.value)]]
    return [typeset.ruled(row, [34 * mm, 62 * mm]), typeset.note(words.spread_note)]


def _calibration(content: ReportContent, width: float) -> list[Flowable]:
    calibration = content.calibration
    if calibration is None:
        return []
    rows: typeset.Rows = [
        [typeset.small_label(fact.label), typeset.small(fact.value)] for fact in calibration.facts
    ]
    table = typeset.ruled(rows, [34 * mm, width - 34 * mm])
    return [
        typeset.heading(content.words.local_calibration),
        table,
        typeset.note(content.words.calibration_note),
    ]


def _scoring(content: ReportContent, width: float) -> list[Flowable]:
    """Return the stage of every bone, so that whoever doubts a score can check it."""
    scoring = content.scoring
    if scoring is None:
        return []
    widths = [34 * mm, width / 2 - 34 * mm] * 2
    table = typeset.ruled(_in_two_columns(scoring.stages), widths)
    return [KeepTogether([typeset.heading(scoring.stages_title), table])]


def _timeline(content: ReportContent, width: float) -> list[Flowable]:
    visit = content.visit
    widths = [18 * mm, width / 2 - 18 * mm] * 2
    table = typeset.ruled(_in_two_columns(visit.timeline), widths)
    return [typeset.heading(visit.timeline_title), table, *map(typeset.note, visit.timeline_notes)]


def _device(content: ReportContent, width: float) -> list[Flowable]:
    # A hash needs the whole width.
    long = content.words.long_labels
    facts = (*content.visit.device, content.identity.facts[-1])
    short = tuple(fact for fact in facts if fact.label not in long)
    hashes: typeset.Rows = [
        [typeset.small_label(fact.label), typeset.small(fact.value)]
        for fact in facts
        if fact.label in long
    ]
    widths = [34 * mm, width / 2 - 34 * mm] * 2
    story: list[Flowable] = [
        typeset.heading(content.words.device),
        typeset.ruled(_in_two_columns(short), widths),
    ]
    return [*story, typeset.ruled(hashes, [34 * mm, width - 34 * mm])] if hashes else story


def _in_two_columns(facts: tuple[Fact, ...]) -> typeset.Rows:
    """Return label and value twice in a row; one reads down the left half, then the right."""
    half = (len(facts) + 1) // 2
    right: list[Fact | None] = [*facts[half:], None]
    rows: typeset.Rows = []
    for left, beside in zip(facts[:half], right, strict=False):
        rows.append([typeset.small_label(left.label), typeset.small(left.value), *_cells(beside)])
    return rows


def _cells(fact: Fact | None) -> list[Flowable | str]:
    return [typeset.small_label(fact.label), typeset.small(fact.value)] if fact else ["", ""]


def _limits(words: Wording) -> list[Flowable]:
    sentences = [typeset.bullet(sentence, 7) for sentence in words.limit_sentences]
    return [KeepTogether([typeset.heading(words.limits), *sentences])]

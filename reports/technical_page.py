"""The technical part: how it was done, with what, and where it ends."""

from typing import Final

from reportlab.graphics.shapes import Circle, Drawing
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Spacer, Table

from reports import typeset
from reports.charts import QUIET, REGULAR
from reports.content import ReportContent
from reports.looked_at import printed_looked_at
from reports.page_frame import WIDTH
from reports.reading_part import Fact
from reports.wording import en

_LAMPS: Final = {
    "green": HexColor("#2e8b57"),
    "amber": HexColor("#f0a30a"),
    "red": HexColor("#c62828"),
}
# The width of the map of what moved the reading, and what stands between it and its words.
_MAP: Final = 50 * mm
_GAP: Final = 6 * mm


def technical_page(content: ReportContent) -> list[Flowable]:
    """Return everything behind page one."""
    return [
        *_exposures(content),
        *_findings(content),
        *_details(content),
        *_calibration(content),
        *_timeline(content),
        *_device(content),
        *_limits(),
    ]


def _exposures(content: ReportContent) -> list[Flowable]:
    visit = content.visit
    story: list[Flowable] = [typeset.heading(en.EXPOSURES)]
    if visit.exposures:
        rows: typeset.Rows = [[typeset.label(heading) for heading in en.EXPOSURE_HEADINGS]]
        rows += [list(map(typeset.text, cells)) for cells in visit.exposures]
        widths = [6, 19, 13, 14, 14, 15, 26]
        story.append(
            typeset.ruled(rows, [*(width * mm for width in widths), WIDTH - sum(widths) * mm])
        )
    else:
        story.append(typeset.text(en.NO_EXPOSURES))
    first, *rest = visit.dose
    story += [Spacer(0, 1 * mm), typeset.remark(first), *map(typeset.note, rest)]
    return [*story, *_expected(content)]


def _expected(content: ReportContent) -> list[Flowable]:
    visit = content.visit
    if not visit.expected:
        return []
    rows: typeset.Rows = [[typeset.label(heading) for heading in en.EXPECTED_HEADINGS]]
    rows += [list(map(typeset.text, cells)) for cells in visit.expected]
    widths = [WIDTH - 120 * mm, *[40 * mm] * 3]
    return [Spacer(0, 1 * mm), typeset.ruled(rows, widths), typeset.note(visit.expected_note)]


def _findings(content: ReportContent) -> list[Flowable]:
    findings = content.visit.findings
    story: list[Flowable] = [typeset.heading(en.FINDINGS), *_light(content)]
    rows: typeset.Rows = [
        [
            typeset.label(finding.severity),
            typeset.label(finding.code),
            typeset.text(finding.message),
        ]
        for finding in findings
    ]
    if rows:
        story.append(typeset.ruled(rows, [18 * mm, 20 * mm, WIDTH - 38 * mm]))
    return [*story, *map(typeset.note, content.visit.findings_notes)]


def _light(content: ReportContent) -> list[Flowable]:
    """Return the lamp with its words beside it: whoever sees no colours reads them."""
    light = content.visit.light
    if light is None:
        return []
    lamp = Drawing(4 * mm, 3.6 * mm, initialFontName=REGULAR)
    lamp.add(Circle(1.6 * mm, 1.8 * mm, 1.4 * mm, fillColor=_LAMPS[light.color], strokeColor=QUIET))
    return [typeset.ruled([[lamp, typeset.text(light.words)]], [6 * mm, WIDTH - 6 * mm])]


def _details(content: ReportContent) -> list[Flowable]:
    """Return what the model gave beside the number: a map of the picture, its nets' spread."""
    spread = _spread(content.reading.spread)
    if content.looked_at_png is None:
        return [typeset.heading(en.DETAILS), *spread] if spread else []
    said = [
        typeset.label(en.LOOKED_AT),
        typeset.text(en.LOOKED_AT_CAPTION),
        typeset.note(en.LOOKED_AT_NOTE),
        Spacer(0, 2 * mm),
        *spread,
    ]
    beside = Table(
        [[_looked_at(content.looked_at_png), "", said]],
        colWidths=[_MAP, _GAP, WIDTH - _MAP - _GAP],
    )
    beside.setStyle(typeset.PLAIN)
    return [typeset.heading(en.DETAILS), beside]


def _looked_at(png: bytes) -> list[Flowable]:
    picture = printed_looked_at(png)
    height = _MAP * picture.tallness
    drawn = typeset.DescribedImage(picture.png(height), _MAP, height, en.LOOKED_AT_ALT)
    most = typeset.label(en.LOOKED_AT_MOST)
    most.style.alignment = TA_RIGHT
    ends = Table([[typeset.label(en.LOOKED_AT_LEAST), most]], colWidths=[_MAP / 2] * 2)
    ends.setStyle(typeset.PLAIN)
    return [drawn, ends]


def _spread(spread: Fact | None) -> list[Flowable]:
    if spread is None:
        return []
    row: typeset.Rows = [[typeset.label(spread.label), typeset.text(spread.value)]]
    return [typeset.ruled(row, [34 * mm, 62 * mm]), typeset.note(en.SPREAD_NOTE)]


def _calibration(content: ReportContent) -> list[Flowable]:
    calibration = content.calibration
    if calibration is None:
        return []
    rows: typeset.Rows = [
        [typeset.label(fact.label), typeset.text(fact.value)] for fact in calibration.facts
    ]
    table = typeset.ruled(rows, [34 * mm, WIDTH - 34 * mm])
    return [typeset.heading(en.LOCAL_CALIBRATION), table, typeset.note(en.CALIBRATION_NOTE)]


def _timeline(content: ReportContent) -> list[Flowable]:
    visit = content.visit
    widths = [18 * mm, WIDTH / 2 - 18 * mm] * 2
    table = typeset.ruled(_in_two_columns(visit.timeline), widths)
    return [typeset.heading(visit.timeline_title), table, *map(typeset.note, visit.timeline_notes)]


def _device(content: ReportContent) -> list[Flowable]:
    # A hash and a calibration need the whole width.
    facts = content.visit.device
    short = tuple(fact for fact in facts if fact.label not in en.LONG_LABELS)
    long: typeset.Rows = [
        [typeset.label(f.label), typeset.text(f.value)] for f in facts if f.label in en.LONG_LABELS
    ]
    widths = [34 * mm, WIDTH / 2 - 34 * mm] * 2
    story: list[Flowable] = [
        typeset.heading(en.DEVICE),
        typeset.ruled(_in_two_columns(short), widths),
    ]
    if long:
        story.append(typeset.ruled(long, [34 * mm, WIDTH - 34 * mm]))
    visit = content.identity.facts[-1]
    return [
        *story,
        typeset.ruled(
            [[typeset.label(visit.label), typeset.text(visit.value)]], [34 * mm, WIDTH - 34 * mm]
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
    return [KeepTogether([typeset.heading(en.LIMITS), *sentences])]

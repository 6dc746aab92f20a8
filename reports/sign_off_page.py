"""How the state of a report is set: who signed on page one, its history behind it."""

from typing import Final
from xml.sax.saxutils import escape

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Spacer, Table

from reports import typeset
from reports.content import ReportContent
from reports.inks import BOLD, INK, QUIET
from reports.wording import Wording

# When, version, what; who and why share the rest.
_HISTORY: Final = (36 * mm, 14 * mm, 44 * mm, 38 * mm)
_FIELD: Final = 58 * mm


def sign_off(content: ReportContent, width: float) -> list[Flowable]:
    """Return what page one says of the report's state; a draft has a line for a pen."""
    part = content.sign_off
    pen = [_pen_line(content.words, width)] if part.to_be_signed else []
    headline = typeset.styled(escape(part.headline), BOLD, 8.5, 11, INK)
    return [Spacer(0, 2 * mm), headline, *map(typeset.remark, part.lines), *pen]


def _pen_line(words: Wording, width: float) -> Table:
    widths = [18 * mm, 80 * mm, 6 * mm, 12 * mm, width - 116 * mm]
    line = Table(
        [[typeset.label(words.signature), "", "", typeset.label(words.signature_date), ""]],
        colWidths=widths,
        rowHeights=[8 * mm],
        hAlign="LEFT",
    )
    line.setStyle(
        [
            *typeset.PLAIN,
            ("VALIGN", (0, 0), (-1, -1), "BOTTOM"),
            ("LINEBELOW", (1, 0), (1, 0), 0.5, QUIET),
            ("LINEBELOW", (4, 0), (4, 0), 0.5, QUIET),
        ]
    )
    return line


def history(content: ReportContent, width: float) -> list[Flowable]:
    """Return what happened to the report, and all that amendments changed; nothing to a draft."""
    part, words = content.sign_off, content.words
    if not part.history:
        return []
    table = typeset.ruled(
        _rows(words.history_headings, part.history), [*_HISTORY, width - sum(_HISTORY)]
    )
    notes = map(typeset.note, part.history_notes)
    return [
        KeepTogether([typeset.heading(words.history), table, *notes]),
        *_changes(content, width),
    ]


def _changes(content: ReportContent, width: float) -> list[Flowable]:
    story: list[Flowable] = []
    widths = [_FIELD, *[(width - _FIELD) / 2] * 2]
    for changed in content.sign_off.changes:
        table = typeset.ruled(_rows(content.words.changes_headings, changed.rows), widths)
        story += [typeset.heading(changed.title), table]
    return story


def _rows(headings: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> typeset.Rows:
    said: typeset.Rows = [[typeset.label(heading) for heading in headings]]
    return said + [[typeset.text(cell) for cell in row] for row in rows]

"""How the state of a report is set: who signed on page one, its history behind it."""

from collections.abc import Sequence
from typing import Final
from xml.sax.saxutils import escape

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer, Table

from reports import typeset
from reports.content import ReportContent
from reports.inks import BOLD, INK, QUIET, REGULAR
from reports.plots import width_of
from reports.sign_off_part import ChangedFields
from reports.wording import Wording

# When, version, what; who has the rest.
_HISTORY: Final = (48 * mm, 14 * mm, 62 * mm)
# The names of changed fields: what they have at least, and the most of the width.
_FIELD: Final = 58 * mm
_MOST_FIELD: Final = 0.46
# The size of running text, and what stands behind a name, in points.
_TEXT, _BESIDE = 8.5, 6.0
# A title and the names of the columns.
_HEADED: Final = 2


def sign_off(content: ReportContent, width: float) -> list[Flowable]:
    """Return what page one says of the report's state; a draft has a line for a pen."""
    part = content.sign_off
    above: list[Flowable] = [Spacer(0, 2 * mm)]
    bold = f'<font name="{BOLD}" size="8.5">{escape(part.headline)}</font>'
    if part.to_be_signed:
        return [*above, typeset.styled(bold, BOLD, 8.5, 11, INK), _pen_line(content.words, width)]
    who, *why = part.lines
    first = content.words.between_sentences.join([bold, escape(who)])
    return [*above, typeset.styled(first, REGULAR, 8, 11, INK), *map(typeset.remark, why)]


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
    part = content.sign_off
    if not part.history:
        return []
    notes = map(typeset.note, part.history_notes)
    return [
        _events(content, width),
        Spacer(0, 1 * mm),
        *notes,
        *(_changes(changed, content.words, width) for changed in part.changes),
    ]


def _events(content: ReportContent, width: float) -> Table:
    """Return a row for every event; why it was done stands below it, as wide as the page."""
    words = content.words
    *headings, why = words.history_headings
    rows: typeset.Rows = []
    joined: list[int] = []
    for *cells, reason in content.sign_off.history:
        rows.append(list(map(typeset.text, cells)))
        if reason:
            joined.append(len(rows) + _HEADED - 1)
            said = words.entered_fact.format(what=why, value=reason)
            rows.append([typeset.text(said), *[""] * (len(headings) - 1)])
    widths = [*_HISTORY, width - sum(_HISTORY)]
    return _titled(words.history, headings, rows, widths, joined)


def _changes(changed: ChangedFields, words: Wording, width: float) -> Table:
    rows: typeset.Rows = [list(map(typeset.text, row)) for row in changed.rows]
    widest = max((width_of(label, _TEXT) for label, _, _ in changed.rows), default=0.0)
    field = min(max(_FIELD, widest + _BESIDE), _MOST_FIELD * width)
    widths = [field, *[(width - field) / 2] * 2]
    return _titled(changed.title, words.changes_headings, rows, widths)


def _titled(
    title: str,
    headings: Sequence[str],
    rows: typeset.Rows,
    widths: list[float],
    joined: Sequence[int] = (),
) -> Table:
    """Return a table that says on every page what it is, and leaves no title alone at a foot.

    The row behind a joined one is a single cell, and both stay on one page.
    """
    blank = [""] * (len(headings) - 1)
    head = [[typeset.heading(title), *blank], list(map(typeset.label, headings))]
    table = typeset.ruled([*head, *rows], widths, [0, *joined])
    table.repeatRows = _HEADED
    single = [("SPAN", (0, row), (-1, row)) for row in (0, *(each + 1 for each in joined))]
    whole = [("NOSPLIT", (0, row), (-1, row + 1)) for row in joined]
    table.setStyle([*single, *whole, ("TOPPADDING", (0, 0), (-1, 0), 2.4 * mm)])
    return table

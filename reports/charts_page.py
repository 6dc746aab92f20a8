"""The page of charts: height, weight or BMI, velocity, bone age; below them every visit."""

from typing import Final

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer, Table

from reports import typeset
from reports.charts import chart_drawing
from reports.charts_part import Chart
from reports.content import ReportContent
from reports.page_frame import Sheet, height_of_later_page

_GAP: Final = 5 * mm
# The height of a chart, as long as everything else leaves it this much or more.
_TALLEST, _LEAST = 95 * mm, 58 * mm
_SLACK: Final = 8 * mm
# The columns of the visits, as shares of the width.
_VISIT_COLUMNS: Final = (0.11, 0.11, 0.10, 0.10, 0.10, 0.10, 0.08, 0.30)


def charts_page(sheet: Sheet) -> list[Flowable]:
    """Return the page of charts, which are as large as the rest leaves room for."""
    content, inside = sheet.content, sheet.paper.inside
    bookmark = typeset.Bookmark(content.words.charts_title)
    below = [*_visits(content, inside), *_how_made(content)]
    if not content.charts.charts:
        return [bookmark, typeset.text(content.charts.missing), *below]
    notes = [_row(content.charts.charts[at : at + 2], inside, 0.0) for at in (0, 2)]
    used = sum(typeset.height_of([row], inside) for row in notes)
    room = height_of_later_page(sheet) - used - typeset.height_of(below, inside) - _SLACK
    height = min(_TALLEST, max(_LEAST, room / 2))
    rows = [_row(content.charts.charts[at : at + 2], inside, height) for at in (0, 2)]
    return [bookmark, Spacer(0, 1 * mm), rows[0], Spacer(0, 2 * mm), rows[1], *below]


def _row(charts: tuple[Chart, ...], inside: float, height: float) -> Table:
    """Return two charts side by side, each with its notes; without a height the notes alone."""
    width = (inside - _GAP) / 2
    cells = [_cell(chart, width, height) for chart in charts]
    table = Table([[cells[0], "", cells[1]]], colWidths=[width, _GAP, width], hAlign="LEFT")
    table.setStyle(typeset.PLAIN)
    return table


def _cell(chart: Chart, width: float, height: float) -> list[Flowable]:
    notes = list(map(typeset.note, chart.notes))
    if not height:
        return notes
    drawing = chart_drawing(chart, width, height)
    return [typeset.DescribedDrawing(drawing, chart.alternative), *notes]


def _visits(content: ReportContent, inside: float) -> list[Flowable]:
    course = content.follow_up
    if not course.rows:
        return []
    rows: typeset.Rows = [[typeset.label(heading) for heading in course.headings]]
    rows += [list(map(typeset.small, cells)) for cells in course.rows]
    table = typeset.ruled(rows, [share * inside for share in _VISIT_COLUMNS])
    notes = map(typeset.note, course.remarks)
    return [typeset.heading(content.words.visits), table, Spacer(0, 1 * mm), *notes]


def _how_made(content: ReportContent) -> list[Flowable]:
    words = content.words
    references = (words.references_note,) if content.growth.rows else ()
    reading = (content.reading.formula,) if content.reading.formula else ()
    said = (*reading, *references, *content.growth.notes, *content.adult_height.formulas)
    return [typeset.heading(words.how_made), *map(typeset.note, said)] if said else []

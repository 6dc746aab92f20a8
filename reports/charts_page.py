"""The page of charts: height, weight or BMI, velocity, bone age; below them every visit."""

from typing import Final

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Spacer, Table

from reports import typeset
from reports.chart import Chart
from reports.charts import chart_drawing
from reports.content import ReportContent
from reports.page_frame import Sheet, height_of_later_page
from reports.typeset import height_of

_GAP: Final = 5 * mm
# The height of a chart, as long as everything else leaves it this much or more.
_TALLEST, _LEAST = 95 * mm, 52 * mm
_SLACK: Final = 8 * mm
# The columns of the visits, as shares of the width.
_VISIT_COLUMNS: Final = (0.11, 0.11, 0.10, 0.10, 0.10, 0.10, 0.08, 0.30)


def charts_page(sheet: Sheet, course: list[Flowable]) -> list[Flowable]:
    """Return the page of charts, which are as large as the rest leaves room for.

    A `course` that has no room on page one stands here first, see `has_room_for`.
    """
    content, inside = sheet.content, sheet.paper.inside
    bookmark = typeset.Bookmark(content.words.charts_title)
    visits, how_made = _visits(content, inside), _how_made(content)
    if not content.charts.charts:
        return [bookmark, *course, typeset.text(content.charts.missing), *visits, *how_made]
    room = _room(sheet, course)
    beside_all = (room - height_of(how_made, inside)) / 2
    # What has no room goes on behind as a whole, and the charts take its room.
    height = min(_TALLEST, max(_LEAST, beside_all if beside_all >= _LEAST else room / 2))
    rows = [_row(content.charts.charts[at : at + 2], inside, height) for at in (0, 2)]
    return [
        bookmark,
        *course,
        Spacer(0, (3 if course else 1) * mm),
        rows[0],
        Spacer(0, 2 * mm),
        rows[1],
        *visits,
        KeepTogether(how_made),
    ]


def has_room_for(sheet: Sheet, course: list[Flowable]) -> bool:
    """Tell whether the course can stand beside charts that are large enough to read."""
    return not course or not sheet.content.charts.charts or _room(sheet, course) / 2 >= _LEAST


def _room(sheet: Sheet, course: list[Flowable]) -> float:
    """Return the height that is left for the charts themselves."""
    content, inside = sheet.content, sheet.paper.inside
    notes = [_row(content.charts.charts[at : at + 2], inside, 0.0) for at in (0, 2)]
    taken = [height_of([each], inside) for each in notes]
    # Behind something else a heading keeps its distance.
    parts = (course, _visits(content, inside))
    taken += [height_of([Spacer(0, 1 * mm), *each], inside) for each in parts if each]
    return float(height_of_later_page(sheet) - sum(taken) - _SLACK)


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
    numbered = content.words.between_sentences.join(course.notes)
    notes = map(typeset.note, [*([numbered] if numbered else []), *course.remarks])
    return [typeset.heading(content.words.visits), table, Spacer(0, 1 * mm), *notes]


def _how_made(content: ReportContent) -> list[Flowable]:
    words = content.words
    references = (words.references_note,) if content.growth.rows else ()
    reading = (content.reading.formula,) if content.reading.formula else ()
    said = (*reading, *references, *content.growth.notes, *content.adult_height.formulas)
    return [typeset.heading(words.how_made), *map(typeset.note, said)] if said else []

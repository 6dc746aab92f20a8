"""The drawings of the report, as vectors: the charts, and bone age with its interval on a line."""

import math
import re
from collections.abc import Iterator
from typing import Final

from reportlab.graphics.shapes import Circle, Drawing, Polygon, Rect, Shape, String
from reportlab.lib.colors import Color, HexColor

from growth.ages import MONTHS_PER_YEAR
from reports.axes import Axis, years_axis
from reports.chart import Chart, EndBar, Mark, Points
from reports.inks import ACCENT, BAND, BOLD, INK, QUIET, REGULAR
from reports.plots import (
    NAMES,
    SMALL,
    Field,
    draw_frame,
    line,
    polyline,
    width_of,
    word,
)
from reports.reading_part import Strip

_LABEL = 7.5
_WHITE: Final = HexColor("#ffffff")
# Lines of a reference, darker the nearer they are to the median.
_MEDIAN, _NEAR, _FAR = HexColor("#6d7a84"), HexColor("#b4bec5"), HexColor("#8f9ba4")
# The band of bone ages lies below everything else.
_BONE_AGE_BAND: Final = HexColor("#e4ecef")
_LEFT, _BOTTOM, _TOP = 22.0, 24.0, 18.0
# Room at the right end: for the labels of the lines, and for each bar.
_LABELS, _BAR, _PLAIN_RIGHT = 25.0, 9.0, 6.0
# A sample in the legend, and the room behind a name.
_SAMPLE, _BETWEEN_NAMES = 12.0, 8.0
# A text breaks between words, and anywhere between characters of Chinese.
_PIECES: Final = re.compile(r"[\u2e80-\uffff]|[^\s\u2e80-\uffff]+\s*")


def chart_drawing(chart: Chart, width: float, height: float) -> Drawing:
    """Draw a chart; width and height in points."""
    drawing = Drawing(width, height, initialFontName=REGULAR)
    legend = _legend_rows(chart, width - _LEFT)
    right = _LABELS + _BAR * len(chart.bars) if chart.lines else _PLAIN_RIGHT
    inside = (width - _LEFT - right, height - _BOTTOM - _TOP - NAMES * len(legend))
    field = Field(_LEFT, _BOTTOM, *inside, chart.x, chart.y)
    _draw_band(drawing, field, chart)
    draw_frame(drawing, chart.title, field)
    _draw_lines(drawing, field, chart)
    _draw_bars(drawing, field, chart.bars)
    _draw_spans(drawing, field, chart)
    for series in chart.series:
        for shape in _shapes(series.mark, field.placed(series.points)):
            drawing.add(shape)
    _draw_message(drawing, field, chart.message)
    _draw_legend(drawing, legend, field.top + 6)
    return drawing


def _draw_band(drawing: Drawing, field: Field, chart: Chart) -> None:
    if chart.band is None:
        return
    low, high = chart.y.low, chart.y.high
    below = [(age, min(max(at, low), high)) for age, at, _ in chart.band.points]
    above = [(age, min(max(at, low), high)) for age, _, at in chart.band.points]
    outline = field.placed((*below, *reversed(above)))
    flat = [part for place in outline for part in place]
    drawing.add(Polygon(flat, fillColor=_BONE_AGE_BAND, strokeColor=None))


def _draw_lines(drawing: Drawing, field: Field, chart: Chart) -> None:
    """Draw the lines of a reference, each with its label at its end and none over another."""
    lowest = -math.inf
    for each in sorted(chart.lines, key=lambda one: one.points[-1][1]):
        grey = _MEDIAN if abs(each.sds) < 0.1 else _NEAR if abs(each.sds) < 1.1 else _FAR
        drawing.add(polyline(field.placed(each.points), grey, 1.1 if grey is _MEDIAN else 0.6))
        end = max(field.up(each.points[-1][1]) - 2.2, lowest + SMALL)
        x = field.across(each.points[-1][0])
        drawing.add(word(x + 3, end, each.label, "start"))
        lowest = end


def _draw_bars(drawing: Drawing, field: Field, bars: tuple[EndBar, ...]) -> None:
    for number, each in enumerate(bars):
        x = field.right + _LABELS + _BAR * (number + 0.4)
        low, middle, high = map(field.up, (each.bar.low_cm, each.bar.cm, each.bar.high_cm))
        drawing.add(line(x, low, x, high, ACCENT, 1.4))
        for end, half in ((low, 1.6), (middle, 2.8), (high, 1.6)):
            drawing.add(line(x - half, end, x + half, end, ACCENT, 1.2))
        drawing.add(word(x, field.bottom - 8, each.letter, "middle", INK))


def _draw_spans(drawing: Drawing, field: Field, chart: Chart) -> None:
    for age, low, high in chart.spans:
        x = field.across(age)
        ends = [field.up(min(max(end, chart.y.low), chart.y.high)) for end in (low, high)]
        drawing.add(line(x, ends[0], x, ends[1], ACCENT, 1.0))
        for end in ends:
            drawing.add(line(x - 2.2, end, x + 2.2, end, ACCENT, 1.0))


def _shapes(mark: Mark, places: Points) -> Iterator[Shape]:
    if mark in (Mark.MEASURED, Mark.READ, Mark.MEAN, Mark.BETWEEN) and len(places) > 1:
        yield polyline(places, QUIET if mark is Mark.MEAN else ACCENT, _widths(mark))
    if mark is Mark.EQUAL and len(places) > 1:
        broken = polyline(places, INK, 0.7)
        broken.strokeDashArray = [3, 2]
        yield broken
    if mark in (Mark.MEAN, Mark.EQUAL):
        return
    yield from (_point(mark, x, y) for x, y in places)


def _widths(mark: Mark) -> float:
    return {Mark.MEAN: 0.7, Mark.BETWEEN: 2.0}.get(mark, 0.9)


def _point(mark: Mark, x: float, y: float) -> Shape:
    if mark is Mark.AT_BONE_AGE:
        return _diamond(x, y, _WHITE)
    if mark is Mark.READ:
        return _diamond(x, y, ACCENT)
    if mark in (Mark.READ_OTHERWISE, Mark.AT_BONE_AGE_READ_OTHERWISE):
        return _square(x, y, 2.7 if mark is Mark.READ_OTHERWISE else 2.3)
    if mark is Mark.NOT_CORRECTED:
        return Circle(x, y, 2.2, fillColor=_WHITE, strokeColor=QUIET, strokeWidth=0.8)
    radius = 1.4 if mark is Mark.BETWEEN else 2.3
    return Circle(x, y, radius, fillColor=ACCENT, strokeColor=None)


def _draw_message(drawing: Drawing, field: Field, message: str) -> None:
    """Write in the middle of the frame why nothing of the child is drawn there."""
    rows = _wrapped(message, field.width - 16)
    y = field.bottom + field.height / 2 + 5 * len(rows)
    middle = field.left + field.width / 2
    for row in rows:
        y -= 10
        width = width_of(row, _LABEL) + 6
        drawing.add(
            Rect(middle - width / 2, y - 3, width, 10.5, fillColor=_WHITE, strokeColor=None)
        )
        drawing.add(word(middle, y, row, "middle", INK, _LABEL))


def _wrapped(text: str, width: float) -> list[str]:
    rows: list[str] = []
    for piece in _PIECES.findall(text):
        if rows and width_of(rows[-1] + piece.rstrip(), _LABEL) <= width:
            rows[-1] += piece
        else:
            rows.append(piece)
    return [row.rstrip() for row in rows]


_Named = tuple[Mark | None, str]


def _legend_rows(chart: Chart, width: float) -> list[list[_Named]]:
    """Return what the legend names, in as many rows as it needs."""
    named: list[_Named] = [
        (series.mark, series.name) for series in chart.series if series.name and series.points
    ]
    if chart.band is not None:
        named.append((None, chart.band.name))
    rows: list[list[_Named]] = []
    used = math.inf
    for each in named:
        needs = _SAMPLE + 3 + width_of(each[1]) + _BETWEEN_NAMES
        if used + needs - _BETWEEN_NAMES > width:
            rows.append([])
            used = 0.0
        rows[-1].append(each)
        used += needs
    return rows


def _draw_legend(drawing: Drawing, rows: list[list[_Named]], y: float) -> None:
    for number, row in enumerate(rows):
        x, at = _LEFT, y + NAMES * (len(rows) - 1 - number)
        for mark, name in row:
            for shape in _sample(mark, x, at + 2.2):
                drawing.add(shape)
            drawing.add(word(x + _SAMPLE + 3, at, name, "start", INK))
            x += _SAMPLE + 3 + width_of(name) + _BETWEEN_NAMES


def _sample(mark: Mark | None, x: float, y: float) -> Iterator[Shape]:
    if mark is None:
        yield Rect(x, y - 3, _SAMPLE, 6, fillColor=_BONE_AGE_BAND, strokeColor=None)
        return
    if mark is Mark.EQUAL:
        yield from _shapes(mark, ((x, y), (x + _SAMPLE, y)))
        return
    yield from _shapes(mark, ((x + _SAMPLE / 2, y),))


def bone_age_strip(strip: Strip, width: float) -> Drawing:
    """Draw bone age, its interval and age on one line of years, 51 points high."""
    drawing = Drawing(width, 51.0, initialFontName=REGULAR)
    years = _strip_years(strip)
    field = Field(8.0, 22.0, width - 16.0, 14.0, years, Axis("", 0.0, 1.0, ()))
    _draw_years(drawing, field)
    age, bone_age = field.across(strip.age_months), field.across(strip.bone_age_months)
    drawing.add(line(age, field.bottom - 3, age, field.top + 3, INK, 1.4))
    middle = field.up(0.5)
    if strip.interval_months is not None:
        low, high = map(field.across, strip.interval_months)
        drawing.add(line(low, middle, high, middle, ACCENT, 2.4))
        for end in (low, high):
            drawing.add(line(end, middle - 3.5, end, middle + 3.5, ACCENT, 1.2))
    drawing.add(_diamond(bone_age, middle, _WHITE))
    _label(drawing, field, bone_age, 42.0, strip.bone_age_label, ACCENT)
    _label(drawing, field, age, 1.0, strip.age_label, INK)
    return drawing


def _strip_years(strip: Strip) -> Axis:
    """Return whole years with at least one year of room on both sides."""
    shown = [strip.age_months, strip.bone_age_months, *(strip.interval_months or ())]
    first = max(0.0, min(shown) // MONTHS_PER_YEAR * MONTHS_PER_YEAR - MONTHS_PER_YEAR)
    return years_axis("", first, max(shown) + MONTHS_PER_YEAR)


def _draw_years(drawing: Drawing, field: Field) -> None:
    box = (field.left, field.bottom, field.width, field.height)
    drawing.add(Rect(*box, fillColor=BAND, strokeColor=None))
    for months, year in field.x.ticks:
        x = field.across(months)
        drawing.add(line(x, field.bottom, x, field.top, QUIET, 0.4))
        drawing.add(word(x, field.bottom - 9, year, "middle"))


def _label(drawing: Drawing, field: Field, x: float, y: float, text: str, color: Color) -> None:
    """Write a label at a place, kept inside the drawing."""
    in_left = x < field.left + 0.25 * field.width
    in_right = x > field.left + 0.75 * field.width
    anchor = "start" if in_left else "end" if in_right else "middle"
    drawing.add(
        String(x, y, text, fontName=BOLD, fontSize=_LABEL, fillColor=color, textAnchor=anchor)
    )


def _diamond(x: float, y: float, fill: Color) -> Polygon:
    corners = [x - 3.2, y, x, y + 3.2, x + 3.2, y, x, y - 3.2]
    return Polygon(corners, fillColor=fill, strokeColor=ACCENT, strokeWidth=1.1)


def _square(x: float, y: float, half: float) -> Rect:
    box = (x - half, y - half, 2 * half, 2 * half)
    return Rect(*box, fillColor=_WHITE, strokeColor=ACCENT, strokeWidth=1.1)

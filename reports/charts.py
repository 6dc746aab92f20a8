"""The drawings of the report, as vectors: the height curve, and bone age against age."""

import math
from typing import Final

from reportlab.graphics.shapes import Circle, Drawing, Line, Polygon, PolyLine, Rect, String
from reportlab.lib.colors import Color, HexColor

from growth.ages import MONTHS_PER_YEAR
from reports.figures import signed
from reports.growth_part import HeightChart
from reports.reading_part import Strip
from reports.wording import en

INK: Final = HexColor("#1d2730")
QUIET: Final = HexColor("#5b6670")
HAIRLINE: Final = HexColor("#d5dbdf")
BAND: Final = HexColor("#eef3f5")
ACCENT: Final = HexColor("#0b5d73")
REGULAR: Final = "NotoSansSC-Regular"
BOLD: Final = "NotoSansSC-Bold"

_SMALL = 6.5
_LABEL = 7.5
_CURVE_GREYS = {0.0: HexColor("#6d7a84"), 1.0: HexColor("#b4bec5"), 2.0: HexColor("#8f9ba4")}
# At most this many steps of the axis of ages; more would crowd the figures.
_MOST_YEAR_STEPS = 10


class _Axes:
    """A rectangle of the drawing in which ages in months and sizes have their places."""

    def __init__(
        self,
        box: tuple[float, float, float, float],
        x: tuple[float, float],
        y: tuple[float, float],
    ) -> None:
        self.left, self.bottom, self.width, self.height = box
        self.x, self.y = x, y

    def across(self, months: float) -> float:
        return self.left + self.width * (months - self.x[0]) / (self.x[1] - self.x[0])

    def up(self, size: float) -> float:
        return self.bottom + self.height * (size - self.y[0]) / (self.y[1] - self.y[0])


def height_chart(chart: HeightChart, width: float, height: float) -> Drawing:
    """Draw the child's height on the curves of its reference; width and height in points."""
    drawing = Drawing(width, height, initialFontName=REGULAR)
    axes = _height_axes(chart, width, height)
    _draw_grid(drawing, axes)
    _draw_curves(drawing, axes, chart)
    _draw_target(drawing, axes, chart)
    _draw_child(drawing, axes, chart)
    _draw_legend(drawing, axes, chart)
    return drawing


def _height_axes(chart: HeightChart, width: float, height: float) -> _Axes:
    sizes = [*chart.curves[0].heights_cm, *chart.curves[-1].heights_cm, chart.height_cm]
    sizes += chart.target_cm or ()
    low, high = 10 * math.floor(min(sizes) / 10), 10 * math.ceil(max(sizes) / 10)
    box = (24.0, 36.0, width - 58.0, height - 40.0)
    return _Axes(box, (chart.ages_months[0], chart.ages_months[-1]), (low, high))


def _draw_grid(drawing: Drawing, axes: _Axes) -> None:
    last_year = int(axes.x[1] // MONTHS_PER_YEAR)
    first_year = int(axes.x[0] // MONTHS_PER_YEAR)
    for year in range(first_year, last_year + 1):
        x = axes.across(year * MONTHS_PER_YEAR)
        drawing.add(_line(x, axes.bottom, x, axes.bottom + axes.height, HAIRLINE, 0.4))
        drawing.add(_text(x, axes.bottom - 9, str(year), "middle"))
    for size in range(int(axes.y[0]), int(axes.y[1]) + 1, 10):
        y = axes.up(size)
        drawing.add(_line(axes.left, y, axes.left + axes.width, y, HAIRLINE, 0.4))
        if size % 20 == 0:
            drawing.add(_text(axes.left - 4, y - 2.2, str(size), "end"))
    drawing.add(_text(axes.left + axes.width, axes.bottom - 18, en.CHART_X, "end"))
    drawing.add(_text(axes.left + 4, axes.bottom + axes.height - 9, en.CHART_Y, "start"))


def _draw_curves(drawing: Drawing, axes: _Axes, chart: HeightChart) -> None:
    for curve in chart.curves:
        points = [
            place
            for age, height in zip(chart.ages_months, curve.heights_cm, strict=True)
            for place in (axes.across(age), axes.up(height))
        ]
        grey = _CURVE_GREYS[abs(curve.sds)]
        drawing.add(PolyLine(points, strokeColor=grey, strokeWidth=0.8 if curve.sds else 1.2))
        end = axes.up(curve.heights_cm[-1]) - 2.2
        label = signed(curve.sds, 0) + " SD"
        drawing.add(_text(axes.left + axes.width + 9, end, label, "start"))


def _draw_target(drawing: Drawing, axes: _Axes, chart: HeightChart) -> None:
    if chart.target_cm is None:
        return
    x = axes.left + axes.width + 4
    centre, low, high = (axes.up(size) for size in chart.target_cm)
    drawing.add(_line(x, low, x, high, ACCENT, 1.6))
    drawing.add(_line(x - 3, centre, x + 3, centre, ACCENT, 1.6))


def _draw_child(drawing: Drawing, axes: _Axes, chart: HeightChart) -> None:
    x, y = axes.across(chart.age_months), axes.up(chart.height_cm)
    if chart.bone_age_months is not None:
        at_bone_age = axes.across(chart.bone_age_months)
        drawing.add(_line(at_bone_age, y, x, y, ACCENT, 0.7))
        drawing.add(_diamond(at_bone_age, y))
    drawing.add(Circle(x, y, 2.8, fillColor=ACCENT, strokeColor=ACCENT, strokeWidth=0.8))


def _draw_legend(drawing: Drawing, axes: _Axes, chart: HeightChart) -> None:
    y, x = 6.0, axes.left
    drawing.add(Circle(x + 3, y + 2.4, 2.8, fillColor=ACCENT, strokeColor=ACCENT))
    drawing.add(_text(x + 10, y, en.AT_AGE, "start"))
    if chart.bone_age_months is not None:
        drawing.add(_diamond(x + 88, y + 2.4))
        drawing.add(_text(x + 96, y, en.AT_BONE_AGE, "start"))
    if chart.target_cm is not None:
        drawing.add(_line(x + 196, y - 1, x + 196, y + 6, ACCENT, 1.6))
        drawing.add(_line(x + 193, y + 2.5, x + 199, y + 2.5, ACCENT, 1.6))
        drawing.add(_text(x + 204, y, en.TARGET_BAR, "start"))


def bone_age_strip(strip: Strip, width: float) -> Drawing:
    """Draw bone age, its interval and age on one line of years, 60 points high."""
    drawing = Drawing(width, 60.0, initialFontName=REGULAR)
    axes = _Axes((8.0, 22.0, width - 16.0, 14.0), _strip_span(strip), (0.0, 1.0))
    _draw_years(drawing, axes)
    age, bone_age = axes.across(strip.age_months), axes.across(strip.bone_age_months)
    drawing.add(_line(age, axes.bottom - 3, age, axes.bottom + axes.height + 3, INK, 1.4))
    middle = axes.bottom + axes.height / 2
    if strip.interval_months is not None:
        low, high = map(axes.across, strip.interval_months)
        drawing.add(_line(low, middle, high, middle, ACCENT, 2.4))
        for end in (low, high):
            drawing.add(_line(end, middle - 3.5, end, middle + 3.5, ACCENT, 1.2))
    drawing.add(_diamond(bone_age, middle))
    _label(
        drawing,
        axes,
        bone_age,
        44.0,
        strip.bone_age_label,
        ACCENT,
    )
    _label(drawing, axes, age, 1.0, strip.age_label, INK)
    return drawing


def _strip_span(strip: Strip) -> tuple[float, float]:
    """Return whole years with at least one year of room on both sides."""
    shown = [strip.age_months, strip.bone_age_months, *(strip.interval_months or ())]
    first = max(0, math.floor(min(shown) / MONTHS_PER_YEAR) - 1)
    last = math.ceil(max(shown) / MONTHS_PER_YEAR) + 1
    return float(first * MONTHS_PER_YEAR), float(last * MONTHS_PER_YEAR)


def _draw_years(drawing: Drawing, axes: _Axes) -> None:
    drawing.add(
        Rect(axes.left, axes.bottom, axes.width, axes.height, fillColor=BAND, strokeColor=None)
    )
    first, last = (int(months // MONTHS_PER_YEAR) for months in axes.x)
    step = 1 + (last - first) // _MOST_YEAR_STEPS
    for year in range(first, last + 1, step):
        x = axes.across(year * MONTHS_PER_YEAR)
        drawing.add(_line(x, axes.bottom, x, axes.bottom + axes.height, QUIET, 0.4))
        drawing.add(_text(x, axes.bottom - 9, str(year), "middle"))


def _label(drawing: Drawing, axes: _Axes, x: float, y: float, text: str, color: Color) -> None:
    """Write a label at a place, kept inside the drawing."""
    in_left = x < axes.left + 0.25 * axes.width
    in_right = x > axes.left + 0.75 * axes.width
    anchor = "start" if in_left else "end" if in_right else "middle"
    drawing.add(
        String(x, y, text, fontName=BOLD, fontSize=_LABEL, fillColor=color, textAnchor=anchor)
    )


def _diamond(x: float, y: float) -> Polygon:
    corners = [x - 3.6, y, x, y + 3.6, x + 3.6, y, x, y - 3.6]
    return Polygon(corners, fillColor=HexColor("#ffffff"), strokeColor=ACCENT, strokeWidth=1.3)


def _line(x1: float, y1: float, x2: float, y2: float, color: Color, width: float) -> Line:
    return Line(x1, y1, x2, y2, strokeColor=color, strokeWidth=width)


def _text(x: float, y: float, text: str, anchor: str) -> String:
    return String(x, y, text, fontName=REGULAR, fontSize=_SMALL, fillColor=QUIET, textAnchor=anchor)

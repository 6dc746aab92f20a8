"""Plots as vectors: curves over linear or logarithmic axes, and maps in grey."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from reportlab.graphics.shapes import Circle, Drawing, Line, PolyLine, Rect, String
from reportlab.lib.colors import Color, HexColor
from reportlab.pdfbase.pdfmetrics import stringWidth

from reports.charts import HAIRLINE, INK, QUIET, REGULAR

# Told apart in print without colour by their weight, and by most colour-blind people by their hue.
PALETTE: Final = tuple(map(HexColor, ("#0b5d73", "#c4651a", "#6b4c9a", "#3d7a3a", "#8a2f0b")))
_SMALL: Final = 6.5
_LEFT, _BOTTOM, _TOP, _RIGHT = 38.0, 24.0, 14.0, 8.0
# The line above the frame that names the curves, and a piece of each beside its name.
_NAMES: Final = 10.0
_SAMPLE, _GAP = 13.0, 9.0
# About so many figures along an axis.
_TICKS: Final = 6


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis: what it shows, from where to where, and its ticks with their words."""

    title: str
    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]
    logarithmic: bool = False

    def share(self, value: float) -> float:
        """Where a value lies between both ends, 0 to 1."""
        if self.logarithmic:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)


@dataclass(frozen=True, slots=True)
class Curve:
    """A named line through points; `dots` marks every point, `dashed` breaks the line.

    Without a line (`lined`) the points alone are drawn, `radius` points large.
    """

    name: str
    points: tuple[tuple[float, float], ...]
    color: Color
    dots: bool = False
    dashed: bool = False
    lined: bool = True
    radius: float = 1.7


def points_of(xs: Iterable[float], ys: Iterable[float | None]) -> tuple[tuple[float, float], ...]:
    """Pair places and values, leaving out where nothing is known."""
    return tuple((x, y) for x, y in zip(xs, ys, strict=True) if y is not None)


def linear_axis(title: str, low: float, high: float) -> Axis:
    """An axis whose ticks are round figures."""
    step = _round_step((high - low) / _TICKS)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    ticks = tuple((n * step, f"{n * step:.{digits}f}") for n in range(first, last + 1))
    return Axis(title, low, high, ticks)


def fitting_axis(title: str, values: Sequence[float], least: float) -> Axis:
    """A linear axis around values, at least `least` wide, with a tenth of room on both sides."""
    low, high = min(values), max(values)
    room = max((high - low) * 0.15, (least - (high - low)) / 2)
    # What cannot be negative is not shown as if it could.
    return linear_axis(title, max(low - room, 0.0) if low >= 0 else low - room, high + room)


def logarithmic_axis(title: str, values: Sequence[float]) -> Axis:
    """An axis of whole decades around positive values, with a tick at 1, 2 and 5 of short ones."""
    low, high = (
        round_(math.log10(value))
        for round_, value in ((math.floor, min(values)), (math.ceil, 1.2 * max(values)))
    )
    high = max(high, low + 1)
    within = (1, 2, 5) if high - low <= 2 else (1,)
    ticks = tuple(
        (factor * 10.0**decade, f"{factor * 10.0**decade:g}")
        for decade in range(low, high + 1)
        for factor in within
        if factor == 1 or decade < high
    )
    return Axis(title, 10.0**low, 10.0**high, ticks, logarithmic=True)


def time_axis(moments: Sequence[datetime]) -> tuple[Axis, list[float]]:
    """An axis of round hours, days, months or years around moments, and where on it they lie.

    Moments are told in the time zone of the last.
    """
    zone = moments[-1].tzinfo
    local = [moment.astimezone(zone).replace(tzinfo=None) for moment in moments]
    ruler, ticks = _fitting_ticks(min(local), max(local))
    start = ruler.at(ticks[0])
    places = [_days(start, ruler.at(tick)) for tick in ticks]
    words = [ruler.at(tick).strftime(ruler.form) for tick in ticks]
    title = start.strftime(ruler.title)
    axis = Axis(title, 0.0, places[-1], tuple(zip(places, words, strict=True)))
    return axis, [_days(start, moment) for moment in local]


@dataclass(frozen=True, slots=True)
class _Ruler:
    """A measure of time: which of its steps a moment lies in, and when a step begins."""

    steps: tuple[int, ...]
    form: str
    title: str
    index: Callable[[datetime], int]
    at: Callable[[int], datetime]


_EPOCH: Final = datetime(1970, 1, 1)
_RULERS: Final = (
    _Ruler(
        (1, 2, 3, 6),
        "%H:%M",
        "time of day, from %Y-%m-%d",
        lambda moment: (moment - _EPOCH) // timedelta(hours=1),
        lambda hours: _EPOCH + timedelta(hours=hours),
    ),
    _Ruler(
        (1, 2, 7, 14),
        "%m-%d",
        "month-day, from %Y",
        datetime.toordinal,
        datetime.fromordinal,
    ),
    _Ruler(
        (1, 2, 3, 6),
        "%Y-%m",
        "year-month",
        lambda moment: 12 * moment.year + moment.month - 1,
        lambda months: datetime(months // 12, months % 12 + 1, 1),
    ),
    _Ruler(
        (1, 2, 5, 10, 20),
        "%Y",
        "year",
        lambda moment: moment.year,
        lambda years: datetime(years, 1, 1),
    ),
)


def _fitting_ticks(first: datetime, last: datetime) -> tuple[_Ruler, range]:
    """Return the finest ruler, and its steps, that hold both moments between few ticks."""
    for ruler in _RULERS:
        for step in ruler.steps:
            low = ruler.index(first) // step * step
            ticks = range(low, ruler.index(last) // step * step + step + 1, step)
            if len(ticks) <= _TICKS + 1:
                return ruler, ticks
    return ruler, ticks


def _days(start: datetime, moment: datetime) -> float:
    return (moment - start) / timedelta(days=1)


def _round_step(step: float) -> float:
    decade = 10.0 ** math.floor(math.log10(step))
    return decade * next(factor for factor in (1, 2, 5, 10) if factor * decade >= step * (1 - 1e-9))


def plot(
    title: str,
    x: Axis,
    y: Axis,
    curves: Sequence[Curve],
    size: tuple[float, float],
) -> Drawing:
    """Draw curves in a frame of width and height in points; what leaves the axes is cut off.

    The names stand in a line of their own above the frame, where they cover no curve.
    """
    drawing = Drawing(*size, initialFontName=REGULAR)
    named = [curve for curve in curves if curve.name]
    top = _TOP + (_NAMES if named else 0.0)
    width, height = size[0] - _LEFT - _RIGHT, size[1] - _BOTTOM - top
    _draw_frame(drawing, title, x, y, (width, height))
    for curve in curves:
        placed = [
            (_LEFT + width * x.share(px), _BOTTOM + height * y.share(py))
            for px, py in curve.points
            if x.low <= px <= x.high and y.low <= py <= y.high
        ]
        _draw_curve(drawing, curve, placed)
    _draw_names(drawing, named, size[1] - top + 3)
    return drawing


def _draw_frame(
    drawing: Drawing, title: str, x: Axis, y: Axis, inside: tuple[float, float]
) -> None:
    width, height = inside
    for value, word in x.ticks:
        place = _LEFT + width * x.share(value)
        drawing.add(_line(place, _BOTTOM, place, _BOTTOM + height, HAIRLINE, 0.4))
        drawing.add(_word(place, _BOTTOM - 8, word, "middle"))
    for value, word in y.ticks:
        place = _BOTTOM + height * y.share(value)
        drawing.add(_line(_LEFT, place, _LEFT + width, place, HAIRLINE, 0.4))
        drawing.add(_word(_LEFT - 3, place - 2.2, word, "end"))
    drawing.add(
        Rect(_LEFT, _BOTTOM, width, height, fillColor=None, strokeColor=QUIET, strokeWidth=0.5)
    )
    drawing.add(_word(_LEFT + width, _BOTTOM - 17, x.title, "end"))
    drawing.add(_word(0, drawing.height - 9, _titled(title, y.title), "start", INK, 7.5))


def _titled(title: str, unit: str) -> str:
    return f"{title}, {unit}" if unit else title


def _draw_curve(drawing: Drawing, curve: Curve, placed: list[tuple[float, float]]) -> None:
    if curve.lined and len(placed) > 1:
        line = PolyLine(
            [part for point in placed for part in point],
            strokeColor=curve.color,
            strokeWidth=1.1,
            strokeLineJoin=1,
        )
        line.strokeDashArray = [3, 2] if curve.dashed else None
        drawing.add(line)
    if curve.dots or len(placed) == 1:
        for px, py in placed:
            drawing.add(Circle(px, py, curve.radius, fillColor=curve.color, strokeColor=None))


def _draw_names(drawing: Drawing, curves: Sequence[Curve], height: float) -> None:
    """Write the curves' names side by side, each behind a piece of its line."""
    start = _LEFT
    for curve in curves:
        line = _line(start, height + 2.2, start + _SAMPLE, height + 2.2, curve.color, 1.4)
        line.strokeDashArray = [3, 2] if curve.dashed else None
        middle = (start + _SAMPLE / 2, height + 2.2)
        dot = Circle(*middle, curve.radius, fillColor=curve.color, strokeColor=None)
        drawing.add(line if curve.lined else dot)
        drawing.add(_word(start + _SAMPLE + 3, height, curve.name, "start", INK))
        start += _SAMPLE + 3 + stringWidth(curve.name, REGULAR, _SMALL) + _GAP


def grey_map(
    title: str, values: Sequence[Sequence[float]], form: str, size: tuple[float, float]
) -> Drawing:
    """Draw a map (rows from the top) from black, its least value, to white, its largest.

    The scale below is written with `form`, a format of figures.
    """
    drawing = Drawing(*size, initialFontName=REGULAR)
    flat = [value for row in values for value in row]
    low, high = min(flat), max(flat)
    side = min((size[1] - 34) / len(values), size[0] / len(values[0]))
    top = size[1] - 12
    for number, row in enumerate(values):
        for column, value in enumerate(row):
            grey = (value - low) / (high - low) if high > low else 0.5
            color = Color(grey, grey, grey)
            place = (column * side, top - (number + 1) * side, side, side)
            drawing.add(Rect(*place, fillColor=color, strokeColor=color, strokeWidth=0.2))
    drawing.add(_word(0, size[1] - 7, title, "start", INK, 7.5))
    _draw_scale(
        drawing,
        (format(low, form), format(high, form)),
        side * len(values[0]),
        top - side * len(values),
    )
    return drawing


def _draw_scale(drawing: Drawing, ends: tuple[str, str], width: float, below: float) -> None:
    steps = 32
    for step in range(steps):
        grey = step / (steps - 1)
        color = Color(grey, grey, grey)
        place = (step * width / steps, below - 10, width / steps, 5)
        drawing.add(Rect(*place, fillColor=color, strokeColor=color, strokeWidth=0.2))
    drawing.add(Rect(0, below - 10, width, 5, fillColor=None, strokeColor=QUIET, strokeWidth=0.4))
    drawing.add(_word(0, below - 18, ends[0], "start"))
    drawing.add(_word(width, below - 18, ends[1], "end"))


def _line(x1: float, y1: float, x2: float, y2: float, color: Color, width: float) -> Line:
    return Line(x1, y1, x2, y2, strokeColor=color, strokeWidth=width)


def _word(
    x: float, y: float, text: str, anchor: str, color: Color = QUIET, size: float = _SMALL
) -> String:
    return String(x, y, text, fontName=REGULAR, fontSize=size, fillColor=color, textAnchor=anchor)

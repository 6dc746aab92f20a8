"""Drawings as vectors: frames with axes, curves in them, and maps in grey."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from reportlab.graphics.shapes import Circle, Drawing, Line, PolyLine, Rect, String
from reportlab.lib.colors import Color, HexColor
from reportlab.pdfbase.pdfmetrics import stringWidth

from reports.axes import Axis
from reports.inks import HAIRLINE, INK, QUIET, REGULAR

# Told apart in print without colour by their weight, and by most colour-blind people by their hue.
PALETTE: Final = tuple(map(HexColor, ("#0b5d73", "#c4651a", "#6b4c9a", "#3d7a3a", "#8a2f0b")))
SMALL: Final = 6.5
_LEFT, _BOTTOM, _TOP, _RIGHT = 38.0, 24.0, 14.0, 8.0
# A line above the frame that names the curves, and a piece of each beside its name.
NAMES: Final = 10.0
_SAMPLE, _GAP = 13.0, 9.0

Points = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """A named line through points; `dots` marks every point, `dashed` breaks the line.

    Without a line (`lined`) the points alone are drawn, `radius` points large.
    """

    name: str
    points: Points
    color: Color
    dots: bool = False
    dashed: bool = False
    lined: bool = True
    radius: float = 1.7


@dataclass(frozen=True, slots=True)
class Field:
    """The rectangle of a drawing, in points, in which figures have their places."""

    left: float
    bottom: float
    width: float
    height: float
    x: Axis
    y: Axis

    @property
    def right(self) -> float:
        """Return where the rectangle ends."""
        return self.left + self.width

    @property
    def top(self) -> float:
        """Return how high the rectangle reaches."""
        return self.bottom + self.height

    def across(self, value: float) -> float:
        """Return where a figure of the axis below lies."""
        return self.left + self.width * self.x.share(value)

    def up(self, value: float) -> float:
        """Return how high a figure of the axis beside lies."""
        return self.bottom + self.height * self.y.share(value)

    def placed(self, points: Points) -> Points:
        """Return where points lie, without those that leave the axes."""
        return tuple(
            (self.across(px), self.up(py))
            for px, py in points
            if self.x.low <= px <= self.x.high and self.y.low <= py <= self.y.high
        )


def points_of(xs: Iterable[float], ys: Iterable[float | None]) -> Points:
    """Pair places and values, leaving out where nothing is known."""
    return tuple((x, y) for x, y in zip(xs, ys, strict=True) if y is not None)


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
    top = _TOP + (NAMES if named else 0.0)
    field = Field(_LEFT, _BOTTOM, size[0] - _LEFT - _RIGHT, size[1] - _BOTTOM - top, x, y)
    draw_frame(drawing, title, field)
    for curve in curves:
        _draw_curve(drawing, curve, field.placed(curve.points))
    _draw_names(drawing, named, field.top + 3)
    return drawing


def draw_frame(drawing: Drawing, title: str, field: Field) -> None:
    """Draw axes with their figures around a field, and what they show above it."""
    for value, figure in field.x.ticks:
        place = field.across(value)
        drawing.add(line(place, field.bottom, place, field.top, HAIRLINE, 0.4))
        drawing.add(word(place, field.bottom - 8, figure, "middle"))
    for value, figure in field.y.ticks:
        place = field.up(value)
        drawing.add(line(field.left, place, field.right, place, HAIRLINE, 0.4))
        drawing.add(word(field.left - 3, place - 2.2, figure, "end"))
    box = (field.left, field.bottom, field.width, field.height)
    drawing.add(Rect(*box, fillColor=None, strokeColor=QUIET, strokeWidth=0.5))
    drawing.add(word(field.right, field.bottom - 17, field.x.title, "end"))
    drawing.add(word(0, drawing.height - 9, _titled(title, field.y.title), "start", INK, 7.5))


def _titled(title: str, unit: str) -> str:
    return f"{title}, {unit}" if unit else title


def _draw_curve(drawing: Drawing, curve: Curve, placed: Points) -> None:
    if curve.lined and len(placed) > 1:
        joined = polyline(placed, curve.color, 1.1)
        joined.strokeDashArray = [3, 2] if curve.dashed else None
        drawing.add(joined)
    if curve.dots or len(placed) == 1:
        for px, py in placed:
            drawing.add(Circle(px, py, curve.radius, fillColor=curve.color, strokeColor=None))


def _draw_names(drawing: Drawing, curves: Sequence[Curve], height: float) -> None:
    """Write the curves' names side by side, each behind a piece of its line."""
    start = _LEFT
    for curve in curves:
        sample = line(start, height + 2.2, start + _SAMPLE, height + 2.2, curve.color, 1.4)
        sample.strokeDashArray = [3, 2] if curve.dashed else None
        middle = (start + _SAMPLE / 2, height + 2.2)
        dot = Circle(*middle, curve.radius, fillColor=curve.color, strokeColor=None)
        drawing.add(sample if curve.lined else dot)
        drawing.add(word(start + _SAMPLE + 3, height, curve.name, "start", INK))
        start += _SAMPLE + 3 + width_of(curve.name) + _GAP


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
    drawing.add(word(0, size[1] - 7, title, "start", INK, 7.5))
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
    drawing.add(word(0, below - 18, ends[0], "start"))
    drawing.add(word(width, below - 18, ends[1], "end"))


def line(x1: float, y1: float, x2: float, y2: float, color: Color, width: float) -> Line:
    """Return a straight line between two places of a drawing."""
    return Line(x1, y1, x2, y2, strokeColor=color, strokeWidth=width)


def polyline(places: Points, color: Color, width: float) -> PolyLine:
    """Return a line through places of a drawing."""
    flat = [part for place in places for part in place]
    return PolyLine(flat, strokeColor=color, strokeWidth=width, strokeLineJoin=1)


def word(
    x: float, y: float, text: str, anchor: str, color: Color = QUIET, size: float = SMALL
) -> String:
    """Return a text in a drawing, its baseline at `y`."""
    return String(x, y, text, fontName=REGULAR, fontSize=size, fillColor=color, textAnchor=anchor)


def width_of(text: str, size: float = SMALL) -> float:
    """Return how wide a text is written, in points."""
    return float(stringWidth(text, REGULAR, size))

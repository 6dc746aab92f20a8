from collections.abc import Callable
from typing import Any

from reportlab.graphics.shapes import Circle, Drawing, Polygon, PolyLine, String

from reports.charts import bone_age_strip, height_chart
from reports.content import report_content

Result = Callable[..., dict[str, Any]]


def words(drawing: Drawing) -> list[str]:
    return [shape.text for shape in drawing.contents if isinstance(shape, String)]


def shapes(drawing: Drawing, kind: type) -> list[Any]:
    return [shape for shape in drawing.contents if isinstance(shape, kind)]


def test_the_height_curve_shows_the_child_twice_on_five_lines(result: Result) -> None:
    chart = report_content(result(), b"").growth.chart
    assert chart is not None
    drawing = height_chart(chart, 300, 170)
    assert len(shapes(drawing, PolyLine)) == 5
    child, _legend = shapes(drawing, Circle)
    at_bone_age, _ = shapes(drawing, Polygon)
    assert at_bone_age.points[2] < child.cx
    assert at_bone_age.points[1] == child.cy


def test_without_a_bone_age_the_child_is_shown_once(result: Result) -> None:
    chart = report_content(result(bone_age_months=None, reasons=("No.",)), b"").growth.chart
    assert chart is not None
    assert shapes(height_chart(chart, 300, 170), Polygon) == []


def test_the_strip_names_age_and_bone_age(result: Result) -> None:
    strip = report_content(result(), b"").reading.strip
    assert strip is not None
    said = words(bone_age_strip(strip, 280))
    assert {"age 9 y 5 mo", "bone age 8 y 8 mo"} <= set(said)

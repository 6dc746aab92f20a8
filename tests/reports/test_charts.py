from collections.abc import Callable
from typing import Any

from reportlab.graphics.shapes import Circle, Drawing, Polygon, PolyLine, Rect, String

from reports.chart import Chart
from reports.charts import bone_age_strip, chart_drawing
from reports.content import report_content
from reports.inks import ACCENT
from tests.reports.children import read_by_two_methods

Result = Callable[..., dict[str, Any]]


def words(drawing: Drawing) -> list[str]:
    return [shape.text for shape in drawing.contents if isinstance(shape, String)]


def shapes(drawing: Drawing, kind: type) -> list[Any]:
    return [shape for shape in drawing.contents if isinstance(shape, kind)]


def charts_of(result: dict[str, Any]) -> tuple[Chart, ...]:
    return report_content(result, b"").charts.charts


def drawn(chart: Chart) -> Drawing:
    return chart_drawing(chart, 250, 220)


def test_heights_lie_on_seven_labelled_lines_at_age_and_at_bone_age(result: Result) -> None:
    drawing = drawn(charts_of(result())[0])
    assert len(shapes(drawing, PolyLine)) == 7
    assert {"−3 SD", "0 SD", "+3 SD", "height", "height at bone age"} <= set(words(drawing))
    at_age, _legend = shapes(drawing, Circle)
    at_bone_age, _ = shapes(drawing, Polygon)
    assert at_bone_age.points[2] < at_age.cx
    assert at_bone_age.points[1] == at_age.cy


def test_a_bone_age_read_otherwise_is_a_square_and_no_line_leads_to_it() -> None:
    drawing = drawn(charts_of(read_by_two_methods())[3])
    squares = [each for each in shapes(drawing, Rect) if each.width == each.height < 6]
    of_visits = squares[:2]
    lines = [each.points for each in shapes(drawing, PolyLine) if each.strokeColor == ACCENT]
    assert len(squares) == 3  # one of them in the legend
    assert [len(each) for each in lines] == [6]
    assert not {square.x + square.width / 2 for square in of_visits} & set(lines[0][::2])


def test_without_a_bone_age_the_height_is_shown_once(result: Result) -> None:
    charts = charts_of(result(bone_age_months=None, reasons=("No.",)))
    assert shapes(drawn(charts[0]), Polygon) == []
    assert "No bone age was read" in words(drawn(charts[3]))


def test_a_chart_without_a_figure_says_why_inside_its_frame(result: Result) -> None:
    said = words(drawn(charts_of(result())[2]))
    assert "Velocity needs the heights of two visits." in said


def test_labels_of_lines_that_end_close_together_do_not_overlap(result: Result) -> None:
    labels = [s for s in shapes(drawn(charts_of(result())[1]), String) if s.text.endswith(" SD")]
    heights = sorted(label.y for label in labels)
    assert all(above - below >= 6 for below, above in zip(heights, heights[1:], strict=False))


def test_the_strip_names_age_and_bone_age(result: Result) -> None:
    strip = report_content(result(), b"").reading.strip
    assert strip is not None
    said = words(bone_age_strip(strip, 280))
    assert {"age 9 y 5 mo", "bone age 8 y 8 mo"} <= set(said)

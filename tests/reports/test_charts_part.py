"""What the charts show, before anything is drawn."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from growth.references import Position
from reports.charts_part import Chart, Mark
from reports.content import report_content
from tests.reports.conftest import BOY

Result = Callable[..., dict[str, Any]]
INFANT = replace(BOY, birth_date=date(2025, 3, 10), height_cm=80.0, weight_kg=10.5)


def charts_of(result: dict[str, Any]) -> tuple[Chart, ...]:
    return report_content(result, b"").charts.charts


def points(chart: Chart, mark: Mark) -> tuple[tuple[float, float], ...]:
    return next((series.points for series in chart.series if series.mark is mark), ())


def test_the_height_is_also_laid_at_bone_age(result: Result) -> None:
    chart = charts_of(result())[0]
    assert points(chart, Mark.AT_BONE_AGE) == ((104.4, 130.0),)
    assert [line.sds for line in chart.lines] == [-3, -2, -1, 0, 1, 2, 3]
    # WHO Growth Reference 2007, median height of boys at 9 years 6 months.
    assert dict(chart.lines[3].points)[114] == pytest.approx(135.2, abs=0.1)


@pytest.mark.parametrize(
    ("age", "bone_age", "window"), [(15, 18, (0, 72)), (50, 70, (24, 228)), (20, 70, (0, 228))]
)
def test_both_ages_lie_on_the_chart(
    result: Result, age: int, bone_age: float, window: tuple[int, int]
) -> None:
    birth = date(2026 - (age + 3) // 12, 12 - (age + 3) % 12, 1)
    standing = Position.STANDING if age > 24 else Position.RECUMBENT
    child = replace(INFANT, birth_date=birth)
    chart = charts_of(result(child, bone_age, position=standing))[0]
    assert (chart.x.low, chart.x.high) == window


def test_a_height_that_is_not_scored_is_not_drawn(result: Result) -> None:
    content = report_content(result(INFANT, 18.4, position=None), b"")
    chart = content.charts.charts[0]
    assert all(series.points == () for series in chart.series)
    assert "lying or standing" in chart.message
    assert any(remark.startswith("Height (WHO, CDC, China)") for remark in content.growth.remarks)


def test_target_heights_stand_at_the_end_each_with_a_letter(result: Result) -> None:
    chart = charts_of(result())[0]
    assert [(bar.letter, round(bar.bar.cm, 1)) for bar in chart.bars] == [
        ("a", 175.0),
        ("b", 177.4),
    ]
    assert "a Target height, Tanner; b Target height, Luo 1998" in chart.notes[-1]


def test_the_chart_of_bone_age_holds_the_interval_and_the_band_of_brush(result: Result) -> None:
    chart = charts_of(result())[3]
    (age, low, high) = chart.spans[0]
    assert (low, high) == (93.4, 115.4)
    assert chart.band is not None
    below, above = next((low, high) for at, low, high in chart.band.points if at == 108.0)
    # Brush Foundation, boys of 9 years: mean 113.90, SD 9.00 months.
    assert (below, above) == (pytest.approx(95.9), pytest.approx(131.9))


def test_every_chart_says_its_figures_in_a_sentence(result: Result) -> None:
    height, bmi, velocity, bone_age = (chart.alternative for chart in charts_of(result()))
    assert height.startswith("Height for age: 130.0 cm at age 9 y 5 mo.")
    assert "Target height, Tanner 175.0 cm (166.5 to 183.5)" in height
    assert bmi == "BMI for age: 15.4 kg/m² at age 9 y 5 mo."
    assert velocity == "Height velocity: Velocity needs the heights of two visits."
    assert bone_age == "Bone age against age, years: 8 y 8 mo at age 9 y 5 mo."

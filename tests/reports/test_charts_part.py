"""What the charts show, before anything is drawn."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from growth.references import Position
from reports.chart import Chart, Mark
from reports.content import report_content
from reports.visits_seen import SeenVisit, by_method, visits_seen
from reports.wording import CHINESE, ENGLISH, Wording
from tests.reports.children import five_children, read_by_two_methods
from tests.reports.conftest import BOY

Result = Callable[..., dict[str, Any]]
INFANT = replace(BOY, birth_date=date(2025, 3, 10), height_cm=80.0, weight_kg=10.5)


def charts_of(result: dict[str, Any]) -> tuple[Chart, ...]:
    return report_content(result, b"").charts.charts


def visits_of(result: dict[str, Any]) -> tuple[SeenVisit, ...]:
    return visits_seen(result["growth"], result["patient"], result["reading"], "2026-09-10")


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


def test_the_mean_of_brush_is_a_line_of_its_own(result: Result) -> None:
    chart = charts_of(result())[3]
    assert dict(points(chart, Mark.MEAN))[108.0] == pytest.approx(113.9)


def test_a_child_born_early_stands_at_its_corrected_age_and_the_other_age_beside_it() -> None:
    height = charts_of(five_children()["two-year-old"])[0]
    ((corrected, cm),) = points(height, Mark.MEASURED)
    ((since_birth, same_cm),) = points(height, Mark.NOT_CORRECTED)
    assert since_birth - corrected == pytest.approx(59 / 30.4375)  # 31+4 weeks: 8+3 weeks early
    assert cm == same_cm == 83.5


@pytest.mark.parametrize("child", ["precocious-girl", "near-adult-height"])
def test_centile_lines_of_china_and_the_cdc_bear_their_centiles(child: str) -> None:
    lines = {line.label: line.sds for line in charts_of(five_children()[child])[0].lines}
    assert list(lines) == ["P3", "P10", "P25", "P50", "P75", "P90", "P97"]
    # Quantiles of the normal distribution: 3rd, 25th and 50th centile.
    assert [lines[name] for name in ("P3", "P25", "P50")] == pytest.approx(
        [-1.8808, -0.6745, 0.0], abs=1e-4
    )


def test_readings_of_two_methods_are_not_joined_and_told_apart() -> None:
    height, *_, chart = charts_of(read_by_two_methods())
    assert [months for _, months in points(chart, Mark.READ)] == [94.0, 119.0, 130.0]
    assert [months for _, months in points(chart, Mark.READ_OTHERWISE)] == [98.0, 102.0]
    assert len(points(height, Mark.AT_BONE_AGE)) == 3
    assert len(points(height, Mark.AT_BONE_AGE_READ_OTHERWISE)) == 2


@pytest.mark.parametrize(
    ("words", "said"), [(ENGLISH, "other method or untold"), (CHINESE, "方法不同或未说明")]
)
def test_legend_and_alternative_say_which_were_read_otherwise(words: Wording, said: str) -> None:
    chart = report_content(read_by_two_methods(), b"", words=words).charts.charts[3]
    assert [said in series.name for series in chart.series if series.name] == [False, False, True]
    assert [said in each for each in chart.alternative.split(words.alt_between)] == [
        *(False, True, True, False, False)
    ]


def test_without_a_reading_today_the_last_that_was_told_how_leads() -> None:
    *earlier, today = visits_of(read_by_two_methods())
    untold = replace(today, method=None)
    methods = by_method([*earlier, replace(today, bone_age_months=None)])
    assert [visit.bone_age_months for visit in methods.alike] == [94.0, 119.0]
    assert by_method([*earlier, untold]).alike == (untold,)


def test_every_chart_says_its_figures_in_a_sentence(result: Result) -> None:
    height, bmi, velocity, bone_age = (chart.alternative for chart in charts_of(result()))
    assert height.startswith("Height for age: 130.0 cm at age 9 y 5 mo.")
    assert "Target height, Tanner 175.0 cm (166.5 to 183.5)" in height
    assert bmi == "BMI for age: 15.4 kg/m² at age 9 y 5 mo."
    assert velocity == "Height velocity: Velocity needs the heights of two visits."
    assert bone_age == "Bone age against age, years: 8 y 8 mo at age 9 y 5 mo."


@pytest.mark.parametrize(
    ("headline", "born", "steps"),
    [
        ("who", date(2025, 3, 10), [ENGLISH.chart_standing_step.format(years=2)]),
        ("china", date(2025, 3, 10), [ENGLISH.chart_standing_step.format(years=3)]),
        ("who", date(2016, 3, 10), []),
        ("cdc", date(2016, 3, 10), []),
    ],
)
def test_a_chart_says_why_its_lines_step_where_it_spans_that_age(
    result: Result, headline: str, born: date, steps: list[str]
) -> None:
    said = result(replace(BOY, birth_date=born, height_cm=90.0))
    said["growth"]["headline"] = headline
    notes = " ".join(charts_of(said)[0].notes)
    assert ("The lines step" in notes) == bool(steps)
    assert all(step in notes for step in steps)
    assert (ENGLISH.chart_who_step in notes) == (headline == "who")

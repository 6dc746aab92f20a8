"""The detector's PDF: what a service engineer reads on it."""

import copy
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader
from reportlab.graphics.shapes import Circle, PolyLine, String
from reportlab.lib.colors import black

from acquisition.detector_quality.record import as_record
from reports import quality_series
from reports.axes import fitting_axis, linear_axis, logarithmic_axis, time_axis
from reports.errors import ResultUnusable
from reports.plots import Curve, grey_map, plot
from reports.quality_pdf import render_quality
from reports.sheet import BAD
from reports.wording import en_quality
from tests.detector_quality_example import MADE, quality


@pytest.fixture
def record():
    return as_record(quality())


def pages_of(pdf):
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]


def test_four_pages_name_the_detector_and_their_number(record):
    pages = pages_of(render_quality(record, [record]))
    assert len(pages) == 4
    for number, page in enumerate(pages, 1):
        assert "TB-7 · 2026-03-02 08:30" in page
        assert f"Page {number} of 4" in page
        assert en_quality.SIMULATED in page


def test_a_real_detector_is_not_called_simulated():
    record = as_record(quality(model="HandPanel"))
    assert not any("SIMULATED" in page for page in pages_of(render_quality(record, [record])))


def test_the_first_page_says_passed_and_gives_every_figure_with_its_limit(record):
    first = pages_of(render_quality(record, [record]))[0]
    assert "PASSED: all" in first
    for judged in record["judgements"]:
        assert judged["name"] in first
        assert judged["source"] in first
    assert "50 kV, 2.5 + 10 mm aluminium" in first


def test_a_figure_outside_its_limit_is_named_on_top():
    noisy = replace(quality(), dark=replace(quality().dark, pixel_noise_dn=20.0))
    record = as_record(noisy)
    first = pages_of(render_quality(record, [record]))[0]
    assert f"NOT PASSED: 1 of {len(record['judgements'])}" in first
    assert first.count("OUTSIDE") == 1


def test_the_second_page_has_the_figures_of_the_standards_frequencies(record):
    second = pages_of(render_quality(record, [record]))[1]
    assert "0.5 1.0 1.5 2.0 2.5 3.0 3.5 4.0 4.5 5.0" in second
    assert f"{record['edges'][0]['mtf'][9]:.3f}" in second
    assert "6.0 million pixels (IEC 62220-1-1: at least 4)" in second


def test_the_series_is_shown_with_its_first_as_the_measure(record):
    later = as_record(quality(made=MADE + timedelta(days=90)))
    last = pages_of(render_quality(later, [record, later]))[3]
    assert "2 quality controls" in last
    assert "2026-03 2026-04 2026-05 2026-06" in last
    assert en_quality.FIRST_OF_SERIES in pages_of(render_quality(record, [record]))[3]


@pytest.mark.parametrize("followed", quality_series._FOLLOWED, ids=lambda each: each.title)
def test_the_series_shows_the_very_figure_that_is_judged_beside_its_limits(record, followed):
    judged = [each for each in record["judgements"] if each["name"].startswith(followed.judged)]
    limits = [limit for limit in (judged[0]["lowest"], judged[0]["highest"]) if limit is not None]
    curves = curves_of(followed, [record, record])
    assert judged[0]["value"] in [height for _, height in curves[0].points]
    shown = [curve.points[0][1] for curve in curves if curve.color == BAD]
    assert shown == limits and limits


def curves_of(followed, series):
    return quality_series._curves(followed, series)[2]


def test_the_worst_level_is_what_the_series_shows_of_the_uniformity(record):
    record["levels"][1]["uniformity"]["snr"]["local"] = 0.0
    (uniformity,) = [each for each in quality_series._FOLLOWED if "uniformity" in each.title]
    judged = next(each for each in record["judgements"] if each["name"].startswith("SNR"))
    assert uniformity.value(record) == judged["value"] > 0


@pytest.mark.parametrize(
    ("hours", "words", "title"),
    [
        ((0,), ["08:00", "09:00"], "time of day, from 2026-03-02"),
        ((0, 5), ["08:00", "09:00", "10:00", "11:00", "12:00", "13:00", "14:00"], None),
        ((0, 60), ["03-02", "03-03", "03-04", "03-05"], "month-day, from 2026"),
        ((0, 24 * 200), ["2026-03", "2026-05", "2026-07", "2026-09", "2026-11"], "year-month"),
        ((0, 24 * 4000), ["2026", "2028", "2030", "2032", "2034", "2036", "2038"], "year"),
    ],
)
def test_a_time_axis_is_told_in_round_hours_days_months_or_years(hours, words, title):
    axis, places = time_axis([MADE + timedelta(hours=each) for each in hours])
    assert [word for _, word in axis.ticks] == words
    assert title in (None, axis.title)
    assert 0.0 <= places[0] <= places[-1] <= axis.high


def test_many_controls_are_a_line_and_few_are_dots(record):
    followed = quality_series._FOLLOWED[0]
    later = [as_record(quality(made=MADE + timedelta(days=day))) for day in range(0, 70)]
    assert [curves_of(followed, later[:n])[0].dots for n in (3, 70)] == [True, False]


def test_the_names_of_curves_stand_above_the_frame_where_no_curve_runs():
    axis = linear_axis("", 0.0, 1.0)
    curves = [Curve(name, ((0.0, 1.0), (1.0, 1.0)), black) for name in ("one", "two")]
    drawing = plot("t", axis, axis, curves, (200, 100))
    highest = max(y for each in drawing.contents if is_curve(each) for y in each.points[1::2])
    named = [each for each in drawing.contents if getattr(each, "text", "") in ("one", "two")]
    assert all(each.y > highest for each in named) and named[0].x < named[1].x


def test_the_same_record_gives_the_same_bytes(record):
    assert render_quality(record, [record]) == render_quality(copy.deepcopy(record), [record])


def test_a_figure_that_is_missing_is_called_missing(record):
    record["levels"][1]["dqe_down"][9] = None
    assert en_quality.NO_FIGURE in pages_of(render_quality(record, [record]))[1]


@pytest.mark.parametrize("missing", ["judgements", "levels", "lag", "defects"])
def test_an_incomplete_record_is_one_clear_error(record, missing):
    del record[missing]
    with pytest.raises(ResultUnusable, match=missing):
        render_quality(record, [])


def test_curves_stay_inside_their_axes():
    line = Curve("line", ((0.0, 0.0), (1.0, 1.0), (2.0, 3.0)), black)
    x, y = linear_axis("x", 0.0, 2.0), linear_axis("y", 0.0, 2.0)
    (drawn,) = [each for each in plot("t", x, y, [line], (200, 100)).contents if is_curve(each)]
    assert len(drawn.points) == 4


def is_curve(shape):
    return isinstance(shape, PolyLine)


def test_a_single_point_is_a_dot():
    axis = linear_axis("", 0.0, 2.0)
    drawing = plot("t", axis, axis, [Curve("", ((1.0, 1.0),), black)], (200, 100))
    assert sum(isinstance(each, Circle) for each in drawing.contents) == 1


@pytest.mark.parametrize(
    ("axis", "words"),
    [
        (linear_axis("", 0.0, 5.0), ["0", "1", "2", "3", "4", "5"]),
        (linear_axis("", 0.0, 1.2), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0", "1.2"]),
        (logarithmic_axis("", [0.2, 30.0]), ["0.1", "1", "10", "100"]),
        (fitting_axis("", [7.0], 2.0), ["6.0", "6.5", "7.0", "7.5", "8.0"]),
    ],
)
def test_ticks_are_round_figures(axis, words):
    assert [word for _, word in axis.ticks] == words


def test_an_even_map_is_drawn_and_its_scale_named():
    drawing = grey_map("Signal, DN", [[5.0, 5.0], [5.0, 5.0]], ".1f", (100, 120))
    words = [each.text for each in drawing.contents if isinstance(each, String)]
    assert words == ["Signal, DN", "5.0", "5.0"]

"""What passes, what does not, and what is left out."""

import json
from dataclasses import replace

import pytest

from acquisition.detector_quality.acceptance import Judgement, judge
from acquisition.detector_quality.lag import measure_lag
from acquisition.detector_quality.record import as_record
from tests.detector_quality_example import quality


def outside(controlled):
    return [judged.name for judged in judge(controlled) if not judged.passed]


def test_a_healthy_panel_passes_every_line_and_every_line_has_its_source():
    judged = judge(quality())
    assert [each.name for each in judged if not each.passed] == []
    assert len(judged) >= 20
    assert all(each.source for each in judged)


def test_a_blurred_panel_is_outside_in_sharpness_and_dqe():
    sharp = quality()
    edges = [replace(edge, mtf=edge.mtf * 0.5) for edge in sharp.edges]
    names = outside(replace(sharp, edges=edges))
    assert len(names) == 6
    assert all(name.startswith("MTF") for name in names)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"dark": {"pixel_noise_dn": 16.0}}, "Electronic noise of a pixel"),
        ({"dark": {"row_noise_dn": 6.0}}, "Row noise before correction"),
        ({"defects": {"outside_lines": 2e-3}}, "Defective pixels outside lines"),
        ({"defects": {"anomalous": 2e-4}}, "Anomalous pixels after correction"),
        ({"response": {"largest_deviation": 0.03}}, "Largest deviation from proportionality"),
        ({"response": {"sensitivity": 800.0}}, "Sensitivity against the factory's"),
        ({"response": {"electronic": 500.0}}, "Quanta prevail over electronics from"),
    ],
)
def test_each_figure_has_its_own_limit(change, name):
    ((part, values),) = change.items()
    healthy = quality()
    assert outside(replace(healthy, **{part: replace(getattr(healthy, part), **values)})) == [name]


def test_lag_that_correction_leaves_is_outside():
    left = measure_lag(20000.0, (100.0,), (0.6,), 0.0)
    assert outside(replace(quality(), corrected_lag=left)) == [
        "Lag of the first frame after correction"
    ]


def test_a_coarse_panel_is_not_judged_where_its_pixels_decide():
    names = [judged.name for judged in judge(quality(pitch_um=400.0))]
    assert not any(name.startswith("MTF") for name in names)
    assert [name for name in names if name.startswith("DQE")] == ["DQE at 1 lp/mm and 2.5 µGy"]


def test_a_figure_that_is_no_number_has_not_passed():
    assert not Judgement("DQE", "", float("nan"), 0.5, None, "a test").passed


def test_the_record_is_json_that_any_program_reads():
    record = json.loads(json.dumps(as_record(quality()), allow_nan=False))
    assert record["passed"] is True
    assert record["detector"]["serial"] == "TB-7"
    assert record["levels"][1]["dqe_across"][9] == pytest.approx(0.78, abs=0.05)
    assert len(record["edges"]) == 2 and max(record["edges"][0]["distance_mm"]) <= 1.0


def test_what_is_no_number_is_null_in_the_record():
    healthy = quality()
    dark = replace(healthy.dark, row_noise_dn=float("nan"))
    record = as_record(replace(healthy, dark=dark))
    assert record["dark"]["row_noise_dn"] is None
    assert record["passed"] is False

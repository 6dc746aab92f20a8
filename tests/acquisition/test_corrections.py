import numpy as np
import pytest

from acquisition.corrections import (
    REACH_PIXELS,
    apply_gain,
    clip,
    find_saturated,
    interpolate_defects,
    plan_repair,
    subtract_offset,
)
from acquisition.errors import TooManyDefects


def _repaired(truth, defects, spoiled=65535.0):
    signal = np.where(defects, np.float32(spoiled), truth.astype(np.float32))
    return interpolate_defects(signal, plan_repair(defects))


@pytest.fixture
def slope():
    rows, columns = np.mgrid[0:60, 0:80]
    return (1000 + 3 * rows + 5 * columns).astype(np.float32)


def test_offset_is_subtracted_below_zero():
    signal = subtract_offset(np.array([[10, 300]], np.uint16), np.array([[12.5, 100]], np.float32))
    assert signal.dtype == np.float32
    assert signal.tolist() == [[-2.5, 200]]


def test_gain_divides():
    signal = apply_gain(np.array([[80, 120]], np.float32), np.array([[0.8, 1.2]], np.float32), None)
    assert signal.tolist() == pytest.approx(np.array([[100, 100]]))


def test_clip_keeps_the_range_of_the_detector():
    assert clip(np.array([[-5, 5, 70000]], np.float32)).tolist() == [[0, 5, 65535]]


def test_saturated_pixels_are_marked_but_defects_are_not():
    pixels = np.array([[65535, 65534, 65535]], np.uint16)
    plan = plan_repair(np.array([[False, False, True]]))
    assert find_saturated(pixels, plan).tolist() == [[255, 0, 0]]


@pytest.mark.parametrize(
    "place",
    [
        np.s_[20, 30],
        np.s_[20:23, 30:33],
        np.s_[:, 40],
        np.s_[:, 40:42],
        np.s_[25, :],
        np.s_[30:, 10],
    ],
    ids=["pixel", "cluster", "column", "double column", "row", "half column"],
)
def test_slope_is_restored_exactly_under_defects(slope, place):
    defects = np.zeros(slope.shape, dtype=bool)
    defects[place] = True
    assert np.abs(_repaired(slope, defects) - slope).max() < 0.01


def test_defects_at_edge_and_corner_take_what_is_there(slope):
    defects = np.zeros(slope.shape, dtype=bool)
    defects[0, :] = defects[0:2, 0:2] = defects[-1, -1] = True
    assert np.abs(_repaired(slope, defects) - slope).max() < 15


def test_edge_of_bone_stays_sharp_under_a_dead_line():
    truth = np.full((40, 40), 4000, np.float32)
    truth[:20] = 1000
    defects = np.zeros(truth.shape, dtype=bool)
    defects[:, 17] = True
    assert np.abs(_repaired(truth, defects) - truth).max() < 100


def test_slanted_edge_is_followed():
    rows, columns = np.mgrid[0:60, 0:60]
    truth = np.where(rows + columns < 60, 1000, 4000).astype(np.float32)
    defects = np.zeros(truth.shape, dtype=bool)
    defects[:, 25] = True
    assert np.abs(_repaired(truth, defects) - truth).max() < 150


def test_defective_neighbours_are_never_used(slope):
    defects = np.zeros(slope.shape, dtype=bool)
    defects[10:14, 10:14] = True
    assert np.array_equal(_repaired(slope, defects, 0.0), _repaired(slope, defects, 65535.0))


def test_good_pixels_stay_untouched(slope):
    defects = np.zeros(slope.shape, dtype=bool)
    defects[5, 5] = True
    before = slope.copy()
    repaired = interpolate_defects(slope, plan_repair(defects))
    assert np.array_equal(repaired[~defects], before[~defects])


def test_panel_without_defects_needs_no_repair(slope):
    plan = plan_repair(np.zeros(slope.shape, dtype=bool))
    assert np.array_equal(interpolate_defects(slope.copy(), plan), slope)


def test_hole_too_wide_to_bridge_is_refused():
    defects = np.zeros((200, 200), dtype=bool)
    defects[50 : 50 + 3 * REACH_PIXELS, 50 : 50 + 3 * REACH_PIXELS] = True
    with pytest.raises(TooManyDefects):
        plan_repair(defects)


def test_a_part_of_many_defects_tells_the_noise_as_all_of_them_do(monkeypatch):
    chance = np.random.default_rng(8)
    frame = chance.normal(5000.0, 60.0, (400, 400)).astype(np.float32)
    plan = plan_repair(chance.random(frame.shape) < 0.02)
    assert plan.pixels.size > 2000
    by_part = interpolate_defects(frame.copy(), plan)
    monkeypatch.setattr("acquisition.corrections.ENOUGH_TO_TELL_NOISE", plan.pixels.size)
    by_all = interpolate_defects(frame.copy(), plan)
    differences = np.abs(by_part - by_all)
    assert 0 < differences.max() < 3.0

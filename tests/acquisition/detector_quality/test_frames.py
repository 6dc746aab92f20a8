"""Dark noise, lag and response from frames and levels of known make."""

import numpy as np
import pytest

from acquisition.detector_quality.dark_noise import measure_dark_noise
from acquisition.detector_quality.lag import measure_lag
from acquisition.detector_quality.response import Level, measure_response
from acquisition.errors import QualityFramesMissing, SettingUnusable

SHAPE, PIXEL_NOISE_DN, ROW_NOISE_DN = (600, 500), 7.0, 3.0


def dark(number):
    chance = np.random.default_rng([1, number])
    fixed = np.random.default_rng(0).normal(0, 20, SHAPE)
    rows = ROW_NOISE_DN * chance.standard_normal((SHAPE[0], 1))
    signal = 200 + fixed + rows + PIXEL_NOISE_DN * chance.standard_normal(SHAPE)
    return np.rint(signal).clip(0, 65535).astype(np.uint16)


def test_dark_noise_is_taken_apart_into_pixels_and_rows():
    found = measure_dark_noise([dark(n) for n in range(6)], np.ones(SHAPE, dtype=bool))
    assert found.pixel_noise_dn == pytest.approx(PIXEL_NOISE_DN, rel=0.01)
    assert found.row_noise_dn == pytest.approx(ROW_NOISE_DN, rel=0.05)
    assert found.level_dn == pytest.approx(200.0, abs=0.5)
    assert found.frames == 6


def test_bad_pixels_and_lines_do_not_count_as_noise():
    good = np.ones(SHAPE, dtype=bool)
    good[100, :], good[:, 60], good[5, 5] = False, False, False
    darks = [dark(n) for n in range(4)]
    for number, frame in enumerate(darks):
        frame[~good] = 65535 * (number % 2)
    found = measure_dark_noise(darks, good)
    assert found.pixel_noise_dn == pytest.approx(PIXEL_NOISE_DN, rel=0.01)
    assert found.row_noise_dn == pytest.approx(ROW_NOISE_DN, rel=0.08)


def test_a_panel_without_row_noise_has_none():
    quiet = [np.random.default_rng(n).normal(200, 7, SHAPE).astype(np.uint16) for n in range(4)]
    assert measure_dark_noise(quiet, np.ones(SHAPE, dtype=bool)).row_noise_dn < 0.2


def test_one_dark_is_too_few():
    with pytest.raises(QualityFramesMissing):
        measure_dark_noise([dark(0)], np.ones(SHAPE, dtype=bool))


def test_lag_is_the_share_of_the_exposure_that_is_left():
    lag = measure_lag(20005.0, (105.0, 45.0), (0.6, 1.2), rested_dn=5.0)
    assert lag.exposed_dn == 20000.0
    assert lag.first_share == pytest.approx(0.005)
    assert [residual.share for residual in lag.residuals] == pytest.approx([0.005, 0.002])


def test_lag_needs_frames_and_an_exposure():
    with pytest.raises(QualityFramesMissing):
        measure_lag(20000.0, (), (), 0.0)
    with pytest.raises(SettingUnusable):
        measure_lag(5.0, (5.0,), (1.0,), 5.0)


def levels(structure=4e-5, quantum=390.0, electronic=50.0, bend=0.0):
    for kerma in (0.8, 2.5, 8.0, 20.0):
        signal = 1024.0 * kerma * (1 - bend * kerma / 20.0)
        variance = structure * (1024.0 * kerma) ** 2 + quantum * kerma + electronic
        yield Level(kerma, signal, np.sqrt(variance))


def test_response_gives_back_sensitivity_and_parts_of_the_noise():
    found = measure_response(list(levels()))
    assert found.sensitivity == pytest.approx(1024.0)
    assert found.largest_deviation < 1e-9
    assert found.structure == pytest.approx(4e-5 * 1024.0**2, rel=1e-6)
    assert (found.quantum, found.electronic) == pytest.approx((390.0, 50.0), rel=1e-6)
    assert found.quantum_limited_ugy == pytest.approx((50.0 / 390.0, 390.0 / 41.94), rel=1e-3)


def test_a_bent_response_deviates_by_its_bend():
    found = measure_response(list(levels(bend=0.02)))
    assert 0.005 < found.largest_deviation < 0.02


def test_noise_without_a_part_has_none_of_it():
    found = measure_response(list(levels(structure=0.0)))
    assert found.structure == pytest.approx(0.0, abs=1e-3)
    assert found.quantum_limited_ugy[1] > 1000.0


def test_two_levels_are_too_few():
    with pytest.raises(QualityFramesMissing):
        measure_response(list(levels())[:2])

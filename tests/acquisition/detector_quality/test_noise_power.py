"""Noise power on noise whose spectrum is known."""

import cv2
import numpy as np
import pytest

from acquisition.detector_quality.noise_power import measure_noise_power
from acquisition.errors import PanelTooSmall, QualityFramesMissing

PITCH_MM, SIGNAL_DN, NOISE_DN, SIZE = 0.1, 2000.0, 40.0, 1100


def white_flats(count=8):
    chance = np.random.default_rng(7)
    for _ in range(count):
        yield (SIGNAL_DN + NOISE_DN * chance.standard_normal((SIZE, SIZE))).astype(np.float32)


WHITE_MM2 = (NOISE_DN / SIGNAL_DN * PITCH_MM) ** 2


@pytest.fixture(scope="module")
def white():
    return measure_noise_power(white_flats(), PITCH_MM)


def test_white_noise_is_flat_at_its_variance_times_the_pixel_area(white):
    used = white.frequencies_per_mm >= 0.5
    assert white.across[used] == pytest.approx(WHITE_MM2, rel=0.05)
    assert white.down[used] == pytest.approx(WHITE_MM2, rel=0.05)
    assert white.mean[used].mean() == pytest.approx(WHITE_MM2, rel=0.005)


def test_squares_overlap_by_half_inside_the_border(white):
    assert white.squares == 8 * 6 * 6
    assert white.pixels == 8 * (5 * 128 + 256) ** 2
    assert white.signal_dn == pytest.approx(SIGNAL_DN, rel=1e-4)


def test_blurred_noise_has_the_spectrum_of_the_blur():
    kernel = np.array([0.25, 0.5, 0.25], np.float32)
    blurred = (cv2.sepFilter2D(flat, -1, kernel, np.ones(1, np.float32)) for flat in white_flats())
    power = measure_noise_power(blurred, PITCH_MM)
    u = power.frequencies_per_mm
    # Over a bin of +-0.1 per mm this transfer function changes little below 3 per mm.
    expected = WHITE_MM2 * np.cos(np.pi * u * PITCH_MM) ** 4
    used = (u >= 0.5) & (u <= 3.0)
    assert power.across[used] == pytest.approx(expected[used], rel=0.05)
    assert power.down[used] == pytest.approx(WHITE_MM2, rel=0.05)


def test_noise_of_whole_rows_and_columns_lies_on_the_axes_and_is_left_out():
    stripes = 20.0 * np.random.default_rng(2).standard_normal((SIZE, 1)).astype(np.float32)
    power = measure_noise_power((flat + stripes + stripes.T for flat in white_flats()), PITCH_MM)
    used = power.frequencies_per_mm >= 0.5
    assert power.mean[used] == pytest.approx(WHITE_MM2, rel=0.05)


def test_a_field_that_is_not_quite_even_makes_no_noise():
    y, x = np.mgrid[-1 : 1 : SIZE * 1j, -1 : 1 : SIZE * 1j]
    heel = (SIGNAL_DN * (1 - 0.04 * y - 0.03 * x**2)).astype(np.float32)
    power = measure_noise_power([heel], PITCH_MM)
    assert power.mean.max() < 1e-3 * WHITE_MM2


def test_a_panel_without_room_for_a_square_is_refused():
    with pytest.raises(PanelTooSmall):
        measure_noise_power([np.ones((300, 300), np.float32)], PITCH_MM)


def test_no_image_is_refused():
    with pytest.raises(QualityFramesMissing):
        measure_noise_power([], PITCH_MM)

"""Uniformity after TG-150 on flats with known faults."""

import numpy as np
import pytest

from acquisition.detector_quality.uniformity import (
    anomalous_pixels,
    measure_uniformity,
    non_uniformity,
)
from acquisition.errors import QualityFramesMissing

PITCH_MM, LEVELS = 0.4, (800.0, 2500.0, 8000.0, 16000.0)
SHAPE = (500, 400)


def flat(level, number=0):
    chance = np.random.default_rng([4, number])
    return (level + np.sqrt(level) * chance.standard_normal(SHAPE)).astype(np.float32)


def test_an_even_field_is_uniform_and_its_snr_is_that_of_its_noise():
    found = measure_uniformity([flat(2500.0, n) for n in range(4)], PITCH_MM)
    assert found.signal_dn.shape == (18, 14)
    assert found.signal.overall < 0.005 and found.signal.local < 0.005
    assert found.snr.characteristic == pytest.approx(50.0, rel=0.01)
    assert found.noise.local < 0.1 and found.snr.local < 0.1


def test_one_region_that_is_off_is_local_and_overall():
    values = np.full((5, 4), 100.0)
    values[2, 1] = 104.0
    found = non_uniformity(values)
    assert found.local == pytest.approx(4.0 / 100.2)
    assert found.overall == pytest.approx(4.0 / 100.2)


def test_a_slope_is_overall_and_hardly_local():
    values = 100.0 + np.arange(20.0)[:, None] + np.zeros((20, 6))
    found = non_uniformity(values)
    assert found.overall == pytest.approx(19.0 / 109.5)
    # Both neighbours along the slope cancel, but in a corner there are only two in all.
    assert found.local == pytest.approx(0.5 / 109.5)


def test_a_region_with_more_noise_shows_in_the_noise_alone():
    noisy = flat(2500.0)
    noisy[200:225, 200:225] += np.random.default_rng(9).normal(0, 40, (25, 25)).astype(np.float32)
    found = measure_uniformity([noisy], PITCH_MM)
    assert found.signal.local < 0.01
    assert found.noise.local > 0.1


def test_the_border_is_left_out():
    framed = flat(2500.0)
    framed[:25], framed[:, -25:] = 0.0, 0.0
    assert measure_uniformity([framed], PITCH_MM).signal.overall < 0.01


def test_a_pixel_that_is_off_in_all_flats_is_anomalous_and_noise_is_not():
    flats = [flat(level, number) for number, level in enumerate(LEVELS)]
    for image in flats:
        image[100, 120] *= 1.5
        image[300, 200] *= 0.4
    flats[0][250, 250] *= 3.0
    assert np.argwhere(anomalous_pixels(flats, PITCH_MM)).tolist() == [[100, 120], [300, 200]]


def test_three_flats_are_too_few_for_anomalous_pixels():
    with pytest.raises(QualityFramesMissing, match="4 flat images"):
        anomalous_pixels([flat(level) for level in LEVELS[:3]], PITCH_MM)


def test_no_flat_is_refused():
    with pytest.raises(QualityFramesMissing):
        measure_uniformity([], PITCH_MM)

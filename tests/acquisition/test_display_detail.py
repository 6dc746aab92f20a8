"""What the eye is shown: detail raised, noise calmed, edges left alone."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from acquisition import errors
from acquisition.display_detail import raise_detail
from acquisition.display_noise import WHITE_NOISE, estimate_noise
from acquisition.exposure_index import find_regions

DIRECT_DN = 6000.0
PITCH_UM = 100.0


def shown(signal, noise_dn=0.0, seed=1):
    """Return an image of 60 x 60 mm with 10 mm of free field round it, as it is displayed."""
    field = np.full((800, 800), DIRECT_DN, np.float32)
    field[100:700, 100:700] = signal
    field += np.random.default_rng(seed).normal(0, 1, field.shape) * noise_dn * _root(field)
    field = np.asarray(field, np.float32)
    return raise_detail(field, PITCH_UM, find_regions(field, PITCH_UM))[100:700, 100:700]


def _root(field):
    """Scale noise as quanta do: with the root of the signal, 1 at direct radiation."""
    return np.sqrt(field / DIRECT_DN)


def waves(contrast, period_mm):
    y = np.arange(600)[:, None] * PITCH_UM / 1000 * np.ones((1, 600))
    return 2000.0 * (1 + contrast * np.sin(2 * np.pi * y / period_mm))


def height(image):
    """Return half the span of waves, away from the borders."""
    return np.ptp(image[150:450, 300]) / 2 / 2000.0


def test_faint_detail_of_a_trabecula_is_raised():
    assert 1.2 < height(shown(waves(0.01, 2.0))) / 0.01 < 1.7


def test_slow_courses_keep_their_values():
    assert height(shown(waves(0.1, 25.0))) == pytest.approx(0.1, rel=0.06)


def test_strong_detail_is_raised_less_than_faint_detail():
    faint, strong = height(shown(waves(0.01, 2.0))) / 0.01, height(shown(waves(0.3, 2.0))) / 0.3
    assert strong < 0.85 * faint


@pytest.mark.parametrize("contrast", [0.05, 0.1, 0.3, 0.5])
def test_an_edge_of_bone_throws_no_halo(contrast):
    """A growth plate differs from bone by 5 to 15 % of the signal; what is added stays below."""
    edge = np.full((600, 600), 3000.0)
    edge[:, 300:] *= 1 - contrast
    profile = shown(cv2.GaussianBlur(edge, (0, 0), 1.5))[300, 50:550]
    assert profile.max() < 3000.0 * 1.025
    assert profile.min() > 3000.0 * (1 - contrast - 0.025)


def test_brightness_never_turns_along_a_ramp():
    ramp = np.linspace(4800.0, 800.0, 600)[None, :] * np.ones((600, 1))
    assert np.all(np.diff(shown(ramp)[300, 40:560]) < 0)


def test_white_noise_spreads_over_the_bands_as_the_pyramid_spreads_it():
    image = np.random.default_rng(3).normal(0, 1, (1024, 1024)).astype(np.float32)
    for expected in WHITE_NOISE:
        coarse = cv2.pyrDown(image)
        assert np.var(image - cv2.pyrUp(coarse)) == pytest.approx(expected, rel=0.05)
        image = coarse


def test_noise_is_measured_where_nothing_lies_in_the_beam():
    noise = np.random.default_rng(5).normal(0, 60, (800, 800))
    field = np.full((800, 800), DIRECT_DN)
    field[200:600, 200:600] = waves(0.3, 2.0)[:400, :400]
    image = (field + noise).astype(np.float32)
    levels = [image, cv2.pyrDown(image), cv2.pyrDown(cv2.pyrDown(image))]
    for found, share in zip(
        estimate_noise(levels, find_regions(image, PITCH_UM)), WHITE_NOISE, strict=False
    ):
        assert found.variance(np.float32(DIRECT_DN)) == pytest.approx(3600 * share, rel=0.1)


def test_a_narrow_free_field_still_tells_the_noise_of_coarser_bands():
    noise = np.random.default_rng(6).normal(0, 60, (800, 800))
    field = np.full((800, 800), 2000.0)
    field[:, :100] = DIRECT_DN
    image = (field + noise).astype(np.float32)
    levels = [image]
    for _ in range(3):
        levels.append(cv2.pyrDown(levels[-1]))
    found = estimate_noise(levels, find_regions(image, PITCH_UM))
    assert found[0].per_dn > 0
    assert found[2].per_dn >= 0.25 * found[1].per_dn > 0


def test_without_a_free_field_nothing_is_guessed():
    image = np.linspace(900, 5000, 640_000).reshape(800, 800).astype(np.float32)
    levels = [image, cv2.pyrDown(image)]
    regions = replace(find_regions(image, PITCH_UM), direct_dn=9000.0)
    assert estimate_noise(levels, regions)[0].per_dn == 0


def test_noise_is_calmed_where_there_is_nothing_else():
    even = np.full((600, 600), 2000.0)
    before = 60.0 * _root(np.float32(2000.0))
    assert shown(even, noise_dn=60.0)[50:550, 50:550].std() < 0.45 * before


def test_detail_above_the_noise_survives_it():
    clean, noisy = shown(waves(0.1, 1.5)), shown(waves(0.1, 1.5), noise_dn=60.0)
    assert noisy.mean(axis=1)[150:450].std() > 0.9 * clean.mean(axis=1)[150:450].std()


def test_detail_below_the_noise_is_not_raised():
    faint = waves(0.004, 0.5)
    kept = shown(faint, noise_dn=120.0).mean(axis=1)[100:500].std()
    assert kept < faint.mean(axis=1)[100:500].std()


def test_the_image_given_is_not_changed():
    image = np.full((300, 300), 2000.0, np.float32)
    image[100:200, 100:200] = 900.0
    before = image.tobytes()
    raise_detail(image, PITCH_UM, find_regions(image, PITCH_UM))
    assert image.tobytes() == before


@pytest.mark.parametrize("pitch", [0.0, -100.0, float("nan")])
def test_pixel_pitch_that_makes_no_sense_is_refused(pitch):
    image = np.full((100, 100), 2000.0, np.float32)
    with pytest.raises(errors.SettingUnusable):
        raise_detail(image, pitch, find_regions(image, PITCH_UM))

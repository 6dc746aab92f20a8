"""The edge method on edges whose blur is known from a formula."""

import numpy as np
import pytest
from scipy.special import erf

from acquisition.detector_quality.edge import Direction, measure_edge
from acquisition.errors import EdgeNotFound, EdgeTilted, PanelTooSmall

PITCH_MM, SIGMA_MM, SIZE = 0.1, 0.12, 700


def edge_image(angle_deg=2.0, level=10000.0, covered=50.0):
    """An edge blurred by a Gaussian, seen by points; the open side is on the right."""
    y, x = np.mgrid[0:SIZE, 0:SIZE] - SIZE / 2.0
    distance = PITCH_MM * (x * np.cos(np.radians(angle_deg)) - y * np.sin(np.radians(angle_deg)))
    light = 0.5 * (1.0 + erf((distance - 0.037) / SIGMA_MM / np.sqrt(2.0)))
    return (covered + (level - covered) * light).astype(np.float32)


def gaussian_mtf(frequencies):
    return np.exp(-2.0 * (np.pi * SIGMA_MM * frequencies) ** 2)


@pytest.mark.parametrize("angle_deg", [1.6, 2.0, -2.4, 2.9])
def test_the_mtf_of_a_gaussian_is_a_gaussian(angle_deg):
    response = measure_edge(edge_image(angle_deg), PITCH_MM)
    assert response.angle_deg == pytest.approx(angle_deg, abs=0.01)
    assert response.mtf == pytest.approx(gaussian_mtf(response.frequencies_per_mm), abs=0.003)


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_the_plate_may_cover_any_half(turns):
    response = measure_edge(np.rot90(edge_image(), turns), PITCH_MM)
    assert response.direction is (Direction.ACROSS_ROWS if turns % 2 else Direction.ACROSS_COLUMNS)
    assert response.mtf == pytest.approx(gaussian_mtf(response.frequencies_per_mm), abs=0.003)


def test_noise_and_bad_pixels_move_the_mtf_by_less_than_a_hundredth():
    chance = np.random.default_rng(3)
    image = edge_image() + chance.normal(0.0, 50.0, (SIZE, SIZE)).astype(np.float32)
    image[chance.integers(0, SIZE, 50), chance.integers(0, SIZE, 50)] = 0.0
    response = measure_edge(image, PITCH_MM)
    below = response.frequencies_per_mm <= 3.0
    assert response.mtf[below] == pytest.approx(
        gaussian_mtf(response.frequencies_per_mm[below]), abs=0.01
    )


def test_the_line_spread_function_has_the_width_of_the_blur():
    response = measure_edge(edge_image(), PITCH_MM)
    spread = np.sum(response.lsf * response.distance_mm**2) / np.sum(response.lsf)
    assert np.sqrt(spread) == pytest.approx(SIGMA_MM, rel=0.01)
    assert response.esf[0] == pytest.approx(0.0, abs=1e-4)
    assert response.esf[-1] == pytest.approx(1.0, abs=1e-4)


@pytest.mark.parametrize("angle_deg", [0.0, 1.3, 3.3, -8.0])
def test_a_wrong_tilt_is_refused_with_the_angle(angle_deg):
    with pytest.raises(EdgeTilted, match=f"{abs(angle_deg):.1f}"):
        measure_edge(edge_image(angle_deg), PITCH_MM)


def test_an_empty_panel_has_no_edge():
    noise = np.random.default_rng(1).normal(1000.0, 30.0, (SIZE, SIZE)).astype(np.float32)
    with pytest.raises(EdgeNotFound):
        measure_edge(noise, PITCH_MM)


def test_a_round_disc_is_no_edge():
    y, x = np.mgrid[0:SIZE, 0:SIZE] - SIZE / 2.0
    disc = np.where(np.hypot(x, y) < 250.0, 0.0, 10000.0).astype(np.float32)
    with pytest.raises((EdgeNotFound, EdgeTilted)):
        measure_edge(disc, PITCH_MM)


def test_an_image_without_room_inside_its_border_is_refused():
    with pytest.raises(PanelTooSmall):
        measure_edge(np.ones((150, 150), np.float32), PITCH_MM)

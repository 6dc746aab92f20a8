import numpy as np
import pytest
from scipy.stats import skew

from firmware_sim.physics.quanta import counting_noise

PIXELS = (400, 400)


def noise(quanta: float, deviation: float = 1.0) -> np.ndarray:
    chance = np.random.default_rng(1)
    spread = np.full(PIXELS, deviation, np.float32)
    return counting_noise(spread, deviation, quanta, chance).astype(float)


@pytest.mark.parametrize("quanta", [0.5, 4.0, 40.0, 1000.0])
def test_noise_has_the_variance_of_counting(quanta: float) -> None:
    found = noise(quanta)
    assert found.mean() == pytest.approx(0.0, abs=4.0 * (quanta * found.size) ** -0.5)
    assert found.var() * quanta == pytest.approx(1.0, rel=0.03)


def test_few_quanta_are_whole_numbers() -> None:
    counted = (noise(4.0) + 1.0) * 4.0
    assert counted == pytest.approx(np.rint(counted), abs=1e-4)
    assert counted.min() == pytest.approx(0.0, abs=1e-4)


def test_few_quanta_are_skewed_as_poisson_has_it() -> None:
    assert skew(noise(4.0).ravel()) == pytest.approx(0.5, abs=0.03)


def test_pixels_behind_bone_are_noisier_for_their_signal() -> None:
    assert noise(100.0, 0.5).std() == pytest.approx(0.5 * noise(100.0).std(), rel=0.01)


def test_no_light_has_no_noise() -> None:
    spread = np.ones(PIXELS, np.float32)
    spread[:200] = 0.0
    found = counting_noise(spread, 1.0, 1000.0, np.random.default_rng(1))
    assert not found[:200].any() and found[200:].all()

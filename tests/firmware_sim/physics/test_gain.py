import numpy as np
import pytest

from firmware_sim.physics.gain import draw_gain
from firmware_sim.physics.geometry import SMALL_PANEL


def test_gain_has_mean_one_and_stays_within_its_range() -> None:
    gain = draw_gain(SMALL_PANEL, seed=3)
    assert gain.mean() == pytest.approx(1.0, abs=1e-3)
    assert 0.7 <= gain.min() < 0.95
    assert 1.05 < gain.max() <= 1.3


def test_two_panels_have_different_gains() -> None:
    first, second = draw_gain(SMALL_PANEL, seed=3), draw_gain(SMALL_PANEL, seed=4)
    assert np.abs(first - second).mean() > 0.01

import numpy as np
import pytest

from firmware_sim.physics.dark import DarkPattern, dark_signal, draw_dark
from firmware_sim.physics.geometry import SMALL_PANEL


@pytest.fixture(scope="module")
def pattern() -> DarkPattern:
    return draw_dark(SMALL_PANEL, seed=3)


def current(pattern: DarkPattern, integration_s: float, temperature_c: float) -> float:
    signal = dark_signal(pattern, integration_s, temperature_c)
    return float(np.mean(signal - pattern.offset_dn))


def test_dark_current_doubles_every_eight_degrees(pattern: DarkPattern) -> None:
    assert current(pattern, 0.5, 33) == pytest.approx(2 * current(pattern, 0.5, 25), rel=1e-4)


def test_dark_signal_grows_with_integration_time(pattern: DarkPattern) -> None:
    assert current(pattern, 1.0, 25) == pytest.approx(2 * current(pattern, 0.5, 25), rel=1e-4)


def test_read_out_chips_have_their_own_offset(pattern: DarkPattern) -> None:
    columns = pattern.offset_dn.mean(axis=0)
    chips = [columns[start : start + 128].mean() for start in range(0, 512, 128)]
    assert np.ptp(chips) > 2.0

import numpy as np
import pytest
from numpy.typing import NDArray

from firmware_sim.physics.imager import Imager
from firmware_sim.physics.lag import TIME_CONSTANTS_S, Traps, lag_fraction
from firmware_sim.physics.reading import Circumstances
from tests.firmware_sim.physics.conftest import MEDIUM_PANEL

LIGHT_DN = 20_000.0


@pytest.fixture
def imager() -> Imager:
    return Imager(MEDIUM_PANEL, seed=7)


def lit(traps: Traps, read_s: float, light_dn: float = LIGHT_DN) -> None:
    traps.fill(np.full((4, 5), light_dn, np.float32), read_s)


def released(traps: Traps, began_s: float) -> float:
    signal = np.zeros((4, 5), np.float32)
    traps.add_released(signal, began_s, 0.5)
    return float(signal.mean())


def at(began_s: float, number: int) -> Circumstances:
    return Circumstances(0.5, 26.0, number, began_s)


def middle(frame: NDArray[np.uint16]) -> float:
    return float(np.median(frame[100:500, 100:400]))


def test_time_constants_are_those_of_the_measured_panel() -> None:
    assert pytest.approx((26.7, 3.2, 0.42, 0.088), rel=0.02) == TIME_CONSTANTS_S


def test_first_frame_after_an_exposure_has_two_to_five_per_cent_of_it() -> None:
    assert 0.02 < lag_fraction(0.0, 0.5) < 0.05


def test_next_frames_have_the_residue_of_a_published_panel() -> None:
    # Siewerdsen & Jaffray, Med Phys 1999;26:1624: 0.7, 0.4 and 0.3 % in frames 2 to 4, other times.
    later = [lag_fraction(since_s, 0.5) for since_s in (0.6, 1.2, 1.8)]
    assert later == sorted(later, reverse=True)
    assert 0.0005 < later[2] < later[0] < 0.007


@pytest.mark.parametrize("since_s", [0.0, 0.3, 1.0, 5.0])
def test_traps_give_back_what_the_law_says(since_s: float) -> None:
    traps = Traps()
    lit(traps, 10.0)
    expected = LIGHT_DN * lag_fraction(since_s, 0.5)
    assert released(traps, 10.0 + since_s) == pytest.approx(expected, abs=0.15)


def test_lag_of_two_exposures_is_the_sum_of_both() -> None:
    traps = Traps()
    lit(traps, 10.0)
    lit(traps, 12.0, 0.5 * LIGHT_DN)
    expected = LIGHT_DN * (lag_fraction(2.4, 0.5) + 0.5 * lag_fraction(0.4, 0.5))
    assert released(traps, 12.4) == pytest.approx(expected, abs=0.2)


def test_after_two_minutes_nothing_is_left() -> None:
    traps = Traps()
    lit(traps, 10.0, 60_000.0)
    assert released(traps, 130.0) == 0.0


def test_dark_frame_after_an_exposure_shows_it(imager: Imager) -> None:
    before = middle(imager.read_dark(at(0.0, 1)).pixels)
    exposed = middle(imager.read_exposed(50.0, 1.0, at(10.0, 2)).pixels) - before
    after = middle(imager.read_dark(at(10.571, 3)).pixels) - before
    assert after == pytest.approx(exposed * lag_fraction(0.0, 0.5), abs=3.0)


def test_dark_frame_after_a_power_cut_shows_nothing(imager: Imager) -> None:
    before = middle(imager.read_dark(at(0.0, 1)).pixels)
    imager.read_exposed(50.0, 1.0, at(10.0, 2))
    imager.power_up()
    assert middle(imager.read_dark(at(10.571, 3)).pixels) == pytest.approx(before, abs=2.0)


def test_same_frames_at_the_same_times_are_the_same_bytes() -> None:
    def series() -> bytes:
        imager = Imager(MEDIUM_PANEL, seed=7)
        frames = [imager.read_exposed(50.0, 0.5, at(3.0 * n, n)).pixels for n in range(3)]
        return np.stack([*frames, imager.read_dark(at(9.0, 3)).pixels]).tobytes()

    assert series() == series()

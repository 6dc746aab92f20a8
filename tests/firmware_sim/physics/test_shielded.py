import numpy as np
import pytest

from firmware_sim.physics.electronics import ELECTRONIC_NOISE_DN, ROW_NOISE_DN
from firmware_sim.physics.imager import Imager
from firmware_sim.physics.reading import Circumstances, Reading
from firmware_sim.physics.shielded import SHIELDED_COLUMNS
from tests.firmware_sim.physics.conftest import MEDIUM_PANEL


@pytest.fixture
def imager() -> Imager:
    return Imager(MEDIUM_PANEL, seed=7)


def row_change(first: Reading, second: Reading) -> np.ndarray:
    return np.asarray(first.row_reference_dn - second.row_reference_dn)


def test_shielded_columns_share_the_noise_of_their_row(imager: Imager) -> None:
    first, second = (imager.read_dark(Circumstances(0.5, 26.0, number)) for number in (1, 2))
    rows = np.median(first.pixels.astype(float) - second.pixels, axis=1)
    assert rows.std() / np.sqrt(2) == pytest.approx(ROW_NOISE_DN, rel=0.1)
    assert np.std(rows - row_change(first, second)) < 0.5 * rows.std()


def test_row_reference_is_as_noisy_as_a_mean_of_64(imager: Imager) -> None:
    first, second = (imager.read_dark(Circumstances(0.5, 26.0, number)) for number in (1, 2))
    expected = np.hypot(ROW_NOISE_DN, ELECTRONIC_NOISE_DN * SHIELDED_COLUMNS**-0.5)
    assert row_change(first, second).std() / np.sqrt(2) == pytest.approx(expected, rel=0.1)


def test_shielded_columns_see_no_light(imager: Imager) -> None:
    about = Circumstances(0.5, 26.0, 3)
    dark, exposed = imager.read_dark(about), imager.read_exposed(50.0, 1.0, about)
    assert np.array_equal(dark.row_reference_dn, exposed.row_reference_dn)


def test_shielded_columns_have_the_dark_current_of_the_panel(imager: Imager) -> None:
    short, long = (imager.read_dark(Circumstances(time_s, 33.0, 4)) for time_s in (0.5, 2.0))
    grown = float(np.median(long.pixels.astype(float) - short.pixels))
    assert row_change(long, short).mean() == pytest.approx(grown, rel=0.02)

import numpy as np
import pytest
from numpy.typing import NDArray

from firmware_sim.physics.drift import OffsetDrift, draw_drift
from firmware_sim.physics.geometry import FULL_PANEL
from firmware_sim.physics.imager import Imager
from firmware_sim.physics.reading import Circumstances
from tests.firmware_sim.physics.conftest import MEDIUM_PANEL

HOUR_S = 3600.0


@pytest.fixture(scope="module")
def drift() -> OffsetDrift:
    return draw_drift(FULL_PANEL, seed=3)


def wandered(drift: OffsetDrift, now_s: float) -> NDArray[np.float32]:
    return drift.rows_dn(now_s)[::50, None] + drift.columns_dn(now_s)[None, ::10]


def test_offset_drifts_by_half_to_five_dn_in_an_hour(drift: OffsetDrift) -> None:
    changes = [
        np.abs(wandered(drift, HOUR_S * (hour + 1)) - wandered(drift, HOUR_S * hour))
        for hour in range(24)
    ]
    assert np.max(changes) < 5.0
    assert np.mean([change.max() for change in changes]) > 0.5


def test_offset_does_not_jump(drift: OffsetDrift) -> None:
    minute = np.abs(wandered(drift, HOUR_S + 60.0) - wandered(drift, HOUR_S))
    assert 0.0 < minute.max() < 0.1


def test_chips_drift_each_in_their_own_way(drift: OffsetDrift) -> None:
    columns = drift.columns_dn(6 * HOUR_S)
    assert len(set(columns.tolist())) == 19
    assert columns[:128].std() == pytest.approx(0.0, abs=1e-6)


def test_dark_frames_hours_apart_differ_by_the_drift() -> None:
    imager = Imager(MEDIUM_PANEL, seed=3)
    early, late = (
        imager.read_dark(Circumstances(0.5, 26.0, 1, began_s)).pixels.astype(float)
        for began_s in (0.0, 5 * HOUR_S)
    )
    expected = draw_drift(MEDIUM_PANEL, seed=3).columns_dn(5 * HOUR_S)
    early, late = early[:290], late[:290]  # above the dead half of a column
    working = np.median(early, axis=0) > 0.0
    found = np.median(late - early, axis=0)
    assert found[working] == pytest.approx(expected[working], abs=0.51)

import numpy as np
import pytest

from firmware_sim.physics.scatter import add_scatter


def test_nothing_on_the_panel_scatters_nothing() -> None:
    primary = np.ones((100, 80), np.float32)
    add_scatter(primary, 1.0)
    assert primary == pytest.approx(1.0)


def test_scatter_behind_a_palm_is_a_tenth_to_a_half_of_the_primary() -> None:
    primary = np.ones((200, 160), np.float32)
    primary[60:140, 40:120] = 0.25
    add_scatter(primary, 1.0)
    assert 0.1 < primary[100, 80] / 0.25 - 1.0 < 0.5


def test_scatter_reaches_beyond_the_hand() -> None:
    primary = np.ones((200, 160), np.float32)
    primary[60:140, 40:120] = 0.25
    add_scatter(primary, 1.0)
    assert primary[100, 130] > primary[100, 158] >= 1.0

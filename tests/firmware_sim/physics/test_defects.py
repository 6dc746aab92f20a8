import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from firmware_sim.physics.defects import apply_defects, draw_defects
from firmware_sim.physics.geometry import SMALL_PANEL


@pytest.fixture(scope="module")
def frame() -> NDArray[np.uint16]:
    frame = np.full(SMALL_PANEL.shape, 1000, np.uint16)
    apply_defects(frame, draw_defects(SMALL_PANEL, seed=3))
    return frame


def test_dead_pixels_read_nothing_and_hot_pixels_full_scale(frame: NDArray[np.uint16]) -> None:
    assert set(np.unique(frame)) == {0, 1000, 65535}


def test_one_column_is_dead_over_half_its_length(frame: NDArray[np.uint16]) -> None:
    dead = (frame == 0).sum(axis=0)
    assert (dead >= SMALL_PANEL.rows // 2).sum() == 1


def test_one_cluster_of_two_by_three_is_dead(frame: NDArray[np.uint16]) -> None:
    _, _, regions, _ = cv2.connectedComponentsWithStats((frame == 0).astype(np.uint8))
    sizes = {tuple(region[2:]) for region in regions.tolist()}
    assert (3, 2, 6) in sizes

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from firmware_sim.physics.defects import Defects, apply_defects, draw_defects
from firmware_sim.physics.geometry import FULL_PANEL, SMALL_PANEL
from firmware_sim.physics.imager import Imager


@pytest.fixture(scope="module")
def defects() -> Defects:
    return draw_defects(SMALL_PANEL, seed=3)


@pytest.fixture(scope="module")
def frame(defects: Defects) -> NDArray[np.uint16]:
    frame = np.full(SMALL_PANEL.shape, 1000, np.uint16)
    apply_defects(frame, defects)
    return frame


def test_dead_pixels_read_nothing_and_hot_pixels_full_scale(frame: NDArray[np.uint16]) -> None:
    assert set(np.unique(frame)) == {0, 1000, 65535}


def test_a_row_and_a_column_are_dead_and_half_of_another_each(frame: NDArray[np.uint16]) -> None:
    rows, columns = (np.sort((frame == 0).mean(axis=axis)) for axis in (1, 0))
    for part in (rows, columns):
        assert part[-1] == 1.0
        assert part[-2] == pytest.approx(0.5, abs=0.02)
        assert part[-3] < 0.05


def test_clusters_have_several_sizes(frame: NDArray[np.uint16], defects: Defects) -> None:
    assert [len(cluster) for cluster in defects.clusters] == [4, 6, 9, 9]
    _, _, regions, _ = cv2.connectedComponentsWithStats((frame == 65535).astype(np.uint8))
    assert (3, 3, 9) in {tuple(region[2:]) for region in regions.tolist()}


def test_largest_cluster_of_the_full_panel_has_thirty_pixels() -> None:
    clusters = draw_defects(FULL_PANEL, seed=3).clusters
    assert max(len(cluster) for cluster in clusters) == 30


def test_lines_and_clusters_are_among_the_dead_and_hot_pixels(defects: Defects) -> None:
    together = np.concatenate([*defects.lines, *defects.clusters])
    assert np.isin(together, [*defects.dead, *defects.hot]).all()


def test_noisy_pixels_vary_more_than_their_neighbours(defects: Defects) -> None:
    imager = Imager(SMALL_PANEL, seed=3)
    darks = [imager.dark_frame(0.5, 26.0, number).astype(float) for number in range(8)]
    deviations = np.std(darks, axis=0).ravel()
    assert np.median(deviations[defects.noisy]) > 8.0 * np.median(deviations)


def test_good_panel_has_at_most_a_thousandth_of_single_defects() -> None:
    defects = draw_defects(FULL_PANEL, seed=3)
    lines = np.concatenate(defects.lines)
    singles = np.setdiff1d(np.concatenate([defects.dead, defects.hot, defects.noisy]), lines)
    assert 1e-4 < len(singles) / 7.2e6 < 1e-3

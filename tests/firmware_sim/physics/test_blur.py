import numpy as np
import pytest
from numpy.typing import NDArray

from firmware_sim.physics.blur import blur, presampled_mtf

PITCH_MM = 0.1
FREQUENCIES = np.array([0.5, 1.0, 1.5, 2.0, 2.5, 3.0])


def measured_mtf(image: NDArray[np.float32], slope: float) -> NDArray[np.float64]:
    """MTF of a slanted edge through the middle, its spread sampled at a tenth of a pixel."""
    rows, columns = np.indices(image.shape)
    rows, columns = rows - image.shape[0] / 2, columns - image.shape[1] / 2
    distance = (columns - slope * rows) / np.hypot(1, slope)
    bins = np.rint(distance * 10).astype(int)
    kept = np.abs(bins) <= 400
    counts = np.bincount(bins[kept] + 400)
    edge = np.bincount(bins[kept] + 400, image[kept]) / counts
    line = np.gradient(edge) * np.hanning(len(edge))
    waves = np.exp(-2j * np.pi * np.outer(FREQUENCIES, np.arange(len(line)) * PITCH_MM / 10))
    return np.asarray(np.abs(waves @ line) / abs(line.sum()))


def test_slanted_edge_shows_the_stated_mtf() -> None:
    slope = np.tan(np.radians(2.5))
    rows, columns = np.indices((400, 300))
    edge = (columns - 150 - slope * (rows - 200) > 0).astype(np.float32)
    found = measured_mtf(blur(edge, PITCH_MM)[60:-60], slope)
    assert found == pytest.approx(presampled_mtf(FREQUENCIES, PITCH_MM), abs=0.02)


# 500 um CsI at a pitch of 139 um.
@pytest.mark.parametrize(("frequency", "mtf"), [(1, 0.62), (2, 0.33), (3, 0.18)])
def test_mtf_is_that_of_a_published_panel(frequency: float, mtf: float) -> None:
    assert presampled_mtf(np.array([frequency]), 0.139)[0] == pytest.approx(mtf, abs=0.01)


def test_blur_keeps_a_flat_field_flat_to_the_edge() -> None:
    assert blur(np.ones((50, 40), np.float32), PITCH_MM) == pytest.approx(1.0, abs=1e-5)

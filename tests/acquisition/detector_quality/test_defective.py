"""The summary of a map of defects whose every pixel is known."""

import numpy as np
import pytest

from acquisition.detector_quality.defective import summarise_defects

SHAPE, PITCH_MM = (400, 500), 0.1


@pytest.fixture
def summary():
    defects = np.zeros(SHAPE, np.uint8)
    defects[50, :] = defects[200:, 300] = 1
    defects[100:103, 120:124] = 1
    defects[310, 40], defects[320, 440] = 2, 8
    anomalous = np.zeros(SHAPE, dtype=bool)
    anomalous[200, 200:206] = True
    anomalous[5, :] = True
    return summarise_defects(defects, anomalous, PITCH_MM)


def test_lines_clusters_and_singles_are_counted(summary):
    assert summary.count.pixels == 500 + 200 + 12 + 2
    assert (summary.count.lines, summary.count.clusters, summary.count.singles) == (2, 1, 2)


def test_pixels_of_lines_do_not_count_as_scattered(summary):
    assert summary.outside_lines == pytest.approx((12 + 2) / (400 * 500))


def test_the_border_has_no_anomalous_pixels(summary):
    assert summary.anomalous == pytest.approx(6 / (200 * 300))

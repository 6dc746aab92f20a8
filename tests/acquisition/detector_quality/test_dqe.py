"""DQE of a detector that loses nothing, and of one that counts half."""

import numpy as np
import pytest

from acquisition.detector_quality.dqe import PHOTONS_PER_MM2_UGY, measure_dqe
from acquisition.detector_quality.edge import Direction, EdgeResponse
from acquisition.detector_quality.noise_power import NoisePower
from acquisition.detector_quality.regions import at, frequency_grid
from acquisition.errors import SettingUnusable

PITCH_MM, KERMA_UGY = 0.1, 2.5


def edges(pitch_mm=PITCH_MM):
    grid, nothing = frequency_grid(pitch_mm), np.zeros(1)
    return [
        EdgeResponse(direction, 2.0, nothing, nothing, nothing, grid, np.exp(-grid))
        for direction in Direction
    ]


def noise(quanta_per_mm2, pitch_mm=PITCH_MM):
    grid = frequency_grid(pitch_mm)
    power = np.exp(-2 * grid) / quanta_per_mm2
    return NoisePower(grid, power, power, 1000.0, 1, 65536)


@pytest.mark.parametrize("counted", [1.0, 0.5])
def test_dqe_is_the_share_of_the_photons_that_the_noise_tells_of(counted):
    quanta = counted * KERMA_UGY * PHOTONS_PER_MM2_UGY["RQA3"]
    efficiency = measure_dqe(edges(), noise(quanta), "RQA3", KERMA_UGY)
    assert efficiency.mean == pytest.approx(counted)
    assert efficiency.across == pytest.approx(efficiency.down)
    assert at(1.0, efficiency.mean) == pytest.approx(counted)
    assert np.isnan(at(5.1, efficiency.mean))


@pytest.mark.parametrize(("beam", "kerma"), [("RQA3", 0.0), ("RQA3", np.nan), ("RQA9", 2.5)])
def test_without_a_known_number_of_photons_there_is_no_dqe(beam, kerma):
    with pytest.raises(SettingUnusable):
        measure_dqe(edges(), noise(1.0), beam, kerma)


def test_edge_and_flats_of_two_panels_are_refused():
    with pytest.raises(SettingUnusable):
        measure_dqe(edges(), noise(1.0, 0.2), "RQA3", KERMA_UGY)


def test_one_direction_is_not_enough():
    with pytest.raises(SettingUnusable, match="along the columns"):
        measure_dqe(edges()[:1], noise(1.0), "RQA3", KERMA_UGY)

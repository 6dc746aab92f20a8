"""The same claims on the simulator's panel, whose physics was written by other hands."""

from datetime import UTC, datetime

import numpy as np
import pytest

from acquisition.calibration import calibrate
from acquisition.correct import correct
from acquisition.defects import count_defects
from acquisition.display import develop, screen_picture
from acquisition.hand import Side
from device.frame import DetectorIdentity, MeasuredExposure, RawFrame
from device.technique import Technique

imager_module = pytest.importorskip("firmware_sim.physics.imager")
TECHNIQUE = Technique(50.0, 50.0, 12.0)
IDENTITY = DetectorIdentity("Simulated", "small", "SIM-1", "1", 1)


def _frame(pixels, exposed):
    exposure = MeasuredExposure(1, TECHNIQUE, TECHNIQUE, 50.0, 12.0) if exposed else None
    return RawFrame(pixels, 400.0, IDENTITY, 26.0, 500.0, 0, exposure)


@pytest.fixture(scope="module")
def imager():
    return imager_module.Imager(imager_module.SMALL_PANEL, 5)


@pytest.fixture(scope="module")
def maps(imager):
    imager.place("flat")
    darks = (_frame(imager.dark_frame(0.5, 26.0, n), False) for n in range(16))
    flats = (
        _frame(imager.exposed_frame(50.0, TECHNIQUE.mas, 0.5, 26.0, 100 + n), True)
        for n in range(16)
    )
    return calibrate(darks, flats, imager.sensitivity_rqa3, datetime(2026, 3, 2, tzinfo=UTC))


def test_all_its_defects_are_found_and_no_others(imager, maps):
    truth = np.zeros(maps.defects.size, dtype=bool)
    injected = imager._defects
    for places in (injected.dead, injected.hot, injected.noisy):
        truth[places] = True
    found = maps.defect_mask.ravel()
    assert np.all(found[truth])
    truth[imager._defects.noisy] = True
    assert np.mean(found & ~truth) <= 1e-5
    count = count_defects(maps.defects)
    assert count.lines == len(injected.lines)
    assert count.clusters >= len(injected.clusters)


@pytest.mark.parametrize("mas", [0.15, 0.5, 1.5, 5.0, 15.0])
def test_index_at_rqa3_is_100_times_the_kerma(imager, maps, mas):
    imager.place("flat:beam=RQA3")
    radiograph = correct(_frame(imager.exposed_frame(50.0, mas, 0.5, 26.5, 7), True), maps)
    kerma_ugy = imager.air_kerma_ugy(50.0, mas)
    assert radiograph.exposure_index == pytest.approx(100 * kerma_ugy, rel=0.05)


def test_empty_panel_is_shown_black(imager, maps):
    imager.place("flat")
    radiograph = correct(_frame(imager.exposed_frame(50.0, 0.3, 0.5, 26.0, 8), True), maps)
    assert screen_picture(develop(radiograph), Side.LEFT).mean() < 3

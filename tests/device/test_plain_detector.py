"""The driver on a detector without ExposureControl, at high speed: all it does is dark frames."""

import pytest

from device.detector import open_detector
from device.errors import CannotExpose
from firmware_sim.features import ExposureControl
from firmware_sim.physics.imager import SMALL_PANEL
from firmware_sim.server import serve
from firmware_sim.unit import SimulatedUnit
from firmware_sim.usb_device import Speed
from tests.stepping_clock import SteppingClock


@pytest.fixture
def detector():
    unit = SimulatedUnit(SMALL_PANEL, seed=1, exposure_control=ExposureControl.ABSENT)
    with serve(unit, usb_speed=Speed.HIGH) as served:
        detector = open_detector(served.detector_url, SteppingClock(unit))
        yield detector
        detector.close()


def test_plain_detector_gives_dark_frames(detector):
    assert detector.read_dark(50.0).pixels.shape == (750, 600)


def test_plain_detector_is_never_armed(detector):
    with pytest.raises(CannotExpose):
        detector.arm(7, 5_000)


def test_plain_detector_tells_how_warm_it_is_and_nothing_of_exposures(detector):
    status = detector.status()
    assert 20.0 < status.temperature_c < 30.0
    assert status.exposure_state is None and not status.armed

import numpy as np
import pytest

from firmware_sim.errors import AccessDenied
from firmware_sim.image_faults import Wear, worn


@pytest.fixture
def take(camera):
    """Take a dark frame through the wire: its pixels, and the trailer's status."""

    def one():
        camera["ExposureTime"].value = 5000.0
        camera.start_stream()
        camera["AcquisitionStart"].execute()
        camera.unit.step(0.1)
        _, payload, trailer = camera.block()
        return np.frombuffer(payload, "<u2").reshape(-1, 8), int.from_bytes(
            trailer[16:18], "little"
        )

    return one


def test_hot_panel_tells_so(camera):
    before = camera["DeviceTemperature"].value
    camera.unit.inject_fault("hot-panel")
    assert camera["DeviceTemperature"].value == pytest.approx(before + 20.0)


def test_hot_panel_is_not_armed(unit, hands):
    hands.ready_to_arm()
    unit.inject_fault("hot-panel")
    with pytest.raises(AccessDenied):
        unit.panel.arm()


def test_dead_rows_read_nothing(camera, take):
    camera.unit.panel.frames_read = 9  # what every pixel of the frame holds
    camera.unit.inject_fault("dead-rows", {"lines": 4})
    pixels, status = take()
    dead = np.flatnonzero(~pixels.any(axis=1))
    assert dead.tolist() == [98, 99, 100, 101] and status == 0


def test_more_dead_rows_than_the_panel_has_leave_nothing(camera, take):
    camera.unit.panel.frames_read = 9
    camera.unit.inject_fault("dead-rows", {"lines": 2999})
    assert not take()[0].any()


def test_drifted_panel_reads_otherwise_than_it_was_calibrated(camera, take):
    camera.unit.panel.frames_read = 1000
    camera.unit.inject_fault("stale-calibration", {"percent": 20})
    assert np.all(take()[0] == 800)


def test_drift_goes_up_and_down_by_chip():
    pixels = worn(np.full((1, 300), 1000, np.uint16), Wear(drift_percent=10))
    assert [int(pixels[0, column]) for column in (0, 127, 128, 255, 256)] == [
        900,
        900,
        1100,
        1100,
        900,
    ]


def test_drift_stays_below_full_scale():
    assert worn(np.full((1, 200), 65000, np.uint16), Wear(drift_percent=10)).max() == 65535


def test_overrun_breaks_off_and_says_so(camera, take):
    camera.unit.inject_fault("data-overrun")
    pixels, status = take()
    assert (pixels.shape[0], status) == (100, 0xA101)


def test_cleared_faults_leave_a_healthy_frame(camera, take):
    for name in ("data-overrun", "dead-rows", "stale-calibration", "hot-panel"):
        camera.unit.inject_fault(name)
    camera.unit.clear_faults()
    camera.unit.panel.frames_read = 9
    pixels, status = take()
    assert np.all(pixels == 9) and status == 0

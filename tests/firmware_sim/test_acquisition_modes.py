"""Dark and test frames over the stream endpoint: modes, triggers, patterns, binning."""

import struct

import numpy as np
import pytest

from firmware_sim.physics.reading import Reading
from firmware_sim.usb_device import Speed


def start(camera, **settings):
    for name, value in settings.items():
        camera[name].value = value
    camera.start_stream()
    camera["AcquisitionStart"].execute()


def pictures(camera):
    """Take what waits as arrays, by what their leaders say."""
    return [
        np.frombuffer(payload, "<u2").reshape(struct.unpack("<II", leader[32:40])[::-1])
        for leader, payload, _ in camera.blocks()
    ]


def block_ids(camera):
    return [int.from_bytes(leader[8:16], "little") for leader, _, _ in camera.blocks()]


def test_multi_frame_gives_as_many_frames_as_asked(camera):
    start(camera, AcquisitionMode="MultiFrame", AcquisitionFrameCount=3, ExposureTime=5000.0)
    camera.unit.step(1.0)
    assert block_ids(camera) == [0, 1, 2] and not camera.unit.panel.acquiring


def test_continuous_frames_come_until_the_stop(camera):
    start(camera, AcquisitionMode="Continuous", ExposureTime=5000.0)
    camera.unit.step(0.035)
    camera["AcquisitionStop"].execute()
    camera.unit.step(1.0)
    assert block_ids(camera) == [0, 1, 2] and not camera.unit.panel.acquiring


def test_frames_follow_each_other_after_integration_settling_and_read_out(camera):
    start(camera, AcquisitionMode="MultiFrame", AcquisitionFrameCount=2, ExposureTime=5000.0)
    camera.unit.step(1.0)
    times = [int.from_bytes(leader[20:28], "little") for leader, _, _ in camera.blocks()]
    assert times[1] - times[0] == 5_000_000 + 5_000_000 + 4_400_000


def test_settings_cannot_change_while_frames_are_taken(camera):
    start(camera, AcquisitionMode="Continuous")
    with pytest.raises(OSError, match="0x8006"):
        camera["TestPattern"].value = "White"


def test_software_trigger_gives_a_dark_frame_each(camera):
    start(
        camera,
        TriggerMode="On",
        TriggerSource="Software",
        AcquisitionMode="Continuous",
        ExposureTime=5000.0,
    )
    counts = []
    for _ in range(2):
        camera["TriggerSoftware"].execute()
        camera.unit.step(0.1)
        counts.append(len(camera.blocks()))
    assert counts == [1, 1] and camera.unit.panel.acquiring


def test_software_trigger_without_an_acquisition_is_refused(camera):
    camera["TriggerMode"].value = "On"
    camera["TriggerSource"].value = "Software"
    with pytest.raises(OSError, match="0x8006"):
        camera["TriggerSoftware"].execute()


def test_software_trigger_never_starts_what_waits_for_the_beam(camera):
    start(camera, TriggerMode="On", TriggerSource="Line0")
    with pytest.raises(OSError, match="0x8006"):
        camera["TriggerSoftware"].execute()


@pytest.mark.parametrize(
    "settings",
    [{"TriggerSource": "Software"}, {"TestPattern": "White"}, {"TriggerMode": "Off"}],
    ids=str,
)
def test_only_a_true_picture_on_the_exposure_request_is_ever_armed(camera, settings):
    camera.unit.session.enable_heartbeat()
    start(camera, **{"TriggerMode": "On", **settings})
    camera["ExposureNonce"].value = 8
    with pytest.raises(OSError, match="0x8006"):
        camera["ExposureArm"].value = True


PATTERNS = {
    "Black": lambda row, column: 0 * row * column,
    "White": lambda row, column: 65535 + 0 * row * column,
    "GreyHorizontalRamp": lambda row, column: column + 0 * row,
    "GreyVerticalRamp": lambda row, column: row + 0 * column,
    "GreyDiagonalRamp": lambda row, column: row + column,
}


@pytest.mark.parametrize("name", PATTERNS)
def test_test_pattern_comes_at_once(camera, name):
    start(camera, TestPattern=name)
    row, column = np.indices((200, 8))
    assert np.array_equal(pictures(camera)[0], PATTERNS[name](row, column) % 65536)
    assert not camera.unit.panel.acquiring


def test_endless_test_images_wait_until_the_host_has_room(camera):
    start(camera, TestPattern="White", AcquisitionMode="Continuous")
    camera.unit.step(1.0)
    first = block_ids(camera)
    camera.unit.step(1.0)
    assert first == [0, 1, 2, 3] and block_ids(camera) == [4, 5, 6, 7]


def test_frames_of_one_test_pattern_share_their_pixels(camera):
    frames = []
    camera.unit.panel.on_frame = frames.append
    start(camera, TestPattern="White", AcquisitionMode="MultiFrame", AcquisitionFrameCount=2)
    camera.unit.step(0.01)
    assert frames[0].image is frames[1].image


def test_binned_pattern_has_the_binned_size(camera):
    start(camera, TestPattern="GreyHorizontalRamp", BinningHorizontal=2, BinningVertical=2)
    assert pictures(camera)[0].shape == (100, 4)


def test_binning_averages_what_the_panel_saw(make_camera):
    class Stripes:
        sensitivity_rqa3 = 1.0

        def read_dark(self, about):
            pixels = np.tile(np.array([10, 13], np.uint16), (200, 4))
            return Reading(pixels, np.zeros(200, np.float32))

    camera = make_camera()
    camera.unit.panel._frame._imager = Stripes()
    start(camera, BinningHorizontal=2)
    camera.unit.step(1.0)
    assert np.array_equal(pictures(camera)[0], np.full((200, 4), 12))


def test_sensor_that_is_faster_than_its_host_tells_of_the_overrun(camera):
    start(camera, AcquisitionMode="MultiFrame", AcquisitionFrameCount=6, ExposureTime=5000.0)
    camera.unit.step(1.0)
    trailers = [trailer for _, _, trailer in camera.blocks()]
    statuses = [int.from_bytes(trailer[16:18], "little") for trailer in trailers]
    assert statuses == [0, 0, 0, 0, 0xA101, 0xA101]
    assert int.from_bytes(trailers[-1][20:28], "little") == 0


def test_host_that_never_fetches_fills_no_memory(camera):
    start(camera, AcquisitionMode="Continuous", ExposureTime=5000.0)
    camera.unit.step(10.0)
    pipe = camera.device.pipes[0x83]
    assert pipe.waiting_transfers < 70 and pipe.waiting_bytes < 5 * 3200 + 70 * 52


@pytest.mark.parametrize("speed", [Speed.SUPER, Speed.HIGH])
def test_frames_come_at_either_speed(make_camera, speed):
    camera = make_camera(speed)
    start(camera, ExposureTime=5000.0)
    camera.unit.step(0.1)
    assert block_ids(camera) == [0]


@pytest.mark.parametrize(("speed", "current"), [(Speed.SUPER, 8), (Speed.HIGH, 4)])
def test_registers_tell_the_speed(make_camera, speed, current):
    camera = make_camera(speed)
    assert camera.read(0x0001_0040, 4)[0] == current


def test_frame_below_a_mebibyte_may_be_one_transfer_of_its_own_size(camera):
    # As Aravis 0.8.26 sets a small frame up: the payload is the transfer size, and one of them.
    for offset, value in ((0x18, 52), (0x1C, 3200), (0x20, 1), (0x24, 0), (0x28, 0), (0x2C, 36)):
        camera.write(0x0001_1000 + offset, struct.pack("<I", value))
    camera.write(0x0001_1004, struct.pack("<I", 1))
    camera["TestPattern"].value = "White"
    camera["AcquisitionStart"].execute()
    camera.unit.step(0.1)
    assert camera.take(0x83, 52)[:4] == b"U3VL"
    assert camera.take(0x83, 3200) == b"\xff" * 3200


def test_mode_may_be_set_between_enabling_the_stream_and_starting(camera):
    camera.start_stream()
    camera["AcquisitionMode"].value = "Continuous"
    with pytest.raises(OSError, match="0x8006"):
        camera["BinningHorizontal"].value = 2  # the sizes are agreed

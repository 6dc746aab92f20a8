"""What a service engineer asks a detector, and what one answers that does not have it."""

import numpy as np
import pytest

from device.detector import PanelCounters, expected_pattern
from device.errors import (
    CannotExpose,
    DetectorRestarted,
    FileRefused,
    FrameIncomplete,
    NotOffered,
)

PATTERNS = ["Black", "White", "GreyHorizontalRamp", "GreyVerticalRamp", "GreyDiagonalRamp"]


def test_every_temperature_is_told_by_its_place(detector):
    assert detector.temperatures() == {"Sensor": 30.0, "Board": 40.5}


def test_the_temperature_of_the_status_is_the_sensors_whatever_was_asked_before(detector):
    detector.temperatures()
    assert detector.status().temperature_c == 30.0


def test_a_panel_that_was_left_at_another_place_measures_at_its_sensor(peer, open_peer):
    peer.set("DeviceTemperatureSelector", 1)
    assert open_peer(peer).status().temperature_c == 30.0


def test_a_temperature_that_fails_leaves_the_selector_at_the_sensor(detector, peer, monkeypatch):
    monkeypatch.setattr(peer, "temperature_of", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        detector.temperatures()
    assert peer.get("DeviceTemperatureSelector") == "Sensor"


def test_a_detector_with_one_temperature_tells_it(bare_detector):
    assert bare_detector.temperatures() == {"Panel": 30.0}


@pytest.mark.parametrize("name", PATTERNS)
def test_a_test_image_arrives_pixel_by_pixel(detector, peer, name):
    frame = detector.read_test_pattern(name)
    assert np.array_equal(frame.pixels, expected_pattern(name, 4, 6))
    assert peer.get("TestPattern") == "Off"


def test_ramps_start_again_after_65535():
    ramp = expected_pattern("GreyDiagonalRamp", 2, 65536)
    assert (ramp[0, 65535], ramp[1, 65535], ramp[1, 0]) == (65535, 0, 1)


def test_a_dark_frame_is_never_a_test_image(detector, peer):
    peer.set("TestPattern", 2)
    assert set(detector.read_dark(100.0).pixels.ravel()) == {500}


def test_a_dark_frame_is_one_frame_of_every_pixel(detector, peer):
    peer.set("BinningHorizontal", 2)
    peer.set("AcquisitionMode", 1)
    detector.read_dark(100.0)
    assert (peer.get("BinningHorizontal"), peer.get("AcquisitionMode")) == (1, "SingleFrame")


def test_the_size_is_read_anew_with_stored_settings(detector, peer):
    peer.set("Width", 3)
    detector.load_user_set("Default")
    assert (detector.rows, detector.columns) == (4, 3)


def test_a_panel_tells_of_each_frame_how_it_was_made(detector):
    frame = detector.read_dark(100.0)
    assert (frame.temperature_c, frame.integration_ms) == (31.5, 123.0)


def test_a_panel_without_chunks_is_believed_what_it_said_at_the_start(bare_detector):
    frame = bare_detector.read_dark(100.0)
    assert (frame.temperature_c, frame.integration_ms) == (30.0, 100.0)


def test_an_image_with_a_wrong_checksum_is_not_used(detector, peer):
    peer.damage = -1
    with pytest.raises(FrameIncomplete, match="checksum"):
        detector.read_dark(100.0)


def test_an_image_of_a_restarted_panel_is_kept_and_told(detector, peer):
    peer.damage = 1
    with pytest.raises(DetectorRestarted) as caught:
        detector.read_dark(100.0)
    assert caught.value.frame.pixels.shape == (4, 6)


def test_a_panel_that_refuses_chunks_serves_its_images_without(peer, open_peer, address_of):
    peer.protected.add(address_of["ChunkEnable"])
    detector = open_peer(peer)
    assert peer.get("ChunkModeActive") == 0
    assert detector.read_dark(100.0).temperature_c == 30.0


def test_the_transfer_sizes_are_written_in_one_round_trip(detector, peer):
    peer.heard.clear()
    detector.read_dark(100.0)
    assert peer.heard.count(0x0808) == 1


def test_the_panels_own_counters_are_told(detector):
    assert detector.panel_counters() == PanelCounters(36, 37, 38, 39)


def test_round_trips_are_counted(detector):
    before = detector.link_counters.commands
    assert len(detector.measure_round_trips(5)) == 5
    assert detector.link_counters.commands == before + 5


def test_files_are_listed_and_read_in_pieces(detector, peer):
    assert detector.list_files() == ("DefectMap", "EventLog")
    assert detector.read_file("DefectMap") == bytes(range(250))
    assert peer.notes == ["Open", "Read", "Read", "Read", "Close"]


def test_an_empty_file_is_read(detector):
    assert detector.read_file("EventLog") == b""


@pytest.mark.parametrize("size", [0, 1, 99, 100, 101, 1234])
def test_a_file_that_was_written_is_read_again(detector, size):
    content = bytes(number % 251 for number in range(size))
    detector.write_file("DefectMap", content)
    assert detector.read_file("DefectMap") == content


def test_a_file_operation_that_fails_is_told_and_the_file_closed(detector, peer):
    peer.status = "Failure"
    with pytest.raises(FileRefused, match=r"DefectMap, opening: Failure"):
        detector.read_file("DefectMap")
    peer.status, peer.cut_short = "Success", 1
    with pytest.raises(FileRefused, match=r"99 of 100 bytes at byte 0"):
        detector.write_file("DefectMap", bytes(200))
    assert peer.notes[-1] == "Close"


def test_user_sets_are_stored_and_taken_over(detector, peer):
    assert detector.user_sets() == ("Default", "UserSet1")
    detector.save_user_set("UserSet1")
    assert peer.saved == ["UserSet1"]
    detector.load_user_set("Default")
    assert peer.get("ChunkModeActive") == 1
    assert detector.status().temperature_c == 30.0
    assert peer.get("BinningHorizontal") == 1


@pytest.mark.parametrize(
    "asked",
    [
        lambda d: d.read_test_pattern("Black"),
        lambda d: d.list_files(),
        lambda d: d.read_file("DefectMap"),
        lambda d: d.write_file("DefectMap", b"x"),
        lambda d: d.user_sets(),
        lambda d: d.load_user_set("Default"),
        lambda d: d.save_user_set("Default"),
        lambda d: d.panel_counters(),
    ],
)
def test_what_a_detector_lacks_is_not_offered(bare_detector, asked):
    with pytest.raises(NotOffered):
        asked(bare_detector)
    assert bare_detector.read_dark(100.0).pixels.shape == (4, 6)


@pytest.mark.parametrize(
    "asked",
    [
        lambda d: d.read_test_pattern("Kitten"),
        lambda d: d.read_file("Kitten"),
        lambda d: d.load_user_set("Kitten"),
        lambda d: expected_pattern("Kitten", 2, 2),
    ],
)
def test_a_name_that_nobody_knows_is_not_offered(detector, asked):
    with pytest.raises(NotOffered, match="Kitten"):
        asked(detector)


def test_a_panel_without_exposure_control_is_never_armed(detector):
    assert not detector.can_expose
    assert detector.status().open_interlocks is None
    with pytest.raises(CannotExpose):
        detector.arm(1, 1000)

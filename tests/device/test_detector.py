"""The detector on the simulated unit."""

from dataclasses import replace

import numpy as np
import pytest

from device.detector import ExposureState, Interlock, _of_every_row, open_detector
from device.errors import (
    ArmRefused,
    CannotExpose,
    FeatureRefused,
    FrameIncomplete,
    ImageSizeChanged,
    LinkError,
    LinkLost,
)
from device.u3v.chunks import FrameFacts
from device.u3v.receive import Block
from firmware_sim.acquisition import AcquisitionMode


def test_the_panel_says_who_it_is(detector, unit):
    assert detector.identity.boot_id == unit.panel.boot_id
    assert all((detector.identity.vendor, detector.identity.model, detector.identity.serial))
    assert (detector.rows, detector.columns, detector.pixel_pitch_um) == (75, 60, 4000.0)
    assert detector.sensitivity_rqa3 == 1024.0
    assert detector.can_expose


def test_a_dark_frame_is_integrated_as_long_as_asked(detector, clock):
    before = clock.now()
    frame = detector.read_dark(200.0)
    assert frame.pixels.shape == (75, 60) and frame.pixels.min() == 500
    assert (frame.integration_ms, frame.exposure) == (200.0, None)
    assert 0.2 <= clock.now() - before <= 0.4
    assert frame.temperature_c == pytest.approx(25.3, abs=1.0)


def test_dark_frames_follow_each_other(detector):
    values = [int(detector.read_dark(100.0).pixels[0, 0]) for _ in range(4)]
    assert values == [500, 501, 502, 503]


def test_an_integration_beyond_the_panel_is_refused(detector):
    with pytest.raises(FeatureRefused):
        detector.read_dark(1e6)
    assert detector.read_dark(100.0).pixels.min() == 500


def test_a_short_dark_frame_is_refused_and_the_next_is_good(detector, unit):
    unit.inject_fault("short-frame", {"lines": 1})
    with pytest.raises(FrameIncomplete):
        detector.read_dark(100.0)
    unit.clear_faults()
    assert detector.read_dark(100.0).pixels.min() == 501


def test_the_status_names_open_interlocks(detector, unit):
    assert detector.status().open_interlocks == Interlock.NONE
    unit.open_door()
    assert detector.status().open_interlocks == Interlock.DOOR


def test_arming_and_disarming_show_in_the_status(detector):
    detector.arm(5, 30_000)
    armed = detector.status()
    assert (armed.armed, armed.exposure_state) == (True, ExposureState.ARMED)
    assert armed.beam_enable is False
    detector.disarm()
    assert not detector.status().armed


@pytest.mark.parametrize("nonce", [0])
def test_a_panel_that_refuses_to_arm_is_left_at_rest(detector, unit, nonce):
    with pytest.raises(ArmRefused):
        detector.arm(nonce, 30_000)
    assert unit.panel.state.value == "idle" and not unit.panel.acquiring
    assert not unit.session.heartbeat_enabled


def test_a_lease_beyond_the_limits_is_refused(detector, unit):
    with pytest.raises(FeatureRefused):
        detector.arm(5, 60_000)
    assert not unit.panel.acquiring


def test_a_panel_that_was_binned_is_armed_with_every_pixel(detector, unit):
    detector.features.set_integer("BinningHorizontal", 2)
    detector.features.set_integer("BinningVertical", 2)
    detector.features.choose("AcquisitionMode", "Continuous")
    detector.arm(5, 30_000)
    settings = unit.panel.settings
    assert (settings.rows_binned, settings.columns_binned) == (1, 1)
    assert settings.mode is AcquisitionMode.SINGLE_FRAME


def test_a_panel_whose_images_changed_their_size_is_not_armed(detector, unit):
    unit.panel.geometry = replace(unit.panel.geometry, rows=80)
    with pytest.raises(ImageSizeChanged, match="80 x 60 instead of 75 x 60"):
        detector.arm(5, 30_000)
    assert unit.panel.state.value == "idle" and not unit.panel.acquiring


def test_a_dark_frame_after_disarming_is_dark(detector):
    detector.arm(5, 30_000)
    detector.disarm()
    assert detector.read_dark(100.0).pixels.min() == 500


def test_closing_disarms_and_gives_the_panel_free(served, clock, unit):
    detector = open_detector(served.detector_url, clock)
    detector.arm(5, 30_000)
    detector.close()
    assert unit.panel.state.value == "idle" and unit.session.privilege == 0


def test_what_an_earlier_host_left_running_is_stopped(served, clock, unit):
    earlier = open_detector(served.detector_url, clock)
    earlier.arm(5, 30_000)
    earlier.hang_up()
    detector = open_detector(served.detector_url, clock)
    assert not detector.status().armed
    assert detector.read_dark(100.0).pixels.min() == 500
    detector.close()


def test_a_second_host_is_refused(served, clock, detector):
    with pytest.raises(LinkError):
        open_detector(served.detector_url, clock)
    assert detector.read_dark(100.0).pixels.min() == 500


def test_a_panel_without_exposure_control_gives_dark_frames_and_is_never_armed(detector, unit):
    detector.can_expose = False
    assert detector.read_dark(100.0).pixels.min() == 500
    with pytest.raises(CannotExpose):
        detector.arm(5, 30_000)


def test_a_pulled_cable_is_lost_at_once_and_closing_is_quiet(detector, unit, clock):
    unit.inject_fault("cable-pull", {"at": "idle"})
    clock.sleep(0.01)
    with pytest.raises(LinkLost):
        detector.status()
    detector.close()


def test_after_replugging_the_panel_opens_again(served, unit, clock, detector):
    unit.inject_fault("cable-pull", {"at": "idle"})
    clock.sleep(0.01)
    unit.clear_faults()
    again = open_detector(served.detector_url, clock)
    assert again.read_dark(100.0).pixels.min() == 500
    again.close()


def test_listening_to_events_never_disturbs_the_control_channel(detector):
    detector.listen(lambda event: None)
    assert detector.read_dark(100.0).pixels.min() == 500
    before = detector.link_counters
    assert len(detector.measure_round_trips(200)) == 200
    detector.mute()
    after = detector.link_counters
    assert (after.repeated, after.unreadable) == (before.repeated, before.unreadable)


def test_a_host_that_hangs_up_stops_listening(detector):
    detector.listen(lambda event: None)
    listening = detector._events
    detector.hang_up()
    assert not listening._thread.is_alive()


@pytest.mark.parametrize(("told", "kept"), [([1.0, 2.0], True), ([1.0], False)])
def test_a_row_reference_holds_for_every_row_or_for_none(told, kept):
    facts = FrameFacts(row_reference_dn=np.array(told, np.float32))
    reference = _of_every_row(Block(np.zeros((2, 3), np.uint16), 0, facts))
    assert (reference is not None) is kept

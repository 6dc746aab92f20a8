"""What every detector does, simulated or real. No X-rays are made: nobody presses a hand switch."""

import gc
import secrets

import numpy as np
import pytest

from device.detector import ExposureState, open_detector
from device.errors import ArmRefused, CannotExpose, DetectorError, LinkError


def fresh_nonce():
    return secrets.randbits(62) | 1


def test_it_says_who_it_is(detector):
    identity = detector.identity
    assert all((identity.vendor, identity.model, identity.serial, identity.firmware_version))
    assert identity.boot_id != 0


def test_it_has_a_size_and_a_pitch(detector):
    assert detector.rows > 0 and detector.columns > 0
    assert 20.0 <= detector.pixel_pitch_um <= 5000.0


def test_it_is_as_warm_as_a_room(detector):
    assert 5.0 < detector.status().temperature_c < 60.0


def test_a_dark_frame_has_its_size_and_says_how_it_was_made(imaging):
    frame = imaging.read_dark(100.0)
    assert frame.pixels.shape == (imaging.rows, imaging.columns)
    assert frame.pixels.dtype == np.uint16
    assert frame.integration_ms == pytest.approx(100.0, rel=0.01)
    assert frame.detector == imaging.identity
    assert frame.exposure is None


def test_a_dark_frame_is_dark(imaging):
    assert np.median(imaging.read_dark(100.0).pixels) < 0.1 * 65535


def test_two_dark_frames_are_two_readings_of_one_panel(imaging):
    first, second = imaging.read_dark(100.0), imaging.read_dark(100.0)
    assert second.timestamp_ns > first.timestamp_ns
    difference = second.pixels.astype(np.int32) - first.pixels
    assert np.any(difference != 0)
    assert abs(np.median(difference)) < 50


def test_it_refuses_an_endless_integration_and_goes_on(imaging):
    with pytest.raises(DetectorError):
        imaging.read_dark(1e9)
    assert imaging.read_dark(100.0).pixels.size


# pyserial 3.5 leaves the socket of a refused RFC 2217 connection to the garbage collector.
@pytest.mark.filterwarnings(
    "ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning"
)
def test_it_serves_one_host_at_a_time(detector, place):
    with pytest.raises(LinkError):
        open_detector(*place)
    gc.collect()
    assert detector.status().temperature_c


def test_it_opens_again_after_closing(place):
    serials = []
    for _ in range(2):
        detector = open_detector(*place)
        serials.append(detector.identity.serial)
        detector.close()
    assert serials[0] == serials[1]


def test_without_exposure_control_it_is_never_armed(detector):
    if detector.can_expose:
        pytest.skip("this detector has exposure control")
    with pytest.raises(CannotExpose):
        detector.arm(fresh_nonce(), 5_000)


def test_it_arms_without_beam_enable_and_disarms(armable):
    armable.arm(fresh_nonce(), 5_000)
    armed = armable.status()
    armable.disarm()
    assert (armed.armed, armed.beam_enable) == (True, False)
    assert armed.exposure_state is ExposureState.ARMED
    assert not armable.status().armed


def test_it_is_never_armed_under_no_number(armable):
    with pytest.raises(ArmRefused):
        armable.arm(0, 5_000)
    assert not armable.status().armed


def test_it_disarms_itself_when_its_host_stops_asking(armable, place):
    armable.arm(fresh_nonce(), 5_000)
    place[1].sleep(0.3)
    assert armable.watch().state is ExposureState.IDLE


def test_it_stays_armed_while_its_host_asks_and_no_longer_than_its_lease(armable, place):
    _, clock = place
    armable.arm(fresh_nonce(), 1_000)
    armed_at, states = clock.now(), []
    while clock.now() - armed_at < 1.2:
        states.append((clock.now() - armed_at, armable.watch().state))
        clock.sleep(0.05)
    assert all(state is ExposureState.ARMED for when, state in states if when < 0.9)
    assert armable.watch().state is ExposureState.IDLE


def test_a_host_that_hangs_up_leaves_it_disarmed(place, armable):
    armable.arm(fresh_nonce(), 5_000)
    armable.hang_up()
    place[1].sleep(0.3)
    again = open_detector(*place)
    armed = again.status().armed
    again.close()
    assert not armed


def test_a_dark_frame_after_arming_in_vain_is_dark(armable):
    armable.arm(fresh_nonce(), 5_000)
    armable.disarm()
    assert np.median(armable.read_dark(100.0).pixels) < 0.1 * 65535

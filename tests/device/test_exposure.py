"""The exposure sequence through all its endings, in model time, on the simulated unit."""

import threading

import pytest
import serial

import device.detector
import device.exposure
import device.spellman.pmx
from device.errors import (
    CannotExpose,
    DetectorRestarted,
    DeviceError,
    Exposed,
    ExposureCancelled,
    ExposureInterrupted,
    ExposureTooShort,
    GeneratorFault,
    GeneratorNotReady,
    HandSwitchNotPressed,
    ImageLost,
    InterlockOpen,
    LinkError,
    NonceInvalid,
    NonceMismatch,
    NoXrays,
    PanelDisarmed,
    TechniqueOutsideLimits,
    WrongStage,
)
from device.exposure import (
    HAND_PRESET,
    ExposureRequest,
    ExposureStage,
    Interlock,
    Technique,
)
from firmware_sim.panel import PanelState

REQUEST = ExposureRequest(nonce=77, technique=HAND_PRESET)
LONG = ExposureRequest(nonce=78, technique=Technique(50.0, 25.0, 300.0))
# Hand switch to X-rays: 2 s of preparation, 0.3 s until the panel is clear.
TO_XRAYS_S = 2.3


def no_report(_stage):
    return None


def press(unit, clock, after_s=0.5):
    clock.after(after_s, lambda: unit.press_hand_switch(2))


def ending(sequence, timeout_s=30.0, report=no_report):
    """Wait for the frame, expect an error and give it."""
    with pytest.raises(DeviceError) as caught:
        sequence.await_frame(timeout_s, report)
    assert sequence.stage is ExposureStage.FAILED
    return caught.value


def assert_safe(unit, clock):
    clock.sleep(0.25)
    assert not unit.lines.beam_enable
    assert not unit.lines.x_rays
    unit.press_hand_switch(0)
    exposures = len(unit.exposures)
    clock.sleep(21.0)
    unit.press_hand_switch(2)
    clock.sleep(5.0)
    assert len(unit.exposures) == exposures


# --- the good ending


def test_a_held_hand_switch_gives_the_frame(unit, clock, sequence):
    stages = []
    sequence.arm(REQUEST)
    press(unit, clock)
    frame = sequence.await_frame(30.0, stages.append)
    assert frame.pixels.shape == (75, 60) and frame.pixels.min() == 9000
    assert stages == [
        ExposureStage.ARMED,
        ExposureStage.PREPARING,
        ExposureStage.READY,
        ExposureStage.X_RAY,
        ExposureStage.READING_OUT,
    ]
    assert sequence.stage is ExposureStage.DONE


def test_the_frame_says_how_it_was_exposed(unit, clock, sequence):
    sequence.arm(REQUEST)
    press(unit, clock)
    exposure = sequence.await_frame(30.0, no_report).exposure
    assert (exposure.nonce, exposure.technique, exposure.exposure_ms) == (77, HAND_PRESET, 12.0)
    assert exposure.technique_read_back.kv == pytest.approx(50.0, abs=0.01)
    assert exposure.technique_read_back.ma == pytest.approx(25.0, abs=0.05)
    assert exposure.kv_measured == pytest.approx(50.0, abs=0.05)
    assert [done.nonce for done in unit.exposures] == [77]


def test_two_exposures_follow_each_other(unit, clock, sequence):
    for nonce in (1, 2):
        sequence.arm(ExposureRequest(nonce, HAND_PRESET))
        press(unit, clock)
        assert sequence.await_frame(30.0, no_report).exposure.nonce == nonce
        unit.press_hand_switch(0)
        clock.sleep(20.0)
    assert len(unit.exposures) == 2


def test_a_generator_that_has_not_rested_is_not_armed(unit, clock, sequence):
    sequence.arm(REQUEST)
    press(unit, clock)
    sequence.await_frame(30.0, no_report)
    unit.press_hand_switch(0)
    clock.sleep(8.0)
    with pytest.raises(GeneratorNotReady, match="rest for another 12 s"):
        sequence.arm(LONG)
    assert unit.panel.state is PanelState.IDLE


def test_waiting_for_the_generator_to_rest_is_told_and_ends_in_time(unit, clock, sequence):
    sequence.arm(REQUEST)
    press(unit, clock)
    sequence.await_frame(30.0, no_report)
    unit.press_hand_switch(0)
    told, before = [], clock.now()
    sequence.rest(told.append)
    sequence.arm(LONG)
    assert told == [ExposureStage.RESTING]
    assert 20.0 <= clock.now() - before < 20.1
    sequence.disarm()


def test_a_generator_that_made_no_x_rays_need_not_rest(sequence, clock):
    sequence.arm(REQUEST)
    ending(sequence, timeout_s=1.0)
    told, before = [], clock.now()
    sequence.rest(told.append)
    assert (told, clock.now()) == ([], before)


def test_a_unit_that_is_armed_does_not_rest(sequence):
    sequence.arm(REQUEST)
    with pytest.raises(WrongStage):
        sequence.rest(no_report)
    sequence.disarm()


def test_the_switch_may_be_pressed_late_in_the_lease(unit, clock, sequence):
    sequence.arm(REQUEST)
    press(unit, clock, after_s=27.0)
    assert sequence.await_frame(29.5, no_report).exposure.exposure_ms == 12.0


def test_the_panel_is_disarmed_after_the_frame(unit, clock, sequence):
    sequence.arm(REQUEST)
    press(unit, clock)
    sequence.await_frame(30.0, no_report)
    assert_safe(unit, clock)


# --- refused before anything is armed


def refused(sequence, request, unit, error):
    with pytest.raises(error) as caught:
        sequence.arm(request)
    assert unit.describe()["panel"]["state"] == "idle"
    assert caught.value.exposed is Exposed.NO
    return caught.value


def test_a_technique_outside_the_limits_is_not_armed(unit, sequence):
    refused(sequence, ExposureRequest(1, Technique(60, 25, 12)), unit, TechniqueOutsideLimits)


@pytest.mark.parametrize("nonce", [0, -1, 1 << 63])
def test_an_exposure_without_a_number_is_not_armed(unit, sequence, nonce):
    refused(sequence, ExposureRequest(nonce, HAND_PRESET), unit, NonceInvalid)


def test_an_open_door_is_named_and_nothing_is_programmed(unit, sequence):
    unit.open_door()
    assert "door" in str(refused(sequence, REQUEST, unit, InterlockOpen))
    assert unit.tube.settings is None


def test_a_broken_generator_is_not_armed(unit, sequence):
    unit.inject_fault("generator-fault")
    assert "generator" in str(refused(sequence, REQUEST, unit, InterlockOpen))


def test_a_generator_with_a_fault_of_its_own_is_not_armed(unit, sequence):
    unit.tube.fault = "arc"
    refused(sequence, REQUEST, unit, GeneratorNotReady)


@pytest.mark.parametrize("stage", [1, 2])
def test_a_hand_switch_pressed_already_is_not_armed(unit, generator, sequence, stage):
    generator.program(HAND_PRESET)
    unit.press_hand_switch(stage)
    assert "release it" in str(refused(sequence, REQUEST, unit, GeneratorNotReady))


def test_a_hand_switch_stuck_since_power_up_is_noticed_when_programmed(unit, sequence):
    unit.press_hand_switch(2)
    refused(sequence, REQUEST, unit, GeneratorNotReady)


def test_a_restarted_panel_is_not_armed(unit, sequence):
    unit.panel.boot_id += 2
    refused(sequence, REQUEST, unit, DetectorRestarted)


def test_a_panel_without_exposure_control_is_not_armed(unit, detector, sequence):
    detector.can_expose = False
    refused(sequence, REQUEST, unit, CannotExpose)


def test_a_panel_that_keeps_another_number_is_not_armed(unit, sequence, monkeypatch):
    monkeypatch.setattr(unit.panel, "set_nonce", lambda value: setattr(unit.panel, "nonce", 5))
    refused(sequence, REQUEST, unit, NonceMismatch)


def test_a_number_is_used_once(unit, clock, sequence):
    sequence.arm(REQUEST)
    press(unit, clock)
    sequence.await_frame(30.0, no_report)
    unit.press_hand_switch(0)
    sequence.rest(no_report)
    with pytest.raises(DeviceError) as caught:
        sequence.arm(REQUEST)
    assert caught.value.code == "E-DET-9"


def test_a_silent_generator_is_not_armed(unit, sequence, monkeypatch):
    monkeypatch.setattr(device.spellman.pmx, "REPLY_TIMEOUT_S", 0.01)
    unit.inject_fault("generator-silent")
    with pytest.raises(DeviceError, match="generator does not answer"):
        sequence.arm(REQUEST)
    assert unit.describe()["panel"]["state"] == "idle"


# --- armed, and no exposure


def test_a_switch_never_pressed_disarms(unit, clock, sequence):
    sequence.arm(REQUEST)
    armed_at = clock.now()
    error = ending(sequence, timeout_s=10.0)
    assert isinstance(error, HandSwitchNotPressed) and error.exposed is Exposed.NO
    assert 10.0 <= clock.now() - armed_at < 10.2
    assert_safe(unit, clock)


def test_after_an_exposure_that_failed_the_panel_is_stopped_and_the_next_is_good(
    unit, clock, sequence
):
    sequence.arm(REQUEST)
    ending(sequence, timeout_s=1.0)
    assert not unit.panel.acquiring and not unit.session.heartbeat_enabled
    sequence.arm(LONG)
    press(unit, clock)
    assert sequence.await_frame(30.0, no_report).exposure.exposure_ms == 300.0


def test_an_expired_lease_counts_as_never_pressed(unit, clock, sequence):
    sequence.arm(REQUEST)
    error = ending(sequence, timeout_s=60.0)
    assert isinstance(error, HandSwitchNotPressed) and error.exposed is Exposed.NO
    assert_safe(unit, clock)


def test_a_switch_held_half_way_counts_as_never_pressed(unit, clock, sequence):
    sequence.arm(REQUEST)
    clock.after(1.0, lambda: unit.press_hand_switch(1))
    error = ending(sequence, timeout_s=10.0)
    assert isinstance(error, HandSwitchNotPressed) and error.exposed is Exposed.NO


def test_a_door_opened_after_arming_disarms(unit, clock, sequence):
    sequence.arm(REQUEST)
    clock.after(1.0, unit.open_door)
    error = ending(sequence)
    assert isinstance(error, InterlockOpen) and error.exposed is Exposed.NO
    assert "door" in str(error)
    unit.close_door()
    assert_safe(unit, clock)


def test_a_generator_fault_after_arming_disarms(unit, clock, sequence):
    sequence.arm(REQUEST)
    clock.after(1.0, lambda: unit.inject_fault("generator-fault"))
    error = ending(sequence)
    assert isinstance(error, GeneratorFault) and error.exposed is Exposed.NO


def test_a_panel_that_disarms_itself_is_noticed(unit, clock, sequence):
    sequence.arm(REQUEST)
    clock.after(1.0, unit.panel.disarm)
    error = ending(sequence)
    assert isinstance(error, PanelDisarmed) and error.exposed is Exposed.NO


def test_a_restart_while_armed_leaves_the_exposure_unknown(unit, clock, sequence):
    sequence.arm(REQUEST)
    clock.after(1.0, lambda: setattr(unit.panel, "boot_id", 5))
    error = ending(sequence)
    assert isinstance(error, DetectorRestarted) and error.exposed is Exposed.UNKNOWN
    assert_safe(unit, clock)


def test_a_generator_that_falls_silent_while_armed_disarms(unit, clock, sequence, monkeypatch):
    def fall_silent():
        # Only now: a busy computer may take longer than this for a good answer.
        monkeypatch.setattr(device.spellman.pmx, "WATCH_TIMEOUT_S", 0.01)
        unit.inject_fault("generator-silent")

    sequence.arm(REQUEST)
    clock.after(1.0, fall_silent)
    error = ending(sequence)
    assert isinstance(error, ExposureInterrupted) and error.exposed is Exposed.NO
    assert "E-GEN-3" in str(error)
    assert_safe(unit, clock)


def test_disarming_from_elsewhere_ends_the_wait(unit, clock, sequence):
    sequence.arm(REQUEST)
    clock.after(1.0, sequence.disarm)
    error = ending(sequence)
    assert isinstance(error, ExposureCancelled) and error.exposed is Exposed.NO
    assert_safe(unit, clock)


def test_disarming_before_waiting_makes_it_idle(unit, clock, sequence):
    sequence.arm(REQUEST)
    sequence.disarm()
    assert sequence.stage is ExposureStage.IDLE
    assert_safe(unit, clock)


def test_any_failure_of_the_caller_disarms(unit, clock, sequence):
    def interrupt(stage):
        if stage is ExposureStage.PREPARING:
            raise KeyboardInterrupt

    sequence.arm(REQUEST)
    press(unit, clock)
    with pytest.raises(KeyboardInterrupt):
        sequence.await_frame(30.0, interrupt)
    assert_safe(unit, clock)


# --- exposed, and something is wrong


def test_a_switch_released_early_gives_the_frame_with_the_error(unit, clock, sequence):
    sequence.arm(LONG)
    press(unit, clock, after_s=0.5)
    clock.after(0.5 + TO_XRAYS_S + 0.1, lambda: unit.press_hand_switch(0))
    error = ending(sequence)
    assert isinstance(error, ExposureTooShort) and error.exposed is Exposed.YES
    assert error.frame.exposure.exposure_ms == pytest.approx(100.0, abs=11.0)
    assert error.frame.pixels.min() == 9000


def test_a_door_opened_during_the_exposure_gives_the_frame_with_the_error(unit, clock, sequence):
    sequence.arm(LONG)
    press(unit, clock, after_s=0.5)
    clock.after(0.5 + TO_XRAYS_S + 0.1, unit.open_door)
    error = ending(sequence)
    assert isinstance(error, ExposureTooShort) and error.exposed is Exposed.YES
    assert error.frame is not None


def test_a_disarm_during_the_exposure_gives_the_frame_with_the_error(unit, clock, sequence):
    sequence.arm(LONG)
    press(unit, clock, after_s=0.5)
    clock.after(0.5 + TO_XRAYS_S + 0.1, sequence.disarm)
    error = ending(sequence)
    assert isinstance(error, ExposureTooShort) and error.exposed is Exposed.YES


def test_a_stuck_timer_gives_the_frame_with_the_fault(unit, clock, sequence):
    unit.inject_fault("timer-stuck")
    sequence.arm(REQUEST)
    press(unit, clock)
    error = ending(sequence)
    assert isinstance(error, GeneratorFault) and error.exposed is Exposed.YES
    assert error.frame.exposure.exposure_ms == pytest.approx(19.4, abs=0.1)


def test_an_arc_cuts_the_exposure_and_the_fault_says_where_to_look(unit, clock, sequence):
    unit.inject_fault("arc", {"ms": 4})
    sequence.arm(REQUEST)
    press(unit, clock)
    error = ending(sequence)
    assert isinstance(error, GeneratorFault) and error.exposed is Exposed.YES
    assert "arc" in error.detail and error.frame.exposure.exposure_ms == pytest.approx(4.0, abs=0.1)


def test_a_rotor_that_does_not_spin_up_is_named_and_nobody_is_exposed(unit, clock, sequence):
    unit.inject_fault("rotor", {"kind": "no-load"})
    sequence.arm(REQUEST)
    press(unit, clock)
    error = ending(sequence)
    assert isinstance(error, GeneratorFault) and error.exposed is Exposed.NO
    assert "no load" in error.detail and unit.exposures == []


def test_a_fault_that_stands_before_arming_is_named(unit, sequence):
    unit.tube.fault = "arc"
    assert "arc" in str(refused(sequence, REQUEST, unit, GeneratorNotReady))


def test_a_switch_released_while_the_panel_clears_keeps_it_waiting(unit, clock, sequence):
    sequence.arm(REQUEST)
    press(unit, clock, after_s=0.5)
    clock.after(0.5 + TO_XRAYS_S - 0.1, lambda: unit.press_hand_switch(0))
    press(unit, clock, after_s=5.0)
    assert sequence.await_frame(30.0, no_report).exposure.exposure_ms == 12.0


def test_a_window_without_x_rays_is_told_as_such(unit, clock, sequence, monkeypatch):
    monkeypatch.setattr(unit.tube, "_may_expose", lambda: False)
    sequence.arm(REQUEST)
    press(unit, clock)
    error = ending(sequence)
    assert isinstance(error, NoXrays) and error.exposed is Exposed.NO
    assert error.frame.pixels.max() < 1000


def test_a_panel_that_reports_another_exposure_is_not_believed(unit, clock, sequence):
    sequence.arm(REQUEST)
    press(unit, clock)

    def change_nonce(stage):
        if stage is ExposureStage.READING_OUT:
            unit.panel.last_nonce = 1234

    error = ending(sequence, report=change_nonce)
    assert isinstance(error, NonceMismatch) and error.exposed is Exposed.UNKNOWN
    assert error.frame is not None


def test_a_restart_during_read_out_keeps_the_frame(unit, clock, sequence):
    sequence.arm(REQUEST)
    press(unit, clock)

    def restart(stage):
        if stage is ExposureStage.READING_OUT:
            unit.panel.boot_id += 2

    error = ending(sequence, report=restart)
    assert isinstance(error, DetectorRestarted) and error.frame is not None


def test_a_short_frame_is_an_image_lost(unit, clock, sequence):
    unit.inject_fault("short-frame", {"lines": 3})
    sequence.arm(REQUEST)
    press(unit, clock)
    error = ending(sequence)
    assert isinstance(error, ImageLost) and error.exposed is Exposed.YES
    assert "E-DET-6" in str(error)


def test_a_generator_that_falls_silent_afterwards_does_not_cost_the_image(
    unit, clock, sequence, monkeypatch
):
    sequence.arm(REQUEST)
    press(unit, clock)

    def silence(stage):
        if stage is ExposureStage.READING_OUT:
            monkeypatch.setattr(device.spellman.pmx, "REPLY_TIMEOUT_S", 0.01)
            unit.inject_fault("generator-silent")

    assert sequence.await_frame(30.0, silence).exposure.kv_measured is None


# --- the cable


def test_a_cable_pulled_before_arming_is_a_link_error(unit, clock, sequence):
    unit.inject_fault("cable-pull", {"at": "idle"})
    clock.sleep(0.01)
    with pytest.raises(LinkError) as caught:
        sequence.arm(REQUEST)
    assert caught.value.exposed is Exposed.NO


@pytest.mark.parametrize("moment", ["armed", "exposing", "readout"])
def test_a_cable_pulled_later_is_told_and_leaves_the_unit_safe(unit, clock, sequence, moment):
    unit.inject_fault("cable-pull", {"at": moment})
    sequence.arm(REQUEST)
    press(unit, clock)
    error = ending(sequence)
    assert isinstance(error, ExposureInterrupted | ImageLost)
    made = bool(unit.exposures)
    assert error.exposed in ((Exposed.YES, Exposed.UNKNOWN) if made else (Exposed.UNKNOWN,))
    assert_safe(unit, clock)


def test_a_cable_pulled_during_long_x_rays_is_known_to_have_exposed(unit, clock, sequence):
    sequence.arm(LONG)
    press(unit, clock, after_s=0.5)
    clock.after(0.5 + TO_XRAYS_S + 0.2, lambda: unit.inject_fault("cable-pull", {"at": "exposing"}))
    error = ending(sequence)
    assert isinstance(error, ImageLost) and error.exposed is Exposed.YES
    assert_safe(unit, clock)


def test_a_cable_pulled_at_read_out_of_long_x_rays_is_an_image_lost(unit, clock, sequence):
    unit.inject_fault("cable-pull", {"at": "readout"})
    sequence.arm(LONG)
    press(unit, clock)
    error = ending(sequence)
    assert isinstance(error, ImageLost) and error.exposed is Exposed.YES


def test_a_cable_pulled_when_the_image_is_here_does_not_cost_it(
    unit, clock, sequence, detector, monkeypatch
):
    read_frame = detector.read_frame

    def read_then_pull(wait_s):
        frame = read_frame(wait_s)
        unit.inject_fault("cable-pull", {"at": "idle"})
        clock.sleep(0.01)
        return frame

    monkeypatch.setattr(detector, "read_frame", read_then_pull)
    sequence.arm(REQUEST)
    press(unit, clock)
    assert sequence.await_frame(30.0, no_report).exposure.exposure_ms == 12.0
    with pytest.raises(LinkError):
        detector.status()


def test_a_panel_that_hangs_in_its_window_is_not_waited_for(unit, clock, sequence, monkeypatch):
    monkeypatch.setattr(device.exposure, "FRAME_WAIT_S", 0.2)
    monkeypatch.setitem(unit.panel._reactions, PanelState.WINDOW, lambda: None)
    sequence.arm(REQUEST)
    press(unit, clock)
    error = ending(sequence)
    assert isinstance(error, ImageLost) and error.exposed is Exposed.YES
    assert "E-DET-7" in str(error)
    assert not unit.lines.beam_enable


def test_a_panel_that_hears_nothing_disarms_itself(unit, clock, sequence):
    sequence.arm(REQUEST)
    clock.after(1.0, lambda: unit.inject_fault("dead-host"))
    error = ending(sequence)
    assert isinstance(error, ExposureInterrupted) and error.exposed is Exposed.UNKNOWN
    assert "E-LINK-3" in str(error)
    clock.sleep(0.25)
    assert unit.describe()["panel"]["state"] == "idle"


def test_a_journal_that_takes_its_time_does_not_disarm_the_panel(
    unit, clock, sequence, detector, monkeypatch
):
    heard = threading.Event()
    ask = detector.keep_alive
    monkeypatch.setattr(sequence._keep_alive, "_ask", lambda: (ask(), heard.set()))
    sequence.arm(REQUEST)
    unit.step(0.15)
    heard.clear()
    assert heard.wait(5)
    unit.step(0.15)
    press(unit, clock)
    assert sequence.await_frame(30.0, no_report).exposure.exposure_ms == 12.0


def test_a_host_that_stops_asking_is_no_longer_armed(unit, clock, sequence):
    sequence.arm(REQUEST)
    unit.step(0.25)
    assert unit.describe()["panel"]["state"] == "idle"


# --- order of steps


def test_waiting_needs_arming(sequence):
    with pytest.raises(WrongStage):
        sequence.await_frame(1.0, no_report)


def test_arming_twice_is_refused(sequence):
    sequence.arm(REQUEST)
    with pytest.raises(WrongStage):
        sequence.arm(ExposureRequest(79, HAND_PRESET))
    sequence.disarm()


def test_interlocks_are_named():
    assert (Interlock.DOOR | Interlock.GENERATOR).names() == "door, generator"
    assert Interlock(8).names() == "contact mask 0x8"


def test_nothing_in_the_driver_can_fire(monkeypatch, unit, clock, sequence):
    """A whole exposure sends the generator set points and questions; none of them makes X-rays."""
    sent = []
    write = serial.Serial.write

    def write_and_remember(port, frame):
        if frame[:1] == b"\x02":  # the host's frames; the simulator writes to the pty itself
            sent.append(frame[1:3])
        return write(port, frame)

    monkeypatch.setattr(serial.Serial, "write", write_and_remember)
    sequence.arm(REQUEST)
    press(unit, clock)
    sequence.await_frame(30.0, no_report)
    questions_and_set_points = {b"22", b"50", b"51", b"55", b"60"}
    assert b"50" in sent
    assert set(sent) <= questions_and_set_points

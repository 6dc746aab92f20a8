"""The calibration of a simulated unit over its wires, and what it is worth afterwards."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from acquisition import errors
from acquisition.averages import central_area
from acquisition.calibration import packed
from acquisition.correct import corrected_signal
from acquisition.defects import count_defects
from acquisition.not_corrected import EARLIER_LEFT_OUT
from device.detector import EXPOSURE_WINDOW_MS
from device.errors import Exposed, HandSwitchNotPressed
from device.exposure import ExposureRequest
from device.technique import HAND_PRESET, Technique
from examination.calibrate import (
    FLAT_FRAMES,
    _expose_flat,
    better_of,
    calibrate_unit,
    calibration_from_panel,
    keep_on_panel,
    renew_darks_of_unit,
)
from examination.examination import Decision
from examination.examination import Exposed as ExposedVisit
from examination.exposures import Earlier, check_calibration, earlier_frames
from examination.run import run_visit
from examination.service_exposure import rest_still_needed_s
from examination.steps import correct_frame
from records.frames import load_raw_frame
from records.journal import ExposureEvent

SEVEN_MINUTES_S = 7 * 60.0


def untold(*_):
    """Nobody watches."""


@pytest.fixture(scope="module")
def bench(staged_unit, tmp_path_factory):
    """A unit with somebody at the hand switch, calibrated a moment ago."""
    with staged_unit(tmp_path_factory.mktemp("bench"), None, "auto") as stage:
        stage.calibration = calibrate_unit(stage.room.unit, untold)
        stage.calibrated_s = stage.clock.now()
        yield stage


def expose(stage, patient, technique=HAND_PRESET):
    stage.simulated.place_patient(patient)
    unit = stage.room.unit
    unit.sequence.rest(untold)
    unit.sequence.arm(ExposureRequest(unit.draw_nonce() + 1000 + len(stage.nonces), technique))
    return unit.sequence.await_frame(30.0, untold)


def level(signal):
    return float(signal[central_area(signal.shape, 0.8)].mean())


def test_a_calibration_takes_14_presses_and_seven_minutes_at_most(bench):
    assert len(bench.journal.entries()) == FLAT_FRAMES == 14
    assert bench.calibrated_s < SEVEN_MINUTES_S
    assert bench.calibration.flat_frames == 14


def test_it_has_measured_everything_that_there_is_to_measure(bench):
    calibration = bench.calibration
    assert calibration.dark.covers(100.0) and calibration.dark.covers(1000.0)
    assert calibration.dark.row_reference is not None
    assert calibration.curvature is not None and calibration.lag is not None


def test_every_injected_defect_is_found_and_next_to_no_others(bench, injected_defects):
    defects, truth = injected_defects(bench), np.zeros(bench.calibration.gain.size, bool)
    for places in (defects.dead, defects.hot, defects.noisy):
        truth[places] = True
    found = bench.calibration.defect_mask.ravel()
    assert found[np.concatenate([*defects.lines, *defects.clusters])].all()
    assert found[truth].all()
    assert np.count_nonzero(found & ~truth) <= 1e-5 * found.size
    assert count_defects(bench.calibration.defects).lines == len(defects.lines)


@pytest.mark.parametrize("mas", [0.3, 1.0, 4.0])
def test_the_mean_signal_closes_within_half_a_per_cent(bench, true_kerma_ugy, mas):
    technique = Technique(50.0, 50.0, mas * 20.0)
    raw = expose(bench, "flat:beam=RQA3", technique)
    kerma_ugy = true_kerma_ugy(bench, raw)
    signal = level(corrected_signal(raw, bench.calibration))
    assert signal == pytest.approx(bench.calibration.sensitivity_rqa3 * kerma_ugy, rel=0.005)


def test_the_first_frame_after_an_exposure_keeps_at_most_a_three_hundredth(bench):
    bright = expose(bench, "flat", Technique(50.0, 80.0, 25.0))
    dark = bench.room.unit.detector.read_dark(EXPOSURE_WINDOW_MS)
    signal = level(corrected_signal(bright, bench.calibration))
    without_lag = replace(bench.calibration, lag=None)
    before = level(corrected_signal(dark, without_lag))
    after = level(corrected_signal(dark, bench.calibration, [bright]))
    assert before > 0.003 * signal
    assert after < 0.0003 * signal


def test_new_darks_need_no_x_rays(bench):
    exposures = len(bench.journal.entries())
    renewed = renew_darks_of_unit(bench.room.unit, bench.calibration, untold)
    assert len(bench.journal.entries()) == exposures
    assert renewed.dark.made > bench.calibration.dark.made
    assert renewed.gain is bench.calibration.gain


def test_the_panel_keeps_its_calibration_for_a_computer_that_has_none(bench):
    assert keep_on_panel(bench.room.unit, bench.calibration, untold)
    back = calibration_from_panel(bench.room.unit, untold)
    assert back.calibration_id == bench.calibration.calibration_id
    assert np.array_equal(back.gain, bench.calibration.gain)
    assert np.array_equal(back.offset, bench.calibration.offset)
    assert back.lag == bench.calibration.lag


def test_what_goes_into_the_panel_and_comes_back_is_told_down_to_the_last_kilobyte(bench):
    heard = []
    keep_on_panel(bench.room.unit, bench.calibration, lambda *told: heard.append(told))
    calibration_from_panel(bench.room.unit, lambda *told: heard.append(told))
    for name in ("DarkMaps", "GainMap"):
        for kind in (f"{name} to the panel, kB", f"{name} from the panel, kB"):
            moved = [(done, wanted) for said, done, wanted in heard if said == kind]
            assert len(moved) > 2 and moved[0][0] == 0 and moved[-1][0] == moved[-1][1] > 0


def test_a_file_takes_about_one_command_for_each_packet_that_it_fills(bench):
    detector = bench.room.unit.detector
    before = detector.link_counters.commands
    detector.write_file("GainMap", bytes(500_000))
    assert detector.link_counters.commands - before < 1.25 * 500_000 / 1000


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (lambda content: b"", errors.CalibrationMissing),
        (lambda content: content[: len(content) // 2], errors.CalibrationCorrupt),
        (lambda content: b"no calibration at all", errors.CalibrationCorrupt),
    ],
)
def test_a_panel_whose_files_are_cut_gives_one_clear_error(bench, spoil, error):
    detector = bench.room.unit.detector
    content = packed(bench.calibration)["DarkMaps"]
    detector.write_file("DarkMaps", spoil(content))
    with pytest.raises(error):
        calibration_from_panel(bench.room.unit, untold)


def test_files_of_another_panel_are_refused(bench):
    foreign = packed(replace(bench.calibration, serial="BAS-99999999"))
    for name, content in foreign.items():
        bench.room.unit.detector.write_file(name, content)
    with pytest.raises(errors.CalibrationForOtherDetector, match="BAS-99999999"):
        calibration_from_panel(bench.room.unit, untold)


@pytest.mark.parametrize(("passed_s", "rest_s"), [(0.0, 60.0), (20.0, 40.0), (61.0, 0.0)])
def test_no_dark_is_taken_within_a_minute_of_an_exposure(stage, passed_s, rest_s):
    stage.press_hand_switch()
    _expose_flat(stage.room.unit, HAND_PRESET)
    stage.clock.sleep(passed_s)
    before_s, darks_s = stage.clock.now(), 16 * 0.52
    renew_darks_of_unit(stage.room.unit, stage.room.calibration, untold)
    assert stage.clock.now() - before_s == pytest.approx(rest_s + darks_s, abs=0.5)


def test_a_calibration_lets_the_panel_forget_the_last_exposure(stage):
    stage.press_hand_switch()
    _expose_flat(stage.room.unit, HAND_PRESET)
    told, began_s = [], stage.clock.now()

    def tell(kind, _done, _wanted):
        told.append((kind, stage.clock.now() - began_s))
        if kind == "dark frames":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        calibrate_unit(stage.room.unit, tell)
    assert told[0][0] == "seconds of rest for the panel"
    assert told[-1][1] >= 60.0 - 1.0


def test_an_exposure_that_was_not_made_needs_no_rest(stage):
    with pytest.raises(HandSwitchNotPressed):
        _expose_flat(stage.room.unit, HAND_PRESET)
    assert rest_still_needed_s(stage.room.unit) == 0.0


def other_grid(calibration):
    return replace(calibration, gain=calibration.gain[:-4])


def tomorrow(calibration):
    return replace(calibration, created=calibration.created + timedelta(days=1))


def old_darks(calibration):
    expired = calibration.created - timedelta(hours=1)
    return replace(calibration, dark=replace(calibration.dark, valid_until=expired))


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (other_grid, errors.CalibrationForOtherDetector),
        (tomorrow, errors.CalibrationInTheFuture),
        (lambda made: replace(made, firmware_version="0.9"), errors.CalibrationForOtherDetector),
        (lambda made: replace(made, serial="BAS-1"), errors.CalibrationForOtherDetector),
        (lambda made: replace(made, valid_until=made.created), errors.CalibrationExpired),
    ],
)
def test_what_could_not_arm_is_never_taken_over_from_a_panel(bench, spoil, error):
    good = bench.calibration
    here = replace(good, created=good.created - timedelta(minutes=1))
    for known in (None, here):
        with pytest.raises(error):
            better_of(bench.room.unit, spoil(good), known)


def test_of_two_good_calibrations_the_newer_one_is_used(bench):
    good, unit = bench.calibration, bench.room.unit
    older = replace(good, created=good.created - timedelta(minutes=1))
    assert better_of(unit, good, older) is good
    assert better_of(unit, older, good) is good


def test_a_panels_calibration_with_old_darks_helps_where_there_is_none_better(bench):
    good, unit = bench.calibration, bench.room.unit
    aged = old_darks(good)
    older = replace(good, created=good.created - timedelta(minutes=1))
    assert better_of(unit, aged, None) is aged
    assert better_of(unit, aged, older) is older
    assert better_of(unit, older, tomorrow(good)) is older


@pytest.mark.parametrize("spoil", [other_grid, tomorrow])
def test_nobody_is_exposed_with_a_calibration_that_could_not_correct(stage, spoil):
    room = replace(stage.room, calibration=spoil(stage.room.calibration))
    stage.press_hand_switch()
    with pytest.raises(errors.CalibrationError):
        run_visit(room, stage.ordered())
    assert stage.journal.entries() == [] and stage.simulated.exposures == []


def test_a_press_that_came_too_late_may_be_made_again(stage):
    stage.simulated.place_patient("flat")
    stage.clock.after(38.0, lambda: stage.simulated.press_hand_switch(1))
    stage.clock.after(41.0, lambda: stage.simulated.press_hand_switch(2))
    frame = _expose_flat(stage.room.unit, HAND_PRESET)
    assert frame.exposure.nonce == stage.nonces[1]
    assert [entry.was_exposed for entry in stage.journal.entries()] == [Exposed.NO, Exposed.YES]


def test_a_flat_that_nobody_makes_is_given_up_after_three_tries(stage):
    with pytest.raises(HandSwitchNotPressed):
        _expose_flat(stage.room.unit, HAND_PRESET)
    assert len(stage.journal.entries()) == 3


def test_a_repeated_exposure_feels_the_first(stage):
    stage.verdicts.append(Decision.REPEAT)
    stage.press_hand_switch()
    stage.press_for_a_repeat()
    run_visit(stage.room, stage.ordered())
    first, second = (
        load_raw_frame(entry.detail(ExposureEvent.STORED)) for entry in stage.journal.entries()
    )
    felt = earlier_frames(stage.room.unit, second, stage.room.calibration.lag)
    assert [frame.timestamp_ns for frame in felt.frames] == [first.timestamp_ns]
    assert earlier_frames(stage.room.unit, first, stage.room.calibration.lag) == Earlier()


def test_a_frame_that_was_lost_since_does_not_stop_the_next_and_is_told(stage):
    stage.verdicts.append(Decision.REPEAT)
    stage.press_hand_switch()
    stage.press_for_a_repeat()
    run_visit(stage.room, stage.ordered())
    first, second = (entry.detail(ExposureEvent.STORED) for entry in stage.journal.entries())
    raw = load_raw_frame(second)
    open(first["file"], "wb").close()
    assert earlier_frames(stage.room.unit, raw, stage.room.calibration.lag) == Earlier((), 1)
    exposed = ExposedVisit(stage.ordered(), raw)
    radiograph = correct_frame(stage.room, exposed).radiograph
    assert radiograph.not_corrected == (EARLIER_LEFT_OUT,)


def test_exposures_since_the_calibration_are_counted(stage, monkeypatch):
    an_hour_ago = stage.room.calibration.created - timedelta(hours=1)
    used = replace(stage.room.calibration, created=an_hour_ago)
    stage.press_hand_switch()
    run_visit(replace(stage.room, calibration=used), stage.ordered())
    check_calibration(stage.room.unit, used, used.temperature_c)
    monkeypatch.setattr("acquisition.calibration_validity.MOST_EXPOSURES", 0)
    with pytest.raises(errors.CalibrationWornOut, match="exposed 1 times"):
        check_calibration(stage.room.unit, used, used.temperature_c)

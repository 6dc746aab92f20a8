import json
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import cv2
import pydicom
import pytest

from acquisition.calibration import Calibration
from acquisition.dose import technique_for
from acquisition.errors import CalibrationError, CalibrationExpired, CalibrationForOtherDetector
from acquisition.technique_presets import Expected
from console.telling import Telling
from device.detector import open_detector
from device.errors import (
    DeviceError,
    Exposed,
    ExposureStopped,
    ExposureTooShort,
    GeneratorNotReady,
    HandSwitchNotPressed,
    InterlockOpen,
    NoXrays,
    StopWanted,
    TechniqueOutsideLimits,
)
from device.exposure import ExposureRequest, ExposureSequence, ExposureStage, Technique
from examination.errors import DoseTooHigh, FolderTaken, FrameNotNoted, VisitInterrupted
from examination.examination import Decision, State, Verdict
from examination.run import close_interrupted, order_begun, run_visit
from growth.child import Gestation
from growth.judgement import Customs
from growth.references import Reference
from pacs.errors import NotDicom
from records.errors import FrameUnreadable, RecordsUnreadable
from records.frames import load_raw_frame
from records.journal import ExposureEvent
from reports.content import report_content


def result_of(stage):
    return json.loads((stage.folder / "result.json").read_text())


def with_calibration(stage, calibration):
    return replace(stage.room, calibration=calibration)


@pytest.fixture
def finished(stage):
    stage.press_hand_switch()
    run_visit(stage.room, stage.ordered())
    return stage


def test_a_visit_ends_with_images_report_and_result(finished):
    assert finished.files() == {
        "report.pdf",
        "radiograph.png",
        "looked_at.png",
        "for_processing.dcm",
        "for_presentation.dcm",
        "result.json",
    }


def test_the_picture_has_the_size_of_the_panel(finished):
    picture = cv2.imread(str(finished.folder / "radiograph.png"), cv2.IMREAD_UNCHANGED)
    assert picture.shape == (300, 240)


def test_the_result_names_child_technique_and_exposure_index(finished):
    result = result_of(finished)
    assert result["patient"]["name"] == "Li Hua"
    assert result["patient"]["age_years"] == 9.69
    assert result["exposure"]["kv"] == pytest.approx(50.0, abs=0.02)
    assert result["exposure"]["ms"] == pytest.approx(12.0, abs=0.1)
    assert result["exposure"]["entrance_air_kerma_ugy"] == pytest.approx(9.46, rel=0.01)
    assert 100 < result["exposure"]["exposure_index"] < 500


def test_without_a_journal_row_nothing_is_armed(stage, monkeypatch):
    monkeypatch.setattr(stage.journal, "plan", refuse_to_write)
    stage.press_hand_switch()
    with pytest.raises(RecordsUnreadable):
        run_visit(stage.room, stage.ordered())
    stage.clock.sleep(5.0)
    assert stage.simulated.exposures == []
    assert ExposureStage.ARMED not in stage.seen


def refuse_to_write(*_):
    raise RecordsUnreadable("The disk is full.")


def test_the_journal_tells_the_whole_course(finished):
    events = [event for _, event, _ in finished.journal.entries()[0].events]
    assert events == [
        ExposureEvent.ARMING,
        ExposureEvent.ARMED,
        ExposureEvent.STORED,
        ExposureEvent.ACCEPTED,
    ]


def test_the_visit_walks_its_table_in_order(finished):
    states = [step for step in finished.seen if isinstance(step, State)]
    assert states == [
        State.ORDERED,
        State.ARMED,
        State.EXPOSED,
        State.CORRECTED,
        State.CHECKED,
        State.ACCEPTED,
        State.READ,
        State.ASSESSED,
    ]


def test_the_operator_is_told_the_stages_of_the_exposure(finished):
    stages = [step for step in finished.seen if isinstance(step, ExposureStage)]
    assert stages[0] is ExposureStage.ARMED
    assert stages[-1] is ExposureStage.READING_OUT


def test_a_repeated_image_counts_towards_the_dose(stage):
    stage.verdicts.append(Decision.REPEAT)
    stage.press_hand_switch()
    stage.press_for_a_repeat()
    run_visit(stage.room, stage.ordered())
    dose = result_of(stage)["dose"]
    assert dose["exposures"] == len(stage.simulated.exposures) == 2
    assert dose["kerma_total_ugy"] == pytest.approx(2 * 9.46, rel=0.01)


# --- refused before anything is armed


def refusal_of(stage, error, room=None, order=None):
    """Run a visit that must be refused; afterwards nothing was armed and nothing was written."""
    ordered = stage.ordered() if order is None else stage.ordered(order)
    with pytest.raises(error) as raised:
        run_visit(room or stage.room, ordered)
    assert not stage.simulated.panel.under_exposure
    assert stage.simulated.exposures == []
    assert stage.files() == set()
    return raised.value


def test_an_open_door_is_refused(stage):
    stage.simulated.open_door()
    refused = refusal_of(stage, InterlockOpen)
    assert "door" in str(refused)
    assert stage.journal.entries()[0].was_exposed is Exposed.NO


@pytest.mark.parametrize(
    "technique",
    [Technique(60, 25, 12), Technique(50, 25, 401), Technique(50, 150, 12), Technique(50, 25, 4)],
)
def test_a_technique_outside_the_limits_is_refused(stage, technique):
    refusal_of(
        stage, TechniqueOutsideLimits, order=replace(stage.ordered().order, technique=technique)
    )
    assert stage.journal.entries() == []


@pytest.mark.parametrize("technique", [Technique(50, 100, 400), technique_for(60.5)])
def test_more_dose_than_a_childs_hand_needs_is_refused(stage, technique):
    order = replace(stage.ordered().order, technique=technique)
    assert "at most 60 uGy" in str(refusal_of(stage, DoseTooHigh, order=order))
    assert stage.journal.entries() == []


def test_an_expired_calibration_is_refused(stage, expired):
    refusal_of(stage, CalibrationExpired, with_calibration(stage, expired))
    assert stage.journal.entries() == []


def test_the_calibration_of_another_panel_is_refused(stage, calibration: Calibration):
    other = replace(calibration, serial="BAS-99999999")
    refusal_of(stage, CalibrationForOtherDetector, with_calibration(stage, other))


def test_a_panel_warmer_than_its_calibration_is_refused(stage, calibration: Calibration):
    dark = replace(calibration.dark, temperature_c=calibration.temperature_c - 10)
    cold = replace(calibration, dark=dark)
    refusal_of(stage, CalibrationError, with_calibration(stage, cold))


# --- bad moments


def test_a_hand_switch_never_pressed_ends_the_visit_and_exposes_nobody(stage):
    before = stage.clock.now()
    with pytest.raises(HandSwitchNotPressed):
        run_visit(stage.room, stage.ordered())
    assert stage.clock.now() - before <= 31.0
    assert stage.files() == set()
    assert stage.journal.entries()[0].was_exposed is Exposed.NO


def test_a_hand_switch_released_early_keeps_the_frame_but_gives_no_result(stage):
    long = replace(stage.ordered().order, technique=Technique(50.0, 5.0, 200.0))
    stage.press_hand_switch()
    release_when_exposing(stage)
    with pytest.raises(ExposureTooShort):
        run_visit(stage.room, stage.ordered(long))
    entry = stage.journal.entries()[0]
    assert entry.was_exposed is Exposed.YES
    assert entry.detail(ExposureEvent.STORED) is None
    kept = load_raw_frame(entry.detail(ExposureEvent.KEPT))
    assert 0 < kept.exposure.exposure_ms < 200
    assert stage.files() == set()


def release_when_exposing(stage):
    def look():
        if stage.simulated.lines.x_rays:
            stage.clock.after(0.06, lambda: stage.simulated.press_hand_switch(0))
        else:
            stage.clock.after(0.01, look)

    stage.clock.after(2.6, look)


@pytest.mark.parametrize(
    ("moment", "exposed"),
    [
        ("armed", {Exposed.NO, Exposed.UNKNOWN}),
        ("exposing", {Exposed.YES, Exposed.UNKNOWN}),
        ("readout", {Exposed.YES}),
    ],
)
def test_a_cable_pulled_at_any_moment_is_told_honestly(stage, moment, exposed):
    stage.simulated.inject_fault("cable-pull", {"at": moment})
    stage.press_hand_switch()
    with pytest.raises(DeviceError) as raised:
        run_visit(stage.room, stage.ordered())
    assert raised.value.code.startswith("E-")
    assert stage.journal.entries()[0].was_exposed in exposed
    assert stage.files() == set()


def test_an_open_door_after_arming_ends_the_visit_without_x_rays(stage):
    stage.clock.after(1.0, stage.simulated.open_door)
    with pytest.raises(InterlockOpen):
        run_visit(stage.room, stage.ordered())
    assert stage.simulated.exposures == []
    assert stage.journal.entries()[0].was_exposed is Exposed.NO


# --- interrupted visits


class Killed(BaseException):
    """Ends a visit as a kill does: nobody gets the chance to write anything down."""


def kill_at(stage, state):
    def watch(step):
        if step is state:
            raise Killed

    return replace(stage.room, watch=watch)


def run_until_killed(stage, state):
    stage.press_hand_switch()
    with pytest.raises(Killed):
        run_visit(kill_at(stage, state), stage.ordered())


@pytest.mark.parametrize("state", [State.EXPOSED, State.CORRECTED, State.CHECKED, State.ACCEPTED])
def test_a_visit_killed_after_the_exposure_goes_on_without_a_second_one(stage, state):
    run_until_killed(stage, state)
    assert "result.json" not in stage.files()
    run_visit(stage.room, stage.ordered())
    assert len(stage.simulated.exposures) == 1
    assert result_of(stage)["dose"]["exposures"] == 1


def test_a_visit_whose_stored_image_is_lost_says_so_and_exposes_nobody_again(stage):
    run_until_killed(stage, State.CHECKED)
    stored = stage.journal.entries()[0].detail(ExposureEvent.STORED)
    Path(stored["file"]).write_bytes(b"cut off")
    with pytest.raises(FrameUnreadable, match=r"X-rays were made, .* physician .* new folder"):
        run_visit(stage.room, stage.ordered())
    assert len(stage.simulated.exposures) == 1


def test_an_order_on_record_that_lacks_its_technique_is_named_as_damaged(stage):
    run_until_killed(stage, State.CHECKED)
    visit = stage.room.visits.in_folder(stage.folder)
    stage.room.visits.let_go(stage.folder)
    cut = {name: said for name, said in visit.order.items() if name != "technique"}
    damaged = replace(visit, id="v-2", order=cut)
    stage.room.visits.add(damaged)
    stage.journal.plan(replace(stage.journal.entries()[0].exposure, nonce=9, visit_id="v-2"), 0)
    with pytest.raises(RecordsUnreadable, match="table visits, row v-2"):
        order_begun(stage.room, stage.folder, stage.ordered().order)


def test_a_visit_killed_before_the_exposure_starts_again(stage):
    run_until_killed(stage, State.ORDERED)
    run_visit(stage.room, stage.ordered())
    assert len(stage.simulated.exposures) == 1


def test_a_visit_killed_while_armed_is_closed_as_not_exposed_by_asking_the_panel(stage):
    with pytest.raises(Killed):
        run_visit(kill_at(stage, ExposureStage.ARMED), stage.ordered())
    stage.clock.sleep(1.0)
    stage.press_hand_switch()
    run_visit(rearmed(stage), stage.ordered())
    first, second = stage.journal.entries()
    assert first.detail(ExposureEvent.INTERRUPTED) == {"exposed": "no"}
    assert second.was_exposed is Exposed.YES


@contextmanager
def reopened(stage):
    """The unit of a new process, after the cable was out."""
    detector = open_detector(stage.detector_url, stage.clock)
    yield replace(stage.room.unit, detector=detector)
    detector.close()


def rearmed(stage):
    """The room of a new process: its sequence knows nothing of the one that was killed."""
    unit = stage.room.unit
    generator = unit.sequence._generator
    fresh = ExposureSequence(unit.detector, generator, stage.clock)
    return replace(stage.room, unit=replace(unit, sequence=fresh))


def test_a_visit_killed_while_exposing_is_never_repeated_by_itself(stage):
    stage.press_hand_switch()
    with pytest.raises(Killed):
        run_visit(kill_at(stage, ExposureStage.READING_OUT), stage.ordered())
    stage.clock.sleep(1.0)
    with pytest.raises(VisitInterrupted):
        run_visit(rearmed(stage), stage.ordered())
    assert len(stage.simulated.exposures) == 1
    assert stage.journal.entries()[0].was_exposed is Exposed.YES


def test_what_the_panel_no_longer_knows_is_unknown_and_not_repeated(stage):
    stage.press_hand_switch()
    with pytest.raises(Killed):
        run_visit(kill_at(stage, ExposureStage.READING_OUT), stage.ordered())
    stage.clock.sleep(1.0)
    stage.simulated.press_hand_switch(0)
    expose_once_more(stage)
    with pytest.raises(VisitInterrupted):
        run_visit(rearmed(stage), stage.ordered())
    assert stage.journal.entries()[0].was_exposed is Exposed.UNKNOWN


def expose_once_more(stage):
    """Make an exposure that this site's journal knows nothing of."""
    stage.clock.sleep(20.0)
    stage.clock.after(0.1, lambda: stage.simulated.press_hand_switch(1))
    stage.clock.after(2.5, lambda: stage.simulated.press_hand_switch(2))
    sequence = rearmed(stage).unit.sequence
    sequence.arm(ExposureRequest(4711, Technique(50.0, 25.0, 12.0)))
    sequence.await_frame(30.0, lambda _stage: None)


def test_a_frame_on_disk_that_the_journal_missed_is_found_again(stage, monkeypatch):
    note = stage.journal.note

    def fail_at_stored(nonce, at, event, detail=None):
        if event is ExposureEvent.STORED:
            raise RecordsUnreadable("The disk is full.")
        note(nonce, at, event, detail)

    monkeypatch.setattr(stage.journal, "note", fail_at_stored)
    stage.press_hand_switch()
    with pytest.raises(FrameNotNoted, match="X-rays were made"):
        run_visit(stage.room, stage.ordered())
    monkeypatch.setattr(stage.journal, "note", note)
    run_visit(rearmed(stage), stage.ordered())
    assert len(stage.simulated.exposures) == 1
    assert result_of(stage)["dose"]["exposures"] == 1


def test_a_failed_frame_is_never_taken_for_the_result(stage, monkeypatch):
    """Killed between keeping the frame of a failed exposure and writing down the failure."""
    note = stage.journal.note

    def killed_at_end(nonce, at, event, detail=None):
        if event is ExposureEvent.ENDED:
            raise Killed
        note(nonce, at, event, detail)

    monkeypatch.setattr(stage.journal, "note", killed_at_end)
    stage.press_hand_switch()
    release_when_exposing(stage)
    long = replace(stage.ordered().order, technique=Technique(50.0, 5.0, 200.0))
    with pytest.raises(Killed):
        run_visit(stage.room, stage.ordered(long))
    monkeypatch.setattr(stage.journal, "note", note)
    with pytest.raises(VisitInterrupted):
        run_visit(rearmed(stage), stage.ordered(long))
    assert stage.files() == set()


@pytest.mark.parametrize("stopped", [RuntimeError, StopWanted])
def test_a_stop_during_the_x_rays_keeps_the_image(stage, stopped):
    def stop(step):
        if step is ExposureStage.READING_OUT:
            raise stopped("stopped")

    stage.press_hand_switch()
    with pytest.raises(ExposureStopped) as raised:
        run_visit(replace(stage.room, watch=stop), stage.ordered())
    assert raised.value.exposed is Exposed.YES
    assert stage.journal.entries()[0].was_exposed is Exposed.YES


@pytest.mark.parametrize("stopped", [RuntimeError, StopWanted])
def test_a_stop_before_the_x_rays_disarms_and_exposes_nobody(stage, stopped):
    def stop(step):
        if step is ExposureStage.ARMED:
            raise stopped("stopped")

    with pytest.raises(stopped):
        run_visit(replace(stage.room, watch=stop), stage.ordered())
    assert not stage.simulated.panel.under_exposure
    assert stage.journal.entries()[0].was_exposed is Exposed.NO


def test_a_failing_journal_after_arming_disarms(stage, monkeypatch):
    note = stage.journal.note

    def fail_at_armed(nonce, at, event, detail=None):
        if event is ExposureEvent.ARMED:
            raise RecordsUnreadable("The disk is full.")
        note(nonce, at, event, detail)

    monkeypatch.setattr(stage.journal, "note", fail_at_armed)
    with pytest.raises(RecordsUnreadable):
        run_visit(stage.room, stage.ordered())
    assert not stage.simulated.panel.under_exposure
    assert stage.journal.entries()[0].was_exposed is Exposed.NO


def test_a_window_without_x_rays_exposes_nobody_and_may_be_tried_again(stage):
    stage.simulated.inject_fault("no-x-rays", {})
    stage.press_hand_switch()
    with pytest.raises(NoXrays):
        run_visit(stage.room, stage.ordered())
    assert stage.journal.entries()[0].was_exposed is Exposed.NO
    stage.simulated.clear_faults()
    stage.simulated.press_hand_switch(0)
    stage.clock.sleep(20.0)
    stage.press_hand_switch()
    run_visit(stage.room, stage.ordered())
    assert result_of(stage)["dose"]["exposures"] == 1


def test_a_visit_resumed_the_next_day_keeps_its_day(stage):
    run_until_killed(stage, State.CHECKED)
    tomorrow = replace(stage.ordered().order, visit_date=date(2026, 11, 24))
    run_visit(stage.room, stage.ordered(tomorrow))
    assert len(stage.simulated.exposures) == 1
    assert result_of(stage)["patient"]["age_years"] == 9.69


def test_a_visit_with_an_exposure_keeps_technique_and_target_whatever_today_says(stage):
    begun = replace(stage.ordered().order, target_exposure_index=400.0, preset="older child")
    stage.press_hand_switch()
    with pytest.raises(Killed):
        run_visit(kill_at(stage, State.CHECKED), stage.ordered(begun))
    today = replace(begun, technique=Technique(50, 25, 20), target_exposure_index=250.0, preset="")
    run_visit(stage.room, stage.ordered(today))
    exposure = result_of(stage)["exposure"]
    assert len(stage.simulated.exposures) == 1
    assert (exposure["target_exposure_index"], exposure["preset"]) == (400.0, "older child")


def test_an_image_resumed_with_expired_maps_says_so(stage, expired):
    run_until_killed(stage, State.CHECKED)
    run_visit(with_calibration(stage, expired), stage.ordered())
    result = result_of(stage)
    assert result["device"]["calibration_refusal"] == "E-CAL-4"
    assert "Q-COR-2" in [finding["code"] for finding in result["findings"]]


def test_an_image_that_nobody_reviewed_is_never_called_accepted(stage):
    stage.verdicts.append(Decision.UNREVIEWED)
    stage.press_hand_switch()
    run_visit(stage.room, stage.ordered())
    result = result_of(stage)
    assert (result["visit"]["review"], result["visit"]["accepted_by"]) == ("not reviewed", None)
    assert [one["outcome"] for one in result["exposures"]] == ["not reviewed"]
    assert stage.journal.entries()[0].last_event is ExposureEvent.UNREVIEWED
    assert "accepted" not in json.dumps([result["timeline"], stage.seen[-3].value])


def test_a_person_is_asked_about_an_image_that_nobody_reviewed_before_a_kill(stage):
    stage.verdicts.append(Decision.UNREVIEWED)
    run_until_killed(stage, State.UNREVIEWED)
    run_visit(stage.room, stage.ordered())
    assert len(stage.asked) == 2 and len(stage.simulated.exposures) == 1
    assert result_of(stage)["visit"]["accepted_by"] == "a test"


def test_who_decides_sees_light_and_figures_beside_what_the_preset_promised(stage):
    visit, expected = stage.ordered(), Expected(9.5, 242.0, 0.5)
    stage.press_hand_switch()
    run_visit(
        stage.room, replace(visit, order=replace(visit.order, preset="child", expected=expected))
    )
    exposure = stage.asked[0].exposure
    assert exposure == result_of(stage)["exposure"]
    assert (exposure["light"], exposure["light_meaning"]) == ("green", "dose on target")
    assert exposure["expected"]["entrance_air_kerma_ugy"] == 9.5
    assert exposure["noise_percent"] == pytest.approx(0.5, abs=0.2)
    assert exposure["expected"]["noise_percent"] is None  # this panel's pixels are of 1000 um


def test_the_exposure_of_an_empty_panel_has_figures_and_no_light(stage, capsys):
    stage.simulated.place_patient("empty")
    stage.press_hand_switch()
    run_visit(stage.room, stage.ordered())
    result = result_of(stage)
    exposure = result["exposure"]
    Telling().exposure(exposure)
    assert [finding["code"] for finding in result["findings"]] == ["Q-HAND-1"]
    assert exposure["exposure_index"] > 0 and exposure["light"] is exposure["light_meaning"] is None
    assert "AMBER" not in capsys.readouterr().err
    assert report_content(result, b"").visit.light is None


def test_an_image_that_dicom_refused_is_delivered_by_the_same_command_without_x_rays(stage):
    stage.press_hand_switch()
    with pytest.raises(NotDicom):
        run_visit(replace(stage.room, write_dicom=refuse_dicom), stage.ordered())
    run_visit(stage.room, stage.ordered())
    assert len(stage.simulated.exposures) == 1
    assert "for_presentation.dcm" in stage.files()


def refuse_dicom(_dataset):
    raise NotDicom("The image cannot be compressed: no room.")


def test_an_image_of_valid_maps_has_no_refusal(finished):
    assert result_of(finished)["device"]["calibration_refusal"] is None
    assert "Q-COR-2" not in [finding["code"] for finding in result_of(finished)["findings"]]


def test_a_record_from_before_targets_were_kept_stands_for_the_units_own(stage):
    order = stage.ordered().order
    record = order.as_record()
    del record["target_exposure_index"]
    assert replace(order, target_exposure_index=400.0).as_on_record(record) == order


def test_a_repeat_may_have_another_technique(stage):
    other = Technique(50.0, 25.0, 20.0)
    stage.verdicts.append(Verdict(Decision.REPEAT, "a test", other))
    stage.press_hand_switch()
    stage.press_for_a_repeat()
    begun = replace(stage.ordered().order, preset="older child")
    run_visit(stage.room, stage.ordered(begun))
    result = result_of(stage)
    assert [round(made.mas, 2) for made in stage.simulated.exposures] == [0.3, 0.5]
    assert [one["ms"] for one in result["exposures"]] == pytest.approx([12, 20], abs=0.1)
    assert result["exposure"]["preset"] is None


def test_a_repeats_technique_outlives_a_kill(stage):
    stage.verdicts.append(Verdict(Decision.REPEAT, "a test", Technique(50.0, 25.0, 20.0)))
    stage.press_hand_switch()
    with pytest.raises(Killed):
        run_visit(kill_at(stage, ExposureStage.RESTING), stage.ordered())
    assert order_begun(stage.room, stage.folder, stage.ordered().order).technique.ms == 20.0
    stage.press_for_a_repeat()
    run_visit(stage.room, stage.ordered())
    assert result_of(stage)["exposure"]["ms"] == pytest.approx(20.0, abs=0.1)


def test_a_visit_that_exposed_nobody_takes_its_technique_anew(stage):
    run_until_killed(stage, State.ORDERED)
    assert order_begun(stage.room, stage.folder, stage.ordered().order) is None


def test_a_finished_folder_is_not_overwritten(finished):
    before = (finished.folder / "result.json").read_bytes()
    with pytest.raises(FolderTaken):
        run_visit(finished.room, finished.ordered())
    assert (finished.folder / "result.json").read_bytes() == before


def test_the_folder_of_another_childs_visit_is_refused(stage):
    run_until_killed(stage, State.CHECKED)
    other = replace(stage.ordered().order, child=replace(stage.ordered().order.child, id="P-2"))
    with pytest.raises(FolderTaken):
        run_visit(stage.room, stage.ordered(other))


def test_a_refused_technique_does_not_block_the_folder_for_a_better_one(stage):
    bad = replace(stage.ordered().order, technique=Technique(60, 25, 12))
    with pytest.raises(TechniqueOutsideLimits):
        run_visit(stage.room, stage.ordered(bad))
    stage.press_hand_switch()
    run_visit(stage.room, replace(stage.ordered(), visit_id="better"))
    assert result_of(stage)["dose"]["exposures"] == 1


def test_a_hand_switch_still_held_from_the_last_exposure_is_refused(finished):
    finished.clock.sleep(30.0)
    again = replace(finished.ordered(), visit_id="second", folder=finished.folder / "second")
    with pytest.raises(GeneratorNotReady, match="hand switch"):
        run_visit(finished.room, again)


def test_an_unclear_exposure_is_asked_about_again(stage):
    stage.simulated.inject_fault("cable-pull", {"at": "armed"})
    with pytest.raises(DeviceError):
        run_visit(stage.room, stage.ordered())
    assert stage.journal.entries()[0].was_exposed is Exposed.UNKNOWN
    stage.simulated.clear_faults()
    stage.clock.sleep(1.0)
    with reopened(stage) as again:
        close_interrupted(again)
    assert stage.journal.entries()[0].was_exposed is Exposed.NO


def test_a_failed_visit_may_be_tried_again_in_its_folder_when_nobody_was_exposed(stage):
    stage.simulated.open_door()
    with pytest.raises(InterlockOpen):
        run_visit(stage.room, stage.ordered())
    stage.simulated.close_door()
    stage.press_hand_switch()
    run_visit(stage.room, stage.ordered())
    assert result_of(stage)["dose"]["exposures"] == 1


def test_checks_of_the_picture_stand_in_the_result_and_decide_nothing(stage):
    stage.simulated.place_patient("phantom:sex=F,bone_age=9.2,seed=1,side=right,fingers_off_mm=6")
    stage.press_hand_switch()
    finished = run_visit(stage.room, stage.ordered())
    told = {finding["code"]: finding["severity"] for finding in result_of(stage)["findings"]}
    assert told["Q-POS-1"] == "repeat"
    assert len(stage.simulated.exposures) == 1
    assert [finding.code for finding in finished.findings] == list(told)


def test_a_right_hand_is_named_in_the_result(stage):
    stage.simulated.place_patient("phantom:sex=F,bone_age=9.2,seed=1,side=right")
    stage.press_hand_switch()
    run_visit(stage.room, stage.ordered())
    result = result_of(stage)
    assert result["hand"] == {"side": "R"}
    assert [finding["code"] for finding in result["findings"]] == ["Q-SIDE-1"]


def test_a_right_hand_with_cut_fingers_is_named_and_marked_as_one(stage):
    stage.simulated.place_patient("phantom:sex=F,bone_age=9.2,seed=1,side=right,fingers_off_mm=6")
    stage.press_hand_switch()
    run_visit(stage.room, stage.ordered())
    result = result_of(stage)
    assert result["hand"] == {"side": "R"}
    assert "Q-SIDE-1" in [finding["code"] for finding in result["findings"]]
    assert pydicom.dcmread(stage.folder / "for_processing.dcm").ImageLaterality == "R"
    shown = pydicom.dcmread(stage.folder / "for_presentation.dcm")
    assert shown.ImageLaterality == "R" and shown[0x60001500].value == "R (electronic)"
    assert "Side in doubt" in shown.ImageComments
    assert "left" not in shown.StudyDescription and shown.ProtocolName.startswith("As ordered")
    assert result["reading"]["refused"] and result["reading"]["bone_age_months"] is None


def test_the_product_of_a_narrowed_beam_is_that_of_its_field(stage):
    stage.verdicts.append(Decision.REPEAT)
    patient = "phantom:sex=F,bone_age=9.2,seed=1,collimation=30:20:30:20"
    stage.simulated.place_patient(patient)
    stage.press_hand_switch()
    stage.press_for_a_repeat()
    run_visit(stage.room, stage.ordered())
    result = result_of(stage)
    exposure, dose = result["exposure"], result["dose"]
    assert exposure["field_m2"] == pytest.approx(0.20 * 0.24, rel=0.03)
    one = exposure["entrance_air_kerma_ugy"] * exposure["field_m2"]
    assert exposure["dose_area_product_ugy_m2"] == pytest.approx(one, rel=0.01)
    assert dose["dose_area_product_total_ugy_m2"] == pytest.approx(2 * one, rel=0.01)
    assert "detected in the image" in dose["dose_area_product_note"]


def test_a_ring_makes_the_number_doubtful_wherever_it_stands(stage):
    stage.simulated.place_patient("phantom:sex=F,bone_age=9.2,seed=1,metal=ring")
    stage.press_hand_switch()
    finished = run_visit(stage.room, stage.ordered())
    assert result_of(stage)["reading"]["doubts"] == list(finished.reading.doubts)
    assert any("Metal" in doubt for doubt in finished.reading.doubts)


def test_the_childs_gestation_and_the_sites_reference_stand_in_the_result(stage):
    order = stage.ordered().order
    preterm = replace(order, child=replace(order.child, gestation=Gestation(31, 4)))
    stage.press_hand_switch()
    room = replace(stage.room, customs=Customs(Reference.CHINA, ()))
    run_visit(room, stage.ordered(preterm))
    result = result_of(stage)
    told = {name: result["patient"][name] for name in ("gestation_weeks", "gestation_days")}
    assert told == {"gestation_weeks": 31, "gestation_days": 4}
    assert result["growth"]["headline"] == "china"

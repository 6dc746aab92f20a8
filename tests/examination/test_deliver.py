"""What a visit leaves: images, report, result; the same figures in each of them."""

import io
import json
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pydicom
import pypdf
import pytest
from pydicom.pixels.processing import apply_windowing

from acquisition.correct import correct
from acquisition.display import MARKER_GREY
from acquisition.greyscale import screen_codes
from acquisition.hand import Side
from acquisition.radiograph import read_picture
from bone_age.read import read_picture_bone_age
from bone_age.reading import LookedAt, Region, RegionReading, Sex
from console.reprint import Layout, print_report
from device.errors import HandSwitchNotPressed
from device.exposure import ExposureRequest
from device.technique import Technique
from examination.consistent import Site
from examination.deliver import deliver
from examination.detector_history import detector_history
from examination.dicom_facts import side_shown
from examination.examination import Assessed, Decision, Read
from examination.exposures import plan_exposure
from examination.on_record import OnRecord
from examination.report_states import verify
from examination.run import _begin, run_visit
from examination.steps import STEPS
from records.frames import load_raw_frame
from records.journal import CALIBRATION, ExposureEvent
from reports.content import report_content
from reports.pdf import render

POSITIONING_S = 180.0


def visit(stage, spec="phantom:sex=F,bone_age=9.2,seed=1"):
    stage.simulated.place_patient(spec)
    stage.press_hand_switch()
    return run_visit(stage.room, stage.ordered())


def result_in(stage):
    return json.loads((stage.folder / "result.json").read_text())


def pages_of(stage):
    pages = pypdf.PdfReader(io.BytesIO((stage.folder / "report.pdf").read_bytes())).pages
    return [page.extract_text() for page in pages]


@pytest.fixture
def finished(stage):
    visit(stage)
    return stage


PARTS = {
    "spread_months": 2.134,
    "regions": (RegionReading(Region.CARPALS, 84.04), RegionReading(Region.FINGERS, 106.6)),
    "looked_at": LookedAt(np.full((256, 256), 0.5, np.float32), np.eye(16, dtype=np.float32)),
}


def assessed(stage, **said):
    """Walk a visit until its report, with a reading that says this, whatever the model gave."""
    outcome = _begin(stage.room, stage.ordered())
    stage.press_hand_switch()
    while not isinstance(outcome, Assessed):
        outcome = STEPS[outcome.state](stage.room, outcome)
        if isinstance(outcome, Read):
            outcome = replace(outcome, reading=replace(outcome.reading, **said))
    return outcome


def delivered(stage, **said):
    deliver(stage.room, assessed(stage, **said))
    return result_in(stage)


def test_the_reading_is_in_result_and_report(finished):
    reading = result_in(finished)["reading"]
    low, high = reading["interval_months"]
    assert low < reading["bone_age_months"] < high
    assert reading["refused"] is False and reading["reasons"] == []
    assert f"{reading['bone_age_months']:.1f} months" in pages_of(finished)[0]
    assert reading["model"]["sha256"] in pages_of(finished)[2].replace("\n", "")
    assert (reading["model"]["trust"], reading["model"]["signed_by"]) == ("unsigned", None)
    assert "unsigned development release" in pages_of(finished)[2]


def test_the_parts_of_a_reading_are_in_result_and_report(stage):
    reading = delivered(stage, bone_age_months=104.4, **PARTS)["reading"]
    assert reading["spread_months"] == 2.13
    assert reading["regions"] == [
        {"region": "carpals", "bone_age_months": 84.0},
        {"region": "fingers", "bone_age_months": 106.6},
    ]
    first, _, technical, _ = pages_of(stage)
    assert "Carpal bones" in first and "7 y 0 mo" in first
    assert "2.1 months (standard deviation)" in technical


def nothing_on_record(*_):
    return OnRecord()


def test_what_moved_the_reading_is_a_picture_of_its_own_and_is_printed_again(stage):
    result = delivered(stage, **PARTS)
    assert result["files"]["looked_at"] == "looked_at.png"
    assert set(result["files"].values()) | {"result.json"} == stage.files()
    reports, now = stage.room.reports, stage.room.unit.now()
    layout, site = Layout("en", "a4"), Site(stage.room.customs, nothing_on_record)
    again = print_report(reports, stage.folder / "result.json", layout, site, now)
    report = (stage.folder / "report.pdf").read_bytes()
    assert reports.content(again.files["report"]) == report


def test_the_draft_of_a_visit_is_on_record(finished):
    report = (finished.folder / "report.pdf").read_bytes()
    verified = verify(finished.room.reports, report)
    assert (verified.document.version, verified.document.state) == (1, "draft")
    assert verified.document.result == result_in(finished)
    assert [event.state for event in verified.history] == ["draft"]


def test_a_reading_without_parts_leaves_none_and_clears_away_an_interrupted_one(stage):
    outcome = assessed(stage, spread_months=None, regions=(), looked_at=None)
    stage.folder.mkdir()
    (stage.folder / "looked_at.png").write_bytes(b"of a run that was killed")
    deliver(stage.room, outcome)
    result = result_in(stage)
    assert (result["reading"]["spread_months"], result["reading"]["regions"]) == (None, [])
    assert "looked_at" not in result["files"] and "looked_at.png" not in stage.files()


def test_a_refused_reading_keeps_no_part_of_a_figure(stage):
    said = {"bone_age_months": None, "interval_months": None, "reasons": ("No hand.",)}
    result = delivered(stage, **said, **PARTS)
    assert (result["reading"]["spread_months"], result["reading"]["regions"]) == (None, [])
    assert "looked_at.png" not in stage.files()


def test_growth_follows_from_the_reading(finished):
    result = result_in(finished)
    age_months = result["growth"]["age"]["decimal_months"]
    difference = result["growth"]["bone_age_minus_age_months"]
    assert difference == pytest.approx(result["reading"]["bone_age_months"] - age_months, abs=0.06)


def test_every_file_of_the_result_is_there(finished):
    assert set(result_in(finished)["files"].values()) | {"result.json"} == finished.files()


def test_the_report_can_be_printed_again_from_the_result(finished):
    picture = (finished.folder / "radiograph.png").read_bytes()
    looked_at = (finished.folder / "looked_at.png").read_bytes()
    again = render(report_content(result_in(finished), picture, looked_at))
    assert again == (finished.folder / "report.pdf").read_bytes()


def test_the_dicom_images_name_child_and_exposure(finished):
    result = result_in(finished)
    for name in ("for_processing.dcm", "for_presentation.dcm"):
        image = pydicom.dcmread(finished.folder / name)
        assert image.PatientName == "Li Hua" and image.PatientSex == "F"
        assert float(image.ExposureIndex) == pytest.approx(result["exposure"]["exposure_index"])
        assert image.StudyInstanceUID.startswith("2.25.")


def test_the_dicom_image_for_processing_is_read_as_the_visit_was(finished):
    picture = read_picture(finished.folder / "for_processing.dcm")
    again = read_picture_bone_age(finished.room.model, picture, Sex.FEMALE)
    assert again.bone_age_months == pytest.approx(
        result_in(finished)["reading"]["bone_age_months"], abs=1.0
    )


def test_a_hand_that_is_none_leaves_no_figure_anywhere(stage):
    visit(stage, "flat")
    result = result_in(stage)
    assert result["reading"]["bone_age_months"] is None
    assert result["reading"]["interval_months"] is None
    assert result["growth"]["bone_age_sds"] is None
    assert result["growth"]["bone_age_minus_age_months"] is None
    assert "No bone age was read" in pages_of(stage)[0]


def test_a_whole_visit_with_a_repeat_takes_less_than_ten_minutes(stage):
    started = stage.room.unit.now()
    stage.verdicts.append(Decision.REPEAT)
    stage.clock.sleep(POSITIONING_S)
    stage.press_hand_switch()
    stage.press_for_a_repeat()
    run_visit(stage.room, stage.ordered())
    assert stage.room.unit.now() - started < timedelta(minutes=10)
    outcomes = [one["outcome"] for one in result_in(stage)["exposures"]]
    assert outcomes == ["rejected", "accepted"]


def test_rejected_and_failed_exposures_are_in_the_report_with_their_dose(stage):
    with pytest.raises(HandSwitchNotPressed):  # nobody presses
        run_visit(stage.room, stage.ordered())
    stage.verdicts.append(Decision.REPEAT)
    stage.press_hand_switch()
    stage.press_for_a_repeat()
    run_visit(stage.room, stage.ordered())
    result = result_in(stage)
    outcomes = [one["outcome"] for one in result["exposures"]]
    assert outcomes == ["no X-rays", "rejected", "accepted"]
    assert result["dose"]["exposures"] == 2
    assert result["dose"]["kerma_total_ugy"] == pytest.approx(
        sum(one["entrance_air_kerma_ugy"] or 0 for one in result["exposures"]), abs=0.01
    )
    technical = pages_of(stage)[2]
    assert "rejected" in technical and "no X-rays" in technical


def test_the_time_line_runs_forward(finished):
    moments = [datetime.fromisoformat(line["at"]) for line in result_in(finished)["timeline"]]
    assert moments == sorted(moments)
    assert len(moments) >= 6


def test_the_picture_for_presentation_shows_what_the_visit_shows(finished):
    image = pydicom.dcmread(finished.folder / "for_presentation.dcm")
    picture = read_picture(finished.folder / "radiograph.png")
    codes = 255 * screen_codes(apply_windowing(image.pixel_array, image) / 4095)
    codes[picture == MARKER_GREY] = MARKER_GREY
    assert np.abs(codes - picture).max() < 1.1


def test_the_image_says_which_hand_was_ordered_and_what_the_panel_had_done(finished):
    image = pydicom.dcmread(finished.folder / "for_processing.dcm")
    assert image.ImageLaterality == "L" and image.ProtocolName == "Left hand and wrist, PA"
    status = finished.room.unit.detector.status()
    assert image.ExposuresOnDetectorSinceManufactured == status.exposure_count
    assert image.ExposuresOnDetectorSinceLastCalibration == 1


def test_a_panel_that_has_gone_keeps_no_image_from_being_delivered(finished):
    unit = finished.room.unit
    stored = unit.journal.entries()[-1].detail(ExposureEvent.STORED)
    radiograph = correct(load_raw_frame(stored), finished.room.calibration)
    unit.detector.close()
    history = detector_history(unit, radiograph)
    assert history.exposures_since_manufactured is None
    assert history.exposures_since_calibration == 1


def test_flats_and_later_exposures_are_no_wear_of_this_image(finished):
    unit = finished.room.unit
    stored = unit.journal.entries()[-1].detail(ExposureEvent.STORED)
    radiograph = correct(load_raw_frame(stored), finished.room.calibration)
    request = ExposureRequest(90, Technique(50.0, 25.0, 12.0))
    an_hour_ago = replace(unit, now=lambda: unit.now() - timedelta(hours=1))
    plan_exposure(an_hour_ago, request, CALIBRATION, None)
    plan_exposure(an_hour_ago, replace(request, nonce=91), "visit", None)
    plan_exposure(unit, replace(request, nonce=92), "visit", None)
    made = unit.now() - timedelta(hours=2)
    history = detector_history(unit, replace(radiograph, calibration_created=made))
    assert history.exposures_since_calibration == 2


def test_an_image_of_a_right_hand_says_so():
    assert side_shown(Side.RIGHT) is Side.RIGHT
    assert side_shown(Side.LEFT) is Side.LEFT
    assert side_shown(Side.UNCLEAR) is side_shown(None) is Side.UNCLEAR


def test_the_effective_dose_is_told_as_an_estimate_with_its_coefficient(finished):
    result = result_in(finished)
    dose = result["dose"]
    expected = dose["kerma_total_ugy"] * dose["effective_dose_usv_per_ugy"]
    assert dose["effective_dose_total_usv"] == pytest.approx(expected, rel=0.06)
    assert "estimate" in dose["effective_dose_note"] and "factor" in dose["effective_dose_note"]
    image = pydicom.dcmread(finished.folder / "for_presentation.dcm")
    assert dose["effective_dose_note"] in image.CommentsOnRadiationDose

import dataclasses
import io
import shutil
import subprocess
from datetime import date

import numpy as np
import pydicom
import pytest
from pydicom.pixels.processing import apply_windowing

from acquisition.display import develop, screen_picture
from acquisition.errors import FrameUnusable
from acquisition.greyscale import screen_codes
from acquisition.hand import Side
from acquisition.radiograph import picture_from, read_picture
from acquisition.side_marker import paint
from pacs import errors
from pacs.dataset import for_presentation, for_processing, to_bytes
from pacs.facts import DetectorHistory, Laterality, uid_from

VALIDATOR = shutil.which("dciodvfy")


@pytest.fixture
def both(radiograph, facts, processing, presentation):
    return (
        to_bytes(for_processing(radiograph, facts, processing)),
        to_bytes(
            for_presentation(radiograph, develop(radiograph), facts, presentation, processing)
        ),
    )


def read(content):
    return pydicom.dcmread(io.BytesIO(content))


def complaints(content, folder):
    path = folder / "image.dcm"
    path.write_bytes(content)
    told = subprocess.run([VALIDATOR, "-new", path], capture_output=True, text=True, check=False)
    lines = (told.stdout + told.stderr).splitlines()
    assert any(line.startswith("DXImage") for line in lines), lines
    return [line for line in lines if line.startswith("Error")]


needs_validator = pytest.mark.skipif(
    VALIDATOR is None, reason="dciodvfy is not installed (Debian package dicom3tools)"
)


@needs_validator
@pytest.mark.parametrize("kind", [0, 1], ids=["processing", "presentation"])
def test_the_validator_finds_no_error(both, tmp_path, kind):
    assert complaints(both[kind], tmp_path) == []


@needs_validator
def test_the_validator_finds_no_error_where_little_is_known(
    radiograph, facts, processing, tmp_path
):
    patient = dataclasses.replace(facts.patient, sex=None, size_m=None, weight_kg=None)
    study = dataclasses.replace(
        facts.study, id="", accession_number="", requested_procedure_id="", scheduled_step_id=""
    )
    exposure = dataclasses.replace(facts.exposure, laterality=Laterality.RIGHT)
    bare = dataclasses.replace(
        facts, patient=patient, study=study, exposure=exposure, detector=DetectorHistory()
    )
    content = to_bytes(for_processing(radiograph, bare, processing))
    assert complaints(content, tmp_path) == []
    assert read(content).PatientSex == ""


@needs_validator
def test_the_validator_would_find_an_error(both, tmp_path):
    dataset = read(both[0])
    del dataset.ImageLaterality
    assert complaints(to_bytes(dataset), tmp_path)


@pytest.mark.parametrize(("told", "written"), [(Laterality.RIGHT, "R"), (Laterality.UNTOLD, "L")])
def test_a_side_in_doubt_is_said_in_the_comments(radiograph, facts, processing, told, written):
    exposure = dataclasses.replace(facts.exposure, laterality=told)
    study = dataclasses.replace(facts.study, performed="As ordered: " + 80 * "x")
    doubted = dataclasses.replace(facts, exposure=exposure, study=study)
    image = read(to_bytes(for_processing(radiograph, doubted, processing)))
    assert image.ImageLaterality == written and image.ImageComments.startswith("Side in doubt")
    region = image.AnatomicRegionSequence[0]
    assert ("AnatomicRegionModifierSequence" in region) == (told is Laterality.RIGHT)
    assert len(image.ProtocolName) == 64
    ordered = image.RequestAttributesSequence[0].RequestedProcedureDescription
    assert ordered == facts.study.protocol


def test_for_processing_holds_the_corrected_pixels_without_loss(both, radiograph):
    dataset = read(both[0])
    assert dataset.BitsStored == 16
    assert np.array_equal(dataset.pixel_array, np.rint(radiograph.pixels))
    assert "WindowCenter" not in dataset
    assert (dataset.PixelIntensityRelationship, dataset.PixelIntensityRelationshipSign) == (
        "LIN",
        1,
    )


def test_for_presentation_is_the_displayed_picture_with_more_greys(both, radiograph):
    dataset = read(both[1])
    developed = develop(radiograph)
    p_values = apply_windowing(dataset.pixel_array, dataset) / 4095
    shown, marker = screen_picture(developed, Side.LEFT), developed.marker(Side.LEFT)
    if marker is not None:
        paint(shown, marker, 0)
        p_values[shown == 0] = 0
    assert np.abs(255 * screen_codes(p_values) - shown).max() <= 1.0


def test_images_of_one_visit_share_the_study_and_not_the_series(both):
    first, second = map(read, both)
    assert first.StudyInstanceUID == second.StudyInstanceUID
    assert first.SeriesInstanceUID != second.SeriesInstanceUID
    assert second.SourceImageSequence[0].ReferencedSOPInstanceUID == first.SOPInstanceUID


# PS3.6 keywords of what acquisition facts must be told, with the values of the fixture.
TOLD = {
    "PatientName": "王^小明",
    "PatientBirthDate": "20170301",
    "PatientAge": "009Y",
    "PatientSize": 1.302,
    "PatientWeight": 28.4,
    "StudyDate": "20261123",
    "StudyTime": "093015.250000",
    "TimezoneOffsetFromUTC": "+0800",
    "AccessionNumber": "A-1",
    "Modality": "DX",
    "ImageLaterality": "L",
    "ViewPosition": "PA",
    "KVP": 50,
    "XRayTubeCurrentInuA": 25000,
    "ExposureTimeInuS": 12000,
    "ExposureInuAs": 300,
    "EntranceDoseInmGy": 0.009462,
    # 0.6813 uGy m2 = 0.06813 dGy cm2.
    "ImageAndFluoroscopyAreaDoseProduct": 0.06813,
    "ExposureIndex": 241.7,
    "TargetExposureIndex": 250,
    "DeviationIndex": -0.15,
    "DistanceSourceToDetector": 1000,
    "FocalSpots": 0.6,
    "AnodeTargetMaterial": "TUNGSTEN",
    "Grid": "NONE",
    "DetectorID": "P-17",
    "DetectorTemperature": 27.3,
    "DateOfLastDetectorCalibration": "20261123",
    "TimeOfLastDetectorCalibration": "083015.250000",
    "ExposuresOnDetectorSinceLastCalibration": 3,
    "ExposuresOnDetectorSinceManufactured": 1201,
    "Sensitivity": 1024,
    "SoftwareVersions": "0.4.0",
}


@pytest.mark.parametrize("keyword", TOLD)
@pytest.mark.parametrize("kind", [0, 1], ids=["processing", "presentation"])
def test_the_header_tells_how_the_image_was_made(both, kind, keyword):
    assert read(both[kind])[keyword].value == TOLD[keyword]


def test_whoever_reads_the_exposure_index_is_told_how_it_is_calibrated(both):
    assert "RQA3" in read(both[0]).ImageComments


def test_the_same_facts_give_the_same_bytes(both, radiograph, facts, processing, presentation):
    again = to_bytes(
        for_presentation(radiograph, develop(radiograph), facts, presentation, processing)
    )
    assert again == both[1]


def test_uids_follow_from_their_parts():
    assert uid_from("visit", "7") == uid_from("visit", "7")
    assert uid_from("visit", "7") != uid_from("visit7")
    assert pydicom.uid.UID(uid_from("visit", "7")).is_valid


@pytest.mark.parametrize(
    "change",
    [
        {"id": "C" * 65},
        {"name": "A\\B"},
        {"id": "line\nbreak"},
        {"birth_date": date(2030, 1, 1)},
        {"size_m": float("nan")},
    ],
    ids=["id too long", "two names", "control character", "born later", "not a number"],
)
def test_what_dicom_cannot_hold_is_refused(radiograph, facts, processing, change):
    wrong = dataclasses.replace(facts, patient=dataclasses.replace(facts.patient, **change))
    with pytest.raises(errors.NotDicom):
        to_bytes(for_processing(radiograph, wrong, processing))


def test_a_uid_that_is_none_is_refused(radiograph, facts, processing):
    wrong = dataclasses.replace(processing, uid="1.02.x")
    with pytest.raises(errors.NotDicom, match="UID"):
        for_processing(radiograph, facts, wrong)


def test_every_error_stands_in_the_tree_with_its_own_code():
    tree = [errors.PacsError, *errors.PacsError.__subclasses__()]
    assert all(error.__name__ in errors.__doc__ for error in tree)
    assert len({error.code for error in tree}) == len(tree)


# What is read is tested here, beside what is written.


def test_both_kinds_are_read_as_greys_that_grow_with_attenuation(both, radiograph):
    thick = -np.log(radiograph.pixels)
    for content in both:
        greys = picture_from(content, "image.dcm")
        assert greys.shape == thick.shape
        assert np.corrcoef(greys.ravel(), thick.ravel())[0, 1] > 0.97


def test_reading_looks_at_pixels_alone(both):
    for content in both:
        dataset = read(content)
        dataset.PatientAge, dataset.PatientSize = "017Y", 1.9
        dataset.PatientBirthDate = dataset.StudyDate = dataset.AcquisitionDate = "19990101"
        dataset.ImagerPixelSpacing, dataset.PatientSex = [0.2, 0.2], "F"
        changed = picture_from(to_bytes(dataset), "changed.dcm")
        assert changed.tobytes() == picture_from(content, "image.dcm").tobytes()


@pytest.mark.parametrize("length", [132, 140, 200, 700, 3000, 100_000])
def test_a_dicom_file_cut_short_is_one_clear_error(both, length):
    with pytest.raises(FrameUnusable, match=r"image\.dcm is damaged"):
        picture_from(both[0][:length], "image.dcm")


def test_a_dicom_file_of_very_many_pixels_is_refused_before_it_is_decoded(both):
    dataset = read(both[0])
    dataset.Rows, dataset.Columns = 9000, 7000
    with pytest.raises(FrameUnusable, match="63 million pixels; at most 60 million"):
        picture_from(to_bytes(dataset), "image.dcm")


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_damaged_dicom_files_are_a_picture_or_one_clear_error(both):
    chance = np.random.default_rng(8)
    for _ in range(150):
        content = bytearray(both[1])
        for at in chance.integers(132, 3500, 6):
            content[at] = chance.integers(0, 256)
        try:
            assert picture_from(bytes(content), "image.dcm").ndim == 2
        except FrameUnusable as refused:
            assert "image.dcm" in str(refused)


def test_a_file_is_read_from_its_folder(both, tmp_path):
    (tmp_path / "a.dcm").write_bytes(both[1])
    read_again = read_picture(tmp_path / "a.dcm")
    assert read_again.tobytes() == picture_from(both[1], "a.dcm").tobytes()


@pytest.mark.parametrize(
    ("rotation_deg", "told"),
    [
        (0.0, ["L", "H"]),
        (-20.0, ["L", "H"]),
        (35.0, ["LH", "HR"]),
        (60.0, ["HL", "RH"]),
        (90.0, ["H", "R"]),
        (180.0, ["R", "F"]),
        (-90.0, ["F", "L"]),
        (-35.0, ["LF", "HL"]),
    ],
)
def test_the_edges_of_a_turned_hand_are_named_as_they_lie(
    radiograph, facts, processing, rotation_deg, told
):
    turned = dataclasses.replace(facts.exposure, rotation_deg=rotation_deg)
    dataset = for_processing(radiograph, dataclasses.replace(facts, exposure=turned), processing)
    assert dataset.PatientOrientation == told

"""The reading sees pixels and the sex, and refuses what is no hand."""

from dataclasses import replace

import cv2
import numpy as np
import pydicom
import pytest

from acquisition.film_view import find_on_film
from acquisition.radiograph import read_picture
from bone_age.read import read_picture_bone_age
from bone_age.readable import MORE_THAN_ONE
from bone_age.reading import Sex
from firmware_sim.patients.ossification import Sex as PhantomSex
from firmware_sim.patients.phantom import HandRequest, phantom_hand
from firmware_sim.physics.attenuation import log_signal
from firmware_sim.physics.beam import BeamQuality
from firmware_sim.physics.geometry import SMALL_PANEL


def phantom(bone_age_years, sex="F", seed=1):
    """Return the attenuation of a phantom hand."""
    request = HandRequest(PhantomSex(sex), bone_age_years, seed)
    tissue = phantom_hand(request, SMALL_PANEL).tissue()
    return -log_signal(tissue.bone_mm, tissue.soft_mm, BeamQuality.UNIT, 50.0)


@pytest.fixture(scope="module")
def picture():
    return phantom(9.2)


@pytest.fixture
def dicom(picture, tmp_path):
    """Write a DICOM file with the given header; return its path."""

    def write(**header):
        dataset = pydicom.Dataset()
        dataset.file_meta = pydicom.dataset.FileMetaDataset()
        dataset.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
        dataset.SOPClassUID = pydicom.uid.DigitalXRayImageStorageForPresentation
        dataset.SOPInstanceUID = "2.25.1"
        dataset.Rows, dataset.Columns = picture.shape
        dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
        dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, 12, 11
        dataset.PixelRepresentation = 0
        grey = np.clip(picture / 2.0 * 4095, 0, 4095).astype("<u2")
        dataset.add_new("PixelData", "OW", grey.tobytes())
        for name, value in header.items():
            setattr(dataset, name, value)
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.dcm"
        dataset.save_as(path, enforce_file_format=True)
        return path

    return write


def read(model, picture, sex=Sex.FEMALE):
    return read_picture_bone_age(model, picture, sex)


def without_map(reading):
    return replace(reading, looked_at=None)


def test_nothing_but_pixels_and_sex_changes_the_reading(model, dicom):
    plain = read(model, read_picture(dicom()))
    told = read(
        model,
        read_picture(
            dicom(
                PatientAge="003Y",
                PatientBirthDate="20230101",
                PatientSex="M",
                PatientSize="0.98",
                PatientWeight="15",
                PatientName="Old^Man",
                StudyDate="20260101",
                AcquisitionDate="20260101",
                ContentDate="20260101",
                ImagerPixelSpacing=["0.05", "0.05"],
                PixelSpacing=["0.05", "0.05"],
            )
        ),
    )
    assert without_map(told) == without_map(plain)
    assert repr(told.bone_age_months) == repr(plain.bone_age_months)


def stacked(one, other):
    return np.vstack([one, other])


def smaller_beside(one, other):
    half = cv2.resize(other, None, fx=0.6, fy=0.6, interpolation=cv2.INTER_AREA)
    return np.hstack([one, np.pad(half, ((len(one) - len(half), 0), (0, 0)))])


def side_by_side_turned(one, other):
    return np.rot90(np.hstack([one, other]))


@pytest.mark.parametrize("together", [stacked, smaller_beside, side_by_side_turned])
def test_where_a_second_hand_lies_no_hand_is_read(model, picture, together):
    two = np.ascontiguousarray(together(picture, phantom(14.0, "M", 2)))
    assert read(model, two).reasons == (MORE_THAN_ONE,)


@pytest.mark.parametrize("offset", ["1000000000", "-1000000000"])
def test_a_picture_is_not_lost_in_an_offset_of_its_greys(dicom, offset):
    plain = read_picture(dicom())
    offset_too = read_picture(dicom(RescaleSlope="1", RescaleIntercept=offset))
    assert (offset_too - offset_too.min() == plain - plain.min()).all()


def test_the_sex_changes_the_reading(model, picture):
    girl, boy = read(model, picture, Sex.FEMALE), read(model, picture, Sex.MALE)
    assert girl.bone_age_months != boy.bone_age_months


def test_the_interval_lies_around_the_reading(model, picture):
    reading = read(model, picture)
    low, high = reading.interval_months
    spread = model.read(model.crop(picture, find_on_film(picture)), Sex.FEMALE).spread_months
    half_width = model.interval.half_width_months(Sex.FEMALE, reading.bone_age_months, spread)
    assert high - reading.bone_age_months == pytest.approx(half_width)
    assert reading.bone_age_months - low == pytest.approx(half_width)
    assert reading.interval_coverage == model.interval.coverage
    assert reading.model == model.identity
    assert reading.method == model.method


def test_an_interval_never_begins_before_birth(model):
    reading = read(model, phantom(0.8, "M"), Sex.MALE)
    assert reading.refused or reading.interval_months[0] >= 0


@pytest.mark.parametrize("sex", ["F", "M"])
def test_phantoms_are_read_near_their_age(model, sex):
    truth = np.array([2.0, 4.0, 6.0, 8.0, 10.0, 12.0, 14.0, 16.0]) * 12
    read_months = np.array(
        [
            read(model, phantom(age / 12, sex, 40 + n), Sex(sex)).bone_age_months
            for n, age in enumerate(truth)
        ]
    )
    assert np.abs(read_months - truth).mean() < 9
    assert np.corrcoef(read_months, truth)[0, 1] > 0.97


def noise(shape=(400, 320)):
    return np.random.default_rng(7).normal(0, 1, shape).astype(np.float32)


def page_of_text():
    page = np.full((800, 600), 255, np.uint8)
    for row in range(30, 780, 24):
        line = "The quick brown fox jumps over the lazy dog " * 2
        cv2.putText(page, line, (20, row), cv2.FONT_HERSHEY_SIMPLEX, 0.5, 0, 1)
    return page


def disc():
    picture = np.zeros((400, 320), np.uint8)
    cv2.circle(picture, (160, 200), 90, 200, -1)
    return picture


@pytest.mark.parametrize(
    "picture",
    [np.zeros((400, 320), np.float32), np.full((400, 320), 77.0), noise(), page_of_text(), disc(),
     255 - page_of_text(), np.tile(np.arange(320.0), (400, 1)), np.zeros((8, 8))],
    ids=["black", "grey", "noise", "text", "disc", "white text", "wedge", "tiny"],
)  # fmt: skip
def test_what_is_no_hand_is_refused_with_a_reason(model, picture):
    reading = read(model, picture)
    assert reading.refused
    assert reading.bone_age_months is None and reading.interval_months is None
    assert all(reason.endswith(".") for reason in reading.reasons) and reading.reasons


@pytest.mark.parametrize(
    "changed",
    [
        lambda picture: picture[:, ::-1],
        lambda picture: -picture,
        lambda picture: np.rot90(picture),
        lambda picture: np.rot90(picture, 2),
        lambda picture: picture * 1000 + 40,
    ],
    ids=["mirrored", "inverted", "on its side", "upside down", "in other units"],
)
def test_the_way_a_picture_is_shown_hardly_matters(model, picture, changed):
    usual, other = read(model, picture), read(model, changed(picture))
    assert other.bone_age_months == pytest.approx(usual.bone_age_months, abs=6)


def test_the_same_picture_gives_the_same_bits(model, picture):
    one, other = read(model, picture), read(model, picture.copy())
    assert without_map(one) == without_map(other)
    assert np.array_equal(one.looked_at.weight, other.looked_at.weight)

import struct
import zlib

import cv2
import numpy as np
import pytest

from acquisition import errors
from acquisition.correct import correct
from acquisition.display import display_image, raise_detail, to_png


@pytest.fixture(scope="module")
def radiograph(panel, calibration, hand_transmission):
    return correct(panel.exposed(9.5, 60, hand_transmission), calibration)


@pytest.fixture(scope="module")
def picture(radiograph):
    return display_image(radiograph)


def test_background_is_black_and_bone_is_white(picture, hand_transmission):
    assert picture.dtype == np.uint8
    assert np.median(picture[hand_transmission > 0.999]) == 0
    assert np.median(picture[hand_transmission < 0.29]) > 200


def test_displayed_image_looks_like_what_lay_on_the_panel(picture, hand_transmission):
    likeness = np.corrcoef(picture.ravel(), -np.log(hand_transmission).ravel())[0, 1]
    assert likeness > 0.99


def test_more_tissue_is_never_darker(picture, hand_transmission):
    attenuation = -np.log(hand_transmission)
    steps = np.linspace(0.05, attenuation.max(), 12)
    greys = [
        picture[(attenuation >= low) & (attenuation < high)].mean()
        for low, high in zip(steps[:-1], steps[1:], strict=True)
    ]
    assert np.all(np.diff(greys) > 0)


def test_dose_does_not_change_the_look(panel, calibration, hand_transmission, picture):
    low_dose = display_image(correct(panel.exposed(2.5, 61, hand_transmission), calibration))
    difference = cv2.GaussianBlur(low_dose, (0, 0), 3) - cv2.GaussianBlur(
        picture.astype(float), (0, 0), 3
    )
    assert np.abs(difference).max() < 8


def test_same_radiograph_gives_the_same_picture(radiograph, picture):
    assert display_image(radiograph).tobytes() == picture.tobytes()


def test_flat_is_shown_black(panel, calibration):
    shown = display_image(correct(panel.exposed(5.0, 62), calibration))
    assert shown.mean() < 3


def test_frame_without_x_rays_is_shown_black(panel, calibration):
    assert display_image(correct(panel.dark(63), calibration)).max() == 0


def test_detail_of_a_trabecula_is_raised_and_slow_courses_are_not():
    y = np.arange(600)[:, None] * 0.1 * np.ones((1, 600))
    fine, slow = np.sin(2 * np.pi * y / 1.0), np.sin(2 * np.pi * y / 40)
    raised = [np.ptp(raise_detail(wave.astype(np.float32), 100.0)) / 2 for wave in (fine, slow)]
    assert 1.05 < raised[0] < 1.35
    assert raised[1] == pytest.approx(1, abs=0.03)


def test_png_knows_its_size_on_the_panel(picture):
    content = to_png(picture, 400.0)
    at = content.index(b"pHYs")
    assert struct.unpack(">IIB", content[at + 4 : at + 13]) == (2500, 2500, 1)
    assert struct.unpack(">I", content[at + 13 : at + 17])[0] == zlib.crc32(content[at : at + 13])
    assert content.index(b"IHDR") < at < content.index(b"IDAT")


def test_png_holds_the_picture_unchanged(picture):
    encoded = np.frombuffer(to_png(picture, 100.0), np.uint8)
    assert np.array_equal(cv2.imdecode(encoded, cv2.IMREAD_UNCHANGED), picture)


def test_only_an_8_bit_grey_picture_becomes_a_png(picture):
    with pytest.raises(errors.FrameUnusable):
        to_png(picture.astype(np.uint16), 100.0)
    with pytest.raises(errors.FrameUnusable):
        to_png(np.dstack([picture] * 3), 100.0)


@pytest.mark.parametrize("pitch", [0.0, -100.0, float("nan")])
def test_pixel_pitch_that_makes_no_sense_is_refused(picture, pitch):
    with pytest.raises(errors.SettingUnusable):
        to_png(picture, pitch)
    with pytest.raises(errors.SettingUnusable):
        raise_detail(picture.astype(np.float32), pitch)

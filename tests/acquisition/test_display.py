from dataclasses import replace

import cv2
import numpy as np
import pytest

from acquisition.correct import correct
from acquisition.display import (
    WINDOWS,
    develop,
    presentation_values,
    screen_picture,
    windows_of,
)
from acquisition.greyscale import jnd_index
from acquisition.hand import Side


@pytest.fixture(scope="module")
def radiograph(panel, calibration, hand_transmission):
    return correct(panel.exposed(9.5, 60, hand_transmission), calibration)


@pytest.fixture(scope="module")
def developed(radiograph):
    return develop(radiograph)


@pytest.fixture(scope="module")
def picture(developed):
    return screen_picture(developed, Side.LEFT)


def beside_the_marker(developed):
    """Return where no letter is painted."""
    marker = developed.marker(Side.LEFT)
    beside = np.ones(developed.levels.shape, dtype=bool)
    rows, columns = marker.bits.shape
    beside[marker.row : marker.row + rows, marker.column : marker.column + columns] = False
    return beside


def test_background_is_black_and_bone_is_white(picture, hand_transmission):
    assert picture.dtype == np.uint8
    assert np.median(picture[hand_transmission > 0.999]) == 0
    assert np.median(picture[hand_transmission < 0.29]) > 150


def test_displayed_image_looks_like_what_lay_on_the_panel(developed, hand_transmission):
    shown = presentation_values(developed).ravel()
    assert np.corrcoef(shown, -np.log(hand_transmission).ravel())[0, 1] > 0.99


def test_more_tissue_is_never_darker(picture, developed, hand_transmission):
    attenuation = -np.log(hand_transmission)
    steps = np.linspace(0.05, min(developed.white, attenuation.max()), 12)
    beside = beside_the_marker(developed)
    greys = [
        picture[(attenuation >= low) & (attenuation < high) & beside].mean()
        for low, high in zip(steps[:-1], steps[1:], strict=True)
    ]
    assert np.all(np.diff(greys) > 0)


def test_dose_does_not_change_the_look(panel, calibration, hand_transmission, picture):
    low_dose = screen_picture(
        develop(correct(panel.exposed(2.5, 61, hand_transmission), calibration)), Side.LEFT
    )
    difference = cv2.GaussianBlur(low_dose, (0, 0), 3) - cv2.GaussianBlur(
        picture.astype(float), (0, 0), 3
    )
    assert np.abs(difference).max() < 8


def test_same_radiograph_gives_the_same_picture(radiograph, picture):
    assert screen_picture(develop(radiograph), Side.LEFT).tobytes() == picture.tobytes()


def test_displaying_leaves_the_image_for_processing_as_it_is(radiograph):
    before = radiograph.pixels.tobytes()
    screen_picture(develop(radiograph), Side.LEFT)
    assert radiograph.pixels.tobytes() == before


def test_flat_is_shown_black(panel, calibration):
    developed = develop(correct(panel.exposed(5.0, 62), calibration))
    assert screen_picture(developed, Side.LEFT)[beside_the_marker(developed)].mean() < 3


def test_frame_without_x_rays_is_shown_black(panel, calibration):
    developed = develop(correct(panel.dark(63), calibration))
    assert presentation_values(developed).max() == 0
    shown = screen_picture(developed, Side.LEFT)
    assert shown[beside_the_marker(developed)].max() == 0


def test_equal_steps_of_tissue_are_equal_steps_for_the_eye(radiograph):
    """A wedge of equal steps of attenuation, through the picture and an sRGB screen, to JND."""
    steps = np.linspace(0.2, 1.1, 10)
    wedge = np.repeat(9000 * np.exp(-steps), 60)[None, :] * np.ones((700, 1))
    pixels = np.full((750, 600), 9000.0)
    pixels[25:725] = wedge
    shown = screen_picture(
        develop(replace(radiograph, pixels=pixels.astype(np.float32))), Side.LEFT
    )
    codes = shown[375, 30::60] / 255
    # IEC 61966-2-1, the screen's side, and the luminances of AAPM Report 270.
    light = np.where(codes <= 0.04045, codes / 12.92, ((codes + 0.055) / 1.055) ** 2.4)
    jnd = np.diff(jnd_index(1.0 + 349.0 * light))
    assert jnd.min() > 30
    assert jnd == pytest.approx(np.full(9, jnd.mean()), rel=0.05)


def test_windows_are_named_and_the_first_is_the_one_displayed(developed, picture):
    name, black, white = windows_of(developed)[0]
    assert name == "STANDARD"
    values = presentation_values(developed)[beside_the_marker(developed)]
    shown = picture[beside_the_marker(developed)]
    assert shown[values <= black - 1].max() == 0
    nearly_white = values >= white - 0.1 * (white - black)
    assert np.all(shown[nearly_white] > 0.9 * 225)


def test_every_window_preset_shows_a_part_of_what_is_kept(developed):
    windows = windows_of(developed)
    assert len({name for name, _, _ in windows}) == len(WINDOWS) + 1
    assert all(0 <= black < white <= 4095 for _, black, white in windows)


def test_soft_tissue_is_brighter_in_its_window_and_bone_keeps_its_greys_in_its_own(developed):
    windows = {name: (black, white) for name, black, white in windows_of(developed)}
    assert windows["SOFT TISSUE"][1] < windows["STANDARD"][1] < windows["BONE"][1]
    assert windows["BONE"][0] > windows["STANDARD"][0]

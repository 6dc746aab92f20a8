from dataclasses import replace

import numpy as np
import pytest

from acquisition.correct import correct
from acquisition.display import develop, presentation_values, screen_picture
from acquisition.exposed_field import ExposedField, find_exposed_field, whole_field
from acquisition.exposure_index import find_regions, indicate_exposure
from acquisition.hand import Side

PITCH_UM = 400.0


@pytest.fixture(scope="module")
def radiograph(panel, calibration, hand_transmission):
    return correct(panel.exposed(9.5, 70, hand_transmission), calibration)


def collimated(pixels, field):
    """Return the image with blades that let 0.5 % through, scatter of 3 % beneath them."""
    covered = pixels * np.float32(0.005) + np.float32(0.03 * np.median(pixels))
    open_ = np.s_[field.top : field.bottom, field.left : field.right]
    covered[open_] = pixels[open_]
    return covered


def found_in(pixels):
    regions = find_regions(pixels, PITCH_UM)
    return find_exposed_field(pixels, PITCH_UM, regions.coarse, regions.direct_dn)


def test_without_blades_the_whole_panel_is_the_field(radiograph):
    assert found_in(radiograph.pixels).is_whole(radiograph.pixels.shape)


@pytest.mark.parametrize(
    "field",
    [
        ExposedField(70, 750, 45, 560),
        ExposedField(0, 700, 60, 600),
        ExposedField(111, 640, 87, 503),
    ],
    ids=["three blades", "two blades", "four blades"],
)
def test_the_field_is_found_to_the_pixel(radiograph, field):
    found = found_in(collimated(radiograph.pixels, field))
    for side in ("top", "bottom", "left", "right"):
        assert abs(getattr(found, side) - getattr(field, side)) <= 1


def test_a_forearm_that_fills_the_lower_edge_is_no_blade(radiograph):
    field = ExposedField(0, 750, 180, 420)
    found = found_in(collimated(radiograph.pixels, field))
    assert (found.top, found.bottom) == (0, 750)


def test_a_dark_frame_has_no_blades(radiograph):
    dark = np.zeros_like(radiograph.pixels)
    assert found_in(dark) == whole_field(dark.shape)


def test_outside_of_the_field_the_picture_is_black_and_the_pixels_are_kept(radiograph):
    field = ExposedField(111, 640, 87, 503)
    developed = develop(replace(radiograph, pixels=collimated(radiograph.pixels, field)))
    picture = screen_picture(developed, Side.LEFT)
    assert picture[:112].max() == picture[639:].max() == picture[:, :88].max() == 0
    assert presentation_values(developed)[:110].min() > 2000


def test_blades_change_neither_window_nor_exposure_index(radiograph):
    """What lies beneath a blade, scatter and all, is no anatomy."""
    field = ExposedField(20, 750, 60, 580)
    behind_blades = collimated(radiograph.pixels, field)
    white = [
        develop(replace(radiograph, pixels=pixels)).white
        for pixels in (radiograph.pixels, behind_blades)
    ]
    assert white[1] == pytest.approx(white[0], rel=0.01)
    nothing = np.zeros(behind_blades.shape, np.uint8)
    indicated = indicate_exposure(behind_blades, nothing, PITCH_UM, 1024.0)
    assert indicated.exposure_index == pytest.approx(radiograph.exposure_index, rel=0.01)

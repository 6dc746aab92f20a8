"""The picture of what moved the reading: told without colour vision, and never as an alarm."""

import cv2
import numpy as np
import pytest

from bone_age.reading import LookedAt
from reports.errors import PictureUnreadable
from reports.looked_at import SIDE_PIXELS, draw_looked_at, printed_looked_at

# Machado GM et al. IEEE Trans Vis Comput Graph 2009;15:1291-8: what is seen without the cones for
# red (protanopia) or green (deuteranopia), of linear red, green and blue.
BLIND = {
    "protan": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
    "deutan": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
}


def drawn(crop, weight):
    """The picture as (rows, columns, red green blue)."""
    png = draw_looked_at(LookedAt(np.asarray(crop, np.float32), np.asarray(weight, np.float32)))
    return cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)[..., ::-1].astype(int)


def scale():
    return drawn(np.zeros((9, 9)), np.zeros((9, 9)))[SIDE_PIXELS + 10]


def test_what_moved_nothing_stays_as_the_net_saw_it():
    square = drawn(np.full((256, 256), 0.6), np.zeros((8, 8)))[:SIDE_PIXELS]
    assert (square == round(0.6 * 255)).all()


def test_colour_lies_where_the_reading_was_moved_and_bone_shows_below_it():
    weight = np.zeros((16, 16))
    weight[12:, :4] = 1.0
    crop = np.tile(np.linspace(0, 1, 256), (256, 1))
    square = drawn(crop, weight)[:SIDE_PIXELS]
    colourful = np.ptp(square, axis=2)
    assert colourful[480, 40] > 60 and colourful[:300].max() == 0
    assert square[500, 60].sum() > square[500, 10].sum() + 20


@pytest.mark.parametrize("cones", BLIND)
def test_a_colour_blind_reader_can_tell_every_fifth_of_the_scale(cones):
    fifths = scale()[:: SIDE_PIXELS // 5][:6] / 255
    seen = 255 * np.clip(fifths**2.2 @ np.array(BLIND[cones]).T, 0, 1) ** (1 / 2.2)
    assert np.abs(np.diff(seen, axis=0)).max(axis=1).min() > 8


def test_nothing_in_it_is_red():
    red, green, _ = scale().T
    assert (red - green).max() < 20


def test_a_white_line_surrounds_what_moved_it_by_half_of_the_most():
    weight = np.zeros((64, 64))
    weight[16:48, 16:48] = 1.0
    square = drawn(np.zeros((256, 256)), weight)[:SIDE_PIXELS]
    white = np.argwhere((square > 200).all(axis=2))
    assert white.min() == pytest.approx(128, abs=4) and white.max() == pytest.approx(383, abs=4)


def test_the_report_prints_crop_and_scale_and_says_the_rest_itself():
    png = draw_looked_at(LookedAt(np.zeros((9, 9), np.float32), np.zeros((9, 9), np.float32)))
    printed, whole = printed_looked_at(png).pixels, cv2.imdecode(np.frombuffer(png, np.uint8), 1)
    assert SIDE_PIXELS < len(printed) < len(whole)
    assert (printed == whole[: len(printed)]).all()


def test_a_map_that_is_no_picture_is_refused():
    with pytest.raises(PictureUnreadable):
        printed_looked_at(b"not a picture")

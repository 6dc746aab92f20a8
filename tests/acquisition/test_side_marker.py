import numpy as np
import pytest

from acquisition.correct import correct
from acquisition.display import MARKER_GREY, develop, presentation_values, screen_picture
from acquisition.hand import Side


@pytest.fixture(scope="module")
def developed(panel, calibration, hand_transmission):
    return develop(correct(panel.exposed(9.5, 80, hand_transmission), calibration))


@pytest.mark.parametrize(
    ("side", "text"),
    [(Side.LEFT, "L (electronic)"), (Side.RIGHT, "R (electronic)")],
)
def test_the_marker_tells_the_side_and_that_it_is_electronic(developed, side, text):
    assert developed.marker(side).text == text


def test_a_side_that_nobody_can_tell_is_not_marked(developed):
    assert developed.marker(Side.UNCLEAR) is None


def test_left_and_right_are_drawn_differently(developed):
    left, right = (developed.marker(side).bits for side in (Side.LEFT, Side.RIGHT))
    assert not np.array_equal(left, right)


def test_the_letter_is_one_centimetre_high(developed):
    rows = np.flatnonzero(developed.marker(Side.LEFT).bits[:, :15].any(axis=1))
    letter = rows[: np.argmax(np.diff(rows) > 1) + 1]
    assert len(letter) * 0.4 == pytest.approx(10.0, abs=1.5)


def test_the_marker_stands_where_no_anatomy_lies(developed, hand_transmission):
    marker = developed.marker(Side.LEFT)
    rows, columns = marker.bits.shape
    beneath = hand_transmission[
        marker.row : marker.row + rows, marker.column : marker.column + columns
    ]
    assert beneath.min() > 0.99


def test_the_marker_lies_beside_the_hand_not_at_the_far_end_of_the_panel(
    developed, hand_transmission
):
    marker, rows = developed.marker(Side.LEFT), np.flatnonzero((hand_transmission < 0.9).any(1))
    columns = np.flatnonzero((hand_transmission < 0.9).any(0))
    assert rows[0] - 30 <= marker.row <= rows[-1]
    assert columns[0] - 30 <= marker.column <= columns[-1]


def test_the_marker_is_painted_on_the_picture_and_not_on_the_pixels(developed):
    marker = developed.marker(Side.LEFT)
    rows, columns = marker.bits.shape
    place = np.s_[marker.row : marker.row + rows, marker.column : marker.column + columns]
    painted = screen_picture(developed, Side.LEFT)[place]
    assert np.all(painted[marker.bits > 0] == MARKER_GREY)
    assert presentation_values(developed)[place].max() < 200

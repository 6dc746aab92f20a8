"""The crop follows the hand, which is drawn here from circles and lines."""

import math

import cv2
import numpy as np
import pytest

from acquisition.hand import find_hand
from bone_age.crop import crop_hand

FINGERS = ((-38, 2.3), (-16, 2.8), (2, 3.0), (19, 2.8), (58, 2.1))


def drawn_hand(size=(620, 520), turn_deg=0.0, scale=1.0, middle=(250, 340)):
    """Return a hand, air 0 and bone up to 1: a palm, five digits, a forearm to the far edge."""
    picture = np.zeros(size, np.float32)
    radius = 70 * scale

    def point(angle_deg, reach):
        angle = math.radians(angle_deg + turn_deg)
        across, up = math.sin(angle) * reach * radius, math.cos(angle) * reach * radius
        return (round(middle[0] + across), round(middle[1] - up))

    for share, grey in ((1.0, 0.3), (0.9, 0.45), (0.75, 0.6), (0.5, 1.0)):
        for angle, reach in FINGERS:
            width = round(0.42 * radius * share)
            cv2.line(picture, point(angle, 0.75), point(angle, reach - 0.2), grey, width)
        cv2.line(picture, point(180, 0), point(180, 12), grey, round(1.3 * radius * share))
        cv2.circle(picture, middle, round(radius * share), grey, -1)
    return cv2.GaussianBlur(picture, (0, 0), 2.0)


def crop(picture, pixels=192):
    return crop_hand(picture, find_hand(picture), pixels)


def difference(one, other):
    """Mean absolute difference in grey levels of 255."""
    return float(np.abs(one - other).mean()) * 255


@pytest.fixture(scope="module")
def usual():
    return crop(drawn_hand())


def test_crop_is_a_square_of_greys_from_air_to_bone(usual):
    assert usual.shape == (192, 192)
    assert usual.dtype == np.float32
    assert usual.min() == 0
    assert 0.85 < usual.max() <= 1


def test_hand_fills_most_of_the_crop_and_is_not_cut(usual):
    rows, columns = np.nonzero(usual > 0.1)
    assert rows.min() > 2
    assert 2 < columns.min() < 40 and 150 < columns.max() < 189
    assert rows.max() == 191


@pytest.mark.parametrize("pixels", [192, 299, 512])
def test_side_is_what_was_asked(usual, pixels):
    larger = crop(drawn_hand(), pixels)
    assert larger.shape == (pixels, pixels)
    assert difference(cv2.resize(larger, (192, 192), interpolation=cv2.INTER_AREA), usual) < 4


@pytest.mark.parametrize("pixels", [191, 513])
def test_other_sides_are_refused(pixels):
    with pytest.raises(ValueError, match="192 to 512"):
        crop(drawn_hand(), pixels)


@pytest.mark.parametrize("middle", [(250, 300), (300, 340), (215, 360)])
def test_place_in_the_field_does_not_matter(usual, middle):
    assert difference(crop(drawn_hand(middle=middle)), usual) < 4


@pytest.mark.parametrize("turn_deg", [-160, -25, 40, 90, 180])
def test_hand_is_straightened(usual, turn_deg):
    turned = drawn_hand((760, 760), turn_deg, middle=(380, 380))
    assert difference(crop(turned), usual) < 10


@pytest.mark.parametrize("scale", [0.6, 1.2])
def test_size_of_the_hand_does_not_matter(usual, scale):
    picture = drawn_hand((760, 760), scale=scale, middle=(380, 400))
    assert difference(crop(picture), usual) < 10


@pytest.mark.parametrize("black, white", [(0.0, 0.2), (40.0, 90.0), (1000.0, 61000.0)])
def test_window_does_not_matter(usual, black, white):
    assert difference(crop(black + (white - black) * drawn_hand()), usual) < 1


def test_inverted_film_gives_the_same_crop(usual):
    assert difference(crop(255 - 255 * drawn_hand()), usual) < 3


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_picture_on_its_side_gives_the_same_crop(usual, turns):
    assert difference(crop(np.rot90(drawn_hand(), turns)), usual) < 4


@pytest.mark.parametrize("gamma", [0.7, 1.4])
def test_gamma_matters_less_than_without_a_crop(usual, gamma):
    picture = drawn_hand()
    assert difference(crop(picture**gamma), usual) < 10


def test_letters_and_borders_are_blanked(usual):
    picture = drawn_hand()
    cv2.rectangle(picture, (20, 440), (90, 560), 2.0, -1)
    picture[:10], picture[:, :10] = 2.0, 2.0
    assert difference(crop(picture), usual) < 5


def test_a_squashed_film_gives_nearly_the_same_crop(usual):
    squashed = cv2.resize(drawn_hand(), (299, 299), interpolation=cv2.INTER_AREA)
    assert difference(crop(squashed), usual) < 10


def test_the_same_picture_gives_the_same_bits(usual):
    assert crop(drawn_hand()).tobytes() == usual.tobytes()

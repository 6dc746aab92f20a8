"""Hands are drawn here from circles and lines, never taken from a film."""

import math

import cv2
import numpy as np
import pytest

from acquisition.hand import Hand, NotAHand, Side, Tone, find_hand

# Tips of a left hand with the fingers up, little finger first, as directions and lengths.
FINGERS = ((-38, 2.3), (-16, 2.8), (2, 3.0), (19, 2.8), (58, 2.1))


def drawn_hand(size=(600, 480), turn_deg=0.0, scale=1.0, middle=(240, 350)):
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
        cv2.line(picture, point(180, 0), point(180, 8), grey, round(1.3 * radius * share))
        cv2.circle(picture, middle, round(radius * share), grey, -1)
    return cv2.GaussianBlur(picture, (0, 0), 2.0)


def found(picture):
    hand = find_hand(picture)
    assert isinstance(hand, Hand), hand
    return hand


@pytest.fixture(scope="module")
def hand():
    return found(drawn_hand())


def test_a_hand_has_five_digits_a_palm_and_a_wrist_below_it(hand):
    assert len(hand.digits) == 5
    assert math.dist(hand.palm, (240, 350)) < 15
    assert hand.palm_radius == pytest.approx(70, abs=10)
    assert hand.wrist[1] > hand.palm[1]
    assert hand.tone is Tone.BONE_WHITE


def test_tips_lie_where_they_were_drawn_from_the_little_finger_to_the_thumb(hand):
    angles = [math.radians(angle) for angle, _ in FINGERS]
    for digit, angle, (_, reach) in zip(hand.digits, angles, FINGERS, strict=True):
        tip = (240 + 70 * reach * math.sin(angle), 350 - 70 * reach * math.cos(angle))
        assert math.dist(digit.tip, tip) < 15
        assert math.dist(digit.root, hand.palm) < math.dist(digit.tip, hand.palm)


def test_mask_covers_the_hand_and_nothing_else(hand):
    drawn = drawn_hand() > 0.2
    assert (hand.mask & drawn).sum() / (hand.mask | drawn).sum() > 0.85


def test_thumb_tells_the_side(hand):
    assert hand.side is Side.LEFT
    assert found(drawn_hand()[:, ::-1]).side is Side.RIGHT


@pytest.mark.parametrize("turn_deg", [-150, -90, -20, 20, 90, 180])
def test_rotation_is_what_the_hand_was_turned_by(hand, turn_deg):
    turned = found(drawn_hand((700, 700), turn_deg, middle=(350, 350)))
    difference = turned.rotation_deg + turn_deg - hand.rotation_deg
    assert abs((difference + 180) % 360 - 180) < 6
    assert turned.side is Side.LEFT


@pytest.mark.parametrize("scale", [0.5, 1.4])
def test_size_in_the_field_does_not_matter(scale):
    middle = (round(240 * max(scale, 1)), round(350 * max(scale, 1)))
    size = (round(600 * max(scale, 1)), round(480 * max(scale, 1)))
    small = found(drawn_hand(size, scale=scale, middle=middle))
    assert small.palm_radius == pytest.approx(70 * scale, rel=0.15)


def test_inverted_film_is_recognised():
    inverted = found(1 - drawn_hand())
    assert inverted.tone is Tone.BONE_BLACK
    assert math.dist(inverted.palm, (240, 350)) < 15


@pytest.mark.parametrize("white", [0.06, 300.0, 60000.0])
def test_grey_levels_do_not_matter(hand, white):
    other = found(drawn_hand() * white + white / 10)
    assert math.dist(other.palm, hand.palm) < 3
    assert len(other.digits) == 5


def test_an_8_bit_film_of_low_contrast_is_enough():
    assert len(found(np.rint(30 + 20 * drawn_hand()).astype(np.uint8)).digits) == 5


def in_white_border(picture):
    picture[:14], picture[-14:], picture[:, :14], picture[:, -14:] = 1, 1, 1, 1
    return picture


def with_letter(picture):
    """An L of lead on its plate."""
    cv2.rectangle(picture, (10, 400), (90, 520), 0.2, -1)
    cv2.line(picture, (35, 415), (35, 505), 2.0, 14)
    cv2.line(picture, (35, 505), (75, 505), 2.0, 14)
    return picture


def in_a_diaphragm(picture):
    return np.pad(picture + 0.3, ((90, 60), (150, 120)))


def in_a_white_frame_on_grey(picture):
    framed = np.pad(in_white_border(picture), 120, constant_values=0.4)
    return framed


def with_a_glow(picture):
    y, x = np.mgrid[-1 : 1 : picture.shape[0] * 1j, -1 : 1 : picture.shape[1] * 1j]
    return picture + 0.25 * np.exp(-(x**2) - y**2).astype(np.float32)


def with_noise(picture):
    return picture + np.random.default_rng(1).normal(0, 0.05, picture.shape)


@pytest.mark.parametrize(
    "disturb",
    [
        in_white_border,
        with_letter,
        in_a_diaphragm,
        in_a_white_frame_on_grey,
        with_a_glow,
        with_noise,
    ],
)
def test_what_films_have_around_the_hand_does_not_hide_it(disturb):
    assert len(found(disturb(drawn_hand())).digits) == 5


def test_the_same_picture_gives_the_same_hand(hand):
    again = found(drawn_hand())
    assert again.digits == hand.digits
    assert again.rotation_deg == hand.rotation_deg
    assert np.array_equal(again.mask, hand.mask)


def page_of_text():
    page = np.full((600, 450), 255, np.uint8)
    for row in range(40, 580, 24):
        cv2.putText(page, "the quick brown fox jumps", (25, row), 0, 0.8, 0, 2)
    return page


def knee():
    picture = np.zeros((600, 400), np.float32)
    cv2.line(picture, (200, -50), (200, 650), 0.5, 180)
    cv2.line(picture, (200, -50), (200, 270), 1.0, 90)
    cv2.line(picture, (200, 320), (200, 650), 1.0, 90)
    return cv2.GaussianBlur(picture, (0, 0), 4)


NOTHING = {
    "blank": (np.full((300, 300), 77, np.uint8), "blank"),
    "white noise": (np.random.default_rng(2).integers(0, 255, (400, 400), np.uint8), "noise"),
    "faint noise": (np.random.default_rng(3).normal(500, 30, (900, 700)), "noise"),
    "page of text": (page_of_text(), ""),
    "inverted page of text": (255 - page_of_text(), ""),
    "knee": (knee(), "No hand"),
    "narrow strip": (np.pad(np.ones((750, 30)), ((0, 0), (100, 170))), "No hand"),
    "gradient": (np.tile(np.linspace(0, 1, 300), (300, 1)), "No hand"),
    "too small": (np.zeros((40, 300)), "smaller"),
    "colour": (np.zeros((300, 300, 3)), "grey"),
    "not a number": (np.full((300, 300), np.nan), "not numbers"),
}


@pytest.mark.parametrize("name", NOTHING)
def test_what_is_no_hand_is_refused_with_a_reason(name):
    picture, reason = NOTHING[name]
    refused = find_hand(picture)
    assert isinstance(refused, NotAHand)
    assert reason in refused.reasons[0]

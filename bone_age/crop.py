"""Cut, straighten and scale the hand for the net.

The same hand gives nearly the same crop wherever it lies, however it is turned, windowed or
inverted: the frame follows palm and digits, greys are measured on the hand and beside it.
"""

import math
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from acquisition.hand import Hand, Tone

Crop = NDArray[np.float32]
_Points = NDArray[np.float64]
Window = tuple[float, float, float, float]
Corners = tuple[tuple[float, float], ...]

SMALLEST_SIDE, LARGEST_SIDE = 192, 512
# Our choices, so that the hand lies in the frame as in the training films; in palm radii.
MARGIN: Final = 0.35
BELOW_PALM: Final = 2.1
# A digit's bones are about this broad, in palm radii.
DIGIT_WIDTH: Final = 0.25
# What lies farther from the hand is blanked: letters, borders, the edge of a diaphragm.
AROUND_HAND: Final = 0.25
# Grey of the hand's brightest bone (this quantile of its pixels) and of its middle pixel.
BRIGHT_QUANTILE, BRIGHT_GREY = 0.97, 0.9
MIDDLE_GREY: Final = 0.5
# A gamma beyond these would turn noise into structure.
GAMMA_RANGE: Final = (0.4, 2.5)


@dataclass(frozen=True, slots=True)
class _Frame:
    """The rectangle around the hand after turning: middle and size in pixels of the picture."""

    middle: tuple[float, float]
    width: float
    height: float
    rotation_deg: float


def crop_hand(picture: NDArray[np.generic], hand: Hand, pixels: int) -> Crop:
    """Return the hand with its digits up, (pixels, pixels) float32 in 0..1, bone white, air 0.

    Width and height are scaled each for itself, so that every hand fills the square: films that
    were squashed long ago look like any other. `picture` is the one that the hand was found in.
    Raises ValueError unless `pixels` is 192 to 512. The hand is not mirrored.
    """
    if not SMALLEST_SIDE <= pixels <= LARGEST_SIDE:
        raise ValueError(f"A crop has {SMALLEST_SIDE} to {LARGEST_SIDE} pixels, not {pixels}.")
    sign = np.float32(1 if hand.tone is Tone.BONE_WHITE else -1)
    grey = picture.astype(np.float32) * sign
    frame = _frame(hand)
    small = _shrunk(grey, frame, pixels)
    place = _place(frame, pixels, np.divide(small.shape, grey.shape)[::-1])
    cut = _warp(small, place, pixels, cv2.BORDER_REPLICATE)
    mask = _warp(_shrunk(_drawn(hand), frame, pixels), place, pixels, cv2.BORDER_CONSTANT) > 0.5
    there = _warp(np.ones_like(small), place, pixels, cv2.BORDER_CONSTANT) > 0.99
    if not mask.any():
        raise ValueError("The hand was found in another picture.")
    return _toned(cut, mask, there, hand.palm_radius * _scales(frame, pixels)[0])


def corners_in_picture(hand: Hand, window: Window) -> Corners:
    """Return where a window of the crop lies in the picture that the hand was found in.

    `window` is left, top, right, bottom in shares of the crop's side; the corners (x, y) in
    pixels go round clockwise from the upper left of the crop.
    """
    frame = _frame(hand)
    left, top, right, bottom = window
    shares = np.array([(left, top), (right, top), (right, bottom), (left, bottom)])
    offsets = (shares - 0.5) * (frame.width, frame.height)
    corners = _turned(offsets, -frame.rotation_deg) + frame.middle
    return tuple((float(x), float(y)) for x, y in corners)


def _drawn(hand: Hand) -> Crop:
    """Return 1 on the hand and along its digits: a joint lost from the mask stays in the crop."""
    drawn = hand.mask.astype(np.float32)
    for digit in hand.digits:
        ends = [(round(point[0]), round(point[1])) for point in (digit.root, digit.tip)]
        cv2.line(drawn, ends[0], ends[1], 1.0, max(1, round(DIGIT_WIDTH * hand.palm_radius)))
    return drawn


def _turned(points: _Points, rotation_deg: float) -> _Points:
    angle = math.radians(rotation_deg)
    matrix = [[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]]
    return np.asarray(points @ np.array(matrix).T)


def _frame(hand: Hand) -> _Frame:
    """Put the frame around the tips and the palm, with the wrist and a little forearm."""
    radius = hand.palm_radius
    points = _turned(np.array([hand.palm, *(d.tip for d in hand.digits)]), hand.rotation_deg)
    palm, tips = points[0], points[1:]
    left = min(tips[:, 0].min(), palm[0] - radius) - MARGIN * radius
    right = max(tips[:, 0].max(), palm[0] + radius) + MARGIN * radius
    top, bottom = tips[:, 1].min() - MARGIN * radius, palm[1] + BELOW_PALM * radius
    middle = _turned(np.array([[(left + right) / 2, (top + bottom) / 2]]), -hand.rotation_deg)[0]
    return _Frame(
        (float(middle[0]), float(middle[1])),
        float(right - left),
        float(bottom - top),
        hand.rotation_deg,
    )


def _scales(frame: _Frame, pixels: int) -> tuple[float, float]:
    """Return the pixels of the crop per pixel of the picture, across and down."""
    return pixels / frame.width, pixels / frame.height


def _shrunk(grey: Crop, frame: _Frame, pixels: int) -> Crop:
    """Average fine detail before the picture is warped, so that it is never aliased."""
    shrink = 2 * max(_scales(frame, pixels))
    if shrink >= 1:
        return grey
    size = (max(1, round(grey.shape[1] * shrink)), max(1, round(grey.shape[0] * shrink)))
    small = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    # Two pixels of the shrunk picture or fewer meet in one of the crop: this blur is enough.
    return np.asarray(cv2.GaussianBlur(small, (0, 0), 0.7), dtype=np.float32)


def _place(frame: _Frame, pixels: int, shrunk: _Points) -> _Points:
    """Return the map (2, 3) from a pixel of the crop to one of the shrunk picture.

    `shrunk` is by how much, across and down.
    """
    turn = _turned(np.eye(2), -frame.rotation_deg)
    # From a pixel of the crop back to the picture: scale, turn, move; then shrink.
    back = (turn.T / np.array(_scales(frame, pixels))) * shrunk[:, None]
    middle = (np.array(frame.middle) + 0.5) * shrunk - 0.5
    move = middle - back @ np.full(2, (pixels - 1) / 2)
    return np.column_stack([back, move])


def _warp(small: Crop, place: _Points, pixels: int, border: int) -> Crop:
    """Turn and scale the frame into the square."""
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    warped = cv2.warpAffine(small, place, (pixels, pixels), flags=flags, borderMode=border)
    return np.asarray(warped, dtype=np.float32)


def _toned(cut: Crop, mask: NDArray[np.bool_], there: NDArray[np.bool_], radius: float) -> Crop:
    """Measure air and bone, bring them and the hand's middle grey to fixed greys, blank the rest.

    `there` is where the picture was; `radius` of the palm in pixels of the crop.
    """
    near = _near_hand(mask, radius) & there
    beside = near & ~mask
    air = float(np.median(cut[beside])) if beside.any() else float(cut[near].min())
    bright = float(np.quantile(cut[mask], BRIGHT_QUANTILE))
    share = np.clip((cut - air) / max(bright - air, 1e-6), 0, 1 / BRIGHT_GREY)
    middle = float(np.clip(np.median(share[mask]), 0.05, 0.95))
    gamma = float(np.clip(math.log(MIDDLE_GREY / BRIGHT_GREY) / math.log(middle), *GAMMA_RANGE))
    toned = BRIGHT_GREY * np.power(share, gamma)
    return np.where(near, np.clip(toned, 0, 1), 0).astype(np.float32)


def _near_hand(mask: NDArray[np.bool_], radius: float) -> NDArray[np.bool_]:
    """Return the hand with a margin all round."""
    distance = cv2.distanceTransform(1 - mask.astype(np.uint8), cv2.DIST_L2, 5)
    return np.asarray(distance <= AROUND_HAND * radius, dtype=np.bool_)

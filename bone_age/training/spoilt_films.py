"""Films of a left hand that were spoilt: as a bad day in a clinic would spoil them.

Each function takes a film that shows a whole hand and returns it spoilt. The hand is stood upright
first, so that what is cut off is known; how it is delivered turns it again.
"""

import math
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from acquisition.film_view import find_on_film
from acquisition.hand import Hand, Tone
from bone_age.training.delivered import Chance, Picture, clouds


@dataclass(frozen=True, slots=True, eq=False)
class Film:
    """A film in 0..1, bone white, its fingers up, with the hand found on it.

    `grey` and `mask` (rows, columns); points (x, y) and `palm_radius` in pixels.
    """

    grey: Picture
    mask: NDArray[np.bool_]
    palm: tuple[float, float]
    palm_radius: float
    tips: NDArray[np.float64]
    roots: NDArray[np.float64]


def upright(picture: NDArray[np.generic]) -> Film | None:
    """Stand a film upright; None where no hand is found on it."""
    shown = picture.astype(np.float32)
    hand = find_on_film(shown)
    if not isinstance(hand, Hand):
        return None
    low, high = np.quantile(shown, (0.005, 0.995))
    grey = np.clip((shown - low) / (high - low), 0, 1).astype(np.float32)
    grey = grey if hand.tone is Tone.BONE_WHITE else 1 - grey
    rows, columns = grey.shape
    turn = cv2.getRotationMatrix2D((columns / 2, rows / 2), -hand.rotation_deg, 1.0)

    def placed(points: list[tuple[float, float]]) -> NDArray[np.float64]:
        return np.asarray(np.array(points) @ turn[:, :2].T + turn[:, 2], np.float64)

    size, edge = (columns, rows), cv2.BORDER_REPLICATE
    mask = cv2.warpAffine(hand.mask.astype(np.uint8), turn, size, flags=cv2.INTER_NEAREST)
    palm = placed([hand.palm])[0]
    return Film(
        np.asarray(cv2.warpAffine(grey, turn, size, borderMode=edge), np.float32),
        np.asarray(mask > 0),
        (float(palm[0]), float(palm[1])),
        hand.palm_radius,
        placed([digit.tip for digit in hand.digits]),
        placed([digit.root for digit in hand.digits]),
    )


def fingers_cut_off(film: Film, chance: Chance) -> Picture:
    """Cut at least the end phalanx off the longest finger, or off the thumb or little finger."""
    longest = int(np.argmin(film.tips[:, 1]))
    if chance.random() < 0.7:
        down = _between(film.tips[longest], film.roots[longest], chance.uniform(0.3, 1.0))[1]
        return _ended(film.grey, math.ceil(down), chance)
    outermost = int(np.argmax(np.abs(film.tips[:, 0] - film.palm[0])))
    across = _between(film.tips[outermost], film.roots[outermost], chance.uniform(0.35, 0.9))[0]
    on_right = bool(film.tips[outermost, 0] > film.palm[0])
    grey = film.grey[:, ::-1] if on_right else film.grey
    at = film.grey.shape[1] - across if on_right else across
    cut = _ended(np.ascontiguousarray(grey.T), math.ceil(at), chance).T
    return cut[:, ::-1] if on_right else cut


def wrist_cut_off(film: Film, chance: Chance) -> Picture:
    """End the picture between the middle of the palm and the joint face of the radius."""
    down = film.palm[1] + chance.uniform(0.1, 0.95) * film.palm_radius
    upside_down = np.ascontiguousarray(film.grey[::-1])
    return _ended(upside_down, film.grey.shape[0] - math.floor(down), chance)[::-1]


def _between(one: NDArray[np.float64], other: NDArray[np.float64], part: float) -> Picture:
    return np.asarray(one + part * (other - one), np.float32)


def _ended(grey: Picture, row: int, chance: Chance) -> Picture:
    """Let the picture begin at a row: by its edge, or by a diaphragm's blade over the rest."""
    row = min(max(row, 1), grey.shape[0] - 64)
    if chance.random() < 0.5:
        return grey[row:]
    blade = np.clip((np.arange(grey.shape[0]) - row) / 3.0 + 1, 0, 1)[:, None]
    dark = float(np.quantile(grey, 0.02)) * chance.uniform(0, 1)
    return np.asarray(grey * blade + dark * (1 - blade), np.float32)


def two_hands(film: Film, chance: Chance) -> Picture:
    """Lay the other hand beside it, with little room between, as both are photographed at once."""
    rows = film.grey.shape[0]
    size = (film.grey.shape[1], round(float(chance.uniform(0.95, 1.05)) * rows))
    sized = np.asarray(cv2.resize(film.grey[:, ::-1], size), np.float32)
    other = sized[:rows] if len(sized) >= rows else _grown(sized, rows)
    tone = np.float32(chance.uniform(0.9, 1.1))
    pair = [film.grey, np.clip(other * tone, 0, 1)]
    pair = pair[::-1] if chance.random() < 0.5 else pair
    return np.asarray(np.concatenate(pair, axis=1), np.float32)


def _grown(grey: Picture, rows: int) -> Picture:
    return np.pad(grey, ((0, rows - len(grey)), (0, 0)), mode="edge")


def blurred_or_underexposed(film: Film, chance: Chance) -> Picture:
    """Blur by what a moving or far hand is blurred by, or leave too few X-rays for its bones."""
    return (_blurred if chance.random() < 0.5 else _underexposed)(film, chance)


def _blurred(film: Film, chance: Chance) -> Picture:
    """Blur by 3 to 6 mm (a palm has a radius of about 25 mm): no growth plate is left."""
    reach = float(chance.uniform(0.12, 0.24)) * film.palm_radius
    if chance.random() < 0.5:
        return np.asarray(cv2.GaussianBlur(film.grey, (0, 0), reach), np.float32)
    length = max(3, round(3.5 * reach))
    path = np.zeros((length, length), np.float32)
    angle = chance.uniform(0, math.pi)
    half = (length - 1) / 2
    across, down = half * math.cos(angle), half * math.sin(angle)
    ends = [(round(half + sign * across), round(half + sign * down)) for sign in (-1, 1)]
    cv2.line(path, ends[0], ends[1], 1.0, max(1, round(0.2 * length)))
    return np.asarray(cv2.filter2D(film.grey, -1, path / path.sum()), np.float32)


def _underexposed(film: Film, chance: Chance) -> Picture:
    """Add the noise of a beam that all but failed: 1 mm of bone on 1 mm2 is lost in it.

    A palm has a radius of about 25 mm, its bright bone attenuates by 1.2 against the air, and 1 mm
    of bone by 0.11: 0.09 of the film's range, here 0.4 to 1.2 times the noise of 1 mm2 at most.
    """
    pixels_per_mm = film.palm_radius / 25.0
    noise = 0.09 / chance.uniform(0.4, 1.2) * max(pixels_per_mm, 0.5)
    grain = chance.normal(0, noise, film.grey.shape)
    shown = film.grey + grain
    low, high = np.quantile(shown, (0.01, 0.99))
    return np.asarray(np.clip((shown - low) / (high - low), 0, 1), np.float32)


# At least so much of the hand is covered.
LEAST_COVERED: Final = 0.3


def covered(film: Film, chance: Chance) -> Picture:
    """Lay something opaque over at least 30 % of hand and wrist: metal, a cloth, a black box."""
    hand = _of_hand(film)
    while True:
        thing = _thing(film, chance)
        if (thing & hand).sum() >= LEAST_COVERED * hand.sum():
            break
    kinds = (
        np.float32(chance.uniform(0.85, 1.0)),
        np.float32(chance.uniform(0.0, 0.1)),
        0.5 + 0.4 * clouds(film.grey.shape, 1.2, chance),
    )
    return np.where(thing, kinds[chance.integers(3)], film.grey).astype(np.float32)


def _of_hand(film: Film) -> NDArray[np.bool_]:
    """Return the hand with its wrist, without the forearm."""
    below = np.arange(film.grey.shape[0])[:, None] > film.palm[1] + 1.6 * film.palm_radius
    return np.asarray(film.mask & ~below)


def _thing(film: Film, chance: Chance) -> NDArray[np.bool_]:
    rows, columns = np.nonzero(_of_hand(film))
    at = chance.integers(len(rows))
    middle = (int(columns[at]), int(rows[at]))
    axes = [round(float(chance.uniform(0.7, 2.2)) * film.palm_radius) for _ in range(2)]
    thing = np.zeros(film.grey.shape, np.uint8)
    if chance.random() < 0.5:
        cv2.ellipse(thing, middle, axes, float(chance.uniform(0, 180)), 0, 360, 1, -1)
    else:
        box = cv2.boxPoints((middle, (2 * axes[0], 2 * axes[1]), float(chance.uniform(0, 180))))
        cv2.fillConvexPoly(thing, np.rint(box).astype(np.int32), 1)
    return np.asarray(thing > 0)

"""Find the hand in a picture: its mask, digits, wrist, side and rotation.

The picture may be a film of any age, with borders, letters and a diaphragm, or the unit's own. No
grey level is trusted: among the regions brighter than each of many levels, the hand is the one that
looks most like one in outline - a palm, digits that spread from it to one side, a wrist opposite -
and does so at several levels. Lengths are in radii of the largest circle in the palm.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from acquisition.hand_field import blank_outside, find_field
from acquisition.hand_outline import Bits, Outline, Point, describe, outline_of

Grey = NDArray[np.float32]
Mask = NDArray[np.bool_]

# Side on which shapes are judged, in pixels: a child's finger is then 8 to 15 wide.
WORKING_SIDE: Final = 240
# Smaller pictures do not show a hand's bones.
SMALLEST_SIDE: Final = 64


@dataclass(frozen=True, slots=True)
class _Levels:
    """The levels that are tried: quantiles of the lit picture, and greys between 0 and 1.

    Quantiles are for films that use a small part of their range, greys for a small hand in a wide
    field.
    """

    quantiles: tuple[float, ...]
    greys: tuple[float, ...]

    def __len__(self) -> int:
        return len(self.quantiles) + len(self.greys)


def _levels(quantiles: int, greys: int) -> _Levels:
    def evenly(first: float, last: float, count: int) -> tuple[float, ...]:
        return tuple(float(level) for level in np.linspace(first, last, count))

    return _Levels(evenly(0.2, 0.92, quantiles), evenly(0.08, 0.74, greys))


LOOK, CLOSER_LOOK = _levels(13, 12), _levels(37, 34)
# A hand covers this much of the picture, with its forearm.
SMALLEST_SHARE, LARGEST_SHARE = 0.02, 0.75
# A middle 98 % of the picture that spans less than this share of its greatest value is blank.
LEAST_CONTRAST: Final = 0.004
# Noise of one pixel's size is this much rougher than a film (measured: films below 0.25).
NOISE_ROUGHNESS: Final = 0.6


class Side(Enum):
    """Which hand it looks like with the finger tips up: where the thumb lies."""

    LEFT = "L"
    RIGHT = "R"
    UNCLEAR = "unclear"


class Tone(Enum):
    """How the picture shows bone."""

    BONE_WHITE = "bone white"
    BONE_BLACK = "bone black"


# Levels that must agree, and how closely, in palm radii: chance shapes live at one or two.
# The black ground of a spine or of teeth is more often hand-like than its bone.
FEWEST_AGREEING: Final = {Tone.BONE_WHITE: 4, Tone.BONE_BLACK: 7}
FEWEST_AGREEING_CLOSER: Final = 8
# Of 613 films all that the closer look found showed the hand at two levels of the first.
FEWEST_WORTH_A_CLOSER_LOOK: Final = 2
AGREEING_WITHIN: Final = 0.35


@dataclass(frozen=True, slots=True)
class Digit:
    """A finger or the thumb: its tip and its root in pixels (x, y) of the picture."""

    tip: Point
    root: Point


@dataclass(frozen=True, slots=True, eq=False)
class Hand:
    """A hand in a picture, in the picture's own pixels, (x, y) with y down.

    `mask` is True on hand and forearm. `palm` is the middle of the largest circle in the palm,
    `palm_radius` its radius. `wrist` is where the forearm leaves the palm. `digits` go round
    clockwise from the wrist. `rotation_deg` turns the picture clockwise until the fingers
    point up. `agreement` is the share of levels at which the same hand was seen. `field` is what a
    diaphragm left of the picture, where the search was confined to it: the mask ends there.
    `is_alone` unless a second hand was seen beside it.
    """

    mask: Mask
    tone: Tone
    palm: Point
    palm_radius: float
    digits: tuple[Digit, ...]
    wrist: Point
    side: Side
    rotation_deg: float
    agreement: float
    field: Mask | None = None
    is_alone: bool = True


@dataclass(frozen=True, slots=True)
class NotAHand:
    """Why no hand was found, each reason in one plain sentence."""

    reasons: tuple[str, ...]


def find_hand(picture: NDArray[np.generic]) -> Hand | NotAHand:
    """Find the hand in a grey picture (rows, columns) whose greys grow or fall with attenuation.

    For linear detector pixels take the logarithm first (`display.attenuation`). Bone may be white
    or black; the same picture always gives the same answer.
    """
    return _find(picture, _sightings)


def find_hand_in_whole(picture: NDArray[np.generic]) -> Hand | NotAHand:
    """Find the hand like `find_hand`, but take no dark surroundings for those of a diaphragm."""
    return _find(picture, _sightings_in_whole)


def _find(picture: NDArray[np.generic], sightings: "_Seek") -> Hand | NotAHand:
    grey = _working_copy(picture)
    if isinstance(grey, NotAHand):
        return grey
    seen = {}
    for tone in Tone:
        seen[tone] = sightings(grey if tone is Tone.BONE_WHITE else 1 - grey, LOOK)
        if len(seen[tone].most) >= FEWEST_AGREEING[tone]:
            return _hand(seen[tone], LOOK, tone, picture.shape)
    if len(seen[Tone.BONE_WHITE].most) >= FEWEST_WORTH_A_CLOSER_LOOK:
        # On a dark film the hand lies within few greys; one with black bone is seldom so dark.
        closer = sightings(grey, CLOSER_LOOK)
        if len(closer.most) >= FEWEST_AGREEING_CLOSER:
            return _hand(closer, CLOSER_LOOK, Tone.BONE_WHITE, picture.shape)
    return NotAHand(("No hand with its digits spread was found in the picture.",))


def _working_copy(picture: NDArray[np.generic]) -> Grey | NotAHand:
    """Scale the picture to the working side and give it a height of 1, or say why it is none."""
    if picture.ndim != 2:
        return NotAHand(("The picture is not a grey picture.",))
    if min(picture.shape) < SMALLEST_SIDE:
        return NotAHand((f"The picture is smaller than {SMALLEST_SIDE} pixels.",))
    full = picture.astype(np.float32)
    if not np.isfinite(full).all():
        return NotAHand(("The picture holds values that are not numbers.",))
    scale = WORKING_SIDE / max(full.shape)
    size = (max(8, round(full.shape[1] * scale)), max(8, round(full.shape[0] * scale)))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    grey = np.asarray(cv2.resize(full, size, interpolation=method), dtype=np.float32)
    low, high = np.quantile(grey, (0.01, 0.99))
    if high - low <= LEAST_CONTRAST * max(float(np.abs(full).max()), 1e-6):
        return NotAHand(("The picture is blank.",))
    grey = np.asarray((grey - low) / (high - low), dtype=np.float32)
    if _roughness(grey) > NOISE_ROUGHNESS:
        return NotAHand(("The picture is as rough as noise: no hand can be told in it.",))
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), 1.0), dtype=np.float32)


def _roughness(grey: Grey) -> float:
    """Return how much of the picture's spread is gone after a blur over some pixels."""
    clipped = np.clip(grey, 0, 1)
    smooth = cv2.GaussianBlur(clipped, (0, 0), 3.0)
    return float(np.std(clipped - smooth) / max(float(np.std(clipped)), 1e-6))


@dataclass(frozen=True, slots=True, eq=False)
class _Sighting:
    """One region at one level that looks like a hand."""

    mask: Bits
    outline: Outline
    field: Mask | None


@dataclass(frozen=True, slots=True)
class _Seen:
    """The sightings of one hand on which most levels agree, and whether another lies apart."""

    most: list[_Sighting]
    is_alone: bool


_Seek = Callable[[Grey, _Levels], _Seen]


def _sightings_in_whole(grey: Grey, levels: _Levels) -> _Seen:
    return _most_agreed(grey, None, levels)


def _sightings(grey: Grey, levels: _Levels) -> _Seen:
    """Return the hand as most levels see it, from its skin to its bones.

    Where a diaphragm cut the field, the field and the whole picture are both searched.
    """
    field = find_field(grey)
    most = _most_agreed(grey, None, levels)
    if field is not None:
        inside = _most_agreed(blank_outside(grey, field), np.asarray(field > 0), levels)
        best = max(most, inside, key=lambda seen: _weight(seen.most))
        return replace(best, is_alone=most.is_alone and inside.is_alone)
    return most


# Greys closer than this are one level, as a share of the picture's range.
_ONE_LEVEL: Final = 0.002


def _most_agreed(grey: Grey, field: Mask | None, tried: _Levels) -> _Seen:
    # The black around a diaphragm, and the air of a displayed picture, are one level, not many.
    above_black = grey > grey.min() + _ONE_LEVEL
    lit = grey[above_black if field is None else field & above_black]
    levels = [*np.quantile(lit, tried.quantiles), *tried.greys] if lit.size else []
    seen = [sighting for level in levels for sighting in _above(grey, field, float(level))]
    most = max(_groups(seen), key=_weight, default=[])
    return _Seen(most, not _shows_second(most, seen))


def _groups(seen: list[_Sighting]) -> list[list[_Sighting]]:
    return [[other for other in seen if _agree(one.outline, other.outline)] for one in seen]


# A second palm lies so many palm radii from the first or farther, is of this part of its size at
# least, and is seen at two levels: so in none of 300 films of one hand.
SECOND_PALM_FROM, SECOND_PALM_PART, FEWEST_OF_SECOND = 3.0, 0.38, 2


def _shows_second(most: list[_Sighting], seen: list[_Sighting]) -> bool:
    if not most:
        return False
    palm = _middle([sighting.outline.palm for sighting in most])
    radius = float(np.median([sighting.outline.palm_radius for sighting in most]))
    apart = [
        sighting
        for sighting in seen
        if math.dist(sighting.outline.palm, palm) > SECOND_PALM_FROM * radius
        and sighting.outline.palm_radius > SECOND_PALM_PART * radius
    ]
    return any(len(group) >= FEWEST_OF_SECOND for group in _groups(apart))


def _weight(group: list[_Sighting]) -> float:
    """Weigh a group by how many levels agree and how much like a hand each is."""
    return sum(sighting.outline.likeness for sighting in group)


def _agree(one: Outline, other: Outline) -> bool:
    apart = math.dist(one.palm, other.palm) / one.palm_radius
    larger = abs(math.log(other.palm_radius / one.palm_radius))
    return apart < AGREEING_WITHIN and larger < AGREEING_WITHIN


def _above(grey: Grey, field: Mask | None, level: float) -> Iterator[_Sighting]:
    for region in _regions(grey > level):
        outline = describe(region)
        if outline is not None:
            yield _Sighting(region, outline, field)


def _regions(bright: Mask) -> Iterator[Bits]:
    """Return the regions as large as a hand may be, without thin lines and small holes."""
    # Film borders and the outlines of letters are thinner than this.
    kernel = np.ones((4, 4), np.uint8)
    # The middle of an even kernel is between its pixels: what one step moves the other moves back.
    marked = cv2.dilate(
        cv2.erode(bright.astype(np.uint8), kernel, anchor=(1, 1)), kernel, anchor=(2, 2)
    )
    count, labels = cv2.connectedComponents(marked)
    shares = np.bincount(labels.ravel(), minlength=count) / marked.size
    for number in range(1, count):
        if SMALLEST_SHARE <= shares[number] <= LARGEST_SHARE:
            yield _without_holes(np.asarray(labels == number, dtype=np.uint8))


def _without_holes(region: Bits) -> Bits:
    """Fill what the region encloses: dark marrow, gaps between bones; never a hole as a palm."""
    filled = cv2.drawContours(np.zeros_like(region), [outline_of(region)], 0, 1, cv2.FILLED)
    holes, largest = np.asarray(filled - region, dtype=np.uint8), 0.01 * region.size
    if cv2.countNonZero(holes) >= largest:
        _, labels = cv2.connectedComponents(holes, connectivity=4)
        # The first is what is no hole.
        for number in np.flatnonzero(np.bincount(labels.ravel()) >= largest)[1:]:
            filled[labels == number] = 0
    return np.asarray(filled, dtype=np.uint8)


def _hand(seen: _Seen, levels: _Levels, tone: Tone, shape: tuple[int, ...]) -> Hand:
    """Take the mask of one sighting and the middle of all for the rest, which wavers less."""
    most = max(len(sighting.outline.digits) for sighting in seen.most)
    whole = [sighting for sighting in seen.most if len(sighting.outline.digits) == most]
    outlines = [sighting.outline for sighting in whole]
    best, scale = _most_overlapping(whole), max(shape) / WORKING_SIDE
    return Hand(
        mask=_enlarged(best.mask, shape),
        tone=tone,
        palm=_scaled(_middle([outline.palm for outline in outlines]), scale),
        palm_radius=float(np.median([outline.palm_radius for outline in outlines])) * scale,
        digits=tuple(_digit(outlines, number, scale) for number in range(most)),
        wrist=_scaled(_middle([outline.wrist for outline in outlines]), scale),
        side=_side(best.outline),
        rotation_deg=_middle_angle([outline.rotation_deg for outline in outlines]),
        agreement=min(1.0, len(seen.most) / len(levels)),
        field=None if best.field is None else _enlarged(best.field, shape),
        is_alone=seen.is_alone,
    )


def _enlarged(marked: Mask | Bits, shape: tuple[int, ...]) -> Mask:
    size = (shape[1], shape[0])
    full = cv2.resize(marked.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
    return np.asarray(full > 0, dtype=np.bool_)


def _most_overlapping(whole: list[_Sighting]) -> _Sighting:
    """Choose the one whose mask overlaps most with the others'.

    At low levels letters and the glow of the film join the hand, at high ones only bone is left.
    """
    masks = np.array([sighting.mask.ravel() for sighting in whole], dtype=np.float32)
    common, areas = masks @ masks.T, masks.sum(axis=1)
    overlap = common / (areas[:, None] + areas[None, :] - common)
    return whole[int(overlap.sum(axis=1).argmax())]


def _digit(outlines: list[Outline], number: int, scale: float) -> Digit:
    tip = _middle([outline.digits[number].tip for outline in outlines])
    root = _middle([outline.digits[number].root for outline in outlines])
    return Digit(_scaled(tip, scale), _scaled(root, scale))


def _middle(points: list[Point]) -> Point:
    across, down = np.median(np.array(points), axis=0).tolist()
    return (float(across), float(down))


def _middle_angle(angles_deg: list[float]) -> float:
    """Return the median of angles that lie close together, also around 180 degrees."""
    first = angles_deg[0]
    apart = [(angle - first + 180.0) % 360.0 - 180.0 for angle in angles_deg]
    return (first + float(np.median(apart)) + 180.0) % 360.0 - 180.0


def _scaled(point: Point, scale: float) -> Point:
    """Carry the middle of a working pixel over to the picture."""
    return ((point[0] + 0.5) * scale - 0.5, (point[1] + 0.5) * scale - 0.5)


# Below this nobody should be told which hand it is; in degrees of the first sign below.
_CLEAR_SIDE_DEG: Final = 4.0


def _side(outline: Outline) -> Side:
    """Tell the thumb by the gap to its neighbour, its breadth, and its root near the wrist.

    On real films with their aspect kept the gap alone is right for all, the breadth for 96 of 100.
    """
    angles, first, last = outline.digit_angles_deg(), outline.digits[0], outline.digits[-1]
    gap = (angles[-1] - angles[-2]) - (angles[1] - angles[0])
    nearer = math.dist(first.root, outline.wrist) - math.dist(last.root, outline.wrist)
    lean = gap / 2 + 40.0 * (last.width - first.width) + 10.0 * nearer / outline.palm_radius
    if abs(lean) < _CLEAR_SIDE_DEG:
        return Side.UNCLEAR
    # Clockwise with the fingers up the last digit lies to the right: a left thumb.
    return Side.LEFT if lean > 0 else Side.RIGHT

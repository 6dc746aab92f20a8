"""How much a region's outline looks like a hand: palm, digits, wrist, and their proportions."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Bits = NDArray[np.uint8]
Point = tuple[float, float]
Line = NDArray[np.float32]
Pixels = NDArray[np.int32]

# Our choices, measured on real films; in palm radii unless said otherwise.
# An opening of this radius removes what is thinner than two digits side by side.
DIGIT_OPENING: Final = 0.55
SHORTEST_DIGIT: Final = 0.6
# From the middle of the palm: the thumb of a broad hand, the middle finger of a slender one.
NEAREST_TIP, FARTHEST_TIP = 1.5, 5.0
# A tip stands out this much from the webs beside it.
TIP_PROMINENCE: Final = 0.22
# The smallest palm in working pixels, and the largest as a share of the region's longer side.
SMALLEST_PALM, LARGEST_PALM = 6.0, 0.3
FEWEST_DIGITS, MOST_DIGITS = 4, 5
# Digits spread over less than this, in degrees; a star or a spine has them all round.
WIDEST_FAN_DEG: Final = 195.0
# What is this deep belongs to the middle of the palm.
NEARLY_DEEPEST: Final = 0.9
# The outline is smoothed over this on either side to tell how ragged it is.
SMOOTHED_OVER: Final = 0.12
# How broad digits are: the middle one of their order and the broadest (99 of 100 films: 0.45 and
# 0.55; two fingers side by side that show one tip are broader).
BROADEST_MIDDLE, BROADEST_DIGIT = 0.55, 0.7


@dataclass(frozen=True, slots=True)
class Finger:
    """One digit in working pixels; `reach` and `length` are in palm radii."""

    tip: Point
    root: Point
    reach: float
    length: float
    width: float


@dataclass(frozen=True, slots=True)
class Outline:
    """A region described as a hand, in working pixels (x, y), y down.

    `digits` go round clockwise from the wrist. `likeness` has no unit; more is more like a hand.
    """

    palm: Point
    palm_radius: float
    digits: tuple[Finger, ...]
    wrist: Point
    rotation_deg: float
    likeness: float
    raggedness: float

    def digit_angles_deg(self) -> list[float]:
        """Return the direction of each tip from the palm, growing clockwise from the wrist."""
        return [_clockwise_deg(self.palm, self.wrist, digit.tip) for digit in self.digits]


def describe(region: Bits) -> Outline | None:
    """Describe a filled region (rows, columns) of 0 and 1, or return None if it is no hand."""
    part = _cut_out(region)
    framed = cv2.copyMakeBorder(part.bits, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    depth = cv2.distanceTransform(framed, cv2.DIST_L2, 5)[1:-1, 1:-1]
    _, radius, _, deepest = cv2.minMaxLoc(depth)
    if not SMALLEST_PALM <= radius <= LARGEST_PALM * max(region.shape):
        return None
    palm = _middle_of_palm(part, np.asarray(depth, dtype=np.float32), radius, deepest)
    outline = outline_of(part.bits)
    fingers = _fingers(part, outline, palm, radius)
    if not FEWEST_DIGITS <= len(fingers) <= MOST_DIGITS or not _plausible(palm, fingers):
        return None
    wrist = _wrist(palm, radius, fingers)
    ordered = sorted(fingers, key=lambda finger: _clockwise_deg(palm, wrist, finger.tip))
    ragged = _raggedness(part.bits, outline, radius)
    return Outline(
        palm=palm,
        palm_radius=radius,
        digits=tuple(ordered),
        wrist=wrist,
        rotation_deg=_rotation_deg(palm, ordered),
        likeness=_likeness(fingers, ragged),
        raggedness=ragged,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """The rectangle of a picture that holds a region, and where in the picture it begins."""

    bits: Bits
    left: int
    top: int

    def places(self, marked: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return the columns and rows, in the picture, of what is marked in the rectangle."""
        # Many times quicker than `np.nonzero` of rows and columns where little is marked.
        rows, columns = np.divmod(np.flatnonzero(marked), marked.shape[1])
        return columns + self.left, rows + self.top


def _cut_out(region: Bits) -> _Part:
    """Cut out the region with the air that its outline is smoothed in."""
    left, top, width, height = cv2.boundingRect(region)
    air = round(SMOOTHED_OVER * LARGEST_PALM * max(region.shape))
    right, bottom = left + width + air, top + height + air
    # Pieces are numbered by pairs of rows and columns: from an even corner in the same order.
    left, top = max(0, left - air) // 2 * 2, max(0, top - air) // 2 * 2
    return _Part(np.ascontiguousarray(region[top:bottom, left:right]), left, top)


def _middle_of_palm(part: _Part, depth: Line, radius: float, deepest: Sequence[int]) -> Point:
    """Return the middle of what is nearly as deep as the deepest place: that one place jumps."""
    columns, rows = part.places(depth >= NEARLY_DEEPEST * radius)
    across, down = float(deepest[0] + part.left), float(deepest[1] + part.top)
    for _ in range(4):
        before, near = (across, down), np.hypot(columns - across, rows - down) <= radius / 2
        across, down = float(columns[near].mean()), float(rows[near].mean())
        if (across, down) == before:
            break
    return (across, down)


def _plausible(palm: Point, fingers: list[Finger]) -> bool:
    """Tell whether the digits spread to one side and are slender."""
    widths = [finger.width for finger in fingers]
    slender = median(widths) <= BROADEST_MIDDLE and max(widths) <= BROADEST_DIGIT
    return slender and _fan_deg(palm, fingers) <= WIDEST_FAN_DEG


def _fingers(part: _Part, outline: Pixels, palm: Point, radius: float) -> list[Finger]:
    """Return the tips of the outline that end something as thin and as long as a digit."""
    tips = _tips(part, outline, palm, radius)
    if sum(NEAREST_TIP <= far <= FARTHEST_TIP for _, far in tips) < FEWEST_DIGITS:
        return []
    thin = part.bits & (1 - _thick_part(part.bits, radius))
    _, marked = cv2.connectedComponents(thin)
    pieces = np.asarray(marked, dtype=np.int32)
    numbers = [_piece_at(pieces, tip) for tip, _ in tips]
    found = []
    for (tip, far), number in zip(tips, numbers, strict=True):
        if number == 0 or not NEAREST_TIP <= far <= FARTHEST_TIP:
            continue
        columns, rows = part.places(pieces == number)
        apart = np.hypot(columns - palm[0], rows - palm[1])
        nearest = int(apart.argmin())
        length = far - float(apart[nearest]) / radius
        if length >= SHORTEST_DIGIT:
            width = apart.size / numbers.count(number) / (length * radius * radius)
            end = (float(tip[0] + part.left), float(tip[1] + part.top))
            root = (float(columns[nearest]), float(rows[nearest]))
            found.append(Finger(end, root, far, length, width))
    return found


def _tips(part: _Part, outline: Pixels, palm: Point, radius: float) -> list[tuple[Pixels, float]]:
    """Return the places of the outline that are farthest from the palm, each with its reach."""
    contour = (outline + np.array([part.left, part.top])).astype(np.float32)
    reach = _smoothed(np.hypot(contour[:, 0] - palm[0], contour[:, 1] - palm[1]) / radius, radius)
    return [(outline[at], float(reach[at])) for at in _peaks(reach, TIP_PROMINENCE)]


def _thick_part(region: Bits, radius: float) -> Bits:
    """Return palm and forearm: the region opened by a disc, grown a little.

    Beyond the picture's edge the region goes on: a forearm does not end there.
    """
    reach = DIGIT_OPENING * radius
    grown_by = reach + 0.1 * radius
    beyond = math.ceil(grown_by) + 1
    edges = (region[0], region[-1], region[:, 0], region[:, -1])
    top, bottom, left, right = (beyond if edge.any() else 0 for edge in edges)
    wide = cv2.copyMakeBorder(region, top, bottom, left, right, cv2.BORDER_REPLICATE)
    core = np.asarray(cv2.distanceTransform(wide, cv2.DIST_L2, 5) > reach, np.uint8)
    grown = cv2.distanceTransform(1 - core, cv2.DIST_L2, 5) <= grown_by
    rows, columns = region.shape
    return np.asarray(grown[top : top + rows, left : left + columns], dtype=np.uint8)


def outline_of(region: Bits) -> Pixels:
    """Return the pixels (n, 2) of the region's longest outline, (x, y)."""
    contours, _ = cv2.findContours(region, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return np.asarray(max(contours, key=len)[:, 0, :], dtype=np.int32)


def _smoothed(line: Line, radius: float) -> Line:
    """Average a closed line over 0.15 palm radii."""
    width = max(3, int(0.15 * radius) | 1)
    closed = np.concatenate([line[-width:], line, line[:width]])
    smooth = np.convolve(closed, np.full(width, 1 / width), "same")[width:-width]
    return np.asarray(smooth, dtype=np.float32)


def _peaks(line: Line, prominence: float) -> list[int]:
    """Return the places of the peaks of a closed line that stand out on both sides."""
    start = int(np.argmin(line))
    levels = np.concatenate([line[start:], line[: start + 1]])
    found, at, top, bottom, climbing = [], 0, -math.inf, float(levels[0]), False
    # Between its turns a line only climbs or only falls.
    climbs = np.sign(np.diff(levels))
    turns = np.concatenate([[0], np.flatnonzero(np.diff(climbs)) + 1, [len(line)]])
    for place, level in zip(turns.tolist(), levels[turns].tolist(), strict=True):
        if climbing:
            if level > top:
                at, top = place, level
            elif level < top - prominence:
                found.append((at + start) % len(line))
                climbing, bottom = False, level
        elif level > bottom + prominence:
            climbing, at, top = True, place, level
        else:
            bottom = min(bottom, level)
    return found


def _piece_at(pieces: Pixels, tip: Pixels) -> int:
    """Return the commonest piece within two pixels of a tip, 0 for none."""
    column, row = int(tip[0]), int(tip[1])
    near = pieces[max(0, row - 2) : row + 3, max(0, column - 2) : column + 3]
    near = near[near > 0]
    return int(np.bincount(near).argmax()) if near.size else 0


def _directions(palm: Point, fingers: list[Finger]) -> list[float]:
    """Return the directions of the tips in degrees, clockwise as seen (y is down), growing."""
    return sorted(
        math.degrees(math.atan2(finger.tip[1] - palm[1], finger.tip[0] - palm[0]))
        for finger in fingers
    )


def _gaps(directions: list[float]) -> list[float]:
    return list(np.diff([*directions, directions[0] + 360.0]))


def _fan_deg(palm: Point, fingers: list[Finger]) -> float:
    """Return the angle that holds all tips."""
    return 360.0 - max(_gaps(_directions(palm, fingers)))


def _wrist(palm: Point, radius: float, fingers: list[Finger]) -> Point:
    """Return the point at the palm's edge opposite to the longest digits."""
    angle = math.radians(_pointing_deg(palm, fingers) + 180.0)
    return (palm[0] + radius * math.cos(angle), palm[1] + radius * math.sin(angle))


def _pointing_deg(palm: Point, fingers: list[Finger]) -> float:
    """Return the direction in which the digits point, the farthest counting most."""
    weights = [finger.reach**3 for finger in fingers]
    across = sum(w * (f.tip[0] - palm[0]) / f.reach for w, f in zip(weights, fingers, strict=True))
    down = sum(w * (f.tip[1] - palm[1]) / f.reach for w, f in zip(weights, fingers, strict=True))
    return math.degrees(math.atan2(down, across))


def _rotation_deg(palm: Point, fingers: list[Finger]) -> float:
    """Return by how much to turn clockwise until the digits point up, -180 to 180."""
    return (-90.0 - _pointing_deg(palm, fingers) + 180.0) % 360.0 - 180.0


def _clockwise_deg(palm: Point, start: Point, point: Point) -> float:
    first = math.atan2(start[1] - palm[1], start[0] - palm[0])
    return math.degrees(math.atan2(point[1] - palm[1], point[0] - palm[0]) - first) % 360.0


def _raggedness(region: Bits, outline: Pixels, radius: float) -> float:
    """Return the length of the outline over that of its smoothed self: a hand's skin is smooth."""
    width = 2 * max(1, round(SMOOTHED_OVER * radius)) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width))
    opened = cv2.morphologyEx(region, cv2.MORPH_OPEN, kernel)
    smooth = np.asarray(cv2.morphologyEx(opened, cv2.MORPH_CLOSE, kernel), dtype=np.uint8)
    if not smooth.any():
        return math.inf
    return cv2.arcLength(outline, True) / cv2.arcLength(outline_of(smooth), True)


def _likeness(fingers: list[Finger], raggedness: float) -> float:
    """Weigh the number of digits first, their length next, a smooth outline last."""
    long = float(np.mean([finger.length for finger in fingers]))
    return len(fingers) + min(1.0, long / 1.5) - 2.0 * (raggedness - 1.0)

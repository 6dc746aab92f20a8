"""How much a region's outline looks like a hand: palm, digits, wrist, and their proportions."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Bits = NDArray[np.uint8]
Point = tuple[float, float]
Line = NDArray[np.float32]

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
FEWEST_TIPS, MOST_DIGITS = 3, 5
# Digits spread over less than this, in degrees; a star or a spine has them all round.
WIDEST_FAN_DEG: Final = 195.0
# What is this deep belongs to the middle of the palm.
NEARLY_DEEPEST: Final = 0.9
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
    depth = cv2.distanceTransform(np.pad(region, 1), cv2.DIST_L2, 5)[1:-1, 1:-1]
    _, radius, _, middle = cv2.minMaxLoc(depth)
    if not SMALLEST_PALM <= radius <= LARGEST_PALM * max(region.shape):
        return None
    palm = _middle_of_palm(np.asarray(depth, dtype=np.float32), radius, middle)
    fingers = _fingers(region, palm, radius)
    if not FEWEST_TIPS <= len(fingers) <= MOST_DIGITS or not _plausible(palm, fingers):
        return None
    wrist = _wrist(palm, radius, fingers)
    ordered = sorted(fingers, key=lambda finger: _clockwise_deg(palm, wrist, finger.tip))
    ragged = _raggedness(region, radius)
    return Outline(
        palm=palm,
        palm_radius=radius,
        digits=tuple(ordered),
        wrist=wrist,
        rotation_deg=_rotation_deg(palm, ordered),
        likeness=_likeness(fingers, ragged),
        raggedness=ragged,
    )


def _middle_of_palm(depth: Line, radius: float, deepest: Sequence[int]) -> Point:
    """Return the middle of what is nearly as deep as the deepest place: that one place jumps."""
    rows, columns = np.nonzero(depth >= NEARLY_DEEPEST * radius)
    across, down = float(deepest[0]), float(deepest[1])
    for _ in range(4):
        near = np.hypot(columns - across, rows - down) <= radius / 2
        across, down = float(columns[near].mean()), float(rows[near].mean())
    return (across, down)


def _plausible(palm: Point, fingers: list[Finger]) -> bool:
    """Tell whether the digits spread to one side and are slender."""
    widths = [finger.width for finger in fingers]
    slender = float(np.median(widths)) <= BROADEST_MIDDLE and max(widths) <= BROADEST_DIGIT
    return slender and _fan_deg(palm, fingers) <= WIDEST_FAN_DEG


def _fingers(region: Bits, palm: Point, radius: float) -> list[Finger]:
    """Return the tips of the outline that end something as thin and as long as a digit."""
    tips = _tips(region, palm, radius)
    if sum(NEAREST_TIP <= far <= FARTHEST_TIP for _, far in tips) < FEWEST_TIPS:
        return []
    thin = region & (1 - _thick_part(region, radius))
    _, marked, figures, _ = cv2.connectedComponentsWithStats(thin)
    parts = np.asarray(marked, dtype=np.int32)
    numbers = [_part_at(parts, tip) for tip, _ in tips]
    found = []
    for (tip, far), number in zip(tips, numbers, strict=True):
        if number == 0 or not NEAREST_TIP <= far <= FARTHEST_TIP:
            continue
        root, near = _nearest(parts == number, palm)
        length = far - near / radius
        if length >= SHORTEST_DIGIT:
            area = float(figures[number, cv2.CC_STAT_AREA]) / numbers.count(number)
            width = area / (length * radius * radius)
            found.append(Finger((float(tip[0]), float(tip[1])), root, far, length, width))
    return found


def _tips(region: Bits, palm: Point, radius: float) -> list[tuple[Line, float]]:
    """Return the places of the outline that are farthest from the palm, each with its reach."""
    contour = _contour(region)
    reach = _smoothed(np.hypot(contour[:, 0] - palm[0], contour[:, 1] - palm[1]) / radius, radius)
    return [(contour[at], float(reach[at])) for at in _peaks(reach, TIP_PROMINENCE)]


def _thick_part(region: Bits, radius: float) -> Bits:
    """Return palm and forearm: the region opened by a disc, grown a little.

    Beyond the picture's edge the region goes on: a forearm does not end there.
    """
    reach, pad = DIGIT_OPENING * radius, math.ceil(radius) + 2
    wide = cv2.copyMakeBorder(region, pad, pad, pad, pad, cv2.BORDER_REPLICATE)
    core = np.asarray(cv2.distanceTransform(wide, cv2.DIST_L2, 5) > reach, np.uint8)
    grown = cv2.distanceTransform(1 - core, cv2.DIST_L2, 5) <= reach + 0.1 * radius
    return np.asarray(grown[pad:-pad, pad:-pad], dtype=np.uint8)


def _contour(region: Bits) -> Line:
    contours, _ = cv2.findContours(region, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return np.asarray(max(contours, key=len)[:, 0, :], dtype=np.float32)


def _smoothed(line: Line, radius: float) -> Line:
    """Average a closed line over 0.15 palm radii."""
    width = max(3, int(0.15 * radius) | 1)
    closed = np.concatenate([line[-width:], line, line[:width]])
    smooth = np.convolve(closed, np.full(width, 1 / width), "same")[width:-width]
    return np.asarray(smooth, dtype=np.float32)


def _peaks(line: Line, prominence: float) -> list[int]:
    """Return the places of the peaks of a closed line that stand out on both sides."""
    start = int(np.argmin(line))
    levels = np.append(np.roll(line, -start), line[start])
    found, at, top, bottom, climbing = [], 0, -math.inf, float(levels[0]), False
    for place, level in enumerate(levels.tolist()):
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


def _part_at(parts: NDArray[np.int32], tip: Line) -> int:
    """Return the commonest part within two pixels of a tip, 0 for none."""
    column, row = int(tip[0]), int(tip[1])
    near = parts[max(0, row - 2) : row + 3, max(0, column - 2) : column + 3]
    near = near[near > 0]
    return int(np.bincount(near).argmax()) if near.size else 0


def _nearest(part: NDArray[np.bool_], palm: Point) -> tuple[Point, float]:
    """Return the part's point nearest to the palm, and how far it is."""
    rows, columns = np.nonzero(part)
    far = np.hypot(columns - palm[0], rows - palm[1])
    at = int(far.argmin())
    return (float(columns[at]), float(rows[at])), float(far[at])


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


def _raggedness(region: Bits, radius: float) -> float:
    """Return the length of the outline over that of its smoothed self: a hand's skin is smooth."""
    width = 2 * max(1, round(0.12 * radius)) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width))
    opened = cv2.morphologyEx(region, cv2.MORPH_OPEN, kernel)
    smooth = np.asarray(cv2.morphologyEx(opened, cv2.MORPH_CLOSE, kernel), dtype=np.uint8)
    if not smooth.any():
        return math.inf
    return cv2.arcLength(_contour(region), True) / cv2.arcLength(_contour(smooth), True)


def _likeness(fingers: list[Finger], raggedness: float) -> float:
    """Weigh the number of digits first, their length next, a smooth outline last."""
    long = float(np.mean([finger.length for finger in fingers]))
    return len(fingers) + min(1.0, long / 1.5) - 2.0 * (raggedness - 1.0)

"""Outlines of bones as closed polygons in mm.

Local coordinates: y runs along the bone from its proximal end, x across; a polygon is an array
(points, 2).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator

Points: TypeAlias = NDArray[np.float64]
# Height of an end over half its width, across the end from one side (+1) to the other (-1).
EndShape: TypeAlias = Callable[[Points], Points]


@dataclass(frozen=True, slots=True)
class Tube:
    """Widths in mm of a long bone of this length, and the parts of it that stay wide."""

    length: float
    base: float
    shaft: float
    head: float
    proximal_zone: float
    distal_zone: float
    skew: float

    def width_at(self, y: Points) -> Points:
        """Return the full width at heights along the bone."""
        wide, narrow = self.proximal_zone, self.distal_zone
        base, shaft, head = self.base, self.shaft, self.head
        profile = [
            (0.0, base * 0.93),
            (wide * 0.5, base),
            (wide, base * 0.95),
            (wide + 0.07, base * 0.80 + shaft * 0.08),
            (wide + 0.15, base * 0.30 + shaft * 0.74),
            (max(0.40, wide + 0.20), shaft * 1.03),
            (0.60, shaft),
            (0.80 - narrow * 0.5, shaft * 0.72 + head * 0.30),
            (0.96 - narrow, head * 0.93),
            (1.0 - narrow * 0.5, head),
            (1.0, head * 0.95),
        ]
        heights, widths = np.array(profile).T
        return np.asarray(PchipInterpolator(heights, widths)(np.clip(y / self.length, 0.0, 1.0)))


def _round(across: Points) -> Points:
    return np.sqrt(np.maximum(1.0 - across**2, 0.0))


def flat(across: Points) -> Points:
    """Metaphysis at a growth plate."""
    return 0.18 * np.minimum(1.0, 2.2 * _round(across))


def dome(across: Points) -> Points:
    """Head of a metacarpal."""
    return 0.62 * _round(across)


def condyles(across: Points) -> Points:
    """Head of a phalanx with its notch."""
    notch = 0.30 * np.exp(-((across / 0.40) ** 2))
    return 0.50 * (np.minimum(1.0, 1.15 * _round(across)) - notch)


def tuft(across: Points) -> Points:
    """Tip of a distal phalanx."""
    return np.asarray(0.55 * _round(across) ** 0.8)


def infant_head(across: Points) -> Points:
    """Head of a bullet-shaped phalanx."""
    return 0.60 * _round(across)


def infant_base(across: Points) -> Points:
    """Rounded end before its joint face has formed."""
    return 0.30 * _round(across)


def joint_face(across: Points) -> Points:
    """Hollow base of a fused phalanx."""
    hollow = 0.55 * np.exp(-((across / 0.6) ** 2))
    return 0.20 * (np.minimum(1.0, 2.4 * _round(across)) - hollow)


def cup(across: Points) -> Points:
    """Base of a metacarpal."""
    hollow = 0.35 * np.exp(-((across / 0.55) ** 2))
    return 0.30 * (np.minimum(1.0, 2.0 * _round(across)) - hollow)


def tube_outline(
    tube: Tube, begin: float, end: float, proximal: EndShape, distal: EndShape
) -> Points:
    """Return the outline of a long bone between two heights, with its two ends."""
    y = np.linspace(begin, end, 28)
    half = tube.width_at(y) / 2.0
    across = np.linspace(1.0, -1.0, 17)
    right = np.stack([half * (1.0 + tube.skew), y], 1)
    left = np.stack([-half * (1.0 - tube.skew), y], 1)[::-1]
    top = [(across + tube.skew) * half[-1], end + half[-1] * distal(across)]
    bottom = [(tube.skew - across) * half[0], begin - half[0] * proximal(across)]
    return np.concatenate([right, np.stack(top, 1), left, np.stack(bottom, 1)])


def plate_outline(half_width: float, height: float, horns: float) -> Points:
    """Return a phalanx's epiphysis: growth plate at +y with horns that cap it, joint face at -y."""
    square = 2.0 + 1.6 * _share(half_width / height, 0.7, 1.7)
    outline = _super_ellipse(half_width, height, np.full(_CORNERS, square))
    across = outline[:, 0] / half_width
    outline[:, 1] += np.where(outline[:, 1] < 0.0, 0.16 * height * (1.0 - across**2), 0.0)
    return _with_horns(outline, horns)


def dome_outline(half_width: float, height: float, horns: float) -> Points:
    """Return a metacarpal head's epiphysis: growth plate at +y, round joint face at -y."""
    angle = np.linspace(0.0, 2.0 * np.pi, _CORNERS, endpoint=False)
    flatter = 2.0 + 1.6 * _share(half_width / height, 0.7, 1.7)
    flatter += 4.0 * _share(half_width / height, 0.62, 1.62)
    square = np.where(np.sin(angle) > 0.0, flatter, 2.1)
    outline = _super_ellipse(half_width, height, square)
    across = outline[:, 0] / half_width
    outline[:, 1] -= np.where(outline[:, 1] < 0.0, 0.28 * height * (1.0 - across**2), 0.0)
    return _with_horns(outline, horns)


def smooth_curve(corners: Points, count: int = 72) -> Points:
    """Return the closed Catmull-Rom curve through the corners."""
    number = len(corners)
    along = np.linspace(0.0, number, count, endpoint=False)
    index = along.astype(int)
    t = (along - index)[:, None]
    a, b, c, d = (corners[(index + step) % number] for step in (-1, 0, 1, 2))
    slope, bend = c - a, 2.0 * a - 5.0 * b + 4.0 * c - d
    return np.asarray(
        0.5 * (2.0 * b + slope * t + bend * t**2 + (3.0 * b - a - 3.0 * c + d) * t**3)
    )


def ellipse(centre: Points, half_width: float, half_height: float) -> Points:
    """Return an upright ellipse."""
    angle = np.linspace(0.0, 2.0 * np.pi, 32, endpoint=False)
    return centre + np.stack([half_width * np.cos(angle), half_height * np.sin(angle)], 1)


def band(x: Points, y: Points, thickness: float) -> Points:
    """Return a line of this thickness as a polygon."""
    upper, lower = np.stack([x, y + thickness / 2], 1), np.stack([x, y - thickness / 2], 1)
    return np.concatenate([upper, lower[::-1]])


def direction(degrees: float) -> Points:
    """Return the unit vector at an angle from upright, positive to the right."""
    return np.array([np.sin(np.radians(degrees)), np.cos(np.radians(degrees))])


def laid(outline: Points, origin: Points, degrees: float) -> Points:
    """Move an outline from local coordinates to the hand's."""
    along = direction(degrees)
    right = np.array([along[1], -along[0]])
    return np.asarray(origin + outline[:, :1] * right + outline[:, 1:] * along)


def turned(points_mm: Points, degrees: float) -> Points:
    """Turn points clockwise about the origin."""
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    turn = np.array([[cosine, sine], [-sine, cosine]])
    return np.asarray(points_mm @ turn.T)


_CORNERS = 56


def _share(value: float, begin: float, end: float) -> float:
    return float(np.clip((value - begin) / (end - begin), 0.0, 1.0))


def _super_ellipse(half_width: float, height: float, exponent: Points) -> Points:
    angle = np.linspace(0.0, 2.0 * np.pi, _CORNERS, endpoint=False)
    cosine, sine = np.cos(angle), np.sin(angle)
    x = half_width * np.sign(cosine) * np.abs(cosine) ** (2.0 / exponent)
    y = height / 2.0 * np.sign(sine) * np.abs(sine) ** (2.0 / exponent)
    return np.stack([x, y], 1)


def _with_horns(outline: Points, horns: float) -> Points:
    outline = outline.copy()
    across = np.abs(outline[:, 0]) / np.abs(outline[:, 0]).max()
    lift = horns * np.clip((across - 0.72) / 0.28, 0.0, 1.0) ** 1.5
    outline[:, 1] += np.where(outline[:, 1] > 0.0, lift, 0.0)
    return outline

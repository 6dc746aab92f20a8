"""Something like a foot: long metatarsals, short toes, a heel; to be told from a hand."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from firmware_sim.patients.errors import PatientError
from firmware_sim.patients.individual import Individual
from firmware_sim.patients.inflate import inflate
from firmware_sim.patients.tissue import Tissue
from firmware_sim.physics.geometry import PanelGeometry

Image = NDArray[np.float32]
# Everything in parts of the foot's length (250 mm in a grown man), from the heel's end upwards and
# to the right, the great toe last; drawn after a dorsoplantar radiograph (model).
_BASES = ((-0.145, 0.43), (-0.09, 0.45), (-0.035, 0.47), (0.015, 0.48), (0.075, 0.455))
_HEADS = ((-0.19, 0.665), (-0.115, 0.70), (-0.035, 0.725), (0.045, 0.735), (0.135, 0.715))
# Lengths of the phalanges from the root, and half widths of metatarsal and phalanges.
_TOES = (
    (0.075, 0.03, 0.025),
    (0.085, 0.035, 0.03),
    (0.09, 0.04, 0.03),
    (0.095, 0.045, 0.032),
    (0.12, 0.09),
)
_HALF_WIDTH = (0.016, 0.015, 0.015, 0.016, 0.028)
_GAP = 0.012
# Tarsal bones: x, y, half width, half height.
_TARSALS = (
    (-0.10, 0.375, 0.045, 0.055),
    (-0.02, 0.405, 0.026, 0.04),
    (0.03, 0.415, 0.026, 0.045),
    (0.08, 0.40, 0.03, 0.05),
    (0.04, 0.325, 0.065, 0.03),
    (0.02, 0.23, 0.065, 0.08),
    (-0.03, 0.12, 0.06, 0.12),
)
# Outline of sole and heel, and half depths in parts of the length.
_SOLE = (
    (-0.235, 0.66),
    (-0.22, 0.5),
    (-0.17, 0.3),
    (-0.135, 0.1),
    (-0.075, 0.0),
    (0.06, 0.0),
    (0.115, 0.1),
    (0.12, 0.35),
    (0.16, 0.5),
    (0.21, 0.72),
    (0.15, 0.765),
    (-0.03, 0.775),
)
_TOE_FLESH, _FOREFOOT_DEPTH, _HEEL_DEPTH = 1.6, 0.05, 0.11
# Cortex of long and round bones against their half depth, and what of the marrow is bone.
_LONG_CORTEX, _ROUND_CORTEX, _MARROW = 0.3, 0.06, 0.2


@dataclass(frozen=True, slots=True)
class _Ground:
    """The panel under the foot: parts of the length to pixels."""

    geometry: PanelGeometry
    length_mm: float

    @property
    def pixels_per_length(self) -> float:
        return self.length_mm / self.geometry.pitch_mm

    def place(self, points: NDArray[np.float64]) -> NDArray[np.int32]:
        """Return pixels in sixteenths, the foot in the panel's middle."""
        middle = np.array([self.geometry.columns / 2, self.geometry.rows / 2])
        from_middle = (points - [0.0, 0.48]) * [1.0, -1.0] * self.pixels_per_length
        return np.asarray(np.rint((middle + from_middle) * 16), np.int32)


def foot(details: str, geometry: PanelGeometry) -> Tissue:
    """Return the foot of `length_mm=200,seed=1`, both optional; raises PatientError."""
    length_mm, seed = _words(details)
    ground, chance = _Ground(geometry, length_mm), Individual(seed)
    rays = [_ray(chance, ray) for ray in range(5)]
    bone = np.zeros(geometry.shape, np.float32)
    for ray, joints in enumerate(rays):
        for begin, end in joints:
            np.maximum(bone, _bone(ground, (begin, end), _HALF_WIDTH[ray]), out=bone)
    for x, y, half_width, half_height in _TARSALS:
        # Tarsal bones lie above one another: their thicknesses add up.
        bone += _round_bone(ground, (x, y), half_width, half_height)
    return Tissue(bone, np.maximum(_flesh(ground, rays) - bone, 0.0))


def _words(details: str) -> tuple[float, int]:
    given = dict(piece.partition("=")[::2] for piece in details.split(",") if piece)
    length, seed = given.pop("length_mm", "200"), given.pop("seed", "0")
    if given or not (length.replace(".", "", 1).isdigit() and seed.isdigit()):
        raise PatientError("The foot takes length_mm and seed; write for example length_mm=200.")
    if not 80.0 <= float(length) <= 290.0:
        raise PatientError("The foot's length_mm must lie between 80 and 290.")
    return float(length), int(seed)


def _ray(chance: Individual, ray: int) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Return the ends of metatarsal and phalanges."""
    base, head = np.array(_BASES[ray]), np.array(_HEADS[ray])
    joints, along = [(base, head)], (head - base) / np.linalg.norm(head - base)
    for number, part in enumerate(_TOES[ray]):
        # The toes bend back to the foot's axis.
        along = along * [0.75, 1.0] + [0.02 * chance.deviate(f"toe {ray} {number}"), 0.0]
        along /= np.linalg.norm(along)
        begin = joints[-1][1] + _GAP * along
        joints.append((begin, begin + part * along))
    return joints


def _bone(ground: _Ground, ends: Sequence[NDArray[np.float64]], half_width: float) -> Image:
    """Return a tube of bone with thicker ends and a cortex."""
    begin, end = ends
    mask = np.zeros(ground.geometry.shape, np.uint8)
    for part in np.linspace(0.0, 1.0, 40):
        x, y = ground.place(begin + part * (end - begin))
        waist = 1.0 - 0.35 * np.sin(np.pi * part) ** 0.7
        radius = max(1, round(16 * half_width * waist * ground.pixels_per_length))
        cv2.circle(mask, (int(x), int(y)), radius, 255, -1, shift=4)
    return _filled(ground, mask, half_width, _LONG_CORTEX)


def _round_bone(
    ground: _Ground, middle: tuple[float, float], half_width: float, half_height: float
) -> Image:
    mask = np.zeros(ground.geometry.shape, np.uint8)
    x, y = ground.place(np.array(middle))
    axes = [round(16 * part * ground.pixels_per_length) for part in (half_width, half_height)]
    cv2.ellipse(mask, (int(x), int(y)), (axes[0], axes[1]), 0, 0, 360, 255, -1, shift=4)
    return _filled(ground, mask, half_width, _ROUND_CORTEX)


def _filled(
    ground: _Ground, mask: NDArray[np.uint8], half_width: float, cortex_part: float
) -> Image:
    distance = _distance_mm(ground, mask)
    half_depth = half_width * ground.length_mm
    cortex = cortex_part * half_depth
    outer = inflate(distance, half_depth)
    marrow = inflate(np.maximum(distance - cortex, 0.0), half_depth - cortex)
    return np.asarray(outer - (1.0 - _MARROW) * np.minimum(marrow, outer), np.float32)


def _flesh(
    ground: _Ground, rays: list[list[tuple[NDArray[np.float64], NDArray[np.float64]]]]
) -> Image:
    """Return the thickness of everything: toes, forefoot, and a heel as high as the ankle."""
    shape = ground.geometry.shape
    mask, depth = np.zeros(shape, np.uint8), np.zeros(shape, np.float32)
    cv2.fillPoly(mask, [ground.place(np.array(_SOLE))], 255, shift=4)
    rows = np.arange(shape[0], dtype=np.float32)[:, None]
    foremost, heel = (float(ground.place(np.array([0.0, y]))[1]) / 16 for y in (0.7, 0.25))
    rise = np.clip((rows - foremost) / (heel - foremost), 0.0, 1.0)
    depth += np.float32(_FOREFOOT_DEPTH) + (_HEEL_DEPTH - _FOREFOOT_DEPTH) * rise
    for ray, joints in enumerate(rays):
        radius = max(1, round(16 * _TOE_FLESH * _HALF_WIDTH[ray] * ground.pixels_per_length))
        for begin, end in joints[1:]:
            for part in np.linspace(0.0, 1.0, 12):
                x, y = ground.place(begin + part * (end - begin))
                cv2.circle(mask, (int(x), int(y)), radius, 255, -1, shift=4)
    smooth = cv2.GaussianBlur(mask, (0, 0), 2.0 / ground.geometry.pitch_mm)
    solid = np.where(smooth > 127, 255, 0).astype(np.uint8)
    return inflate(_distance_mm(ground, solid), depth * np.float32(ground.length_mm))


def _distance_mm(ground: _Ground, mask: NDArray[np.uint8]) -> Image:
    distance = cv2.distanceTransform(mask, cv2.DIST_L2, 5) * ground.geometry.pitch_mm
    return np.asarray(distance, np.float32)

"""Muscle and fat around the bones."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from firmware_sim.patients import texture
from firmware_sim.patients.build import Build
from firmware_sim.patients.inflate import inflate
from firmware_sim.patients.outlines import Points, direction
from firmware_sim.patients.pose import Pose
from firmware_sim.patients.rays import LENGTH_MM, METACARPAL_DEGREES, Bone

Image = NDArray[np.float32]
# Half widths of the adult male fingers at their base in mm (model, measured on radiographs).
FINGER_HALF_WIDTH_MM = (10.6, 9.4, 9.6, 9.1, 8.0)
# Half width at the end of each phalanx against the base.
TAPER = {2: (0.93, 0.74), 3: (0.93, 0.80, 0.70)}
# Half depths in mm of palm and wrist, adult male (model: 25 mm and 30 mm thick).
PALM_MM, WRIST_MM, ELSEWHERE_MM = 12.3, 15.0, 12.0
# Relative amplitude of the marbling.
MARBLING = 0.035
# Depth of an infant's wrist folds and height of their lips, as a part of the wrist's thickness
# (radiographs of infants).
FOLD_DEPTH = 0.28
# Soft tissue is drawn on a grid of about this pitch, its skin on one finer by this factor.
_COARSE_MM, _FINER = 0.4, 4
_PALM_LOW = ((-29.0, 4.0), (-29.0, -30.0), (-27.5, -42.0))
_FOREARM = ((27.5, -30.0), (29.5, -44.0), (30.0, -60.0), (31.0, -90.0), (41.0, -300.0))
# Sections of the muscle pads, adult male in mm: x, y, half width,
# what infants have more of it, half depth.
_THENAR = (
    (18.0, -26.0, 12.0, 7.0, 14.0),
    (32.0, 2.0, 14.5, 3.0, 15.0),
    (46.0, 16.0, 10.5, 2.0, 12.5),
)
_HYPOTHENAR = (
    (-18.0, -26.0, 11.5, 7.0, 13.0),
    (-24.0, 6.0, 13.5, 4.0, 14.0),
    (-28.0, 32.0, 10.5, 2.0, 12.0),
)


class Station(NamedTuple):
    """A cross-section: middle, half width and half depth in mm."""

    centre: Points
    half_width: float
    half_depth: float


@dataclass(frozen=True, slots=True)
class Flesh:
    """Muscle and fat in mm, (rows, columns) of the panel."""

    muscle_mm: Image
    fat_mm: Image


def flesh_around(build: Build, rays: list[list[Bone]], pose: Pose) -> Flesh:
    """Return the soft tissue of the hand; the room that bones take is still in the muscle."""
    step = max(1, round(_COARSE_MM / pose.geometry.pitch_mm))
    sketch = _Sketch(pose, step)
    stations = list(_stations(build, rays))
    sketch.mark(stations)
    palm, forearm = _palm(build, rays), build.at_wrist(_forearm(build))
    sketch.mark_polygon(palm)
    sketch.mark_polygon(forearm)
    sketch.deepen(stations)
    sketch.deepen_polygon(palm, PALM_MM * build.width)
    sketch.deepen(list(_pads(build)))
    sketch.deepen_polygon(forearm - [0.0, 6.0 * build.width], WRIST_MM * build.width)
    return _inflated(build, sketch)


class _Sketch:
    """A coarse mask of the hand and its local half depth, both drawn shape by shape."""

    def __init__(self, pose: Pose, step: int) -> None:
        self.pose, self.step = pose, step
        self.pitch_mm = pose.geometry.pitch_mm * step
        shape = (pose.geometry.rows // step + 1, pose.geometry.columns // step + 1)
        self.mask = np.zeros(shape, np.uint8)
        self.depth = np.zeros(shape, np.float32)

    def mark(self, stations: list[Station]) -> None:
        for (x, y), station in zip(self._centres(stations), stations, strict=True):
            radius = self._radius(station.half_width)
            cv2.circle(self.mask, (x, y), radius, 255, -1, shift=4)

    def deepen(self, stations: list[Station]) -> None:
        for (x, y), station in zip(self._centres(stations), stations, strict=True):
            radius = self._radius(station.half_width + 3.0)
            cv2.circle(self.depth, (x, y), radius, station.half_depth, -1, shift=4)

    def mark_polygon(self, polygon: Points) -> None:
        cv2.fillPoly(self.mask, [self._corners(polygon)], 255, shift=4)

    def deepen_polygon(self, polygon: Points, half_depth: float) -> None:
        cv2.fillPoly(self.depth, [self._corners(polygon)], half_depth, shift=4)

    def enlarge(self, image: Image) -> Image:
        """Return a coarse image at the panel's pitch."""
        rows, columns = self.pose.geometry.shape
        grid = (image.shape[1] * self.step, image.shape[0] * self.step)
        return np.ascontiguousarray(
            cv2.resize(image, grid, interpolation=cv2.INTER_LINEAR)[:rows, :columns]
        )

    def _corners(self, polygon: Points) -> NDArray[np.int32]:
        return np.rint(self.pose.pixels(polygon, self.pitch_mm) * 16).astype(np.int32)

    def _centres(self, stations: list[Station]) -> list[list[int]]:
        centres = self._corners(np.array([station.centre for station in stations]))
        return [[int(x), int(y)] for x, y in centres]

    def _radius(self, half_width: float) -> int:
        return max(1, int(half_width / self.pitch_mm * 16))


def _stations(build: Build, rays: list[list[Bone]]) -> Iterator[Station]:
    for ray, bones in enumerate(rays):
        yield from _finger(build, ray, bones)
        yield from _metacarpal(build, ray, bones[0])
    yield from _pads(build)


def _between(begin: Station, end: Station, count: int = 24) -> Iterator[Station]:
    for part in np.linspace(0.0, 1.0, count):
        first, last = 1.0 - part, part
        yield Station(
            begin.centre * first + end.centre * last,
            begin.half_width * first + end.half_width * last,
            begin.half_depth * first + end.half_depth * last,
        )


def _finger_half_width(build: Build, ray: int) -> float:
    plump = 0.72 + 0.28 * build.plumpness
    return FINGER_HALF_WIDTH_MM[ray] * build.width * plump * (1.0 + 0.10 * build.infancy)


def _finger(build: Build, ray: int, bones: list[Bone]) -> Iterator[Station]:
    """Yield the sections of the free finger, with a waist in each phalanx."""
    base, phalanges = _finger_half_width(build, ray), bones[1:]
    centre, wide = bones[0].tip, 1.02 * base
    for phalanx, taper in zip(phalanges, TAPER[len(phalanges)], strict=True):
        narrow, end = base * taper, phalanx.tip
        if phalanx is phalanges[-1]:
            end = end - 0.20 * narrow * direction(phalanx.degrees)
        waist = 0.4825 * (wide + narrow)
        half_way = Station((centre + end) / 2.0, waist, 0.90 * waist)
        yield from _between(Station(centre, wide, 0.92 * wide), half_way)
        yield from _between(half_way, Station(end, narrow, 0.88 * narrow))
        centre, wide = phalanx.tip, narrow


def _metacarpal(build: Build, ray: int, bone: Bone) -> Iterator[Station]:
    width, finger = build.width, _finger_half_width(build, ray)
    if ray:
        begin = Station(bone.origin, 10.0 * width, 12.5 * width)
        yield from _between(begin, Station(bone.tip, 1.12 * finger, 10.5 * width))
    else:
        begin = Station(bone.origin, 14.0 * width, 13.5 * width)
        yield from _between(begin, Station(bone.tip, 1.15 * finger, 11.0 * width))


def _pads(build: Build) -> Iterator[Station]:
    """Yield the thenar and the hypothenar, rounder in infants."""
    for pad in (_THENAR, _HYPOTHENAR):
        sections = [
            Station(
                np.array([x, y]) * build.length,
                (wide + more * build.infancy) * build.width,
                deep * build.width,
            )
            for x, y, wide, more, deep in pad
        ]
        for begin, end in pairwise(sections):
            yield from _between(begin, end)


def _palm(build: Build, rays: list[list[Bone]]) -> Points:
    """Return the outline of the palm from the thumb's web round to the wrist."""
    width, length = build.width, build.length
    tips = [bones[0].tip for bones in rays]
    webs = [
        tips[ray] + direction(METACARPAL_DEGREES[ray]) * (0.42 * LENGTH_MM["pp"][ray] * length)
        for ray in range(1, 5)
    ]
    outline = [
        np.array([27.0, -38.0]) * width,
        np.array([31.0, -20.0]) * width,
        0.60 * tips[0] + 0.40 * tips[1] - [0.0, 8.0 * length],
        tips[1] + [8.5 * width, -3.0 * length],
        *webs,
        tips[4] - [9.0 * width, 0.0],
        *(np.array(corner) * width for corner in _PALM_LOW),
    ]
    return np.array(outline)


def _forearm(build: Build) -> Points:
    right = np.array(_FOREARM)
    outline = np.concatenate([right, right[::-1] * [-1.0, 1.0]])
    plump = build.width * (0.88 + 0.12 * build.plumpness)
    # The forearm runs on beyond the panel, however small the child.
    outline[:, 1] = np.where(outline[:, 1] < -200.0, -300.0 / plump, outline[:, 1])
    return outline * plump


def _inflated(build: Build, sketch: _Sketch) -> Flesh:
    depth = np.where(sketch.depth > 0.0, sketch.depth, np.float32(ELSEWHERE_MM * build.width))
    smoothing = 6.0 * build.width / sketch.pitch_mm
    depth = np.asarray(cv2.GaussianBlur(depth, (0, 0), smoothing), np.float32)
    distance = _distance(sketch, 3.0 * build.width)
    shell = np.float32(_fat_shell(build))
    total = inflate(distance, depth)
    within = np.maximum(distance - shell, 0.0)
    muscle = np.minimum(inflate(within, np.maximum(depth - shell, np.float32(0.3))), total)
    muscle *= 1.0 + np.float32(MARBLING) * _marbling(build, sketch)
    creases = _creases(build, sketch)
    muscle *= creases
    total = np.maximum(total * creases, muscle)
    total, muscle = (sketch.enlarge(_soft_edge(part, sketch)) for part in (total, muscle))
    return Flesh(muscle, np.maximum(total - muscle, 0.0))


def _distance(sketch: _Sketch, web_mm: float) -> Image:
    """Return the distance to the skin in mm; blurring the mask makes the webs."""
    smooth = cv2.GaussianBlur(sketch.mask.astype(np.float32), (0, 0), web_mm / sketch.pitch_mm)
    # A finer grid, so that the skin has no steps.
    size = smooth.shape[::-1]
    finer = (_FINER * size[0], _FINER * size[1])
    solid = (cv2.resize(smooth, finer, interpolation=cv2.INTER_LINEAR) > 127.5).astype(np.uint8)
    distance = cv2.distanceTransform(solid, cv2.DIST_L2, 5)
    coarse = cv2.resize(distance, size, interpolation=cv2.INTER_AREA)
    return np.asarray(coarse * (sketch.pitch_mm / _FINER), np.float32)


def _fat_shell(build: Build) -> float:
    plump = float(np.clip(build.plumpness - 1.0, -0.2, 1.0))
    return (1.6 + 2.2 * plump) * (0.6 + 0.4 * build.length)


def _marbling(build: Build, sketch: _Sketch) -> Image:
    top, left = (int(build.individual.uniform(f"marbling {way}", 0, 300)) for way in "xy")
    tile = texture.marbling()[top : top + 400, left : left + 400]
    return np.asarray(cv2.resize(tile, sketch.mask.shape[::-1], interpolation=cv2.INTER_LINEAR))


def _creases(build: Build, sketch: _Sketch) -> Image:
    """Return the wrist folds of an infant as a factor on the thickness."""
    lines = np.zeros(sketch.mask.shape, np.float32)
    if build.infancy <= 0.15:
        return np.ones((1, 1), np.float32)
    across = np.linspace(-34.0, 34.0, 15)
    for fold in range(1 + (build.individual.uniform("folds", 0.0, 1.0) > 0.5)):
        high = -34.0 - build.individual.uniform(f"fold {fold} height", 0.0, 12.0)
        bend = build.individual.uniform(f"fold {fold} bend", 1.0, 6.0)
        y = high * build.length - bend * build.width * (1.0 - (across / 34.0) ** 2)
        line = np.rint(sketch.pose.pixels(np.stack([across * build.width, y], 1), sketch.pitch_mm))
        thickness = max(1, round(0.8 / sketch.pitch_mm))
        cv2.polylines(lines, [line.astype(np.int32)], False, 1.0, thickness, cv2.LINE_AA)
    thin = cv2.GaussianBlur(lines, (0, 0), 0.35 / sketch.pitch_mm)
    bulge = cv2.GaussianBlur(thin, (0, 0), 2.0 / sketch.pitch_mm) - thin
    return np.asarray(1.0 + FOLD_DEPTH * build.infancy * bulge, np.float32)


def _soft_edge(image: Image, sketch: _Sketch) -> Image:
    return np.asarray(cv2.GaussianBlur(image, (0, 0), 0.5 / sketch.pitch_mm), np.float32)

"""Bones from outlines: the distance to the outline gives depth, cortex and marrow."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from firmware_sim.patients import texture
from firmware_sim.patients.outlines import Points
from firmware_sim.patients.parts import Matter, Part
from firmware_sim.patients.pose import Pose
from firmware_sim.physics.geometry import PanelGeometry

Image = NDArray[np.float32]
# Relative amplitude of the trabecular texture and the size of its texels in mm.
LONG_GRAIN, LONG_TEXEL_MM = 0.20, 0.15
ROUND_GRAIN, ROUND_TEXEL_MM = 0.12, 0.20
# Cortex at the ends of a shaft against its middle.
CORTEX_AT_ENDS = 0.20
# Bones are drawn on a finer grid and averaged, so that their edges have no steps.
_FINE_PITCH_MM = 0.2
# Parts fainter than this do not name their pixels.
_LABEL_FROM = 0.3


@dataclass(frozen=True, slots=True)
class BoneMask:
    """Where a part of a bone lies: a rectangle of the panel, and which of its pixels."""

    rows: slice
    columns: slice
    covered: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Canvas:
    """Bone in mm of cortical bone, room taken by bones in mm, and label, all (rows, columns).

    `masks` holds every part of each label, those that others lie on too.
    """

    pose: Pose
    bone_mm: Image
    volume_mm: Image
    label: NDArray[np.uint8]
    masks: dict[int, list[BoneMask]]


@dataclass(frozen=True, slots=True)
class Patch:
    """A rectangle of the canvas and its mask on a grid finer by a whole factor."""

    rows: slice
    columns: slice
    fineness: int
    pitch_mm: float
    corner: Points
    mask: NDArray[np.uint8]


def empty_canvas(pose: Pose) -> Canvas:
    """Return a canvas without bones."""
    shape = pose.geometry.shape
    bone, volume = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    return Canvas(pose, bone, volume, np.zeros(shape, np.uint8), {})


def draw(canvas: Canvas, part: Part, label: int) -> None:
    """Add a part to the canvas; nothing happens where it lies beside the panel."""
    patch = _patch(canvas.pose, part)
    if patch is None:
        return
    bone, volume = _thicknesses(canvas.pose, patch, part.matter)
    where = patch.rows, patch.columns
    size = (patch.columns.stop - patch.columns.start, patch.rows.stop - patch.rows.start)
    for image, drawn in ((canvas.bone_mm, bone), (canvas.volume_mm, volume)):
        image[where] += np.float32(part.weight) * cv2.resize(
            drawn, size, interpolation=cv2.INTER_AREA
        )
    if label and part.weight > _LABEL_FROM:
        covered = cv2.resize(patch.mask, size, interpolation=cv2.INTER_AREA) > 127
        canvas.label[where][covered] = label
        canvas.masks.setdefault(label, []).append(BoneMask(*where, covered))


def inflate(distance_mm: Image, half_depth_mm: float | Image) -> Image:
    """Return the thickness in mm of a body with a round rim and this half depth inside."""
    inside = np.minimum(distance_mm, half_depth_mm)
    chord = inside * (2.0 * half_depth_mm - inside)
    return np.asarray(2.0 * np.sqrt(np.maximum(chord, 0.0)), np.float32)


def fineness(geometry: PanelGeometry) -> int:
    """Return how many times finer bones are drawn than the panel's pixels."""
    return max(2, round(geometry.pitch_mm / _FINE_PITCH_MM))


def _patch(pose: Pose, part: Part) -> Patch | None:
    geometry, finer = pose.geometry, fineness(pose.geometry)
    pitch = geometry.pitch_mm / finer
    outlines = [pose.pixels(outline, pitch) for outline in part.outlines]
    corners = np.concatenate(outlines)
    limit = np.array([geometry.columns, geometry.rows])
    low = np.clip(np.floor(corners.min(axis=0) / finer).astype(int) - 1, 0, limit)
    high = np.clip(np.ceil(corners.max(axis=0) / finer).astype(int) + 2, 0, limit)
    if (high <= low).any():
        return None
    corner = (low * finer).astype(float)
    mask = np.zeros(((high - low) * finer)[::-1], np.uint8)
    for outline in outlines:
        cv2.fillPoly(mask, [np.rint((outline - corner) * 16).astype(np.int32)], 255, shift=4)
    mask = _closed(mask, part.matter.closing_mm / pitch)
    rows, columns = slice(low[1], high[1]), slice(low[0], high[0])
    return Patch(rows, columns, finer, pitch, corner, mask)


def _closed(mask: NDArray[np.uint8], size: float) -> NDArray[np.uint8]:
    """Bridge gaps narrower than `size` pixels and round the outline."""
    reach = round(size)
    if reach < 2:
        return mask
    padded = cv2.copyMakeBorder(mask, reach, reach, reach, reach, cv2.BORDER_REPLICATE)
    # Closing by two distance transforms takes the same time for any size.
    outside = cv2.distanceTransform(cv2.bitwise_not(padded), cv2.DIST_L2, 5)
    grown = (outside < reach / 2.0).astype(np.uint8)
    inside = cv2.distanceTransform(grown, cv2.DIST_L2, 5) >= reach / 2.0
    closed = np.where(inside, 255, padded).astype(np.uint8)
    smooth = cv2.GaussianBlur(closed, (0, 0), max(reach / 6.0, 0.5))
    return np.where(smooth > 127, 255, 0).astype(np.uint8)[reach:-reach, reach:-reach].copy()


def _thicknesses(pose: Pose, patch: Patch, matter: Matter) -> tuple[Image, Image]:
    """Return bone substance and volume in mm on the patch's fine grid."""
    # The outline runs half a pixel from the centres of the nearest pixels outside.
    pixels = np.maximum(cv2.distanceTransform(patch.mask, cv2.DIST_L2, 5) - 0.5, 0.0)
    distance = np.asarray(pixels * patch.pitch_mm, np.float32)
    outer = inflate(distance, matter.half_depth_mm)
    middle = _middle(pose, patch, matter)
    cortex = np.float32(matter.cortex_mm) * (CORTEX_AT_ENDS + (1.0 - CORTEX_AT_ENDS) * middle)
    marrow_depth = np.maximum(np.float32(matter.half_depth_mm) - cortex, np.float32(0.05))
    marrow = np.minimum(inflate(np.maximum(distance - cortex, 0.0), marrow_depth), outer)
    trabecular = np.float32(matter.trabecular) * _spongiosa(matter, middle)
    bone = outer - marrow + marrow * (trabecular * _grain(pose, patch, matter))
    factor = np.float32(matter.depth_factor)
    return bone * (factor * np.float32(matter.density)), outer * factor


def _middle(pose: Pose, patch: Patch, matter: Matter) -> Image:
    """Return 1 halfway along the shaft and 0 at its ends; 1 for a bone without a shaft."""
    if matter.shaft is None:
        return np.ones((1, 1), np.float32)
    begin, end = (pose.pixels(point, patch.pitch_mm) - patch.corner for point in matter.shaft)
    axis = end - begin
    rows, columns = patch.mask.shape
    scale = 1.0 / max(float(axis @ axis), 1e-6)
    across = (np.arange(columns) - begin[0]) * (axis[0] * scale)
    down = (np.arange(rows) - begin[1]) * (axis[1] * scale)
    along = np.add.outer(down.astype(np.float32), across.astype(np.float32))
    bulge = np.maximum(1.0 - (2.0 * along - 1.0) ** 2, 0.0)
    return np.asarray(bulge ** np.float32(1.15), np.float32)


def _spongiosa(matter: Matter, middle: Image) -> Image | float:
    """Return the trabecular bone against its mean: much in the ends of a shaft."""
    return 1.0 if matter.shaft is None else 1.15 - 0.75 * middle


def _grain(pose: Pose, patch: Patch, matter: Matter) -> Image:
    """Return the trabecular texture, mean 1, turned with the bone."""
    if matter.shaft is None:
        tile, amplitude, texel = texture.round_grain(), ROUND_GRAIN, ROUND_TEXEL_MM
    else:
        tile, amplitude, texel = texture.long_grain(), LONG_GRAIN, LONG_TEXEL_MM
    angle = np.radians(matter.grain_degrees + pose.degrees)
    cosine, sine = np.array([np.cos(angle), np.sin(angle)]) * (patch.pitch_mm / texel)
    across, along = matter.grain_offset
    turn = np.array([[cosine, sine, across], [-sine, cosine, along]], np.float32)
    size = patch.mask.shape[::-1]
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    noise = cv2.warpAffine(tile, turn, size, flags=flags, borderMode=cv2.BORDER_WRAP)
    return np.asarray(np.clip(1.0 + np.float32(amplitude) * noise, 0.2, 2.0), np.float32)

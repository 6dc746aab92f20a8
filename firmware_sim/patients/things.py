"""What is no metal and yet no part of a hand: a plaster cast around it, a pen under it."""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from firmware_sim.patients.tissue import Tissue
from firmware_sim.physics.geometry import PanelGeometry

Image = NDArray[np.float32]
Places = dict[str, tuple[float, float]]
# A cast of six to eight layers of plaster bandage is 4 to 6 mm thick (our choice: 5 mm).
CAST_WALL_MM = 5.0
# Gypsum attenuates at 35 keV like as much cortical bone by weight (NIST XCOM: 1.1 of it); set, with
# its pores, it weighs about 1.1 g/cm3 against 1.92.
CAST_AS_BONE = 0.65
# Half of a forearm's width, along which the wall is seen edge-on (our choice).
CAST_RADIUS_MM = 30.0
# A cast of the forearm ends before the knuckles, this far along the middle metacarpal.
_CAST_TO = 0.6
# A ball pen: a tube of polystyrene, which attenuates like 0.6 of muscle (NIST XCOM at 35 keV).
PEN_MM, PEN_BORE_MM, PEN_LENGTH_MM, PEN_AS_MUSCLE = 10.0, 6.0, 140.0, 0.6


def with_things(
    tissue: Tissue, names: tuple[str, ...], places: Places, panel: PanelGeometry
) -> Tissue:
    """Return the tissue with what lies on or under it, told in thicknesses of bone and muscle."""
    for name in names:
        tissue = THINGS[name](tissue, places, panel)
    return tissue


def _cast(tissue: Tissue, places: Places, panel: PanelGeometry) -> Tissue:
    """Wrap forearm and palm: twice the wall in the middle, more where it is seen edge-on."""
    root, head = (np.array(places[f"mc3_{side}"]) for side in ("prox", "dist"))
    end, up = root + _CAST_TO * (head - root), (head - root) / np.linalg.norm(head - root)
    rows, columns = np.indices(panel.shape, np.float32)
    below = (columns - end[0]) * up[0] + (rows - end[1]) * up[1] < 0
    air = (tissue.soft_mm <= 0).astype(np.uint8)
    around = cv2.distanceTransform(air, cv2.DIST_L2, 5) * panel.pitch_mm <= CAST_WALL_MM
    depth_mm = cv2.distanceTransform(around.astype(np.uint8), cv2.DIST_L2, 5) * panel.pitch_mm
    outer = _half_chord(np.asarray(depth_mm, np.float32), CAST_RADIUS_MM)
    inner = _half_chord(
        np.asarray(depth_mm - CAST_WALL_MM, np.float32), CAST_RADIUS_MM - CAST_WALL_MM
    )
    plaster_mm = 2 * (outer - inner) * (around & below)
    bone_mm = tissue.bone_mm + np.float32(CAST_AS_BONE) * plaster_mm.astype(np.float32)
    return Tissue(bone_mm, tissue.soft_mm)


def _half_chord(depth_mm: Image, radius_mm: float) -> Image:
    """Return half of what a ray passes of a round rod at a depth below its rim."""
    depth = np.clip(depth_mm, 0.0, radius_mm)
    return np.asarray(np.sqrt(depth * (2 * radius_mm - depth)), np.float32)


def _pen(tissue: Tissue, places: Places, panel: PanelGeometry) -> Tissue:
    """Lay a pen across the palm."""
    root, head = (np.array(places[f"mc3_{side}"]) for side in ("prox", "dist"))
    middle, along = (root + head) / 2, (head - root) / np.linalg.norm(head - root)
    slant = np.array([along[0] - along[1], along[0] + along[1]]) / np.sqrt(2.0)
    rows, columns = np.indices(panel.shape, np.float32)
    across, down = (columns - middle[0]) * panel.pitch_mm, (rows - middle[1]) * panel.pitch_mm
    off_mm = np.abs(across * slant[1] - down * slant[0])
    is_beside = np.abs(across * slant[0] + down * slant[1]) <= PEN_LENGTH_MM / 2
    tube_mm = 2 * (
        _half_chord((PEN_MM / 2 - off_mm).astype(np.float32), PEN_MM / 2)
        - _half_chord((PEN_BORE_MM / 2 - off_mm).astype(np.float32), PEN_BORE_MM / 2)
    )
    plastic_mm = np.asarray(PEN_AS_MUSCLE * tube_mm * is_beside, np.float32)
    return Tissue(tissue.bone_mm, tissue.soft_mm + plastic_mm)


THINGS: dict[str, Callable[[Tissue, Places, PanelGeometry], Tissue]] = {
    "cast": _cast,
    "pen": _pen,
}

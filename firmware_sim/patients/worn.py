"""Rings, bracelets and coins."""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from firmware_sim.patients.tissue import Tissue
from firmware_sim.physics.geometry import PanelGeometry
from firmware_sim.physics.metal import Metal

Bits = NDArray[np.uint8]
Places = dict[str, tuple[float, float]]
# Jewellery and coins of any metal stop the beam; gold of this thickness stands for them.
MATERIAL, THICKNESS_MM = "gold", 1.0
# A narrow ring; a bracelet of an ordinary chain; a coin of 10 fen to 1 yuan has 19 to 25 mm.
RING_MM, BRACELET_MM, COIN_RADIUS_MM = 3.0, 4.0, 11.0
# The ring lies around the proximal phalanx of this digit, this far along it.
_RING_DIGIT, _RING_AT = 4, 0.4
# The bracelet lies this part of the middle metacarpal below the wrist joint and hangs through.
_BRACELET_BELOW, _BRACELET_SAG = 0.35, 0.12
# What lies beside the hand keeps this far from it and from the panel's edge.
_BESIDE_MM = 3.0


def put_on(tissue: Tissue, names: tuple[str, ...], places: Places, panel: PanelGeometry) -> Metal:
    """Return what the child wears, or has left on the panel beside the hand."""
    covered = np.zeros(panel.shape, np.uint8)
    for name in names:
        WORN[name](covered, tissue, places, panel)
    return Metal(MATERIAL, np.float32(THICKNESS_MM) * covered.astype(np.float32))


def _ring(metal: Bits, tissue: Tissue, places: Places, panel: PanelGeometry) -> None:
    """Draw a ring seen from its side: a bar across the finger, as wide as its flesh."""
    root, end = (np.array(places[f"pp{_RING_DIGIT}_{side}"]) for side in ("prox", "dist"))
    middle, along = root + _RING_AT * (end - root), (end - root) / np.linalg.norm(end - root)
    across = np.array([-along[1], along[0]])
    band = np.zeros_like(metal)
    # A finger is about 0.55 as wide as this phalanx is long.
    reach = 0.3 * float(np.linalg.norm(end - root))
    _line(band, [middle - reach * across, middle + reach * across], RING_MM, panel)
    metal |= band & (tissue.soft_mm > 0).astype(np.uint8)


def _bracelet(metal: Bits, tissue: Tissue, places: Places, panel: PanelGeometry) -> None:
    """Draw a chain around the forearm that hangs through a little."""
    radius, ulna = np.array(places["rad_art"]), np.array(places["uln_art"])
    root, head = np.array(places["mc3_prox"]), np.array(places["mc3_dist"])
    wrist, down, across = (radius + ulna) / 2, root - head, radius - ulna
    part = np.linspace(-1.9, 1.9, 41)[:, None]
    sag = _BRACELET_BELOW + _BRACELET_SAG * (1.0 - (part / 1.9) ** 2)
    band = np.zeros_like(metal)
    _line(band, list(wrist + part * across / 2 * 1.2 + sag * down), BRACELET_MM, panel)
    flesh = (tissue.soft_mm > 0).astype(np.uint8)
    slack = max(1, round(2.0 / panel.pitch_mm))
    worn = cv2.dilate(flesh, np.ones((1, 2 * slack + 1), np.uint8))
    metal |= band & np.asarray(worn, np.uint8)


def _coin(metal: Bits, tissue: Tissue, places: Places, panel: PanelGeometry) -> None:
    """Lay a coin where there is most room beside the hand, high up."""
    flesh = (tissue.soft_mm > 0).astype(np.uint8)
    room = cv2.distanceTransform(np.pad(1 - flesh, 1), cv2.DIST_L2, 5)[1:-1, 1:-1]
    fits = room >= (COIN_RADIUS_MM + _BESIDE_MM) / panel.pitch_mm
    rows, columns = np.nonzero(fits) if fits.any() else np.nonzero(room >= room.max())
    centre = (int(columns[0]), int(rows[0]))
    cv2.circle(metal, centre, round(COIN_RADIUS_MM / panel.pitch_mm), 1, -1)


def _line(
    canvas: Bits, points: list[NDArray[np.float64]], width_mm: float, panel: PanelGeometry
) -> None:
    corners = np.rint(np.array(points) * 16).astype(np.int32)
    thickness = max(1, round(width_mm / panel.pitch_mm))
    cv2.polylines(canvas, [corners], False, 1, thickness, cv2.LINE_8, shift=4)


WORN: dict[str, Callable[[Bits, Tissue, Places, PanelGeometry], None]] = {
    "ring": _ring,
    "bracelet": _bracelet,
    "coin": _coin,
}

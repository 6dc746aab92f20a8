"""A hand as it comes to the unit on a bad day: the other one, both, cut off, in motion, with metal.

Shifts and turns of a right hand are mirrored with it.
"""

from dataclasses import dataclass, replace
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from firmware_sim.patients.collimator import Blades
from firmware_sim.patients.motion import Motion
from firmware_sim.patients.phantom import HandRequest, phantom_hand
from firmware_sim.patients.things import with_things
from firmware_sim.patients.tissue import Tissue
from firmware_sim.patients.worn import Places, put_on
from firmware_sim.physics.geometry import PanelGeometry
from firmware_sim.physics.metal import Metal

Image = NDArray[np.float32]

# Landmarks do not depend on the grid: on pixels of this size they cost next to nothing.
_SKETCH_MM = 4.0


class Side(Enum):
    """Which hand lies on the panel."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Placement:
    """A hand and what may be wrong with it.

    `fingers_off_mm`, `thumb_off_mm` and `wrist_off_mm` move the hand until the end of the middle
    finger's bone, of the thumb's, or the radius' joint face lies so far outside the panel, where
    None leaves it. `metal` are names of `worn.WORN`, `things` of `things.THINGS`.
    """

    hand: HandRequest
    side: Side = Side.LEFT
    fingers_off_mm: float | None = None
    thumb_off_mm: float | None = None
    wrist_off_mm: float | None = None
    metal: tuple[str, ...] = ()
    things: tuple[str, ...] = ()
    motion: Motion | None = None
    blades: Blades | None = None


def lay(placement: Placement, geometry: PanelGeometry) -> tuple[Tissue, Metal | None]:
    """Return what lies on the panel."""
    hand = phantom_hand(_moved(placement, geometry), geometry)
    tissue, metal = hand.tissue(), None
    if placement.things:
        tissue = with_things(tissue, placement.things, hand.landmarks_px, geometry)
    if placement.metal:
        metal = put_on(tissue, placement.metal, hand.landmarks_px, geometry)
    return _sided(tissue, placement.side), metal and _sided_metal(metal, placement.side)


def _moved(placement: Placement, geometry: PanelGeometry) -> HandRequest:
    """Return the request with the shifts that cut off what is to be cut off."""
    hand, (height, width) = placement.hand, geometry.size_mm
    if placement.side is Side.BOTH:
        hand = replace(hand, shift_x_mm=hand.shift_x_mm - width / 4)
    if (placement.fingers_off_mm, placement.thumb_off_mm, placement.wrist_off_mm) == (None,) * 3:
        return hand
    at = _landmarks_mm(hand, geometry)
    right, up = hand.shift_x_mm, hand.shift_y_mm
    if placement.fingers_off_mm is not None:
        up += at["dp3_dist"][1] + placement.fingers_off_mm
    if placement.wrist_off_mm is not None:
        up += at["rad_art"][1] - height - placement.wrist_off_mm
    if placement.thumb_off_mm is not None:
        right += width - at["dp1_dist"][0] + placement.thumb_off_mm
    return replace(hand, shift_x_mm=right, shift_y_mm=up)


def _landmarks_mm(hand: HandRequest, geometry: PanelGeometry) -> Places:
    """Return the landmarks in mm from the panel's upper left corner, x right and y down."""
    rows, columns = (round(side / _SKETCH_MM) for side in geometry.size_mm)
    sketch = PanelGeometry(rows, columns, 1000 * geometry.size_mm[0] / rows)
    places = phantom_hand(hand, sketch).landmarks_px
    return {
        name: ((x + 0.5) * sketch.pitch_mm, (y + 0.5) * sketch.pitch_mm)
        for name, (x, y) in places.items()
    }


def _sided(tissue: Tissue, side: Side) -> Tissue:
    return Tissue(_seen(tissue.bone_mm, side), _seen(tissue.soft_mm, side))


def _sided_metal(metal: Metal, side: Side) -> Metal:
    return Metal(metal.material, _seen(metal.thickness_mm, side))


def _seen(left: Image, side: Side) -> Image:
    """Return the left hand, its mirror image, or both; where they overlap they add up."""
    if side is Side.LEFT:
        return left
    right = np.ascontiguousarray(left[:, ::-1])
    return right if side is Side.RIGHT else left + right

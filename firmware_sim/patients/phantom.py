"""A procedural left hand from sex, bone age and seed: thickness maps with their ground truth."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from firmware_sim.patients.build import Build, build_of
from firmware_sim.patients.carpus import add_carpus, add_sesamoid
from firmware_sim.patients.forearm import add_forearm
from firmware_sim.patients.individual import Individual
from firmware_sim.patients.inflate import BoneMask, draw, empty_canvas
from firmware_sim.patients.ossification import CentreState, EpiphysisState, Sex
from firmware_sim.patients.outlines import Points, turned
from firmware_sim.patients.parts import Skeleton
from firmware_sim.patients.pose import Pose
from firmware_sim.patients.rays import Bone, add_bone, ray_bones
from firmware_sim.patients.soft_tissue import flesh_around
from firmware_sim.patients.tissue import Tissue
from firmware_sim.physics.geometry import PanelGeometry

Image = NDArray[np.float32]
# Attenuation of 1 mm of fat in mm of muscle, weighted by the absorbed 50 kV spectrum.
FAT_AS_MUSCLE = 0.736
# Adult male in mm: what is centred reaches this far below the wrist's middle, and no more of
# the forearm than there is may be seen.
_SHOWN_BELOW_MM, _FOREARM_MM = 70.0, 235.0


@dataclass(frozen=True, slots=True)
class HandRequest:
    """Which hand, and how it lies.

    `size` scales it against the mean of its age, `spread` opens the fan of the fingers,
    `rotation_degrees` turns it clockwise, the shifts move it to the right and up in mm, `variety`
    scales how much children differ (0: the mean child).
    """

    sex: Sex
    bone_age_years: float
    seed: int = 0
    size: float = 1.0
    spread: float = 1.0
    rotation_degrees: float = 0.0
    shift_x_mm: float = 0.0
    shift_y_mm: float = 0.0
    variety: float = 1.0


@dataclass(frozen=True, slots=True)
class PhantomHand:
    """Thicknesses in mm, float32 (rows, columns), and the truth about them.

    `label` holds indices into `label_names` (0: no bone), of bones over each other the upper one;
    `mask` gives each of them whole. `landmarks_px` are (column, row) at pixel centres and may lie
    beside the panel; `states` gives each centre's maturity.
    """

    request: HandRequest
    bone_mm: Image
    muscle_mm: Image
    fat_mm: Image
    label: NDArray[np.uint8]
    label_names: tuple[str, ...]
    landmarks_px: dict[str, tuple[float, float]]
    states: dict[str, EpiphysisState | CentreState]
    masks: dict[int, list[BoneMask]]

    def mask(self, bone: str) -> NDArray[np.bool_]:
        """Return where a bone of `label_names` lies (rows, columns), under other bones too."""
        mask = np.zeros(self.label.shape, np.bool_)
        for part in self.masks.get(self.label_names.index(bone), []):
            mask[part.rows, part.columns] |= part.covered
        return mask

    def tissue(self) -> Tissue:
        """Return bone and soft tissue, with the fat counted as muscle that attenuates as much."""
        return Tissue(self.bone_mm, self.muscle_mm + np.float32(FAT_AS_MUSCLE) * self.fat_mm)


def phantom_hand(request: HandRequest, geometry: PanelGeometry) -> PhantomHand:
    """Return a left hand, palm down with the fingers up, centred on a grid of any size."""
    individual = Individual(request.seed, request.variety)
    build = build_of(request.sex, request.bone_age_years, request.size, individual)
    rays = [ray_bones(build, digit, request.spread) for digit in range(1, 6)]
    skeleton = _skeleton(build, rays)
    pose = _pose(build, rays, request, geometry)
    canvas = empty_canvas(pose)
    names = ("", *dict.fromkeys(part.label for part in skeleton.parts if part.label))
    for part in skeleton.parts:
        draw(canvas, part, names.index(part.label))
    flesh = flesh_around(build, rays, pose)
    muscle = np.maximum(flesh.muscle_mm - canvas.volume_mm, 0.0, out=flesh.muscle_mm)
    places = {name: pose.pixels(at, geometry.pitch_mm) for name, at in skeleton.landmarks.items()}
    landmarks = {name: (float(at[0]), float(at[1])) for name, at in places.items()}
    return PhantomHand(
        request,
        canvas.bone_mm,
        muscle,
        flesh.fat_mm,
        canvas.label,
        names,
        landmarks,
        skeleton.states,
        canvas.masks,
    )


def _skeleton(build: Build, rays: list[list[Bone]]) -> Skeleton:
    skeleton = Skeleton()
    for bones in rays:
        for bone in bones:
            add_bone(skeleton, build, bone)
    add_carpus(skeleton, build)
    add_sesamoid(skeleton, build)
    add_forearm(skeleton, build)
    return skeleton


def _pose(
    build: Build, rays: list[list[Bone]], request: HandRequest, geometry: PanelGeometry
) -> Pose:
    """Return the pose that centres the hand between its tips and the wrist."""
    height, _ = geometry.size_mm
    tips = max(bones[-1].tip[1] for bones in rays) + 5.0 * build.length
    centre_y = (tips - _SHOWN_BELOW_MM * build.length) / 2.0
    centre_y = max(centre_y, tips + 6.0 - height / 2.0)
    centre_y = max(centre_y, height / 2.0 - _FOREARM_MM * build.length)
    centre: Points = turned(np.array([2.0 * build.length, centre_y]), request.rotation_degrees)
    shift = np.array([request.shift_x_mm, request.shift_y_mm])
    x, y = (centre - shift).tolist()
    return Pose(geometry, request.rotation_degrees, (x, y))

"""The five rays: metacarpals and phalanges."""

from dataclasses import dataclass

import numpy as np

from firmware_sim.patients import outlines
from firmware_sim.patients.build import Build
from firmware_sim.patients.growth_plates import Plate, add_growing_bone
from firmware_sim.patients.ossification import EpiphysisState, epiphysis_state, maturity_sd
from firmware_sim.patients.outlines import EndShape, Points, Tube
from firmware_sim.patients.parts import Matter, Skeleton, grain_offset

# Adult male, mm, thumb first, epiphysis included: Garn et al., Radiology 1972;105:375.
LENGTH_MM = {
    "mc": (46.0, 68.0, 65.5, 58.0, 54.0),
    "pp": (32.0, 41.0, 45.5, 42.5, 34.0),
    "mp": (0.0, 24.0, 28.5, 27.0, 19.0),
    "dp": (23.0, 18.5, 19.5, 19.5, 17.5),
}
# Adult male widths in mm of base, mid-shaft and head (model, measured on radiographs).
BASE_MM = {
    "mc": (14.5, 15.0, 12.6, 10.8, 11.5),
    "pp": (14.5, 15.5, 15.5, 14.5, 13.0),
    "mp": (0.0, 13.2, 13.8, 13.0, 11.0),
    "dp": (14.0, 11.0, 11.5, 11.0, 9.5),
}
SHAFT_MM = {
    "mc": (9.5, 8.8, 8.8, 7.4, 7.8),
    "pp": (9.3, 9.5, 9.9, 9.0, 7.8),
    "mp": (0.0, 7.8, 8.3, 7.8, 6.4),
    "dp": (6.5, 4.8, 5.0, 4.8, 4.2),
}
HEAD_MM = {
    "mc": (14.0, 14.6, 14.6, 13.0, 12.0),
    "pp": (12.0, 12.0, 12.6, 11.8, 9.8),
    "mp": (0.0, 10.3, 10.8, 10.3, 8.8),
    "dp": (9.5, 7.5, 8.0, 7.5, 6.5),
}
# Bases of the metacarpals in mm (x to the thumb, y to the tips) and their angles from upright.
METACARPAL_BASE_MM = ((25.0, -13.2), (13.0, -0.5), (1.0, 0.8), (-9.8, -2.5), (-19.0, -6.5))
METACARPAL_DEGREES = (40.0, 9.0, 1.0, -7.0, -15.5)
# How far the fan opens, and the further turn at each joint, in degrees.
FAN_DEGREES = (4.0, 2.0, 0.0, -2.0, -4.0)
TURN_DEGREES = {
    "pp": (-14.0, 1.5, 0.0, -1.5, -4.0),
    "mp": (-6.0, -1.0, 0.0, 1.0, 2.5),
    "dp": (-6.0, -1.0, 0.0, 1.0, 2.5),
}
JITTER_DEGREES = {"mc": 1.2, "pp": 1.6, "mp": 1.5, "dp": 1.5}
# Part of a bone that is epiphysis and growth plate, half depth over half the shaft, and cortex
# over shaft width (Garn 1970: 24 % in mid-shaft).
ZONE = {"mc": 0.155, "mc1": 0.13, "pp": 0.135, "mp": 0.15, "dp": 0.20}
HALF_DEPTH = {"mc": 1.05, "pp": 0.86, "mp": 0.84, "dp": 0.80}
CORTEX = {"mc": 0.235, "pp": 0.24, "mp": 0.25, "dp": 0.27}
# How far the edges of a plate that caps its bone reach over it, against the plate's height.
HORNS = 0.42
# Bone ages at which the heads of the phalanges have condyles (radiographs of infants).
CONDYLES_FROM_YEARS = {"pp": 2.5, "mp": 3.0}


@dataclass(frozen=True, slots=True)
class Bone:
    """One long bone in place."""

    name: str
    row: str
    tube: Tube
    origin: Points
    degrees: float
    state: EpiphysisState

    @property
    def tip(self) -> Points:
        """End of the bone in mm."""
        return self.origin + self.tube.length * outlines.direction(self.degrees)


def ray_bones(build: Build, digit: int, spread: float) -> list[Bone]:
    """Return the bones of one digit, 1 the thumb, from the wrist to the tip."""
    ray = digit - 1
    fan = 0.6 + 0.3 * build.individual.deviate(f"fan {digit}")
    degrees = METACARPAL_DEGREES[ray] + spread * FAN_DEGREES[ray] * fan
    wider = np.array([1.0 + 0.24 * build.infancy, 1.0])
    origin = np.array(METACARPAL_BASE_MM[ray]) * build.length * wider
    # Half of each joint space is cartilage of the one bone, half of the other.
    gap_mm = 0.9 + 0.5 * (1.0 - build.length)
    bones: list[Bone] = []
    for row in ("mc", "pp", "mp", "dp") if ray else ("mc", "pp", "dp"):
        name = f"{row}{digit}"
        opening = spread if row == "pp" and ray else 1.0
        degrees += TURN_DEGREES[row][ray] * opening if row in TURN_DEGREES else 0.0
        degrees += JITTER_DEGREES[row] * build.individual.deviate(f"{name} angle")
        bones.append(_bone(build, row, digit, origin, degrees))
        origin = bones[-1].tip + gap_mm * outlines.direction(degrees)
    return bones


def add_bone(skeleton: Skeleton, build: Build, bone: Bone) -> None:
    """Add one metacarpal or phalanx with its growth plate."""
    skeleton.states[bone.name] = bone.state
    skeleton.landmarks[f"{bone.name}_prox"] = bone.origin
    skeleton.landmarks[f"{bone.name}_dist"] = bone.tip
    plate = _distal_plate(build, bone) if _grows_distally(bone.name) else _base_plate(build, bone)
    add_growing_bone(skeleton, build, bone.name, plate, _matter(build, bone))


def _grows_distally(name: str) -> bool:
    """Metacarpals 2 to 5 have their epiphysis in the head, all others in the base."""
    return name.startswith("mc") and name != "mc1"


def _bone(build: Build, row: str, digit: int, origin: Points, degrees: float) -> Bone:
    name, ray = f"{row}{digit}", digit - 1
    chance, infancy = build.individual, build.infancy
    length = LENGTH_MM[row][ray] * build.length * (1.0 + 0.022 * chance.deviate(f"{name} length"))
    slim = (-0.22, 0.08, -0.08) if row == "mc" else (-0.06, 0.06, -0.14)
    base, shaft, head = (
        table[row][ray]
        * build.width
        * (1.0 + 0.03 * chance.deviate(f"{name} {place}"))
        * (1.0 + change * infancy)
        for table, place, change in zip(
            (BASE_MM, SHAFT_MM, HEAD_MM), ("base", "shaft", "head"), slim, strict=True
        )
    )
    # The part of the length that is epiphysis and growth plate; wider in infants' cartilage.
    zone = ZONE.get(name, ZONE[row]) * (1.0 + 0.35 * infancy)
    zones = (0.07, zone) if _grows_distally(name) else (zone, 0.06)
    skew = 0.05 * chance.deviate(f"{name} skew")
    tube = Tube(length, base, shaft, head, *zones, skew)
    maturity = max(0.0, build.bone_age_years + _maturity_shift(build, name))
    return Bone(name, row, tube, origin, degrees, epiphysis_state(name, build.sex, maturity))


def _maturity_shift(build: Build, name: str) -> float:
    return build.individual.deviate(f"{name} maturity") * maturity_sd(name, build.sex)


def _matter(build: Build, bone: Bone) -> Matter:
    return Matter(
        half_depth_mm=bone.tube.shaft / 2.0 * HALF_DEPTH[bone.row],
        cortex_mm=bone.tube.shaft * CORTEX[bone.row] * build.cortex,
        density=build.density,
        trabecular=build.trabecular,
        grain_degrees=bone.degrees,
        grain_offset=grain_offset(build.individual, bone.name),
    )


def _gap(build: Build, state: EpiphysisState) -> float:
    """Return the growth plate's height in mm: 1.5 in a large infant bone, 0.75 in adolescence."""
    younger = 1.5 - 0.75 * float(np.clip((state.age_years - 2.0) / 10.0, 0.0, 1.0))
    return younger * (0.55 + 0.45 * build.length) * (1.0 - 0.35 * state.capping)


def _distal_plate(build: Build, bone: Bone) -> Plate:
    """Return shaft and head of metacarpals 2 to 5."""
    tube, state, infancy = bone.tube, bone.state, build.infancy
    zone, metaphysis = tube.distal_zone * tube.length, tube.head * 0.95
    begin = (0.03 + (0.06 * infancy if infancy > 0.25 else 0.0)) * tube.length
    end = tube.length - zone
    proximal = outlines.infant_base if infancy > 0.25 else outlines.cup
    distal = outlines.infant_base if infancy > 0.5 else outlines.flat
    fused_end = tube.length - 0.27 * tube.head
    bulge, gap = 0.10 * metaphysis, _gap(build, state)
    room = (zone - gap - bulge) / 1.14
    height = min(0.75 * state.width_ratio * metaphysis, room)
    centre = end + bulge + gap + height / 2.0 + 0.25 * (room - height)
    half_width = max(state.width_ratio * metaphysis / 2.0, 1e-3)
    centred = outlines.dome_outline(half_width, max(height, 1e-3), HORNS * height * state.capping)
    return Plate(
        origin=bone.origin,
        degrees=bone.degrees,
        shaft_outline=outlines.tube_outline(tube, begin, end, proximal, distal),
        fused_outline=outlines.tube_outline(tube, begin, fused_end, outlines.cup, outlines.dome),
        epiphysis=centred * [1.0, -1.0] + [0.0, centre],
        shaft=(begin, end),
        fused_shaft=(0.0, tube.length),
        scar_y=centre - height / 2.0 - 0.6 * gap,
        metaphysis=metaphysis,
        state=state,
    )


def _base_plate(build: Build, bone: Bone) -> Plate:
    """Return shaft and base of the phalanges and of metacarpal 1."""
    tube, state = bone.tube, bone.state
    zone, metaphysis = tube.proximal_zone * tube.length, tube.base * 0.95
    distal, end_part = _distal_end(build, bone)
    end = tube.length - end_part * tube.head - 0.05 * build.infancy * tube.length
    gap, bulge = _gap(build, state), 0.08 * metaphysis
    room = zone - gap - bulge
    height = min(0.75 * state.width_ratio * metaphysis, room)
    centre = zone - bulge - gap - height / 2.0 - 0.25 * (room - height)
    half_width = max(state.width_ratio * metaphysis / 2.0, 1e-3)
    centred = outlines.plate_outline(half_width, max(height, 1e-3), HORNS * height * state.capping)
    base_y = 0.10 * tube.base
    fused = outlines.tube_outline(tube, base_y, end, outlines.joint_face, distal)
    shaft = outlines.tube_outline(tube, zone, end, outlines.flat, distal)
    return Plate(
        origin=bone.origin,
        degrees=bone.degrees,
        shaft_outline=_rough_tip(build, bone, shaft, end),
        fused_outline=_rough_tip(build, bone, fused, end),
        epiphysis=centred + [0.0, centre],
        shaft=(zone, end + 0.2 * tube.head),
        fused_shaft=(0.0, tube.length),
        scar_y=centre + height / 2.0 + 0.6 * gap,
        metaphysis=metaphysis,
        state=state,
    )


def _distal_end(build: Build, bone: Bone) -> tuple[EndShape, float]:
    """Return the shape of the head, and its height over the head's width."""
    if bone.row == "mc":
        return outlines.dome, 0.31
    if bone.row == "dp":
        return outlines.tuft, 0.27
    if build.bone_age_years > CONDYLES_FROM_YEARS[bone.row]:
        return outlines.condyles, 0.25
    return outlines.infant_head, 0.34


def _rough_tip(build: Build, bone: Bone, outline: Points, end: float) -> Points:
    """Roughen the tuft of a distal phalanx."""
    if bone.row != "dp":
        return outline
    rough = build.individual.deviates(f"{bone.name} tuft", len(outline))
    shift = np.where(outline[:, 1] > end - 0.5, 0.03 * bone.tube.head * rough, 0.0)
    return np.asarray(outline + np.stack([shift, np.zeros_like(shift)], 1))

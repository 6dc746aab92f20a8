"""Distal radius and ulna."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.interpolate import PchipInterpolator

from firmware_sim.patients import outlines
from firmware_sim.patients.build import Build
from firmware_sim.patients.carpus import maturity
from firmware_sim.patients.growth_plates import Plate, add_scar, epiphysis_matter
from firmware_sim.patients.ossification import EpiphysisState, epiphysis_state
from firmware_sim.patients.outlines import Points
from firmware_sim.patients.parts import Matter, Part, Skeleton, grain_offset


@dataclass(frozen=True, slots=True)
class ForearmBone:
    """Adult male bone in mm: middle of its joint face, widths, height of epiphysis and plate."""

    name: str
    joint: tuple[float, float]
    slope: float
    base: float
    shaft: float
    zone: float
    flare: float


# Model, measured on radiographs; `slope` is x over y of the axis.
RADIUS = ForearmBone("rad", (8.0, -38.3), 2.5 / 111.7, 31.0, 13.5, 11.0, 0.10)
ULNA = ForearmBone("uln", (-17.5, -41.5), -0.5 / 108.5, 16.5, 10.5, 8.0, 0.0)
# Adult shaft, whose cortex is thickest halfway; what is drawn of it runs on beyond the panel.
_SHAFT_MM = 235.0
_LENGTH_MM = 170.0
# Infants' bones are wide for their length, and yet a gap is seen between the two (radiographs).
INFANTS_APART = 0.28
# Gaps of a fused bone that are bridged.
_CLOSING_MM = 7.0


def add_forearm(skeleton: Skeleton, build: Build) -> None:
    """Add both bones with their epiphyses."""
    for bone in (RADIUS, ULNA):
        _add_bone(skeleton, build, bone)


def _add_bone(skeleton: Skeleton, build: Build, bone: ForearmBone) -> None:
    name = f"{bone.name}_epi"
    state = epiphysis_state(name, build.sex, maturity(build, name))
    skeleton.states[name] = state
    plate = _plate(build, bone, state)
    skeleton.landmarks[f"{bone.name}_art"] = plate.origin
    matter = _matter(build, bone, plate)
    _add_parts(skeleton, build, bone, plate, matter)


def _add_parts(
    skeleton: Skeleton, build: Build, bone: ForearmBone, plate: Plate, matter: Matter
) -> None:
    state, name = plate.state, f"{bone.name}_epi"
    shaft = outlines.laid(plate.shaft_outline, plate.origin, plate.degrees)
    unfused = 1.0 - state.fusion
    if unfused > 0.0:
        skeleton.parts.append(Part(bone.name, (shaft,), matter, unfused))
    if state.width_ratio == 0.0:
        return
    epiphysis = outlines.laid(plate.epiphysis, plate.origin, plate.degrees)
    skeleton.landmarks[name] = epiphysis.mean(axis=0)
    if unfused > 0.0:
        filling = epiphysis_matter(build, name, matter, plate)
        skeleton.parts.append(Part(name, (epiphysis,), filling, unfused))
    if state.fusion > 0.0:
        bridge = outlines.laid(plate.fused_outline, plate.origin, plate.degrees)
        closed = replace(matter, closing_mm=_CLOSING_MM * build.length)
        skeleton.parts.append(Part(bone.name, (shaft, bridge, epiphysis), closed, state.fusion))
        add_scar(skeleton, build, name, plate, matter)


def _plate(build: Build, bone: ForearmBone, state: EpiphysisState) -> Plate:
    """Return the bone's outlines with the joint face at 0 and the shaft below."""
    base = bone.base * build.width
    zone = bone.zone * build.length
    younger = 1.9 - 1.0 * float(np.clip((state.age_years - 1.0) / 11.0, 0.0, 1.0))
    gap = younger * (0.5 + 0.5 * build.length) * (1.0 - 0.35 * state.capping)
    half_width = max(state.width_ratio * base * 0.97 / 2.0, 1e-3)
    height = max(min(1.25 * half_width, zone - gap), 1e-3)
    centre = -zone + 0.04 * base + gap + height / 2.0
    flare = bone.flare * base
    apart = np.array([1.0 + INFANTS_APART * build.infancy, 1.0])
    shape = _radial_epiphysis if bone is RADIUS else _ulnar_epiphysis
    epiphysis = shape(build, half_width, height, state) + [flare, centre]
    edge, low = 0.47 * base, -zone - 0.15 * base
    bridge = [(-edge, low), (edge, low), (edge, centre), (-edge, centre)]
    return Plate(
        origin=build.at_wrist(np.array(bone.joint) * build.length * apart),
        degrees=float(np.degrees(np.arctan(bone.slope))) + build.wrist_degrees,
        shaft_outline=_shaft(build, bone, base, zone),
        fused_outline=np.array(bridge) + [flare, 0.0],
        epiphysis=epiphysis,
        shaft=(-zone - _SHAFT_MM * build.length, -zone),
        fused_shaft=(-zone - _SHAFT_MM * build.length, -zone),
        scar_y=-zone + 0.04 * base + 0.5 * gap,
        metaphysis=base,
        state=state,
        scar_x=flare,
    )


def _shaft(build: Build, bone: ForearmBone, base: float, zone: float) -> Points:
    """Return metaphysis and shaft; the radius flares to the thumb's side."""
    narrow = bone.shaft * build.width
    below = np.array([0.0, 4, 9, 16, 26, 40, 60, 170]) * build.length
    below[-1] = _LENGTH_MM
    widths = [base * 0.98, base * 0.96, base * 0.84, base * 0.66 + narrow * 0.1]
    widths += [narrow * 1.16, narrow * 1.03, narrow, narrow * 0.98]
    end = 45.0 * build.length
    depth = np.concatenate([np.linspace(0.0, end, 30), np.linspace(end * 1.1, _LENGTH_MM, 8)])
    half = PchipInterpolator(below, np.array(widths) / 2.0)(depth)
    shift = bone.flare * base * np.exp(-depth / (14.0 * build.length))
    left, right = (np.stack([side * half + shift, -zone - depth], 1) for side in (-1, 1))
    across = np.linspace(1.0, -1.0, 15)
    top = np.stack([across * half[0] + shift[0], -zone + 0.05 * base * (1.0 - across**4)], 1)
    return np.concatenate([top, left, right[::-1]])


def _radial_epiphysis(
    build: Build, half_width: float, height: float, state: EpiphysisState
) -> Points:
    """Return a plate that grows its styloid on the thumb's side."""
    outline = outlines.plate_outline(half_width, height, 0.28 * height * state.capping)
    outline = outline * [1.0, -1.0]
    across = outline[:, 0] / half_width
    formed = float(np.clip((state.width_ratio - 0.45) / 0.5, 0.0, 1.0))
    styloid = 0.22 * across + 0.55 * np.clip(across - 0.50, 0.0, 1.0) - 0.12 * (1.0 - across**2)
    outline[:, 1] += np.where(outline[:, 1] > 0.0, formed * height * styloid, 0.0)
    return outline + [0.06 * half_width * (1.0 - formed), 0.0]


def _ulnar_epiphysis(
    build: Build, half_width: float, height: float, state: EpiphysisState
) -> Points:
    """Return a small dome that grows its styloid on the little finger's side."""
    outline = outlines.dome_outline(half_width, height, 0.15 * height * state.capping)
    outline = outline * [1.0, -1.0]
    across = outline[:, 0] / half_width
    formed = float(np.clip((state.width_ratio - 0.5) / 0.5, 0.0, 1.0))
    styloid = 3.8 * build.length * np.exp(-(((across + 0.80) / 0.20) ** 2))
    outline[:, 1] += np.where(outline[:, 1] > 0.0, formed * styloid, 0.0)
    return outline


def _matter(build: Build, bone: ForearmBone, plate: Plate) -> Matter:
    width = bone.shaft * build.width
    along = outlines.direction(plate.degrees)
    low, high = plate.shaft
    return Matter(
        half_depth_mm=width / 2.0 * 1.05,
        cortex_mm=width * 0.24 * build.cortex,
        density=build.density,
        trabecular=build.trabecular * 0.9,
        grain_degrees=plate.degrees,
        grain_offset=grain_offset(build.individual, bone.name),
        shaft=(plate.origin + along * low, plate.origin + along * high),
    )

"""The carpals, the hook of the hamate and the thumb's sesamoid."""

import numpy as np

from firmware_sim.patients import outlines
from firmware_sim.patients.build import Build
from firmware_sim.patients.ossification import (
    CARPALS,
    CentreState,
    carpal_state,
    maturity_sd,
    small_centre_state,
)
from firmware_sim.patients.outlines import Points
from firmware_sim.patients.parts import Matter, Part, Skeleton, grain_offset
from firmware_sim.patients.rays import METACARPAL_DEGREES

# Adult male outlines in mm from the base of metacarpal 3 (model, traced by eye).
CORNERS_MM = {
    "capitate": ((-6.5, -2), (0, -1), (6, -2.5), (6.8, -8), (5.6, -14), (5, -20), (0.5, -24.5))
    + ((-5, -22), (-6.6, -15), (-7, -8)),
    "hamate": ((-8.5, -4.5), (-14, -5.5), (-20, -8.5), (-22.5, -12.5), (-19, -17), (-13, -21))
    + ((-9, -24), (-7.6, -20), (-8.2, -12)),
    "trapezoid": ((8, -3.5), (13, -3.5), (17, -6), (17, -12), (13, -15.5), (8, -14.5), (7.4, -9)),
    "trapezium": ((17, -5.5), (20, -8), (25, -14), (27.5, -19), (22, -22.5), (16, -18.5))
    + ((15, -12),),
    "scaphoid": ((11, -16.5), (17, -19), (22, -23), (22.5, -28), (17.5, -34), (11, -37))
    + ((5.5, -34), (6.5, -28), (7, -21)),
    "lunate": ((-7.4, -24.6), (-2, -26), (3.6, -25.4), (4.8, -30), (4, -36), (-2.5, -38.8))
    + ((-8.5, -36), (-9.2, -30)),
    "triquetrum": ((-10.3, -27), (-13.5, -22.5), (-19.5, -18.8), (-25, -19.8), (-25.5, -25.5))
    + ((-20, -31.5), (-12.5, -34)),
    "pisiform": ((-17, -19), (-21, -20.5), (-22.5, -25), (-20, -29), (-16.5, -27.5), (-15, -23)),
}
# Depth of the carpals in mm (model).
DEPTH_MM = {
    "capitate": 9.5,
    "hamate": 9.0,
    "trapezoid": 8.0,
    "trapezium": 8.5,
    "scaphoid": 8.0,
    "lunate": 8.5,
    "triquetrum": 7.5,
    "pisiform": 4.0,
}
# A centre is round up to the first size and has its adult shape from the second.
ROUND_BELOW, ADULT_FROM = 0.35, 0.90
# Place and radii of the ring that the hook of the hamate makes.
HOOK_MM, HOOK_RADII_MM = (-15.0, -11.5), (2.6, 3.4)
# The sesamoid's radii, and its place beside and below the tip of metacarpal 1.
SESAMOID_RADII_MM, SESAMOID_BESIDE_MM, SESAMOID_BELOW_MM = (2.3, 2.9), 6.0, 4.0


def add_carpus(skeleton: Skeleton, build: Build) -> None:
    """Add every carpal that has appeared."""
    for name in CARPALS:
        state = carpal_state(name, build.sex, maturity(build, name))
        skeleton.states[name] = state
        if state.size > 0.0:
            _add_carpal(skeleton, build, name, state.size)
    _add_hook(skeleton, build)


def add_sesamoid(skeleton: Skeleton, build: Build) -> None:
    """Add the ulnar sesamoid beside the head of metacarpal 1, which must be there."""
    state = small_centre_state("sesamoid", build.sex, maturity(build, "sesamoid"))
    skeleton.states["sesamoid"] = state
    if state.size == 0.0:
        return
    along = outlines.direction(METACARPAL_DEGREES[0] - 8.0)
    beside = np.array([-along[1], along[0]]) * SESAMOID_BESIDE_MM
    centre = skeleton.landmarks["mc1_dist"] + build.length * (beside - SESAMOID_BELOW_MM * along)
    width, height = (radius * state.size * build.length for radius in SESAMOID_RADII_MM)
    filling = _matter(build, "sesamoid", 2.2 * build.length * state.size, 0.5, 0.4)
    outline = outlines.ellipse(centre, width, height)
    skeleton.parts.append(Part("sesamoid", (outline,), filling))
    skeleton.landmarks["sesamoid"] = centre


def maturity(build: Build, name: str) -> float:
    """Return a centre's own maturity in years."""
    shift = build.individual.deviate(f"{name} maturity") * maturity_sd(name, build.sex)
    return max(0.0, build.bone_age_years + shift)


def _add_carpal(skeleton: Skeleton, build: Build, name: str, size: float) -> None:
    outline = outlines.smooth_curve(_shape(build, name, size) * build.length)
    depth = DEPTH_MM[name] * build.length * (0.35 + 0.65 * size)
    dense = build.trabecular * (1.1 if name == "pisiform" else 1.7)
    filling = _matter(build, name, depth * 0.62, 0.55 * (0.55 + 0.45 * build.length), dense)
    skeleton.parts.append(Part(name, (outline,), filling))
    skeleton.landmarks[name] = outline.mean(axis=0)


def _shape(build: Build, name: str, size: float) -> Points:
    """Return the corners in adult mm: a circle that grows into the adult outline."""
    adult = np.array(CORNERS_MM[name], float)
    centre = adult.mean(axis=0)
    arms = adult - centre
    radius = float(np.sqrt((arms**2).sum(axis=1).mean()))
    rays = arms / np.linalg.norm(arms, axis=1, keepdims=True)
    formed = float(np.clip((size - ROUND_BELOW) / (ADULT_FROM - ROUND_BELOW), 0.0, 1.0))
    arms = (1.0 - formed) * radius * rays + formed * arms
    chance = build.individual
    grow = size * 1.05 * (1.0 + 0.03 * chance.deviate(f"{name} size"))
    stretch = np.array([1.0 + 0.03 * chance.deviate(f"{name} width"), 1.0])
    dents = 0.025 * radius * size * chance.deviates(f"{name} dents", arms.size)
    place = 0.3 * chance.deviates(f"{name} place", 2)
    return np.asarray(centre + arms * grow * stretch + dents.reshape(arms.shape) + place)


def _add_hook(skeleton: Skeleton, build: Build) -> None:
    """Add the ring that the hook makes on the hamate."""
    state: CentreState = small_centre_state("hook", build.sex, maturity(build, "hook"))
    skeleton.states["hook"] = state
    if state.size == 0.0 or "hamate" not in skeleton.landmarks:
        return
    width, height = (radius * build.length for radius in HOOK_RADII_MM)
    ring = outlines.ellipse(np.array(HOOK_MM) * build.length, width, height)
    filling = _matter(build, "hook", 1.6 * build.length, 0.7 * build.length, 0.15)
    skeleton.parts.append(Part("", (ring,), filling, 0.8 * state.size))


def _matter(
    build: Build, name: str, half_depth_mm: float, cortex_mm: float, trabecular: float
) -> Matter:
    return Matter(
        half_depth_mm=half_depth_mm,
        cortex_mm=cortex_mm,
        density=build.density,
        trabecular=trabecular,
        grain_degrees=build.individual.uniform(f"{name} grain", 0.0, 180.0),
        grain_offset=grain_offset(build.individual, name),
        depth_factor=0.9,
    )

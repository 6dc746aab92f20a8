"""A long bone with its growth plate: shaft and epiphysis that fade into the fused bone."""

from dataclasses import dataclass, replace

import numpy as np

from firmware_sim.patients import outlines
from firmware_sim.patients.build import Build
from firmware_sim.patients.ossification import EpiphysisState
from firmware_sim.patients.outlines import Points
from firmware_sim.patients.parts import Matter, Part, Skeleton, grain_offset

# Fainter scars are not drawn.
_LEAST_SCAR = 0.02


@dataclass(frozen=True, slots=True)
class Plate:
    """Outlines in the bone's own coordinates, laid at `origin` at `degrees` from upright."""

    origin: Points
    degrees: float
    shaft_outline: Points
    fused_outline: Points
    epiphysis: Points
    shaft: tuple[float, float]
    fused_shaft: tuple[float, float]
    scar_y: float
    metaphysis: float
    state: EpiphysisState
    scar_x: float = 0.0


def add_growing_bone(
    skeleton: Skeleton, build: Build, name: str, plate: Plate, matter: Matter
) -> None:
    """Add shaft, epiphysis, fused bone and scar, each with the weight of its state."""
    state = plate.state
    shaft = replace(matter, shaft=_laid_shaft(plate, plate.shaft))
    unfused = 1.0 - state.fusion
    if unfused > 0.0:
        outline = outlines.laid(plate.shaft_outline, plate.origin, plate.degrees)
        skeleton.parts.append(Part(name, (outline,), shaft, unfused))
    if state.width_ratio == 0.0:
        return
    epiphysis = outlines.laid(plate.epiphysis, plate.origin, plate.degrees)
    skeleton.landmarks[f"{name}_epi"] = epiphysis.mean(axis=0)
    if unfused > 0.0:
        filling = epiphysis_matter(build, name, matter, plate)
        skeleton.parts.append(Part(f"{name}_epi", (epiphysis,), filling, unfused))
    if state.fusion > 0.0:
        fused = replace(matter, shaft=_laid_shaft(plate, plate.fused_shaft))
        outline = outlines.laid(plate.fused_outline, plate.origin, plate.degrees)
        skeleton.parts.append(Part(name, (outline,), fused, state.fusion))
        add_scar(skeleton, build, name, plate, matter)


def epiphysis_matter(build: Build, name: str, bone: Matter, plate: Plate) -> Matter:
    """Return what the epiphysis is made of: a thin cortex around dense trabeculae."""
    half_width = plate.state.width_ratio * plate.metaphysis / 2.0
    return replace(
        bone,
        half_depth_mm=min(bone.half_depth_mm * 1.05, max(half_width, 0.6)),
        cortex_mm=0.45 * (0.6 + 0.4 * build.length),
        trabecular=build.trabecular * 1.55,
        grain_offset=grain_offset(build.individual, f"{name} epiphysis"),
        shaft=None,
    )


def add_scar(skeleton: Skeleton, build: Build, name: str, plate: Plate, matter: Matter) -> None:
    """Add the dense line where the growth plate was."""
    weight = 0.8 * plate.state.scar
    if weight <= _LEAST_SCAR:
        return
    across = np.linspace(-1.0, 1.0, 15)
    phase = build.individual.uniform(f"{name} scar", 0.0, 6.0)
    wave = plate.scar_y + 0.04 * plate.metaphysis * np.sin(4.0 * across + phase)
    along = plate.scar_x + across * plate.metaphysis * 0.45
    line = outlines.band(along, wave, 0.30 + 0.12 * build.length)
    skeleton.parts.append(
        Part(
            "",
            (outlines.laid(line, plate.origin, plate.degrees),),
            replace(
                matter,
                half_depth_mm=0.5,
                cortex_mm=2.0,
                trabecular=1.0,
                depth_factor=matter.half_depth_mm * 0.55,
            ),
            weight,
        )
    )


def _laid_shaft(plate: Plate, ends: tuple[float, float]) -> tuple[Points, Points]:
    along = outlines.direction(plate.degrees)
    return plate.origin + along * ends[0], plate.origin + along * ends[1]

"""The pieces that a skeleton is drawn from."""

from dataclasses import dataclass, field

from firmware_sim.patients.individual import Individual
from firmware_sim.patients.ossification import CentreState, EpiphysisState
from firmware_sim.patients.outlines import Points


@dataclass(frozen=True, slots=True)
class Matter:
    """What a bone is filled with, and how deep it is; lengths in mm.

    The cortex is `cortex_mm` thick halfway along `shaft` (its two ends) and thinner towards
    them; without a shaft it is as thick all around. `trabecular` is the part of the volume inside
    it that is bone, `density` the mineral against adult cortical bone.
    """

    half_depth_mm: float
    cortex_mm: float
    density: float
    trabecular: float
    grain_degrees: float
    grain_offset: tuple[float, float]
    shaft: tuple[Points, Points] | None = None
    depth_factor: float = 1.0
    closing_mm: float = 0.0


@dataclass(frozen=True, slots=True)
class Part:
    """One or more outlines in mm inflated to a body; a weight below 1 fades it.

    Fusion needs no change of shape: unfused bone and epiphysis fade out while the fused bone
    fades in. `label` names the bone in the label image; empty for lines and rings on a bone.
    """

    label: str
    outlines: tuple[Points, ...]
    matter: Matter
    weight: float = 1.0


@dataclass(slots=True)
class Skeleton:
    """All parts of a hand, with its landmarks in mm and the state of each centre."""

    parts: list[Part] = field(default_factory=list)
    landmarks: dict[str, Points] = field(default_factory=dict)
    states: dict[str, EpiphysisState | CentreState] = field(default_factory=dict)


def grain_offset(individual: Individual, name: str) -> tuple[float, float]:
    """Return where in the texture a bone lies."""
    return (
        individual.uniform(f"{name} grain across", 0.0, 768.0),
        individual.uniform(f"{name} grain along", 0.0, 768.0),
    )

"""The body build that a hand's size, roundness and density follow from."""

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import PchipInterpolator

from firmware_sim.patients.individual import Individual
from firmware_sim.patients.ossification import Sex
from firmware_sim.patients.outlines import Points, turned

# Part of the adult bone length by bone age (model, after metacarpal 2 in Garn et al.,
# Radiology 1972;105:375).
_LENGTH_PART = {
    Sex.MALE: (
        [0, 0.5, 1, 2, 3, 4, 6, 8, 10, 12, 13, 14, 15, 16, 18, 20],
        [0.29, 0.36, 0.41, 0.48, 0.54, 0.59, 0.67, 0.74, 0.80, 0.87, 0.91, 0.955, 0.98, 0.992]
        + [1.0, 1.0],
    ),
    Sex.FEMALE: (
        [0, 0.5, 1, 2, 3, 4, 6, 8, 10, 11, 12, 13, 14, 15, 18, 20],
        [0.31, 0.385, 0.44, 0.52, 0.585, 0.64, 0.725, 0.80, 0.88, 0.925, 0.96, 0.98, 0.99]
        + [1.0, 1.0, 1.0],
    ),
}
# Adult women's bones against men's (Garn et al. 1972).
_ADULT_PART = {Sex.MALE: 1.0, Sex.FEMALE: 0.925}
# The metacarpal index grows from 5-5.5 at 6-24 months to 7.5-8: infants' bones are wider.
_WIDTH_POWER = -0.21
# Middle of the wrist of an adult man, from the base of metacarpal 3.
_WRIST_MM = (-3.0, -34.0)


@dataclass(frozen=True, slots=True)
class Build:
    """Factors against the adult male template; all 1 or near it for a grown man.

    `infancy` runs from 1 (new-born proportions) to 0 (from about 6 years); `wrist_degrees` turns
    the forearm against the hand.
    """

    sex: Sex
    bone_age_years: float
    individual: Individual
    length: float
    width: float
    plumpness: float
    cortex: float
    density: float
    trabecular: float
    infancy: float
    wrist_degrees: float

    def at_wrist(self, points_mm: Points) -> Points:
        """Turn a point or outline of the forearm about the wrist."""
        pivot = np.array(_WRIST_MM) * self.length
        return pivot + turned(points_mm - pivot, self.wrist_degrees)


def build_of(sex: Sex, bone_age_years: float, size: float, individual: Individual) -> Build:
    """Return the build of one child; `size` scales its hand against the mean of its age."""
    grown = float(np.clip(bone_age_years / 17.0, 0.0, 1.0))
    part = length_part(sex, bone_age_years)
    length = part * _ADULT_PART[sex] * size
    plump = 1.62 - 0.62 * min(bone_age_years / 8.0, 1.0) ** 0.7
    return Build(
        sex=sex,
        bone_age_years=bone_age_years,
        individual=individual,
        length=length,
        width=length * part**_WIDTH_POWER * (1.0 + 0.035 * individual.deviate("width")),
        plumpness=plump * float(np.exp(0.13 * individual.deviate("plumpness"))),
        cortex=(0.85 + 0.15 * grown) * (1.0 + 0.10 * individual.deviate("cortex")),
        density=(0.62 + 0.33 * grown) * (1.0 + 0.06 * individual.deviate("density")),
        trabecular=(0.20 + 0.02 * grown) * (1.0 + 0.08 * individual.deviate("trabecular")),
        wrist_degrees=3.5 * individual.deviate("wrist angle"),
        infancy=float(np.clip(1.0 - (bone_age_years - 0.3) / 5.5, 0.0, 1.0)) ** 1.3,
    )


def length_part(sex: Sex, bone_age_years: float) -> float:
    """Return the part of the adult bone length that is reached at a bone age."""
    ages, parts = _LENGTH_PART[sex]
    return float(PchipInterpolator(ages, parts)(np.clip(bone_age_years, 0.0, 20.0)))

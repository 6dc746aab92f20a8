"""How far a reading may be off, from films that took no part in the training."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bone_age.description import Line
from bone_age.training.films import Films

Numbers = NDArray[np.float64]

COVERAGE: Final = 0.9
# Our choice, by tenfold cross-validation (docs/training.md): children of one sex this near in bone
# age, or so many of the nearest, stand for one another. Wider ones took the few of 16 years and
# more for younger ones.
_NEAR_MONTHS: Final = 12.0
_AT_LEAST: Final = 60
_AGES_MONTHS: Final = tuple(range(24, 229, 12))
# Regions farther apart than in this share of the children are worth a word.
_USUALLY_APART: Final = 0.98


@dataclass(frozen=True, slots=True)
class Read:
    """Films that the nets did not learn from, and what the released model makes of them, in months.

    `months` and `spread_months` (n,), `regions_months` (n, 3), or (n, 0) where it reads none.
    """

    name: str
    films: Films
    months: Numbers
    spread_months: Numbers
    regions_months: Numbers

    @property
    def errors(self) -> Numbers:
        """Return read minus labelled, in months."""
        return self.months - self.films.bone_age_months


def spreads(unlearnt: Read) -> tuple[Line, Line]:
    """Return how many of the nets' spreads hold `COVERAGE` of new girls and of new boys.

    By split conformal prediction (Lei et al., J Am Stat Assoc 2018;113:1094) with errors in units
    of the predicted spread, from children of about the bone age that was read.
    """
    return _line(unlearnt, 1.0), _line(unlearnt, 0.0)


def usual_distance_months(read: Read) -> float:
    """Return how far the regions of nearly every child lie apart."""
    regions = read.regions_months
    return float(np.quantile(regions.max(axis=1) - regions.min(axis=1), _USUALLY_APART))


def half_width_of(scores: Numbers) -> float:
    """Return the half width, in the scores' unit, that holds `COVERAGE` of new children."""
    ordered = np.sort(scores)
    return float(ordered[min(math.ceil((len(ordered) + 1) * COVERAGE), len(ordered)) - 1])


def _line(read: Read, is_female: float) -> Line:
    of_sex = read.films.is_female == is_female
    months, scores = read.months[of_sex], (np.abs(read.errors) / read.spread_months)[of_sex]
    return tuple((float(age), round(_at(age, months, scores), 3)) for age in _AGES_MONTHS)


def _at(age: float, months: Numbers, scores: Numbers) -> float:
    distance = np.abs(months - age)
    reach = np.sort(distance)[min(_AT_LEAST, len(distance)) - 1]
    return half_width_of(scores[distance <= max(_NEAR_MONTHS, reach)])

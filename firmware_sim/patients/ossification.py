"""When the ossification centres of the left hand appear, grow and fuse; see ossification.csv."""

import csv
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path

import numpy as np

CARPALS = (
    "capitate",
    "hamate",
    "triquetrum",
    "lunate",
    "scaphoid",
    "trapezium",
    "trapezoid",
    "pisiform",
)
# Bones with an epiphysis, by digit from the thumb, then the forearm.
EPIPHYSES = (
    *(f"mc{digit}" for digit in range(1, 6)),
    *(f"pp{digit}" for digit in range(1, 6)),
    *(f"mp{digit}" for digit in range(2, 6)),
    *(f"dp{digit}" for digit in range(1, 6)),
    "rad_epi",
    "uln_epi",
)


class Sex(Enum):
    """Sex as in the patient's specification."""

    FEMALE = "F"
    MALE = "M"


# Age in years at which a carpal has its adult outline (model, from the Gilsanz-Ratib phases).
CARPAL_MATURE_AGE = {Sex.MALE: 15.0, Sex.FEMALE: 13.0}
# Scatter of one bone's maturity about the hand's bone age in years: a constant and a part of the
# spread of its appearance. Carpals deviate most (Acta Anat 155:206).
MATURITY_SD, MATURITY_SD_OF_APPEARANCE = 0.12, 0.22
# A fused growth plate leaves a line for about this long, in years.
SCAR_YEARS = 2.5

_FILE = Path(__file__).parent / "ossification.csv"


@dataclass(frozen=True, slots=True)
class EpiphysisState:
    """How far one epiphysis is: 0 before it appears, 1 as wide as its bone, capping and fusion."""

    age_years: float
    width_ratio: float
    capping: float
    fusion: float
    scar: float


@dataclass(frozen=True, slots=True)
class CentreState:
    """How far a carpal or sesamoid is; size 0 before it appears, 1 adult."""

    age_years: float
    size: float


def appearance(bone: str, sex: Sex) -> tuple[float, float]:
    """Return mean age and standard deviation in years at which the centre appears."""
    mean, sd = _ages()[bone, "appear", sex]
    if bone == "sesamoid":
        # Garn is about 1.2 y later than Sahin & Kazdal 2022: the mean of the two.
        mean = (mean + _ages()["sesamoid_ulnar", "appear50pct", sex][0]) / 2.0
    return mean, sd


def maturity_sd(bone: str, sex: Sex) -> float:
    """Return the scatter in years of this bone's maturity about the hand's bone age."""
    return MATURITY_SD + MATURITY_SD_OF_APPEARANCE * appearance(bone, sex)[1]


def epiphysis_state(bone: str, sex: Sex, age_years: float) -> EpiphysisState:
    """Return the state of an epiphysis whose own maturity is `age_years`."""
    appears = appearance(bone, sex)[0]
    half, equal, caps, fusing, fused = (_ages()[bone, event, sex][0] for event in _MILESTONES)
    if age_years < appears:
        return EpiphysisState(age_years, 0.0, 0.0, 0.0, 0.0)
    half = max(half, appears + 0.9)
    ages = [appears, appears + 0.35 * (half - appears), half, equal, caps]
    ratio = float(np.interp(age_years, ages, [0.12, 0.30, 0.52, 0.98, 1.07]))
    fusion = _part(age_years, fusing, fused)
    scar = 1.0 - _part(age_years, fused, fused + SCAR_YEARS) if fusion == 1.0 else fusion
    return EpiphysisState(age_years, ratio, _part(age_years, equal, caps), fusion, scar)


def carpal_state(bone: str, sex: Sex, age_years: float) -> CentreState:
    """Return the state of a carpal whose own maturity is `age_years`."""
    appears = appearance(bone, sex)[0]
    if age_years < appears:
        return CentreState(age_years, 0.0)
    grown = _part(age_years, appears, CARPAL_MATURE_AGE[sex])
    return CentreState(age_years, 0.18 + 0.82 * grown**0.38)


def small_centre_state(bone: str, sex: Sex, age_years: float) -> CentreState:
    """Return the state of the sesamoid or the hook of the hamate, full-grown after two years."""
    appears = appearance(bone, sex)[0]
    size = 0.0 if age_years < appears else max(0.35, _part(age_years, appears, appears + 2.0))
    return CentreState(age_years, size)


_MILESTONES = (
    "epi_half_metaphysis",
    "epi_equal_metaphysis",
    "epi_caps",
    "fusion_start",
    "fusion_complete",
)


def _part(age: float, begin: float, end: float) -> float:
    return float(np.clip((age - begin) / (end - begin), 0.0, 1.0))


@cache
def _ages() -> dict[tuple[str, str, Sex], tuple[float, float]]:
    with _FILE.open(encoding="utf-8", newline="") as lines:
        return {
            (row["bone"], row["event"], Sex(row["sex"])): (
                float(row["mean_age_y"]),
                float(row["sd_y"] or "nan"),
            )
            for row in csv.DictReader(lines)
        }

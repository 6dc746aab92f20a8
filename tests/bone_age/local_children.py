"""Made-up children of a site whose readers differ from the model by a known line."""

import numpy as np

from bone_age.local_calibration import FittedModel
from bone_age.local_fit import Circumstances, SiteReading
from bone_age.reading import Sex

FITTED = FittedModel("hand", "1", "a" * 64, "b" * 64)
HALF_WIDTH, COVERAGE = 13.0, 0.9


def children(sex, count=60, slope=1.0, level=-6.0, seed=1, scatter=7.0, span=(50, 190)):
    """Readings spread evenly over a span; readers scatter about slope x reading + level."""
    chance = np.random.default_rng(seed)
    read = np.round(chance.uniform(*span, count), 1)
    said = np.clip(np.round(level + slope * read + chance.normal(0, scatter, count)), 0, 240)
    return [
        SiteReading(f"{sex.value}{n}", sex, x, (x - HALF_WIDTH, x + HALF_WIDTH), COVERAGE, float(y))
        for n, (x, y) in enumerate(zip(read.tolist(), said.tolist(), strict=True))
    ]


def girls(**asked):
    return children(Sex.FEMALE, **asked)


def boys(**asked):
    return children(Sex.MALE, **{"seed": 2} | asked)


def circumstances(model=FITTED):
    return Circumstances("Clinic of Kutaisi", "2026-11-27", "0.1", model, refused=2, doubtful=1)

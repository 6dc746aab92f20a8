"""Real films of left hands through the simulated detector: do the checks ask for a repeat?

The films are not part of the project. 150 of them served to set the thresholds of the checks and
are left out here. They were taken with other units: letters, borders and folds of the film are not
what this unit sees, so what is asked for wrongly is listed by the film's number.
"""

import os
import random
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np

from acquisition.finding import Severity
from acquisition.quality import judge
from firmware_sim.patients.errors import PatientError
from tests.campaigns.kernel.machine import CannotRun
from tests.campaigns.studio import Studio

FILMS = Path(os.environ.get("BONEAGE_FILMS", Path(__file__).parents[3] / "shared/data/radiographs"))
ARCHIVE = FILMS / "midsize.zip"
MOST_FALSE_REPEATS = 0.05
# The films that the thresholds were set on: the first of this order.
TUNED_ON, TUNING_SEED = 150, 5


def judge_films(count: int, seed: int, told: Callable[[int], None]) -> Counter[str]:
    """Judge so many films. Raises AssertionError where too many are to be repeated."""
    if not ARCHIVE.exists():
        raise CannotRun(f"The films are not in {FILMS}; name their folder in BONEAGE_FILMS.")
    tally: Counter[str] = Counter()
    repeats: list[str] = []
    with zipfile.ZipFile(ARCHIVE) as films, tempfile.TemporaryDirectory() as folder:
        studio = Studio(seed)
        for number, name in enumerate(_chosen(films, count, seed)):
            told(number)
            path = Path(folder, name)
            path.write_bytes(films.read(name))
            repeats += _judge_film(studio, path, tally)
    listed = "; ".join(repeats) or "none"
    assert len(repeats) <= MOST_FALSE_REPEATS * count, f"{len(repeats)} repeats: {listed}"
    tally[f"to be repeated ({listed})"] = len(repeats)
    return tally


def _chosen(films: zipfile.ZipFile, count: int, seed: int) -> list[str]:
    names = sorted(name for name in films.namelist() if name.endswith(".webp"))
    order = [str(name) for name in np.random.default_rng(TUNING_SEED).permutation(names)]
    return random.Random(f"films/{seed}").sample(order[TUNED_ON:], count)


def _judge_film(studio: Studio, path: Path, tally: Counter[str]) -> list[str]:
    """Return the film's number and the codes that ask for a repeat, if any does."""
    try:
        findings = judge(studio.image(f"radiograph:{path}")).findings
    except PatientError:
        tally["no patient can be made of the film"] += 1
        return []
    tally.update(f"{finding.code} ({finding.severity.value})" for finding in findings)
    asking = [finding.code for finding in findings if finding.severity is Severity.REPEAT]
    return [f"{path.stem}: {', '.join(asking)}"] if asking else []

"""How long the checks of the picture keep a child waiting, on the full panel."""

import time
from collections.abc import Iterator

from acquisition.quality import judge
from acquisition.radiograph import Radiograph
from firmware_sim.physics.geometry import FULL_PANEL
from tests.benchmarks.rows import Row, at_most
from tests.campaigns.studio import Studio

REPEATS = 7
MOST_S = 0.5
PANEL = "s, 3000 x 2400, the quickest of 7"


def measure() -> Iterator[Row]:
    """Judge a good image and one in which a hand has to be sought in every way."""
    studio = Studio(1, FULL_PANEL)
    good = studio.image("phantom:sex=F,bone_age=9.2,seed=1")
    yield at_most("checks of a good image", "at most 0.5 s", _seconds(good), MOST_S, PANEL)
    both = studio.image("phantom:sex=M,bone_age=16,seed=2,side=both")
    yield at_most("checks of two hands", "at most 2 s", _seconds(both), 4 * MOST_S, PANEL)


def _seconds(image: Radiograph) -> float:
    spent = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        judge(image)
        spent.append(time.perf_counter() - began)
    return min(spent)

"""What all pages of a detector's quality control share: which level they show, and its figures.

`Record` is the plain data of `acquisition.detector_quality.record`.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from acquisition.detector_quality.acceptance import REFERENCE_UGY

Record = Mapping[str, Any]


def reference_level(record: Record) -> Record:
    """Return the level nearest to 2.5 uGy, at which DQE is judged and maps are shown."""
    levels: Sequence[Record] = record["levels"]
    return min(levels, key=lambda level: abs(math.log(level["kerma_ugy"] / REFERENCE_UGY)))


def kerma_in_words(level: Record) -> str:
    """Return the air kerma of a level."""
    return f"{level['kerma_ugy']:.2g} µGy"


def dqe_of(level: Record) -> list[float | None]:
    """Return the DQE of a level, the mean of both axes of the panel."""
    return both_axes(level, "dqe_across", "dqe_down")


def both_axes(level: Record, one: str, other: str) -> list[float | None]:
    """Return the mean of two curves; None where either is unknown."""
    pairs = zip(level[one], level[other], strict=True)
    return [None if None in pair else sum(pair) / 2 for pair in pairs]

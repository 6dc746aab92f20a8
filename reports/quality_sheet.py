"""What all pages of a detector's quality control share: their measures, and which level they show.

`Record` is the plain data of `acquisition.detector_quality.record`.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Table

from acquisition.detector_quality.acceptance import REFERENCE_UGY
from reports import typeset

Record = Mapping[str, Any]

PAGE_WIDTH, PAGE_HEIGHT = A4
MARGIN: Final = 16 * mm
WIDTH: Final = PAGE_WIDTH - 2 * MARGIN
HALF: Final = (WIDTH / 2 - 3 * mm, 54 * mm)
GOOD, BAD = HexColor("#3d7a3a"), HexColor("#8a2f0b")


def side_by_side(cells: Sequence[Flowable | list[Flowable]]) -> Table:
    """Set flowables into columns of equal width."""
    table = Table([list(cells)], colWidths=[WIDTH / len(cells)] * len(cells), hAlign="LEFT")
    table.setStyle(typeset.PLAIN)
    return table


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

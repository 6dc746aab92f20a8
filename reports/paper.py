"""The sheets that a report is printed on; every measure of a page derives from them."""

from dataclasses import dataclass
from typing import Final

from reportlab.lib import pagesizes
from reportlab.lib.units import mm

# Our choice: what office printers leave blank, and a hand's hold.
MARGIN: Final = 16 * mm


@dataclass(frozen=True, slots=True)
class Paper:
    """A sheet, upright, in points."""

    name: str
    width: float
    height: float

    @property
    def inside(self) -> float:
        """Return the width between the margins."""
        return float(self.width - 2 * MARGIN)


A4: Final = Paper("a4", *map(float, pagesizes.A4))
LETTER: Final = Paper("letter", *map(float, pagesizes.LETTER))
PAPERS: Final = {paper.name: paper for paper in (A4, LETTER)}


def paper_of(name: str) -> Paper:
    """Return a sheet named like "a4". Raises KeyError."""
    return PAPERS[name]

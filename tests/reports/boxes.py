"""Where the letters of a PDF stand, and which of them leave their page or lie on one another."""

from dataclasses import dataclass
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from pdfminer.converter import PDFLayoutAnalyzer
from pdfminer.layout import LTChar, LTContainer, LTPage
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage

# A letter's ink lies within these shares of its size above the baseline; two lines of text may
# share what is left.
_ABOVE, _BELOW = 0.62, 0.0
# Letters beside one another may touch; so much of their width must be their own.
_NARROWER = 0.15
# What the feet and heads of pages keep from the edge of the sheet, in points.
EDGE = 20.0
MARGIN = 44.0


@dataclass(frozen=True, slots=True)
class LetterBoxes:
    """The letters of a page and their boxes (n, 4): left, bottom, right, top in points."""

    letters: str
    boxes: NDArray[np.float64]
    size: tuple[float, float]


class _Collected(PDFLayoutAnalyzer):  # type: ignore[misc]
    def __init__(self, manager: PDFResourceManager) -> None:
        super().__init__(manager, laparams=None)
        self.pages: list[LTPage] = []

    def receive_layout(self, ltpage: LTPage) -> None:
        self.pages.append(ltpage)


def letter_boxes(pdf: bytes) -> list[LetterBoxes]:
    """Return the letters of every page, in the order in which they are drawn."""
    manager = PDFResourceManager()
    collected = _Collected(manager)
    interpreter = PDFPageInterpreter(manager, collected)
    for page in PDFPage.get_pages(BytesIO(pdf)):
        interpreter.process_page(page)
    return [_boxes_of(page) for page in collected.pages]


def _boxes_of(page: LTPage) -> LetterBoxes:
    letters = [letter for letter in _letters(page) if letter.get_text().strip()]
    boxes = np.array([_ink(letter) for letter in letters]).reshape(-1, 4)
    return LetterBoxes("".join(x.get_text()[0] for x in letters), boxes, (page.width, page.height))


def _letters(container: LTContainer) -> list[LTChar]:
    return [item for item in container if isinstance(item, LTChar)]


def _ink(letter: LTChar) -> tuple[float, float, float, float]:
    (left, _, right, _), baseline = letter.bbox, letter.matrix[5]
    size, width = letter.size, right - left
    inset = _NARROWER * width
    return left + inset, baseline - _BELOW * size, right - inset, baseline + _ABOVE * size


def outside(page: LetterBoxes) -> str:
    """Return the letters that leave the margins or come too near to the upper or lower edge."""
    left, bottom, right, top = page.boxes.T
    width, height = page.size
    beyond = (left < MARGIN) | (right > width - MARGIN) | (bottom < EDGE) | (top > height - EDGE)
    return "".join(np.array(list(page.letters))[beyond])


def overlapping(page: LetterBoxes) -> list[str]:
    """Return pairs of letters whose ink shares a place, each with its neighbours."""
    order = np.argsort(page.boxes[:, 1], kind="stable")
    left, bottom, right, top = page.boxes[order].T
    found = []
    for at in range(len(order)):
        end = int(np.searchsorted(bottom, top[at]))
        others = np.arange(at + 1, end)
        hit = (left[others] < right[at]) & (right[others] > left[at])
        found += [(int(order[at]), int(order[other])) for other in others[hit]]
    return [f"{_around(page, one)} / {_around(page, other)}" for one, other in found]


def _around(page: LetterBoxes, at: int) -> str:
    return page.letters[max(0, at - 8) : at + 8]

"""The picture with the parts of the hand marked at which the reading looked each for itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

from acquisition.hand import NotAHand, find_hand
from bone_age.reading import Region
from bone_age.regions import region_corners
from reports import typeset
from reports.inks import INK, REGULAR
from reports.picture import PrintedPicture
from reports.plots import width_of

# The hand is found on a picture of this many rows: its outline is all that matters.
_ROWS: Final = 800
# Only the corners of a part are drawn, this share of each side long, so that no bone is covered.
_TICK: Final = 0.12
# Light enough for a black picture, and seen on bone too.
_MARK: Final = HexColor("#f5c65b")
_SIZE: Final = 6.5
# Between a name and the edge of the picture.
_GAP: Final = 2.5


@dataclass(frozen=True, slots=True)
class RegionMark:
    """A part of the hand: its corners (x, y) as shares of the picture, y from the top."""

    region: Region
    corners: tuple[tuple[float, float], ...]


NamedMarks = Sequence[tuple[str, RegionMark]]


def region_marks(picture: PrintedPicture) -> tuple[RegionMark, ...]:
    """Return where the parts of the hand lie in a picture, none where no hand is found."""
    rows, columns = picture.pixels.shape[:2]
    scale = min(1.0, _ROWS / rows)
    size = (max(1, round(columns * scale)), max(1, round(rows * scale)))
    small = cv2.resize(picture.pixels, size, interpolation=cv2.INTER_AREA)
    hand = find_hand(small)
    if isinstance(hand, NotAHand):
        return ()
    return tuple(
        RegionMark(region, tuple((x / size[0], y / size[1]) for x, y in corners))
        for region, corners in region_corners(hand).items()
    )


def room_of_names(names: Iterable[str]) -> float:
    """Return the points that names of parts need to the right of a picture, 0 without a name."""
    return max((_GAP + width_of(name, _SIZE) for name in names), default=0.0)


class MarkedImage(typeset.DescribedImage):
    """A picture with the corners of the parts of the hand, their names beside it on the right."""

    def __init__(
        self, png: bytes, size: tuple[float, float], words: str, marks: NamedMarks
    ) -> None:
        super().__init__(png, *size, words)
        self._size, self._marks = size, marks

    def draw(self) -> None:
        """Draw the picture, then the marks, which end where the picture ends."""
        super().draw()
        self.canv.saveState()
        outline = self.canv.beginPath()
        outline.rect(0, 0, *self._size)
        self.canv.clipPath(outline, stroke=0, fill=0)
        self.canv.setStrokeColor(_MARK)
        self.canv.setLineWidth(0.7)
        for _, mark in self._marks:
            self._draw_mark(self.canv, mark)
        self.canv.restoreState()
        self._write_names(self.canv)

    def _write_names(self, canvas: Canvas) -> None:
        canvas.saveState()
        canvas.setFillColor(INK)
        canvas.setFont(REGULAR, _SIZE)
        for name, mark in self._marks:
            canvas.drawString(self._size[0] + _GAP, self._height_of_name(mark), name)
        canvas.restoreState()

    def _height_of_name(self, mark: RegionMark) -> float:
        """Return how high a name stands: fingers where they end, the others in their middle."""
        heights = [(1 - y) * self._size[1] for _, y in mark.corners]
        low, high = min(heights), max(heights)
        y = low + _SIZE if mark.region is Region.FINGERS else (low + high) / 2
        return max(_GAP, y)

    def _draw_mark(self, canvas: Canvas, mark: RegionMark) -> None:
        width, height = self._size
        corners = [(x * width, (1 - y) * height) for x, y in mark.corners]
        for number, (x, y) in enumerate(corners):
            for beside in (corners[number - 1], corners[(number + 1) % len(corners)]):
                end = (x + _TICK * (beside[0] - x), y + _TICK * (beside[1] - y))
                canvas.line(x, y, *end)

"""Lines of Chinese: broken between any two ideographs, but for what typographers keep together."""

from collections.abc import Sequence
from typing import Any, Final

from reportlab.platypus import Paragraph
from reportlab.platypus.paragraph import ParaLines, cjkU, makeCJKParaLine

# Ideographs, kana and full-width signs; what comes before is written in words.
_FIRST: Final = "\u2e80"
# GB/T 15834-2011, 5.1: no line begins with a mark that closes or ends with one that opens.
_CLOSING: Final = frozenset("，。；：！？、）》】”’…·%‰")
_OPENING: Final = frozenset("（《【“‘")
# Our choice: a figure stays with its unit.
_UNITS: Final = frozenset("岁年月日个名次秒只倍页")
# `reports.glyphs` writes a letter that no face has like this.
_CODE_POINT: Final = "[U+"
_ROUNDING: Final = 1e-4


def is_ideographic(text: str) -> bool:
    """Tell whether a text holds what is written without spaces, code points of letters too."""
    return _CODE_POINT in text or any(letter >= _FIRST for letter in text)


class IdeographicParagraph(Paragraph):  # type: ignore[misc]  # reportlab has no types
    """A paragraph with lines broken as in Chinese; no mark hangs over the margin."""

    def breakLinesCJK(self, maxWidths: Any) -> Any:  # noqa: N802, N803  # reportlab's own names
        """Return the lines for these widths in points, of which the last holds for all others."""
        if getattr(self, "_splitpara", 0) and hasattr(self, "blPara"):
            return self.blPara
        widths = maxWidths if isinstance(maxWidths, list | tuple) else [maxWidths]
        letters = [cjkU(letter, frag, "utf-8") for frag in self.frags for letter in frag.text]
        lines: list[Any] = []
        first = 0
        while first < len(letters):
            width = widths[min(len(lines), len(widths) - 1)]
            end = _end_of_line(letters, first, width)
            lines.append(_line(letters[first:end], width))
            first = end
        self.height = 0
        return ParaLines(kind=1, lines=lines)


def _line(letters: list[Any], width: float) -> Any:
    while len(letters) > 1 and letters[-1] == " ":
        letters = letters[:-1]
    used = sum(letter.width for letter in letters)
    return makeCJKParaLine(letters, width, used, width - used, False, False)


def _end_of_line(letters: Sequence[Any], first: int, width: float) -> int:
    """Return where the line ends that begins at `first`: at the last place that may be broken."""
    used, end = 0.0, first
    for at in range(first, len(letters)):
        if at > first and _may_break(letters[at - 1], letters[at]):
            end = at
        used += letters[at].width
        if used > width + _ROUNDING and letters[at] != " ":
            return end if end > first else max(at, first + 1)
    return len(letters)


def _may_break(before: str, after: str) -> bool:
    if after == " " or after in _CLOSING or before in _OPENING:
        return False
    if before == " " or after == _CODE_POINT[0]:
        return True
    if before.isdigit() and after in _UNITS:
        return False
    return before >= _FIRST or after >= _FIRST

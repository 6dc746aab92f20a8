"""Straight lines between the rows of a table: how every figure between two rows is found."""

from bisect import bisect_right
from collections.abc import Sequence


def rows_around(places: Sequence[float], place: float) -> tuple[int, float]:
    """Return the number of the row before a place, and the part of the way to the next row, 0 to 1.

    `places` rise, there are two or more, and `place` lies within them.
    """
    after = min(bisect_right(places, place), len(places) - 1)
    young, old = places[after - 1], places[after]
    return after - 1, (place - young) / (old - young)


def on_line(first: float, last: float, part: float) -> float:
    """Return what lies a part of the way from the first figure to the last."""
    return first + part * (last - first)

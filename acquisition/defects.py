"""Find the pixels that cannot be trusted, from averaged darks and flats.

The ideas are those of ASTM E2597 (bad pixels of digital detector arrays) and AAPM Report 150
(anomalous pixels): compare each pixel with its neighbourhood, by medians and robust spreads, so
that the defects themselves do not move the limits.
"""

from dataclasses import dataclass
from enum import IntFlag
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from acquisition.averages import local_level
from acquisition.corrections import Mask, Signal
from acquisition.dark_frames import DarkSeries
from acquisition.response import FlatResponse

# ASTM E2597: an under-responding pixel gives less than 0.6 of the median of its neighbourhood, an
# over-responding one more than 1.3, in an offset-corrected flat; the neighbourhood is 21 x 21.
UNDER_RESPONSE, OVER_RESPONSE, NEIGHBOURHOOD_PIXELS = 0.6, 1.3, 21
# ASTM E2597 calls a pixel without response dead; 0.1 leaves room for noise (our choice).
DEAD_RESPONSE: Final = 0.1
# ASTM E2597: a noisy pixel's deviation over the frames exceeds 6 times the panel's median. Few
# frames show such a pixel's deviation too low by chance, and a good one's never beyond 4 times
# (1 in 3e7 with four frames, far fewer with more).
NOISY_RATIO: Final = 4.0
# Our choice, for whole lines: the median over a line hardly varies, so 1.5 times is far out.
NOISY_LINE_RATIO: Final = 1.5
# Dark current doubles within 8 C (a-Si panels), so it grows by 1.3 over the 3 C for which dark
# maps hold: 33 DN of excess dark signal then shift by the panel's own noise of 10 DN.
HOT_EXCESS_DN: Final = 33.0
# Our choice: 8 robust deviations of a normal spread are passed by 1 pixel in 1e15.
HOT_DEVIATIONS: Final = 8.0
# Our choice: a pixel whose signal grows by a fifth more or less than its level is not bent by its
# amplifier alone (1 %); single pixels vary by 2 % from quantum noise in these averages.
BENT_SHARE: Final = 0.2
# Deviation of a normal distribution from its median absolute deviation.
MAD_TO_DEVIATION: Final = 1.4826
# Defects in a strip one or two pixels wide count as a line from this length on (ASTM E2597 speaks
# of lines above 10 touching pixels).
LINE_PIXELS: Final = 10
WIDEST_LINE_PIXELS: Final = 2


class DefectKind(IntFlag):
    """Why a pixel is not trusted; a pixel may have several reasons."""

    DEAD = 1
    UNDER_RESPONDING = 2
    OVER_RESPONDING = 4
    HOT = 8
    NOISY = 16
    NOISY_LINE = 32
    BENT = 64


@dataclass(frozen=True, slots=True)
class DefectCount:
    """How many pixels of each kind, and how they lie together (8 neighbours)."""

    pixels: int
    by_kind: dict[str, int]
    singles: int
    clusters: int
    lines: int
    largest_cluster: int


def find_defects(darks: DarkSeries, flats: FlatResponse) -> NDArray[np.uint8]:
    """Give each pixel its `DefectKind` (0: good)."""
    defects = _by_response(flats.mean) | _hot(darks.maps.offset) | _bent(flats.bend)
    for spread in (darks.deviation, flats.spread):
        if spread is not None:
            defects |= _noisy(spread) | _noisy_lines(spread)
    return defects


def find_new_hot(change: Signal) -> NDArray[np.uint8]:
    """Mark pixels whose dark signal rose, in DN, far above what happened around them."""
    return _hot(change)


def _marked(found: Mask, kind: DefectKind) -> NDArray[np.uint8]:
    return np.where(found, np.uint8(kind), np.uint8(0))


def _by_response(flat: Signal) -> NDArray[np.uint8]:
    response = flat / np.maximum(local_level(flat, NEIGHBOURHOOD_PIXELS), 1.0)
    return np.asarray(
        _marked(response < DEAD_RESPONSE, DefectKind.DEAD)
        | _marked(
            (response >= DEAD_RESPONSE) & (response < UNDER_RESPONSE), DefectKind.UNDER_RESPONDING
        )
        | _marked(response > OVER_RESPONSE, DefectKind.OVER_RESPONDING)
    )


def _hot(dark: Signal) -> NDArray[np.uint8]:
    excess = dark - local_level(dark, NEIGHBOURHOOD_PIXELS)
    limit = max(HOT_EXCESS_DN, HOT_DEVIATIONS * robust_deviation(excess))
    return _marked(excess > limit, DefectKind.HOT)


def _bent(bend: Signal | None) -> NDArray[np.uint8] | np.uint8:
    if bend is None:
        return np.uint8(0)
    limit = max(BENT_SHARE, HOT_DEVIATIONS * robust_deviation(bend))
    return _marked(np.abs(bend - 1) > limit, DefectKind.BENT)


def _noisy(spread: Signal) -> NDArray[np.uint8]:
    return _marked(spread > NOISY_RATIO * float(np.median(spread)), DefectKind.NOISY)


def _noisy_lines(spread: Signal) -> NDArray[np.uint8]:
    limit = NOISY_LINE_RATIO * float(np.median(spread))
    rows = np.median(spread, axis=1, keepdims=True) > limit
    columns = np.median(spread, axis=0, keepdims=True) > limit
    return _marked(rows | columns, DefectKind.NOISY_LINE)


def robust_deviation(values: Signal) -> float:
    """Standard deviation that a few outliers do not move (median absolute deviation)."""
    return MAD_TO_DEVIATION * float(np.median(np.abs(values - np.median(values))))


def count_defects(defects: NDArray[np.uint8]) -> DefectCount:
    """Count defects by kind and by shape: lines, which may cross, and of the rest what touches."""
    found = (defects > 0).astype(np.uint8)
    lying, standing = (_lines(found, kernel) for kernel in ((1, LINE_PIXELS), (LINE_PIXELS, 1)))
    rest = np.where((lying[0] | standing[0]) > 0, np.uint8(0), found)
    sizes = _shapes(rest)[:, cv2.CC_STAT_AREA]
    return DefectCount(
        pixels=int(np.count_nonzero(found)),
        by_kind={kind.name or "": int(np.count_nonzero(defects & kind)) for kind in DefectKind},
        singles=int(np.count_nonzero(sizes == 1)),
        clusters=int(np.count_nonzero(sizes > 1)),
        lines=lying[1] + standing[1],
        largest_cluster=int(sizes[sizes > 1].max(initial=0)),
    )


def _lines(found: NDArray[np.uint8], kernel: tuple[int, int]) -> tuple[NDArray[np.uint8], int]:
    """Return the pixels of the lines in one direction, at most two wide, and their number."""
    shape, last = np.ones(kernel, np.uint8), (kernel[1] - 1, kernel[0] - 1)
    # What is eroded towards one end grows back from there; nothing lies beyond the panel's edge.
    starts = cv2.erode(found, shape, anchor=(0, 0), borderType=cv2.BORDER_CONSTANT, borderValue=0)
    long = cv2.dilate(starts, shape, anchor=last)
    _, labels, figures, _ = cv2.connectedComponentsWithStats(long)
    sides = np.asarray(figures)[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]
    narrow = sides.min(axis=1) <= WIDEST_LINE_PIXELS
    # The first component is the good background.
    narrow[0] = False
    return narrow.astype(np.uint8)[np.asarray(labels)], int(np.count_nonzero(narrow))


def _shapes(found: NDArray[np.uint8]) -> NDArray[np.int32]:
    _, _, figures, _ = cv2.connectedComponentsWithStats(found)
    return np.asarray(figures, np.int32)[1:]

"""From flats at several levels to the panel's response: how bent it is, and how uneven.

The amplifiers of a read-out chip bend the signal slightly: x (1 + c x) makes it straight again, x
being the signal in DN. One pixel alone cannot tell its own bend from its quantum noise (0.1 % of
the signal against 2.6 % of noise in a flat of 7000 DN); the pixels of 65 columns can.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from acquisition.averages import central_area
from acquisition.calibration_checks import CENTRAL_SHARE, level_of
from acquisition.calibration_frames import FlatSeries
from acquisition.corrections import SATURATION_DN, Signal
from acquisition.errors import ResponseNotStraight

# Our choice: levels that differ by less do not tell how the response bends.
TELLING_RATIO: Final = 2.0
# Our choice: below this share of the panel's level a pixel says nothing of its own bend.
RESPONDING: Final = 0.1
# Our choice: half of the 128 columns that usually share a read-out chip; a median keeps its step.
CHIP_COLUMNS: Final = 65
# Amplifiers of a-Si panels are straight within 1 %; a bend of 10 % at full scale is a fault, of
# the panel or of the generator whose mAs it is measured by.
LARGEST_BEND: Final = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class FlatResponse:
    """What all flats together say of each pixel, (rows, columns).

    `mean` is the straightened signal in DN at the flats' mean level `level_dn`; `spread` the
    deviation over the frames in units of the panel's median, None without repeated frames;
    `bend` the pixel's signal at the highest over that at the lowest level, as a ratio to the
    panel's, None with one level.
    """

    mean: Signal
    level_dn: float
    count: int
    spread: Signal | None
    bend: Signal | None


def measure_curvature(flats: Sequence[FlatSeries]) -> NDArray[np.float32] | None:
    """Return for every column the c of x (1 + c x), in 1/DN; None with a single level.

    The mean bend comes from the mAs that the generator read back, that of each column from its
    and its neighbours' ratio to the panel's mean. Raises `ResponseNotStraight`.
    """
    centre = central_area(flats[0].mean.shape, CENTRAL_SHARE)
    levels = np.array([float(np.median(each.mean[centre])) for each in flats])
    mas = np.array([each.mas for each in flats])
    if mas.max() < TELLING_RATIO * mas.min():
        return None
    weights = np.array([each.count for each in flats], np.float64)
    mean = _bend(mas, levels[:, None], weights)[0]
    if not abs(mean) * SATURATION_DN <= LARGEST_BEND:
        raise ResponseNotStraight(
            f"The panel's signal does not follow the mAs: it bends by {mean * SATURATION_DN:.0%} "
            "at full scale. Have generator and panel checked."
        )
    straight = levels * (1 + mean * levels)
    columns = np.stack([np.median(each.mean, axis=0) for each in flats])
    bends = _bend(straight, np.maximum(columns, 1.0), weights)
    # A dead column has no bend of its own.
    usable = np.abs(bends) * SATURATION_DN <= LARGEST_BEND
    around = np.pad(np.where(usable, bends, mean), CHIP_COLUMNS // 2, mode="edge")
    neighbours = np.lib.stride_tricks.sliding_window_view(around, CHIP_COLUMNS)
    return np.asarray(np.median(neighbours, axis=1), np.float32)


def _bend(
    true: NDArray[np.float64], read: NDArray[np.floating], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Fit true = a x (1 + c x) at (levels, places) and return c; a line through true / x."""
    read = read.astype(np.float64)
    ratio = true[:, None] / read
    weight = weights[:, None] / weights.sum()
    x, y = (weight * read).sum(axis=0), (weight * ratio).sum(axis=0)
    slope = (weight * (read - x) * (ratio - y)).sum(axis=0)
    slope /= np.maximum((weight * np.square(read - x)).sum(axis=0), 1.0)
    intercept = y - slope * x
    return np.asarray(slope / np.where(intercept > 0, intercept, 1.0), np.float64)


def combine(flats: Sequence[FlatSeries], curvature: NDArray[np.float32] | None) -> FlatResponse:
    """Add all flats up, each as often as it was taken, so that every quantum counts alike."""
    counts = [each.count for each in flats]
    total = np.zeros(flats[0].mean.shape, np.float32)
    for each in flats:
        total += _straight(each.mean, curvature) * np.float32(each.count / sum(counts))
    return FlatResponse(
        mean=total,
        level_dn=level_of(total),
        count=sum(counts),
        spread=_spread(flats),
        bend=_bend_of_pixels(flats, curvature),
    )


def _straight(signal: Signal, curvature: NDArray[np.float32] | None) -> Signal:
    return signal if curvature is None else signal * (1 + curvature * signal)


def _spread(flats: Sequence[FlatSeries]) -> Signal | None:
    repeated = [(each.deviation, each.count - 1) for each in flats if each.deviation is not None]
    if not repeated:
        return None
    freedom = sum(weight for _, weight in repeated)
    total = np.zeros(flats[0].mean.shape, np.float32)
    for deviation, weight in repeated:
        relative = deviation / np.float32(max(float(np.median(deviation)), 1e-3))
        total += np.square(relative) * np.float32(weight / freedom)
    return np.sqrt(total)


def _bend_of_pixels(
    flats: Sequence[FlatSeries], curvature: NDArray[np.float32] | None
) -> Signal | None:
    if curvature is None:
        return None
    low = _straight(min(flats, key=lambda each: each.level_dn).mean, curvature)
    high = _straight(max(flats, key=lambda each: each.level_dn).mean, curvature)
    ratio = np.float32(level_of(low) / level_of(high))
    bend = high / np.maximum(low, np.float32(1)) * ratio
    # A pixel that hardly responds has no bend; it is called dead instead.
    return np.where(low > RESPONDING * level_of(low), bend, np.float32(1))


def response_map(flat: Signal, good: NDArray[np.bool_]) -> Signal:
    """Gain of each pixel: its flat signal over the mean of all good ones; 1 for the others."""
    mean = float(flat.mean(where=good, dtype=np.float64))
    gain = flat / np.float32(mean)
    gain[~good] = 1.0
    return gain

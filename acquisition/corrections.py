"""The corrections of one frame, each an array in and an array out.

Every array is (rows, columns), or a strip of rows of it. Signals are float32 in DN. The order in
which the corrections are applied stands in `correct.py`; what they need is computed once, at
calibration. Those that say "in place" change their first array and return it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from acquisition.errors import TooManyDefects

Signal = NDArray[np.float32]
Mask = NDArray[np.bool_]

# Mono16 of the GenICam Pixel Format Naming Convention: the converter stops at this value.
SATURATION_DN: Final = 65535
_FULL: Final = np.array([SATURATION_DN])

# How far a good neighbour may lie, in pixels. Our choice: 3 mm at 100 um; a wider hole would hide
# a growth plate with its margins.
REACH_PIXELS: Final = 32

# The four lines through a pixel, as (rows, columns) of one step: across, down, both diagonals.
AXES: Final = ((0, 1), (1, 0), (1, 1), (1, -1))

# A neighbour on one side only (edge of the panel) counts this much less than a pair that
# encloses the pixel. Our choice: enough that any enclosing pair wins.
ONE_SIDED_WEIGHT: Final = 1e-6

# Our choice: the median of four thousand disagreements (four lines each) is right within 3 %.
ENOUGH_TO_TELL_NOISE: Final = 1000


@dataclass(frozen=True, slots=True, eq=False)
class RepairPlan:
    """Where the defective pixels lie and which good pixels enclose them.

    `pixels` (n,) are flat indices. `before` and `after` (4, n) are flat indices of the nearest good
    pixel on either side along each of `AXES`; `fraction` (4, n) is the way from `before` to `after`
    at which the pixel lies; `trust` (4, n) falls with the length of the bridge, 0 without one.
    """

    pixels: NDArray[np.intp]
    before: NDArray[np.intp]
    after: NDArray[np.intp]
    fraction: NDArray[np.float32]
    trust: NDArray[np.float32]


def dark_signal(offset: Signal, current: Signal | None, growth_s: float) -> Signal:
    """Return the dark signal in DN: the offset map, and current in DN/s times the time beyond it.

    `growth_s` is counted from the temperature and integration time of the offset map, in seconds
    at its temperature; without a map of the current the offset is all there is.
    """
    if current is None:
        return offset
    return np.asarray(cv2.scaleAdd(current, growth_s, offset), dtype=np.float32)


def subtract_offset(pixels: NDArray[np.uint16], dark: Signal, out: Signal | None = None) -> Signal:
    """Take the dark signal away, into `out` where it is given; noise may make it negative."""
    difference = cv2.subtract(pixels, dark, dst=out, dtype=cv2.CV_32F)
    return np.asarray(difference, dtype=np.float32)


def subtract_row_reference(signal: Signal, deviation_dn: NDArray[np.float32]) -> Signal:
    """Take from each row, in place, what its shielded columns read above their own dark signal."""
    signal -= deviation_dn[:, None]
    return signal


def subtract_lag(signal: Signal, earlier: Sequence[Signal], parts: Sequence[float]) -> Signal:
    """Take away, in place, what is left of earlier exposures: `parts` of their own signals."""
    for before, part in zip(earlier, parts, strict=True):
        cv2.scaleAdd(before, -part, signal, dst=signal)
    return signal


def apply_gain(signal: Signal, gain: Signal, curvature: NDArray[np.float32] | None) -> Signal:
    """Make the panel's response straight and even, in place: x (1 + c x) / gain.

    `gain` of each pixel is 1 on average; `curvature` (columns,) is in 1/DN, None for a panel whose
    response is straight.
    """
    if curvature is not None:
        bend = np.multiply(signal, curvature)
        bend += 1
        signal *= bend
    return np.asarray(cv2.divide(signal, gain, dst=signal), dtype=np.float32)


def interpolate_defects(signal: Signal, plan: RepairPlan) -> Signal:
    """Fill, in place, each defective pixel along the lines on which its good neighbours agree best.

    An edge of bone is kept because the pair of neighbours along it agrees and the pair across it
    does not. Good pixels stay untouched.
    """
    if plan.pixels.size:
        np.put(signal, plan.pixels, _estimates(signal.ravel(), plan))
    return signal


def _estimates(flat: Signal, plan: RepairPlan) -> Signal:
    before, after = flat[plan.before], flat[plan.after]
    disagreement = np.square(after - before)
    # The usual disagreement of this frame is its noise: below it no direction is preferred. With
    # many defects a part of them tells it as well, and finding a median is half of the work here.
    some = disagreement[:, :: max(1, plan.pixels.size // ENOUGH_TO_TELL_NOISE)]
    noise = max(float(np.median(some)), 1.0)
    weight = plan.trust / (noise + disagreement)
    along = before + plan.fraction * (after - before)
    return np.asarray((weight * along).sum(axis=0) / weight.sum(axis=0), dtype=np.float32)


def clip(signal: Signal) -> Signal:
    """Keep the signal, in place, within the detector's range, 0 to 65535 DN."""
    return np.clip(signal, np.float32(0), np.float32(SATURATION_DN), out=signal)


def find_saturated(pixels: NDArray[np.uint16], plan: RepairPlan) -> NDArray[np.uint8]:
    """Mark with 255 the good pixels at which the converter had reached its end."""
    saturated = np.asarray(cv2.inRange(pixels, _FULL, _FULL), dtype=np.uint8)
    np.put(saturated, plan.pixels, 0)
    return saturated


def plan_repair(defects: Mask) -> RepairPlan:
    """Find the good neighbours of every defective pixel, once per calibration.

    Raises `TooManyDefects` where a pixel has no good neighbour within `REACH_PIXELS` on any line.
    """
    pixels = np.flatnonzero(defects)
    before = np.stack([_nearest_good(defects, pixels, -r, -c) for r, c in AXES])
    after = np.stack([_nearest_good(defects, pixels, r, c) for r, c in AXES])
    trust = _trust(before, after)
    if np.any(trust.sum(axis=0) == 0):
        raise TooManyDefects(
            "The panel has a dead area too wide to be bridged. Have the panel serviced."
        )
    return RepairPlan(pixels, *_neighbours(defects, pixels, before, after), trust)


def _nearest_good(
    defects: Mask, pixels: NDArray[np.intp], row_step: int, column_step: int
) -> NDArray[np.intp]:
    """Steps from each pixel to the nearest good one in one direction; 0 where there is none."""
    rows, columns = np.divmod(pixels, defects.shape[1])
    steps = np.zeros(pixels.size, dtype=np.intp)
    open_ones = np.arange(pixels.size)
    for step in range(1, REACH_PIXELS + 1):
        row, column = rows[open_ones] + step * row_step, columns[open_ones] + step * column_step
        inside = (row >= 0) & (row < defects.shape[0]) & (column >= 0) & (column < defects.shape[1])
        open_ones, row, column = open_ones[inside], row[inside], column[inside]
        good = ~defects[row, column]
        steps[open_ones[good]] = step
        open_ones = open_ones[~good]
        if not open_ones.size:
            break
    return steps


def _trust(before: NDArray[np.intp], after: NDArray[np.intp]) -> NDArray[np.float32]:
    lengths = np.array([np.hypot(r, c) for r, c in AXES])[:, None]
    span = np.maximum((before + after) * lengths, 1.0)
    sides = (before > 0).astype(np.intp) + (after > 0)
    return np.asarray(
        np.choose(sides, (0.0, ONE_SIDED_WEIGHT, 1.0)) / np.square(span), dtype=np.float32
    )


def _neighbours(
    defects: Mask, pixels: NDArray[np.intp], before: NDArray[np.intp], after: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float32]]:
    """Turn steps into flat indices; a missing side repeats the other, a missing pair the pixel."""
    stride = np.array([r * defects.shape[1] + c for r, c in AXES])[:, None]
    first = np.where(before > 0, -before, after)
    second = np.where(after > 0, after, -before)
    span = np.maximum(before + after, 1)
    fraction = np.where((before > 0) & (after > 0), before / span, 0.5).astype(np.float32)
    return pixels + first * stride, pixels + second * stride, fraction

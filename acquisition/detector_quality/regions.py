"""Where on the panel something is measured, and at which spatial frequencies.

Lengths are in mm and frequencies in line pairs per mm, whatever the pixel pitch.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from acquisition.errors import PanelTooSmall

Curve = NDArray[np.float64]
Area = tuple[slice, slice]

# AAPM Report 150 (2024): the outer 10 mm of the panel are left out.
BORDER_MM: Final = 10.0
# IEC 62220-1-1:2015 reports every 0.5 per mm; this finer grid holds its frequencies.
GRID_STEP_PER_MM: Final = 0.1
# IEC 62220-1-1:2015: a figure at f is the mean over f +- 0.01 / pixel pitch.
HALF_BIN_PIXELS: Final = 0.01


def inner_area(shape: tuple[int, ...], pitch_mm: float) -> Area:
    """The panel without its border; raises `PanelTooSmall` where nothing is left."""
    border = round(BORDER_MM / pitch_mm)
    rows, columns = (slice(border, size - border) for size in shape)
    if rows.stop <= rows.start or columns.stop <= columns.start:
        raise PanelTooSmall(f"The image is smaller than two borders of {BORDER_MM:g} mm.")
    return rows, columns


def tiles(area: Area, size: int, step: int) -> Iterator[tuple[Area, ...]]:
    """Squares of `size` pixels every `step` pixels, centred in the area, one row after another.

    Raises `PanelTooSmall` where not one fits.
    """
    rows, columns = (_starts(part, size, step) for part in area)
    for top in rows:
        yield tuple((slice(top, top + size), slice(left, left + size)) for left in columns)


def _starts(part: slice, size: int, step: int) -> range:
    room = part.stop - part.start - size
    if room < 0:
        raise PanelTooSmall(f"No square of {size} pixels fits on the panel inside its border.")
    first = part.start + room % step // 2
    return range(first, part.stop - size + 1, step)


def frequency_grid(pitch_mm: float) -> Curve:
    """Multiples of 0.1 per mm up to the Nyquist frequency of the pixel pitch."""
    count = int(np.floor(0.5 / pitch_mm / GRID_STEP_PER_MM + 1e-9))
    return np.asarray(np.arange(1, count + 1) * GRID_STEP_PER_MM)


def averaged(frequencies: Curve, values: Curve, pitch_mm: float) -> Curve:
    """Mean of scattered values around every frequency of the grid; arrays of any equal shape."""
    grid, half_bin = frequency_grid(pitch_mm), HALF_BIN_PIXELS / pitch_mm
    order = np.argsort(frequencies, axis=None)
    found, sums = frequencies.ravel()[order], np.concatenate([[0.0], values.ravel()[order]])
    sums = np.cumsum(sums)
    # A value on the rim of a bin belongs to it, whatever the last digit says.
    first = np.searchsorted(found, grid - half_bin * (1 + 1e-9))
    last = np.searchsorted(found, grid + half_bin * (1 + 1e-9))
    return np.asarray((sums[last] - sums[first]) / np.maximum(last - first, 1))


def at(frequency_per_mm: float, curve: Curve) -> float:
    """The value of a curve on the grid at a frequency of it, nan above Nyquist."""
    index = round(frequency_per_mm / GRID_STEP_PER_MM) - 1
    return float(curve[index]) if 0 <= index < len(curve) else float("nan")

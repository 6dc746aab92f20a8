"""The presampled MTF from the image of an edge, after IEC 62220-1-1:2015.

An opaque plate with a straight edge, tilted by 1.5 to 3 degrees against the pixel lines, covers
half of the panel. Every pixel's distance from the fitted edge places it in an edge spread function
(ESF) ten times finer than the pixels: that averages the ESFs of all groups of lines, never MTFs.
Its derivative is the line spread function (LSF), whose Fourier transform is the MTF.
"""

import math
from dataclasses import dataclass
from enum import Enum
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from acquisition.corrections import Signal
from acquisition.detector_quality.regions import Curve, averaged, frequency_grid, inner_area
from acquisition.errors import EdgeNotFound, EdgeTilted

# IEC 62220-1-1:2015: tilt of the edge against the pixel lines, in degrees.
SMALLEST_TILT_DEG, LARGEST_TILT_DEG = 1.5, 3.0
# IEC 62220-1-1:2015: region of 100 mm along the edge and 50 mm across it.
LENGTH_MM, WIDTH_MM = 100.0, 50.0
# Our choice: the ESF is sampled ten times finer than the pixels (the standard: as many times as
# lines pass before the edge has moved by one pixel, 19 to 38).
SAMPLES_PER_PIXEL: Final = 10
# IEC edge plates let through less than a hundredth; what lets through half is no edge plate.
MOST_TRANSPARENT: Final = 0.5
# Width over which the edge's place in a line is found: wide against the blur, narrow against
# slow changes of the field (our choice).
FIT_MM: Final = 2.0
# A machined edge deviates from a straight line by far less than a pixel; noise adds 0.1 pixels.
ROUGHEST_EDGE_PIXELS: Final = 1.0
# The share of the ESF, at each end, whose mean is the level of that side (our choice).
PLATEAU: Final = 0.2
_FITS: Final = 3
_COARSE: Final = 64


class Direction(Enum):
    """Along what on the panel the MTF holds."""

    ACROSS_COLUMNS = "across columns"
    ACROSS_ROWS = "across rows"


@dataclass(frozen=True, slots=True, eq=False)
class EdgeResponse:
    """What the image of an edge says about sharpness.

    `distance_mm` (n,) runs from the covered side to the open one; `esf` is 0 to 1 over it, `lsf` in
    1/mm. `mtf` holds at `frequencies_per_mm`, multiples of 0.1 up to Nyquist; it is 1 at 0.
    """

    direction: Direction
    angle_deg: float
    distance_mm: Curve
    esf: Curve
    lsf: Curve
    frequencies_per_mm: Curve
    mtf: Curve


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    """The edge in an upright image: its column in every row, and the levels beside it."""

    intercept: float
    slope: float
    covered: float
    open: float
    opens_right: bool

    def columns(self, rows: int) -> Curve:
        return np.asarray(self.intercept + self.slope * np.arange(rows))


def measure_edge(image: Signal, pitch_mm: float) -> EdgeResponse:
    """Measure a corrected, linear image with an edge over about half of it.

    Raises `EdgeNotFound`, `EdgeTilted` or `PanelTooSmall`.
    """
    inside = image[inner_area(image.shape, pitch_mm)]
    direction = _direction(inside)
    upright = inside if direction is Direction.ACROSS_COLUMNS else inside.T
    upright = _middle(upright, round(LENGTH_MM / pitch_mm))
    line = _find_line(upright, pitch_mm)
    angle_deg = math.degrees(math.atan(line.slope))
    if not SMALLEST_TILT_DEG <= abs(angle_deg) <= LARGEST_TILT_DEG:
        raise EdgeTilted(
            f"The edge is tilted by {abs(angle_deg):.2f} degrees against the pixel lines; turn it "
            f"to {SMALLEST_TILT_DEG:g} to {LARGEST_TILT_DEG:g} degrees."
        )
    distance_mm, esf = _edge_spread(upright, line, pitch_mm)
    lsf = _line_spread(distance_mm, esf)
    mtf = _transfer(distance_mm, lsf, pitch_mm)
    frequencies = frequency_grid(pitch_mm)
    return EdgeResponse(direction, angle_deg, distance_mm, esf, lsf, frequencies, mtf)


def _direction(image: Signal) -> Direction:
    coarse = cv2.resize(image, (_COARSE, _COARSE), interpolation=cv2.INTER_AREA)
    across, down = (float(np.ptp(coarse.mean(axis=axis))) for axis in (0, 1))
    return Direction.ACROSS_COLUMNS if across > down else Direction.ACROSS_ROWS


def _middle(upright: Signal, rows: int) -> Signal:
    first = max(0, (upright.shape[0] - rows) // 2)
    return upright[first : first + rows]


def _find_line(upright: Signal, pitch_mm: float) -> _Line:
    covered, open_ = (float(np.percentile(upright[::4, ::4], part)) for part in (10, 90))
    if not covered < MOST_TRANSPARENT * open_:
        raise EdgeNotFound("No opaque edge covers half of the panel. Lay the edge plate down.")
    line = _rough_line(upright, covered, open_)
    for _ in range(_FITS):
        line, roughness = _finer_line(upright, line, round(FIT_MM / pitch_mm))
    if roughness > ROUGHEST_EDGE_PIXELS:
        raise EdgeNotFound("What covers the panel has no straight edge. Lay the edge plate down.")
    return line


def _rough_line(upright: Signal, covered: float, open_: float) -> _Line:
    bright = upright > (covered + open_) / 2
    count = bright.sum(axis=1)
    middle = upright.shape[1] // 2
    opens_right = bool(bright[:, middle:].sum() > bright[:, :middle].sum())
    places = upright.shape[1] - count - 0.5 if opens_right else count - 0.5
    intercept, slope, _ = _fit(places)
    return _Line(intercept, slope, covered, open_, opens_right)


def _finer_line(upright: Signal, line: _Line, half_width: int) -> tuple[_Line, float]:
    """Place the edge in every row by the light in a window around it."""
    rows, columns = upright.shape
    first = np.rint(line.columns(rows)).astype(np.intp) - half_width
    window = first[:, None] + np.arange(2 * half_width + 1)
    if window.min() < 0 or window.max() >= columns:
        raise EdgeNotFound("The edge lies too close to the panel's border. Lay it at the middle.")
    light = np.take_along_axis(upright, window, axis=1).mean(axis=1, dtype=np.float64)
    lit = window.shape[1] * (light - line.covered) / (line.open - line.covered)
    places = first - 0.5 + (window.shape[1] - lit if line.opens_right else lit)
    intercept, slope, roughness = _fit(places)
    return _Line(intercept, slope, line.covered, line.open, line.opens_right), roughness


def _fit(places: Curve) -> tuple[float, float, float]:
    """Straight line through the places that a few wrong ones do not move; and its roughness."""
    rows, kept = np.arange(len(places)), np.ones(len(places), dtype=np.bool_)
    for _ in range(2):
        slope, intercept = np.polyfit(rows[kept], places[kept], 1)
        misfit = np.abs(places - intercept - slope * rows)
        kept = misfit <= 4 * max(float(np.median(misfit)), 1e-6)
    return float(intercept), float(slope), float(np.median(misfit))


def _edge_spread(upright: Signal, line: _Line, pitch_mm: float) -> tuple[Curve, Curve]:
    """Average pixels by their distance from the edge; 0 is the covered level and 1 the open one."""
    rows, columns = upright.shape
    across = np.arange(columns) - line.columns(rows)[:, None]
    across *= (1 if line.opens_right else -1) * math.cos(math.atan(line.slope))
    reach = int(SAMPLES_PER_PIXEL * _reach_pixels(across, pitch_mm))
    place = np.rint(across * SAMPLES_PER_PIXEL).astype(np.intp)
    near = np.abs(place) <= reach
    index = place[near] + reach
    counts = np.bincount(index, minlength=2 * reach + 1)
    if not counts.all():
        raise EdgeNotFound("Too few lines cross the edge to measure it. Lay it over the panel.")
    esf = np.bincount(index, weights=upright[near], minlength=2 * reach + 1) / counts
    end = int(PLATEAU * reach)
    low, high = float(esf[:end].mean()), float(esf[-end:].mean())
    distance_mm = np.asarray(np.arange(-reach, reach + 1) * (pitch_mm / SAMPLES_PER_PIXEL))
    return distance_mm, np.asarray((esf - low) / (high - low))


def _reach_pixels(across: NDArray[np.float64], pitch_mm: float) -> float:
    """Distance on both sides up to which every row has pixels."""
    room = min(float(across.max(axis=1).min()), float(-across.min(axis=1).max()))
    return min(room, WIDTH_MM / 2 / pitch_mm) - 1


def _line_spread(distance_mm: Curve, esf: Curve) -> Curve:
    return np.asarray(np.gradient(esf, distance_mm))


def _transfer(distance_mm: Curve, lsf: Curve, pitch_mm: float) -> Curve:
    """Fourier transform of the LSF, freed of the blur of bins and of differences over two bins.

    The levels of the ESF's ends set the value at frequency 0, by which it is divided.
    """
    step_mm = distance_mm[1] - distance_mm[0]
    frequencies = np.fft.rfftfreq(len(lsf), step_mm)
    seen = np.abs(np.fft.rfft(lsf)) * step_mm
    kept = frequencies <= 0.6 / pitch_mm
    own = np.sinc(frequencies[kept] * step_mm) * np.sinc(2 * frequencies[kept] * step_mm)
    return averaged(frequencies[kept], seen[kept] / own, pitch_mm)

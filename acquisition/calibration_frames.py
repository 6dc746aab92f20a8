"""Average the frames of a calibration, and refuse those that would spoil it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Final

import numpy as np
from numpy.typing import NDArray

from acquisition.averages import FrameAverage, block_medians, central_area
from acquisition.corrections import Signal, subtract_offset
from acquisition.errors import (
    DarkNotDark,
    FlatNotUniform,
    FlatTooBright,
    FlatTooDark,
    FramesDiffer,
    FrameUnusable,
    ObjectInBeam,
    TooFewFrames,
)
from device.frame import RawFrame
from device.technique import Technique

# Our choice: fewer frames give no spread to find noisy pixels by.
FEWEST_FRAMES: Final = 4
# Temperature under which one offset map holds: re-dark beyond 2 to 3 C (a-Si panel practice).
LARGEST_TEMPERATURE_DIFFERENCE_C: Final = 3.0
# Integration times that differ by less read the same dark current within the noise (our choice).
INTEGRATION_TOLERANCE: Final = 0.01
# A tenth of full scale; dark signals of a-Si panels lie well below (a few hundred DN).
BRIGHTEST_DARK_DN: Final = 6553.0
# Varex 4343W manual: flats with a median of 8000 to 16000 counts, never near saturation. Half the
# lower figure is accepted, more flats making up for it; 40000 x 1.4 (brightest pixels) < 65535.
DARKEST_FLAT_DN, BRIGHTEST_FLAT_DN = 4000.0, 40000.0
# Generators repeat their output within a few per cent; more is another technique (our choice).
LEVEL_TOLERANCE: Final = 0.2
# AAPM Report 150 measures uniformity on regions of 10 mm; half of it finds smaller objects.
BLOCK_MM: Final = 5.0
# Share of the panel's height and width in which levels and the mean gain are taken.
CENTRAL_SHARE: Final = 0.8
# Slow variations of panel and field: gain 0.7 to 1.3 with heel effect; beyond 0.6 to 1.4 the tube
# stands wrong.
LOWEST_FIELD, HIGHEST_FIELD = 0.6, 1.4
# Panel structure stays within 3 to 8 % of a smooth field; 10 % is 3 mm of soft tissue.
OBJECT_SHADOW: Final = 0.1
# A side of the panel that lies in shadow for so much of its length is a collimator's (our choice).
COLLIMATED_SIDE: Final = 0.8


_FLAT_WITHOUT_X_RAYS: Final = "A flat frame was taken without X-rays. Take the flats again."


@dataclass(frozen=True, slots=True, eq=False)
class FrameSeries:
    """The average of frames that belong together, and what they have in common.

    `mean` and `deviation` of each pixel over the frames are in DN, (rows, columns).
    """

    first: RawFrame
    count: int
    mean: Signal
    deviation: Signal
    temperature_c: float
    level_dn: float


def average_darks(darks: Iterable[RawFrame]) -> FrameSeries:
    """Average dark frames as they come; raises a `CalibrationRefused` for unsuitable ones."""
    frames = iter(darks)
    first = _first(frames, "dark")
    average, temperatures = FrameAverage(first.rows, first.columns), []
    for frame in chain([first], frames):
        check_belongs(frame, first)
        _check_dark(frame)
        average.add(frame.pixels)
        temperatures.append(frame.temperature_c)
    _check_count(average.count, "dark")
    return _series(first, average, temperatures)


def average_flats(flats: Iterable[RawFrame], darks: FrameSeries) -> FrameSeries:
    """Average flats less their dark signal, each brought to the level of the first.

    Raises a `CalibrationRefused` for unsuitable ones.
    """
    frames = iter(flats)
    first = _first(frames, "flat")
    average, temperatures, levels = FrameAverage(first.rows, first.columns), [], []
    for frame in chain([first], frames):
        check_belongs(frame, darks.first)
        _check_technique(frame, first)
        signal = subtract_offset(frame.pixels, darks.mean)
        levels.append(_level(signal))
        _check_level(levels[-1], levels[0])
        if len(levels) == 1:  # whoever lies in the beam must not be exposed again to find out
            check_field(signal, first.pixel_pitch_um)
        average.add(signal * np.float32(levels[0] / levels[-1]))
        temperatures.append(frame.temperature_c)
    _check_count(average.count, "flat")
    series = _series(first, average, temperatures)
    check_field(series.mean, first.pixel_pitch_um)
    return series


def _series(first: RawFrame, average: FrameAverage, temperatures: list[float]) -> FrameSeries:
    mean = average.mean()
    return FrameSeries(
        first=first,
        count=average.count,
        mean=mean,
        deviation=average.deviation(),
        temperature_c=float(np.mean(temperatures)),
        level_dn=_level(mean),
    )


def flat_technique(flats: FrameSeries) -> Technique:
    """Return the technique that the flats were taken with, as programmed."""
    if flats.first.exposure is None:
        raise FlatTooDark(_FLAT_WITHOUT_X_RAYS)
    return flats.first.exposure.technique


def check_frame(frame: RawFrame) -> None:
    """Raise `FrameUnusable` for anything but a 16-bit image."""
    if frame.pixels.ndim != 2 or frame.pixels.dtype != np.uint16 or not frame.pixels.size:
        raise FrameUnusable("The panel sent something that is no 16-bit image. Repeat the frame.")


def same_integration(one_ms: float, other_ms: float) -> bool:
    """True when the dark signals of the two integration times are interchangeable."""
    return abs(one_ms - other_ms) <= INTEGRATION_TOLERANCE * max(one_ms, other_ms)


def check_belongs(frame: RawFrame, first: RawFrame) -> None:
    """Raise `FramesDiffer` unless panel, geometry, integration time and temperature agree."""
    check_frame(frame)
    if frame.detector.serial != first.detector.serial:
        raise FramesDiffer("The frames come from two panels. Calibrate one panel at a time.")
    same_grid = frame.pixels.shape == first.pixels.shape
    if not (same_grid and frame.pixel_pitch_um == first.pixel_pitch_um):
        raise FramesDiffer("The frames differ in size. Take all with the same panel settings.")
    if not same_integration(frame.integration_ms, first.integration_ms):
        raise FramesDiffer(
            "The frames differ in integration time. Take darks and flats with the same one."
        )
    if abs(frame.temperature_c - first.temperature_c) > LARGEST_TEMPERATURE_DIFFERENCE_C:
        raise FramesDiffer(
            "The panel's temperature moved during calibration. Let it warm up and start again."
        )


def check_field(flat: Signal, pixel_pitch_um: float) -> None:
    """Raise `FlatNotUniform` or `ObjectInBeam` unless an even field covers the whole panel."""
    block = max(1, round(BLOCK_MM * 1000 / pixel_pitch_um))
    blocks = block_medians(flat, block).astype(np.float64)
    field = _smooth_field(blocks)
    shadow = blocks < (1 - OBJECT_SHADOW) * field
    sides = (shadow[0], shadow[-1], shadow[:, 0], shadow[:, -1])
    if any(side.mean() >= COLLIMATED_SIDE for side in sides):
        raise FlatNotUniform("The field does not cover the panel. Open the collimator fully.")
    if np.any(shadow):
        raise ObjectInBeam("Something lies in the beam. Clear the panel and take the flats again.")
    relative = field / np.median(field)
    if relative.min() < LOWEST_FIELD or relative.max() > HIGHEST_FIELD:
        raise FlatNotUniform("The field is uneven. Centre the tube on the panel at 1000 mm.")


def _smooth_field(blocks: NDArray[np.float64]) -> NDArray[np.float64]:
    """Fit a second-order surface that shadows do not pull down (Cauchy weights)."""
    rows, columns = np.meshgrid(
        *(np.linspace(-1, 1, size) for size in blocks.shape), indexing="ij", sparse=False
    )
    r, c = rows.ravel(), columns.ravel()
    terms = np.stack([np.ones_like(r), r, c, r * r, r * c, c * c], axis=1)
    field = np.full(blocks.size, np.percentile(blocks, 75))
    for _ in range(20):
        misfit = (blocks.ravel() - field) / np.maximum(np.abs(field), 1.0)
        weight = 1 / (1 + np.square(misfit / (OBJECT_SHADOW / 2)))
        fit, *_ = np.linalg.lstsq(terms * weight[:, None], blocks.ravel() * weight)
        field = terms @ fit
    return np.asarray(field.reshape(blocks.shape), dtype=np.float64)


def _first(frames: Iterator[RawFrame], kind: str) -> RawFrame:
    first = next(frames, None)
    if first is None:
        raise TooFewFrames(f"There is no {kind} frame. Take at least {FEWEST_FRAMES}.")
    check_frame(first)
    return first


def _check_count(count: int, kind: str) -> None:
    if count < FEWEST_FRAMES:
        raise TooFewFrames(f"{count} {kind} frames are too few. Take at least {FEWEST_FRAMES}.")


def _check_dark(frame: RawFrame) -> None:
    if frame.exposure is not None or _level(frame.pixels) > BRIGHTEST_DARK_DN:
        raise DarkNotDark("A dark frame saw X-rays or light. Take the darks again.")


def _check_technique(frame: RawFrame, first: RawFrame) -> None:
    if frame.exposure is None or first.exposure is None:
        raise FlatTooDark(_FLAT_WITHOUT_X_RAYS)
    if frame.exposure.technique != first.exposure.technique:
        raise FramesDiffer("The flats differ in technique. Take all with the same kV, mA and ms.")


def _level(signal: Signal | NDArray[np.uint16]) -> float:
    """Median of the centre, from every fourth row and column."""
    return float(np.median(signal[central_area(signal.shape, CENTRAL_SHARE)][::4, ::4]))


def _check_level(level: float, expected: float) -> None:
    if level < DARKEST_FLAT_DN:
        raise FlatTooDark(
            f"A flat holds {level:.0f} DN, at least {DARKEST_FLAT_DN:.0f} are needed. "
            "Raise the mAs."
        )
    if level > BRIGHTEST_FLAT_DN:
        raise FlatTooBright(
            f"A flat holds {level:.0f} DN, at most {BRIGHTEST_FLAT_DN:.0f} are useful. "
            "Lower the mAs."
        )
    if abs(level / expected - 1) > LEVEL_TOLERANCE:
        raise FramesDiffer("The flats differ in brightness. Have the generator checked.")


def response_map(flat: Signal, good: NDArray[np.bool_]) -> Signal:
    """Gain of each pixel: its flat signal over the mean of the good ones in the centre; else 1."""
    centre = central_area(flat.shape, CENTRAL_SHARE)
    mean = float(flat[centre].mean(where=good[centre], dtype=np.float64))
    gain = flat / np.float32(mean)
    gain[~good] = 1.0
    return gain

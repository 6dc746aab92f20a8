"""What makes a frame unfit for a calibration, or for a correction."""

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from acquisition.averages import block_medians, central_area
from acquisition.corrections import Signal
from acquisition.dark_maps import INTEGRATION_TOLERANCE, has_panel_temperature
from acquisition.errors import (
    FlatNotUniform,
    FramesDiffer,
    FrameUnusable,
    ObjectInBeam,
    TemperatureUnknown,
    TooFewFrames,
)
from device.frame import RawFrame

# Our choice: fewer frames give no spread to find noisy pixels by.
FEWEST_FRAMES: Final = 4
# Temperature under which one offset map holds: re-dark beyond 2 to 3 C (a-Si panel practice).
LARGEST_TEMPERATURE_DIFFERENCE_C: Final = 3.0
# AAPM Report 150 measures uniformity on regions of 10 mm; half of it finds smaller objects.
BLOCK_MM: Final = 5.0
# Our choice: panels for X-rays have pixels of 20 to 400 um, several read as one are coarser.
FINEST_PITCH_UM, COARSEST_PITCH_UM = 10.0, 1000.0
# Our choice: no hand fits on less, and the checks look at pixels of 0.4 to 1 mm.
FEWEST_PIXELS, SMALLEST_SIDE_MM = 64, 20.0
# Share of the panel's height and width in which levels and the mean gain are taken.
CENTRAL_SHARE: Final = 0.8
# Slow variations of panel and field: gain 0.7 to 1.3 with heel effect; beyond 0.6 to 1.4 the tube
# stands wrong.
LOWEST_FIELD, HIGHEST_FIELD = 0.6, 1.4
# Panel structure stays within 3 to 8 % of a smooth field; 10 % is 3 mm of soft tissue.
OBJECT_SHADOW: Final = 0.1
# A side of the panel that lies in shadow for so much of its length is a collimator's (our choice).
COLLIMATED_SIDE: Final = 0.8


def check_frame(frame: RawFrame) -> None:
    """Raise `FrameUnusable` for anything but a 16-bit image of a size that a panel has."""
    if frame.pixels.ndim != 2 or frame.pixels.dtype != np.uint16 or not frame.pixels.size:
        raise FrameUnusable("The panel sent something that is no 16-bit image. Repeat the frame.")
    check_size(frame.pixels.shape, frame.pixel_pitch_um)


def check_size(shape: tuple[int, ...], pixel_pitch_um: float) -> None:
    """Raise `FrameUnusable` for an image (rows, columns) of a size that no panel has."""
    # Written so that a pitch that is no number is refused, too.
    if not FINEST_PITCH_UM <= pixel_pitch_um <= COARSEST_PITCH_UM:
        raise FrameUnusable(
            f"The image is said to have pixels of {pixel_pitch_um:g} um, which no panel has. Check "
            "the panel's model and firmware."
        )
    if min(shape) < FEWEST_PIXELS or min(shape) * pixel_pitch_um < SMALLEST_SIDE_MM * 1000:
        raise FrameUnusable(
            f"The image has {shape[0]} x {shape[1]} pixels of {pixel_pitch_um:g} um, too few to "
            "look at. Check the panel's image size, model and firmware."
        )


def check_temperature(frame: RawFrame) -> None:
    """Raise `TemperatureUnknown` for a temperature that no panel can have, or that is no number."""
    if not has_panel_temperature(frame):
        raise TemperatureUnknown(
            f"The panel says that it has {frame.temperature_c:g} C: its sensor is faulty, and dark "
            "maps cannot be made without it. Have the panel serviced."
        )


def same_integration(one_ms: float, other_ms: float) -> bool:
    """True when the dark signals of the two integration times are interchangeable."""
    return abs(one_ms - other_ms) <= INTEGRATION_TOLERANCE * max(one_ms, other_ms)


def check_belongs(frame: RawFrame, first: RawFrame) -> None:
    """Raise `FramesDiffer` unless panel, geometry and temperature agree."""
    check_frame(frame)
    check_temperature(frame)
    if frame.detector.serial != first.detector.serial:
        raise FramesDiffer("The frames come from two panels. Calibrate one panel at a time.")
    same_grid = frame.pixels.shape == first.pixels.shape
    if not (same_grid and frame.pixel_pitch_um == first.pixel_pitch_um):
        raise FramesDiffer("The frames differ in size. Take all with the same panel settings.")
    if not abs(frame.temperature_c - first.temperature_c) <= LARGEST_TEMPERATURE_DIFFERENCE_C:
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


def first_of(frames: Iterator[RawFrame], kind: str) -> RawFrame:
    """Take the first frame; raises `TooFewFrames` where there is none."""
    first = next(frames, None)
    if first is None:
        raise TooFewFrames(f"There is no {kind} frame. Take at least {FEWEST_FRAMES}.")
    check_frame(first)
    check_temperature(first)
    return first


def check_count(count: int, kind: str) -> None:
    """Raise `TooFewFrames` for fewer than four."""
    if count < FEWEST_FRAMES:
        raise TooFewFrames(f"{count} {kind} frames are too few. Take at least {FEWEST_FRAMES}.")


def level_of(signal: Signal | NDArray[np.uint16]) -> float:
    """Median of the centre, from every fourth row and column."""
    return float(np.median(signal[central_area(signal.shape, CENTRAL_SHARE)][::4, ::4]))

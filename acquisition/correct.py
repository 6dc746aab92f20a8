"""From a raw frame to a radiograph: the order of the corrections, nothing else."""

from collections.abc import Iterable, Sequence

import cv2
import numpy as np

from acquisition.calibration_maps import Calibration
from acquisition.calibration_validity import check_fits
from acquisition.corrections import (
    SATURATION_DN,
    Signal,
    apply_gain,
    clip,
    find_saturated,
    interpolate_defects,
    subtract_lag,
    subtract_offset,
    subtract_row_reference,
)
from acquisition.errors import FrameBlank
from acquisition.exposure_index import indicate_exposure
from acquisition.lag import count_unusable, felt_frames, seconds_between
from acquisition.not_corrected import not_corrected
from acquisition.radiograph import Radiograph
from acquisition.strips import in_strips
from device.frame import RawFrame


def correct(
    raw: RawFrame,
    calibration: Calibration,
    earlier: Iterable[RawFrame] = (),
    earlier_lost: int = 0,
) -> Radiograph:
    """Correct a frame with the calibration of its panel.

    `earlier` are the exposed frames before it; what they left in the panel is taken away.
    `earlier_lost` counts those that could not be had any more; the radiograph says so. An
    expired calibration still corrects an exposure already made: `check_valid` is asked before
    arming. Raises `FrameUnusable`, `FrameBlank` and `CalibrationForOtherDetector`.
    """
    before = tuple(earlier)
    signal = corrected_signal(raw, calibration, before)
    signal.flags.writeable = False
    saturated = find_saturated(raw.pixels, calibration.repair)
    return Radiograph(
        pixels=signal,
        pixel_pitch_um=raw.pixel_pitch_um,
        detector=raw.detector,
        detector_temperature_c=raw.temperature_c,
        integration_ms=raw.integration_ms,
        timestamp_ns=raw.timestamp_ns,
        exposure=raw.exposure,
        indication=indicate_exposure(
            signal, saturated, raw.pixel_pitch_um, calibration.sensitivity_rqa3
        ),
        calibration_id=calibration.calibration_id,
        calibration_created=calibration.created,
        not_corrected=not_corrected(
            raw,
            calibration.dark,
            felt_frames(raw, before, calibration.lag),
            earlier_lost + count_unusable(raw, before, calibration.lag),
        ),
    )


def corrected_signal(
    raw: RawFrame,
    calibration: Calibration,
    earlier: Iterable[RawFrame] = (),
    out: Signal | None = None,
) -> Signal:
    """Return the linear signal of a frame in DN (rows, columns), 0 to 65535.

    Written to `out` where it is given: in a series of frames of which one is looked at at a time,
    a third of the work is to get new memory for each. Raises as correct().
    """
    check_fits(calibration, raw)
    check_not_blank(raw)
    frames = [*felt_frames(raw, earlier, calibration.lag), raw]
    signal = np.empty(raw.pixels.shape, np.float32) if out is None else out

    def correct_rows(rows: slice) -> None:
        charge = _charge(frames, calibration, rows, signal[rows])
        clip(apply_gain(charge, calibration.gain[rows], calibration.curvature))

    in_strips(raw.rows, correct_rows)
    return interpolate_defects(signal, calibration.repair)


def _charge(
    frames: Sequence[RawFrame], calibration: Calibration, rows: slice, out: Signal
) -> Signal:
    """Return, in `out`, what X-rays made of the last frame's rows; each feels those before it."""
    charges: list[Signal] = []
    for number, frame in enumerate(frames):
        into = out if frame is frames[-1] else None
        dark = calibration.dark.dark_of(frame, rows)
        signal = subtract_offset(frame.pixels[rows], dark, into)
        deviation_dn = calibration.dark.row_deviation_of(frame)
        if deviation_dn is not None:
            signal = subtract_row_reference(signal, deviation_dn[rows])
        charges.append(subtract_lag(signal, charges, _parts(frames[:number], frame, calibration)))
    return charges[-1]


def _parts(
    before: Sequence[RawFrame], frame: RawFrame, calibration: Calibration
) -> Sequence[float]:
    """Return which part of each earlier frame's charge is left in this one."""
    if calibration.lag is None:
        return ()  # felt_frames() gave none
    return [calibration.lag.part_after(seconds_between(each, frame)) for each in before]


def check_not_blank(frame: RawFrame) -> None:
    """Raise `FrameBlank` for a frame in which every pixel has the same value.

    An exposed one in which every pixel is full was read out: it is for the checks of saturation.
    """
    if np.ptp(frame.pixels[::64, ::64]) > 0:
        return
    darkest, brightest, _, _ = cv2.minMaxLoc(frame.pixels)
    overexposed = frame.exposure is not None and darkest == SATURATION_DN
    if darkest == brightest and not overexposed:
        raise FrameBlank(
            f"Every pixel of the frame has the value {darkest:.0f}: the panel read nothing out. "
            "Check its cable and power, and repeat."
        )

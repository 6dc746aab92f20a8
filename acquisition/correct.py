"""From a raw frame to a radiograph: the order of the corrections, nothing else."""

from acquisition.calibration import Calibration, check_fits
from acquisition.corrections import (
    apply_gain,
    clip,
    find_saturated,
    interpolate_defects,
    subtract_offset,
)
from acquisition.exposure_index import indicate_exposure
from acquisition.radiograph import Radiograph
from device.frame import RawFrame


def correct(raw: RawFrame, calibration: Calibration) -> Radiograph:
    """Correct a frame with the calibration of its panel.

    An expired calibration still corrects an exposure already made: `check_valid` is asked before
    arming. Raises `FrameUnusable` and `CalibrationForOtherDetector`.
    """
    check_fits(calibration, raw)
    signal = subtract_offset(raw.pixels, calibration.offset)
    signal = apply_gain(signal, calibration.gain)
    signal = interpolate_defects(signal, calibration.repair)
    signal = clip(signal)
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
    )

"""Measure the lag: one exposure, then darks whose times are known."""

from collections.abc import Iterable

import numpy as np

from acquisition.averages import central_area
from acquisition.calibration_checks import CENTRAL_SHARE, check_belongs, check_field, first_of
from acquisition.calibration_frames import flat_signal, x_ray_signal
from acquisition.corrections import Signal
from acquisition.dark_frames import DarkSeries
from acquisition.errors import LagNotMeasured
from acquisition.lag import LagCoefficients, fit_lag, seconds_between
from device.frame import RawFrame


def measure_lag(frames: Iterable[RawFrame], darks: DarkSeries) -> tuple[RawFrame, LagCoefficients]:
    """Return the exposure, which comes first and counts as a flat, and what the darks after it say.

    The darks are taken from the iterable as they come. Raises a `CalibrationRefused`.
    """
    following = iter(frames)
    exposure = first_of(following, "exposed")
    signal = flat_signal(exposure, darks)
    check_field(signal, exposure.pixel_pitch_um)
    seconds, parts = [], []
    for frame in following:
        seconds.append(_age_s(exposure, frame))
        parts.append(_part(x_ray_signal(frame, darks.maps), signal))
    return exposure, fit_lag(seconds, parts)


def _age_s(exposure: RawFrame, frame: RawFrame) -> float:
    check_belongs(frame, exposure)
    age_s = seconds_between(exposure, frame)
    if frame.exposure is not None or age_s <= 0:
        raise LagNotMeasured(
            "Only darks may follow the exposure by which the lag is measured. Calibrate again."
        )
    return age_s


def _part(residue: Signal, signal: Signal) -> float:
    """Return the residue as a part of the signal: medians, which defects do not move."""
    centre = central_area(signal.shape, CENTRAL_SHARE)
    return float(np.median(residue[centre][::2, ::2]) / np.median(signal[centre][::2, ::2]))

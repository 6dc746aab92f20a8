"""Make the calibration of one panel from its frames, and renew its dark maps.

What a calibration is stands in `calibration_maps.py`, when it may be used in
`calibration_validity.py`, how it is kept in `calibration_files.py`.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from acquisition.calibration_files import load, packed, save, unpacked
from acquisition.calibration_frames import FlatSeries, average_flats
from acquisition.calibration_maps import Calibration, FlatLevel
from acquisition.calibration_validity import MOST_EXPOSURES, check_fits, check_valid
from acquisition.corrections import plan_repair
from acquisition.dark_frames import DarkSeries, average_darks, check_drift
from acquisition.dark_maps import (
    LONGEST_DARK_AGE,
    DarkMaps,
    drift_beyond,
    renewed,
    with_doubling_of,
)
from acquisition.defects import find_defects, find_new_hot
from acquisition.errors import CalibrationForOtherDetector, SettingUnusable, TooManyDefects
from acquisition.exposure_index import check_sensitivity
from acquisition.lag import LagCoefficients
from acquisition.lag_frames import measure_lag
from acquisition.response import FlatResponse, combine, measure_curvature, response_map
from device.frame import RawFrame

__all__ = [
    "LONGEST_AGE",
    "MOST_EXPOSURES",
    "Calibration",
    "calibrate",
    "check_fits",
    "check_valid",
    "load",
    "packed",
    "renew_darks",
    "save",
    "unpacked",
]

# Our choice: makers ask for new flats every month to every half year, and nothing but the daily
# darks watches a panel in between. Dark maps expire on their own (`LONGEST_DARK_AGE`).
LONGEST_AGE: Final = timedelta(days=7)
# Good panels have 1e-4 to 1e-3 defective pixels (ASTM E2597 practice); ten times that is broken.
LARGEST_DEFECT_SHARE: Final = 0.01
# Maps are kept in steps far below their noise, so that they take half the room when packed: 1/8 DN
# beside 1.3 DN of noise in 32 darks, 1/2 DN per s beside 4, 1/8192 beside 0.4 % in 14 flats.
OFFSET_STEP, CURRENT_STEP, GAIN_STEP = 1 / 8, 1 / 2, 1 / 8192

_Number = TypeVar("_Number", np.float32, np.uint8)


def calibrate(
    darks: Iterable[RawFrame],
    flats: Iterable[RawFrame],
    sensitivity_rqa3: float,
    created: datetime,
    longest_age: timedelta = LONGEST_AGE,
    lag_frames: Iterable[RawFrame] | None = None,
    earlier: Calibration | None = None,
) -> Calibration:
    """Make a calibration from frames, each taken from its iterable once and in this order.

    First the darks, those of one integration time together; then `lag_frames`, one exposure and
    the darks after it; then the flats, those of one technique together. One frame is held at a
    time, so all may be generators that operate the panel. Flats are taken with the unit's own beam
    and nothing on the panel. With darks of one time, flats of one level, or without lag frames the
    calibration says that it does not know dark current, bend or lag. An `earlier` calibration of
    the panel at another temperature tells how the dark current grows.
    Raises a `CalibrationRefused` that says why.
    """
    _check_settings(sensitivity_rqa3, created)
    dark = average_darks(darks, created, min(longest_age, LONGEST_DARK_AGE))
    lag: LagCoefficients | None = None
    if lag_frames is not None:
        exposure, lag = measure_lag(lag_frames, dark)
        flats = chain([exposure], flats)
    series = average_flats(flats, dark, lag)
    curvature = measure_curvature(series)
    response = combine(series, curvature)
    known = earlier.dark if earlier is not None and earlier.serial == _serial(dark) else None
    return _assembled(
        replace(dark, maps=with_doubling_of(dark.maps, known)),
        (series, curvature, response),
        lag,
        (sensitivity_rqa3, created, created + longest_age),
    )


def _serial(dark: DarkSeries) -> str:
    return dark.first.detector.serial


def _assembled(
    dark: DarkSeries,
    flat: tuple[list[FlatSeries], NDArray[np.float32] | None, FlatResponse],
    lag: LagCoefficients | None,
    settings: tuple[float, datetime, datetime],
) -> Calibration:
    series, curvature, response = flat
    sensitivity_rqa3, created, valid_until = settings
    defects = find_defects(dark, response)
    _check_defect_share(defects)
    detector = dark.first.detector
    return Calibration(
        serial=detector.serial,
        model=detector.model,
        firmware_version=detector.firmware_version,
        pixel_pitch_um=dark.first.pixel_pitch_um,
        dark=_kept(dark.maps),
        gain=_stepped(response_map(response.mean, defects == 0), GAIN_STEP),
        curvature=None if curvature is None else _locked(curvature),
        defects=_locked(defects),
        repair=plan_repair(defects > 0),
        lag=lag,
        sensitivity_rqa3=sensitivity_rqa3,
        flat_levels=tuple(FlatLevel(each.mas, each.count, each.level_dn) for each in series),
        flat_technique=series[0].technique,
        flat_level_dn=response.level_dn,
        created=created,
        valid_until=valid_until,
    )


def renew_darks(calibration: Calibration, darks: Iterable[RawFrame], now: datetime) -> Calibration:
    """Renew the dark maps of a calibration from new darks; gain and lag stay as they are.

    Pixels that have become hot join the defects. Raises `CalibrationForOtherDetector` or a
    `CalibrationRefused`; the calibration that was handed in holds as before.
    """
    series = average_darks(darks, now, LONGEST_DARK_AGE)
    _check_same_panel(calibration, series.first)
    check_drift(calibration.dark, series.maps)
    hot = find_new_hot(drift_beyond(calibration.dark, series.maps))
    defects = np.asarray(calibration.defects | hot, np.uint8)
    _check_defect_share(defects)
    return replace(
        calibration,
        dark=_kept(renewed(calibration.dark, series.maps)),
        defects=_locked(defects),
        repair=plan_repair(defects > 0),
    )


def _check_same_panel(calibration: Calibration, frame: RawFrame) -> None:
    detector = frame.detector
    same = (detector.serial, detector.firmware_version) == (
        calibration.serial,
        calibration.firmware_version,
    )
    if not same or frame.pixels.shape != calibration.gain.shape:
        raise CalibrationForOtherDetector(
            f"The darks are of panel {detector.serial} with firmware {detector.firmware_version} "
            f"and {frame.rows} x {frame.columns} pixels, which the calibration does not fit. "
            "Calibrate this panel."
        )


def _check_settings(sensitivity_rqa3: float, created: datetime) -> None:
    check_sensitivity(sensitivity_rqa3)
    if created.tzinfo is None:
        raise SettingUnusable("The calibration's date needs a time zone. Correct the settings.")


def _check_defect_share(defects: NDArray[np.uint8]) -> None:
    share = np.count_nonzero(defects) / defects.size
    if share > LARGEST_DEFECT_SHARE:
        raise TooManyDefects(
            f"{share:.1%} of the pixels are defective, at most {LARGEST_DEFECT_SHARE:.0%} may be. "
            "Have the panel serviced."
        )


def _kept(maps: DarkMaps) -> DarkMaps:
    current = None if maps.current is None else _stepped(maps.current, CURRENT_STEP)
    return replace(maps, offset=_stepped(maps.offset, OFFSET_STEP), current=current)


def _stepped(array: NDArray[np.float32], step: float) -> NDArray[np.float32]:
    """Round to whole steps, a power of two; what is left packs well."""
    return _locked(np.rint(array * np.float32(1 / step)) * np.float32(step))


def _locked(array: NDArray[_Number]) -> NDArray[_Number]:
    array.flags.writeable = False
    return array

"""Whether a calibration may be used: for the next exposure, and for a frame already taken."""

from datetime import datetime
from typing import Final

from acquisition.calibration_checks import LARGEST_TEMPERATURE_DIFFERENCE_C, check_frame
from acquisition.calibration_maps import Calibration
from acquisition.errors import (
    CalibrationExpired,
    CalibrationForOtherDetector,
    CalibrationInTheFuture,
    CalibrationTemperature,
    CalibrationWornOut,
    DarksExpired,
)
from device.frame import RawFrame

# Our choice: a busy week of a small unit. Exposures wear no map out by themselves; after so many,
# new flats are to show scratches, dents and residues that no dark shows.
MOST_EXPOSURES: Final = 500


def check_valid(
    calibration: Calibration,
    serial: str,
    now: datetime,
    temperature_c: float,
    exposures_since: int = 0,
    firmware_version: str | None = None,
    grid: tuple[int, int] | None = None,
) -> None:
    """Raise the `CalibrationError` that forbids an exposure with this panel now, if any.

    A power cycle alone forbids nothing: maps outlive it, and a panel that is cold after it is
    refused by its temperature. `exposures_since` counts those on this panel since the calibration;
    a `firmware_version` or a `grid` (rows, columns of the panel's images) of None is not asked
    about.
    """
    _check_panel(calibration, serial, firmware_version)
    _check_grid(calibration, grid)
    _check_age(calibration, now)
    if exposures_since > MOST_EXPOSURES:
        raise CalibrationWornOut(
            f"The panel was exposed {exposures_since} times since its calibration, at most "
            f"{MOST_EXPOSURES} may be. Calibrate again."
        )
    _check_temperature(calibration, temperature_c)


def _check_panel(calibration: Calibration, serial: str, firmware_version: str | None) -> None:
    if calibration.serial != serial:
        raise CalibrationForOtherDetector(
            f"The calibration belongs to panel {calibration.serial}, this is {serial}. "
            "Calibrate this panel."
        )
    if firmware_version not in (None, calibration.firmware_version):
        raise CalibrationForOtherDetector(
            f"The calibration was made with firmware {calibration.firmware_version}, the panel has "
            f"{firmware_version}. Calibrate again."
        )


def _check_grid(calibration: Calibration, grid: tuple[int, int] | None) -> None:
    made = calibration.gain.shape
    if grid is not None and grid != made:
        raise CalibrationForOtherDetector(
            f"The calibration was made with images of {made[0]} x {made[1]} pixels, the panel now "
            f"sends {grid[0]} x {grid[1]}. Calibrate with the settings in use."
        )


def _check_age(calibration: Calibration, now: datetime) -> None:
    made = max(calibration.created, calibration.dark.made)
    if now < made:
        raise CalibrationInTheFuture(
            f"The calibration was made on {made:%Y-%m-%d %H:%M}, "
            "later than the clock shows. Set the clock."
        )
    if now > calibration.valid_until:
        raise CalibrationExpired(
            f"The calibration expired on {calibration.valid_until:%Y-%m-%d %H:%M}. Calibrate again."
        )
    if now > calibration.dark.valid_until:
        raise DarksExpired(
            f"The dark maps expired on {calibration.dark.valid_until:%Y-%m-%d %H:%M}. Take new "
            "darks, which need no X-rays."
        )


def _check_temperature(calibration: Calibration, temperature_c: float) -> None:
    difference = abs(temperature_c - calibration.temperature_c)
    # Written so that a temperature that is no number is refused, too.
    if not difference <= LARGEST_TEMPERATURE_DIFFERENCE_C:
        raise CalibrationTemperature(
            f"The panel has {temperature_c:.1f} C and was calibrated at "
            f"{calibration.temperature_c:.1f} C. Let it settle or take new darks."
        )


def check_fits(calibration: Calibration, frame: RawFrame) -> None:
    """Raise `CalibrationForOtherDetector` unless panel, grid and integration time agree."""
    check_frame(frame)
    if frame.detector.serial != calibration.serial:
        raise CalibrationForOtherDetector(
            f"The frame is of panel {frame.detector.serial}, the calibration of "
            f"{calibration.serial}. Load the right calibration."
        )
    if frame.pixels.shape != calibration.gain.shape:
        raise CalibrationForOtherDetector(
            "The frame and the calibration differ in size. Calibrate with the settings in use."
        )
    if not calibration.dark.covers(frame.integration_ms):
        raise CalibrationForOtherDetector(
            f"The frame was integrated for {frame.integration_ms:g} ms, the darks for "
            f"{calibration.dark.shortest_ms:g} to {calibration.dark.longest_ms:g} ms. Calibrate "
            "with the time in use."
        )

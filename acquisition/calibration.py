"""The calibration of one panel: offset, gain and defect maps, from their making to their expiry.

Corrected signal = (raw - offset) / gain. `gain` is each pixel's response to an even field over the
mean response in the centre of the panel: its mean there is 1 and corrected DN remain the panel's
mean DN, so the factory's `sensitivity_rqa3` holds for them.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from acquisition.array_files import array_bytes, read_array, sha256, write_atomically
from acquisition.calibration_frames import (
    LARGEST_TEMPERATURE_DIFFERENCE_C,
    average_darks,
    average_flats,
    check_frame,
    flat_technique,
    response_map,
    same_integration,
)
from acquisition.corrections import RepairPlan, Signal, plan_repair
from acquisition.defects import find_defects
from acquisition.errors import (
    CalibrationCorrupt,
    CalibrationExpired,
    CalibrationForOtherDetector,
    CalibrationInTheFuture,
    CalibrationMissing,
    CalibrationNotSaved,
    CalibrationTemperature,
    SettingUnusable,
    TooManyDefects,
)
from acquisition.exposure_index import check_sensitivity
from device.frame import RawFrame
from device.technique import Technique

# Offsets of a-Si panels drift by 0.5 to 5 DN an hour: 120 DN in a day at worst, which is 5 % of the
# 2.5 uGy of a low-dose hand at 1024 DN/uGy, all the error an exposure index may have here.
LONGEST_AGE: Final = timedelta(hours=24)
# Good panels have 1e-4 to 1e-3 defective pixels (ASTM E2597 practice); ten times that is broken.
LARGEST_DEFECT_SHARE: Final = 0.01

_Number = TypeVar("_Number", np.float32, np.uint8)

# Version of the files in a calibration's folder.
_FORMAT: Final = 1
_RECORD_NAME: Final = "calibration.json"


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """Everything needed to correct the frames of one panel.

    Maps are (rows, columns), read-only: `offset` in DN at `temperature_c` and `integration_ms`,
    `gain` around 1 (a divisor), `defects` with the `DefectKind` of each pixel (0: good).
    `sensitivity_rqa3` is in DN per uGy. `created` and `valid_until` carry their time zone.
    `repair` follows from `defects`.
    """

    serial: str
    model: str
    firmware_version: str
    pixel_pitch_um: float
    offset: Signal
    gain: Signal
    defects: NDArray[np.uint8]
    repair: RepairPlan
    sensitivity_rqa3: float
    temperature_c: float
    integration_ms: float
    dark_frames: int
    flat_frames: int
    flat_technique: Technique
    flat_level_dn: float
    created: datetime
    valid_until: datetime

    @property
    def calibration_id(self) -> str:
        """Name of this calibration: the panel's serial number and the moment it was made."""
        return f"{self.serial}-{self.created:%Y%m%dT%H%M%S%z}"

    @property
    def defect_mask(self) -> NDArray[np.bool_]:
        """True at the pixels that are not trusted."""
        return self.defects > 0


def calibrate(
    darks: Iterable[RawFrame],
    flats: Iterable[RawFrame],
    sensitivity_rqa3: float,
    created: datetime,
    longest_age: timedelta = LONGEST_AGE,
) -> Calibration:
    """Make a calibration from dark and flat frames, each taken from its iterable once, darks first.

    One frame is held at a time, so both may be generators that operate the panel. Flats are taken
    with the unit's own beam and nothing on the panel. Raises a `CalibrationRefused` that says why.
    """
    _check_settings(sensitivity_rqa3, created)
    dark = average_darks(darks)
    flat = average_flats(flats, dark)
    defects = find_defects(dark, flat)
    _check_defect_share(defects)
    return Calibration(
        serial=dark.first.detector.serial,
        model=dark.first.detector.model,
        firmware_version=dark.first.detector.firmware_version,
        pixel_pitch_um=dark.first.pixel_pitch_um,
        offset=_locked(dark.mean),
        gain=_locked(response_map(flat.mean, defects == 0)),
        defects=_locked(defects),
        repair=plan_repair(defects > 0),
        sensitivity_rqa3=sensitivity_rqa3,
        temperature_c=dark.temperature_c,
        integration_ms=dark.first.integration_ms,
        dark_frames=dark.count,
        flat_frames=flat.count,
        flat_technique=flat_technique(flat),
        flat_level_dn=flat.level_dn,
        created=created,
        valid_until=created + longest_age,
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


def check_valid(calibration: Calibration, serial: str, now: datetime, temperature_c: float) -> None:
    """Raise the `CalibrationError` that forbids an exposure with this panel now, if any."""
    if calibration.serial != serial:
        raise CalibrationForOtherDetector(
            f"The calibration belongs to panel {calibration.serial}, this is {serial}. "
            "Calibrate this panel."
        )
    if now < calibration.created:
        raise CalibrationInTheFuture(
            f"The calibration was made on {calibration.created:%Y-%m-%d %H:%M}, "
            "later than the clock shows. Set the clock."
        )
    if now > calibration.valid_until:
        raise CalibrationExpired(
            f"The calibration expired on {calibration.valid_until:%Y-%m-%d %H:%M}. Calibrate again."
        )
    _check_temperature(calibration, temperature_c)


def _check_temperature(calibration: Calibration, temperature_c: float) -> None:
    difference = abs(temperature_c - calibration.temperature_c)
    # Written so that a temperature that is no number is refused, too.
    if not difference <= LARGEST_TEMPERATURE_DIFFERENCE_C:
        raise CalibrationTemperature(
            f"The panel has {temperature_c:.1f} C and was calibrated at "
            f"{calibration.temperature_c:.1f} C. Let it settle or calibrate again."
        )


def check_fits(calibration: Calibration, frame: RawFrame) -> None:
    """Raise `CalibrationForOtherDetector` unless panel, grid and integration time agree."""
    check_frame(frame)
    if frame.detector.serial != calibration.serial:
        raise CalibrationForOtherDetector(
            f"The frame is of panel {frame.detector.serial}, the calibration of "
            f"{calibration.serial}. Load the right calibration."
        )
    if frame.pixels.shape != calibration.offset.shape:
        raise CalibrationForOtherDetector(
            "The frame and the calibration differ in size. Calibrate with the settings in use."
        )
    if not same_integration(frame.integration_ms, calibration.integration_ms):
        raise CalibrationForOtherDetector(
            f"The frame was integrated for {frame.integration_ms:g} ms, the calibration for "
            f"{calibration.integration_ms:g} ms. Calibrate with the time in use."
        )


def save(calibration: Calibration, folder: Path) -> None:
    """Write the maps and, last, `calibration.json`, which names them; then remove what it replaced.

    The maps are named by their SHA-256: a kill at any moment leaves the earlier calibration whole.
    Raises `CalibrationNotSaved`.
    """
    maps = {name: array_bytes(getattr(calibration, name)) for name in ("offset", "gain", "defects")}
    digests = {name: sha256(content) for name, content in maps.items()}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in maps.items():
            write_atomically(folder / _map_name(name, digests[name]), content)
        write_atomically(folder / _RECORD_NAME, _sealed(_record(calibration, digests)))
        _remove_others(folder, {_map_name(name, digest) for name, digest in digests.items()})
    except OSError as exc:
        raise CalibrationNotSaved(
            f"The calibration could not be written to {folder}. Check the disk."
        ) from exc


def _map_name(name: str, digest: str) -> str:
    return f"{name}-{digest[:16]}.npy"


def _remove_others(folder: Path, keep: set[str]) -> None:
    for path in [*folder.glob("*.npy"), *folder.glob("*.tmp")]:
        if path.name not in keep:
            path.unlink()


def _record(calibration: Calibration, digests: dict[str, str]) -> dict[str, Any]:
    technique = calibration.flat_technique
    return {
        "format": _FORMAT,
        "serial": calibration.serial,
        "model": calibration.model,
        "firmware_version": calibration.firmware_version,
        "rows": calibration.offset.shape[0],
        "columns": calibration.offset.shape[1],
        "pixel_pitch_um": calibration.pixel_pitch_um,
        "sensitivity_rqa3": calibration.sensitivity_rqa3,
        "temperature_c": calibration.temperature_c,
        "integration_ms": calibration.integration_ms,
        "dark_frames": calibration.dark_frames,
        "flat_frames": calibration.flat_frames,
        "flat_technique": {"kv": technique.kv, "ma": technique.ma, "ms": technique.ms},
        "flat_level_dn": calibration.flat_level_dn,
        "created": calibration.created.isoformat(),
        "valid_until": calibration.valid_until.isoformat(),
        "maps": digests,
    }


def _sealed(record: dict[str, Any]) -> bytes:
    """Return the record as JSON with its own SHA-256, so that a changed number is noticed."""
    seal = sha256(json.dumps(record, sort_keys=True).encode())
    return (json.dumps({**record, "seal": seal}, indent=2) + "\n").encode()


def load(folder: Path) -> Calibration:
    """Read a calibration whole; raises `CalibrationMissing` or `CalibrationCorrupt`."""
    try:
        record = _unsealed((folder / _RECORD_NAME).read_bytes())
        return _from_record(record, folder)
    except FileNotFoundError as exc:
        raise CalibrationMissing(f"There is no calibration in {folder}. Calibrate first.") from exc
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as exc:
        raise CalibrationCorrupt(
            f"The calibration in {folder} is damaged ({exc}). Calibrate again."
        ) from exc


def _unsealed(content: bytes) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(content)
    seal = record.pop("seal")
    if seal != sha256(json.dumps(record, sort_keys=True).encode()) or record["format"] != _FORMAT:
        raise ValueError("seal")
    return record


def _from_record(record: dict[str, Any], folder: Path) -> Calibration:
    maps = {
        name: read_array(folder / _map_name(name, digest), digest)
        for name, digest in record["maps"].items()
    }
    shape = (record["rows"], record["columns"])
    if any(array.shape != shape for array in maps.values()):
        raise ValueError("shape")
    defects = maps["defects"].astype(np.uint8)
    return Calibration(
        serial=record["serial"],
        model=record["model"],
        firmware_version=record["firmware_version"],
        pixel_pitch_um=float(record["pixel_pitch_um"]),
        offset=_locked(maps["offset"].astype(np.float32)),
        gain=_locked(maps["gain"].astype(np.float32)),
        defects=_locked(defects),
        repair=plan_repair(defects > 0),
        sensitivity_rqa3=float(record["sensitivity_rqa3"]),
        temperature_c=float(record["temperature_c"]),
        integration_ms=float(record["integration_ms"]),
        dark_frames=int(record["dark_frames"]),
        flat_frames=int(record["flat_frames"]),
        flat_technique=Technique(**record["flat_technique"]),
        flat_level_dn=float(record["flat_level_dn"]),
        created=datetime.fromisoformat(record["created"]),
        valid_until=datetime.fromisoformat(record["valid_until"]),
    )


def _locked(array: NDArray[_Number]) -> NDArray[_Number]:
    array.flags.writeable = False
    return array

"""A calibration in a folder of the host, and in the files of the panel itself.

Both hold the same: a sealed record, `calibration.json`, and the arrays, each named in the record by
its SHA-256. In a folder every array is a .npy file. In the panel they are members of four archives,
named as its FileSelector names them and sorted into planes of bytes, so that they pack well; the
record lies with the dark maps.
"""

import io
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from acquisition.array_files import (
    UNFINISHED,
    array_bytes,
    array_from,
    read_array,
    sha256,
    write_atomically,
)
from acquisition.calibration_maps import Calibration, FlatLevel
from acquisition.corrections import plan_repair
from acquisition.dark_maps import DarkMaps
from acquisition.errors import (
    CalibrationCorrupt,
    CalibrationFormat,
    CalibrationForOtherDetector,
    CalibrationMissing,
    CalibrationNotSaved,
)
from acquisition.lag import LagCoefficients
from device.technique import Technique

# Version of the record; 1 had one dark map and one level of flats, and no lag.
FORMAT: Final = 2
RECORD_NAME: Final = "calibration.json"
# What each file of the panel holds.
PANEL_FILES: Final = {
    "DarkMaps": ("offset", "current", "row_reference", "row_current"),
    "GainMap": ("gain", "curvature"),
    "DefectMap": ("defects",),
    "LagCoefficients": ("lag",),
}
# How the file of a map is named; nothing else in a folder is ever removed.
_OWN_FILE: Final = re.compile(
    rf"({'|'.join(chain.from_iterable(PANEL_FILES.values()))})-[0-9a-f]{{16}}\.npy"
)
# zlib's quickest: more effort saves little of what is mostly noise.
_PACKING_LEVEL: Final = 1

# What zipfile, zlib, json and numpy raise for damaged files.
_UNREADABLE: Final = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError),
    *(ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError),
    MemoryError,  # a map that says that it is larger than all memory
)
# Twice the two dark maps of a panel of 43 cm in 100 um, in float32: no file of ours is larger.
_LARGEST_UNPACKED: Final = 2 * 2 * 4 * 4300 * 4300
# The number types of the maps, by their size in bytes.
_TYPES: Final[dict[int, np.dtype[Any]]] = {
    1: np.dtype(np.uint8),
    4: np.dtype(np.float32),
    8: np.dtype(np.float64),
}

Arrays = Mapping[str, NDArray[Any]]


def save(calibration: Calibration, folder: Path) -> None:
    """Write the arrays and, last, the record, which names them; then remove what it replaced.

    The arrays are named by their SHA-256: a kill at any moment leaves the earlier calibration
    whole. Raises `CalibrationNotSaved`.
    """
    contents = {name: array_bytes(array) for name, array in _arrays(calibration).items()}
    digests = {name: sha256(content) for name, content in contents.items()}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        replaced = _named_by_record(folder)
        for name, content in contents.items():
            write_atomically(folder / _file_name(name, digests[name]), content)
        write_atomically(folder / RECORD_NAME, _sealed(_record(calibration, digests)))
        keep = {_file_name(name, digest) for name, digest in digests.items()}
        _remove(folder, (replaced | _drafts(folder)) - keep)
    except OSError as exc:
        with suppress(OSError):
            _remove(folder, _drafts(folder))
        raise CalibrationNotSaved(
            f"The calibration could not be written to {folder}. Check the disk."
        ) from exc


def load(folder: Path) -> Calibration:
    """Read a calibration whole.

    Raises `CalibrationMissing`, `CalibrationCorrupt`, or `CalibrationFormat` for one that another
    version of this software wrote.
    """
    try:
        record = _unsealed((folder / RECORD_NAME).read_bytes())
        arrays = {
            name: read_array(folder / _file_name(name, digest), digest)
            for name, digest in record["maps"].items()
        }
        return _from_record(record, arrays)
    except FileNotFoundError as exc:
        raise CalibrationMissing(f"There is no calibration in {folder}. Calibrate first.") from exc
    except _UNREADABLE as exc:
        raise CalibrationCorrupt(
            f"The calibration in {folder} is damaged ({exc}). Calibrate again."
        ) from exc


def packed(calibration: Calibration) -> dict[str, bytes]:
    """Return the content of each file of the panel, by its name in FileSelector."""
    arrays = _arrays(calibration)
    digests = {name: sha256(array_bytes(array)) for name, array in arrays.items()}
    members = {
        file: {_member_name(name): _planes(arrays[name]) for name in names if name in arrays}
        for file, names in PANEL_FILES.items()
    }
    members["DarkMaps"] |= {RECORD_NAME: _sealed(_record(calibration, digests))}
    return {file: _archive(content) for file, content in members.items()}


def unpacked(files: Mapping[str, bytes], serial: str) -> Calibration:
    """Put a calibration together from the files of the panel with this serial number.

    Raises `CalibrationMissing` for a panel that holds none, `CalibrationForOtherDetector` for
    another panel's, `CalibrationFormat`, or `CalibrationCorrupt` for files that are truncated,
    changed or do not belong together.
    """
    if not files.get("DarkMaps"):
        raise CalibrationMissing("The panel holds no calibration. Calibrate it.")
    try:
        members: dict[str, bytes] = {}
        for content in files.values():
            members |= _members(content)
        record = _unsealed(members[RECORD_NAME])
        _check_serial(record["serial"], serial)
        arrays = {
            name: array_from(_joined(members[_member_name(name)]), digest, name)
            for name, digest in record["maps"].items()
        }
        return _from_record(record, arrays)
    except _UNREADABLE as exc:
        raise CalibrationCorrupt(
            f"The calibration in the panel is damaged ({exc}). Calibrate again."
        ) from exc


def _check_serial(stored: str, serial: str) -> None:
    if stored != serial:
        raise CalibrationForOtherDetector(
            f"The files in panel {serial} are the calibration of panel {stored}. Calibrate this "
            "panel."
        )


def _member_name(name: str) -> str:
    return f"{name}-planes.npy"


def _planes(array: NDArray[Any]) -> bytes:
    """Return a .npy file of all first bytes, then all second ones: a third smaller when packed."""
    bytes_ = np.ascontiguousarray(array).view(np.uint8).reshape(*array.shape, array.itemsize)
    return array_bytes(np.moveaxis(bytes_, -1, 0).copy())


def _joined(content: bytes) -> bytes:
    """Return the .npy file of the array whose planes are in the content."""
    planes: NDArray[Any] = np.load(io.BytesIO(content), allow_pickle=False)
    joined: NDArray[Any] = np.ascontiguousarray(np.moveaxis(planes, 0, -1))
    return array_bytes(joined.view(_TYPES[len(planes)])[..., 0])


def _archive(members: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_PACKING_LEVEL) as archive:
        for name, content in members.items():
            # A fixed date: the same calibration always gives the same bytes.
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED, _PACKING_LEVEL)
    return file.getvalue()


def _members(content: bytes) -> dict[str, bytes]:
    if not content:
        return {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        size = sum(member.file_size for member in archive.infolist())
        if size > _LARGEST_UNPACKED:
            raise ValueError(f"a file of it would unpack to {size} bytes")
        return {name: archive.read(name) for name in archive.namelist()}


def _file_name(name: str, digest: str) -> str:
    return f"{name}-{digest[:16]}.npy"


def _named_by_record(folder: Path) -> set[str]:
    """Return the files of the calibration that lies in the folder; one unreadable names none."""
    try:
        maps = _unsealed((folder / RECORD_NAME).read_bytes())["maps"]
        named = {_file_name(name, digest) for name, digest in maps.items()}
    except (*_UNREADABLE, CalibrationFormat):
        return set()
    return {name for name in named if _OWN_FILE.fullmatch(name)}


def _drafts(folder: Path) -> set[str]:
    """Return what a kill left half-written here; all other files belong to somebody else."""
    drafts = folder.glob(f"*{UNFINISHED}")
    return {path.name for path in drafts if _OWN_FILE.fullmatch(path.stem)}


def _remove(folder: Path, names: set[str]) -> None:
    for name in names:
        (folder / name).unlink(missing_ok=True)


def _arrays(calibration: Calibration) -> dict[str, NDArray[Any]]:
    dark, lag = calibration.dark, calibration.lag
    arrays = {
        "offset": dark.offset,
        "current": dark.current,
        "row_reference": dark.row_reference,
        "row_current": dark.row_current,
        "gain": calibration.gain,
        "curvature": calibration.curvature,
        "defects": calibration.defects,
        "lag": None if lag is None else np.array([lag.rates_per_s, lag.parts]),
    }
    return {name: array for name, array in arrays.items() if array is not None}


def _record(calibration: Calibration, digests: dict[str, str]) -> dict[str, Any]:
    technique, dark = calibration.flat_technique, calibration.dark
    return {
        "format": FORMAT,
        "serial": calibration.serial,
        "model": calibration.model,
        "firmware_version": calibration.firmware_version,
        "rows": calibration.gain.shape[0],
        "columns": calibration.gain.shape[1],
        "pixel_pitch_um": calibration.pixel_pitch_um,
        "sensitivity_rqa3": calibration.sensitivity_rqa3,
        "dark": {
            "temperature_c": dark.temperature_c,
            "integration_ms": dark.integration_ms,
            "shortest_ms": dark.shortest_ms,
            "longest_ms": dark.longest_ms,
            "frames": dark.frames,
            "doubling_c": dark.doubling_c,
            "doubling": dark.doubling,
            "made": dark.made.isoformat(),
            "valid_until": dark.valid_until.isoformat(),
        },
        "flat_levels": [
            {"mas": level.mas, "frames": level.frames, "level_dn": level.level_dn}
            for level in calibration.flat_levels
        ],
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


def _unsealed(content: bytes) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(content)
    seal = record.pop("seal")
    if seal != sha256(json.dumps(record, sort_keys=True).encode()):
        raise ValueError("its record was changed after it was written")
    if record["format"] != FORMAT:
        raise CalibrationFormat(
            f"The calibration has format {record['format']}, this version reads {FORMAT}. "
            "Calibrate again."
        )
    return record


def _from_record(record: dict[str, Any], arrays: Arrays) -> Calibration:
    shape = (record["rows"], record["columns"])
    _check_shapes(arrays, shape)
    locked = {name: _locked(array) for name, array in arrays.items()}
    return Calibration(
        serial=record["serial"],
        model=record["model"],
        firmware_version=record["firmware_version"],
        pixel_pitch_um=float(record["pixel_pitch_um"]),
        dark=_dark_from(record["dark"], locked),
        gain=locked["gain"],
        curvature=locked.get("curvature"),
        defects=locked["defects"],
        repair=plan_repair(locked["defects"] > 0),
        lag=_lag_from(arrays.get("lag")),
        sensitivity_rqa3=float(record["sensitivity_rqa3"]),
        flat_levels=tuple(FlatLevel(**level) for level in record["flat_levels"]),
        flat_technique=Technique(**record["flat_technique"]),
        flat_level_dn=float(record["flat_level_dn"]),
        created=datetime.fromisoformat(record["created"]),
        valid_until=datetime.fromisoformat(record["valid_until"]),
    )


def _dark_from(record: dict[str, Any], arrays: Arrays) -> DarkMaps:
    return DarkMaps(
        offset=arrays["offset"],
        current=arrays.get("current"),
        row_reference=arrays.get("row_reference"),
        row_current=arrays.get("row_current"),
        temperature_c=float(record["temperature_c"]),
        integration_ms=float(record["integration_ms"]),
        shortest_ms=float(record["shortest_ms"]),
        longest_ms=float(record["longest_ms"]),
        frames=int(record["frames"]),
        doubling_c=float(record["doubling_c"]),
        doubling=record["doubling"],
        made=datetime.fromisoformat(record["made"]),
        valid_until=datetime.fromisoformat(record["valid_until"]),
    )


def _lag_from(array: NDArray[Any] | None) -> LagCoefficients | None:
    if array is None:
        return None
    rates, parts = array.tolist()
    return LagCoefficients(tuple(rates), tuple(parts))


def _check_shapes(arrays: Arrays, shape: tuple[int, int]) -> None:
    rows, columns = (shape[0],), (shape[1],)
    expected = {
        **dict.fromkeys(("offset", "current", "gain", "defects"), shape),
        **dict.fromkeys(("row_reference", "row_current"), rows),
        "curvature": columns,
    }
    for name, array in arrays.items():
        if name in expected and array.shape != expected[name]:
            raise ValueError(f"its {name} has another size than the panel")


def _locked(array: NDArray[Any]) -> NDArray[Any]:
    array.flags.writeable = False
    return array

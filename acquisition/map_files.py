"""Keep arrays on disk so that a kill at any moment leaves either the old file or the new one."""

import hashlib
import io
import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from acquisition.errors import CalibrationCorrupt


def write_atomically(path: Path, content: bytes) -> None:
    """Write beside the file, force it to disk, put it in place, force the folder to disk."""
    draft = path.with_name(path.name + ".tmp")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def array_bytes(array: NDArray[np.generic]) -> bytes:
    """Return the array as the content of a .npy file."""
    file = io.BytesIO()
    np.save(file, array, allow_pickle=False)
    return file.getvalue()


def sha256(content: bytes) -> str:
    """Return the SHA-256 of the content, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def read_array(path: Path, digest: str) -> NDArray[np.generic]:
    """Read a .npy file that must have this SHA-256; raises `CalibrationCorrupt`."""
    try:
        content = path.read_bytes()
    except OSError as exc:
        raise CalibrationCorrupt(
            f"The calibration file {path.name} cannot be read. Calibrate again."
        ) from exc
    if sha256(content) != digest:
        raise CalibrationCorrupt(f"The calibration file {path.name} is damaged. Calibrate again.")
    array: NDArray[np.generic] = np.load(io.BytesIO(content), allow_pickle=False)
    return array

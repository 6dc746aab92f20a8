"""Files that are there whole or not at all, even after a power cut, and arrays in them."""

import hashlib
import io
import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

UNFINISHED = ".tmp"


def write_atomically(path: Path, content: bytes) -> None:
    """Write beside the file, force it to disk, put it in place, force the folder to disk."""
    draft = path.with_name(path.name + UNFINISHED)
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Force the names in a folder to disk."""
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
    """Read a .npy file; raises ValueError if it is missing, unreadable or has another SHA-256."""
    try:
        content = path.read_bytes()
    except OSError as exc:
        raise ValueError(f"{path.name} cannot be read: {exc.strerror}") from exc
    return array_from(content, digest, path.name)


def array_from(content: bytes, digest: str, name: str) -> NDArray[np.generic]:
    """Return the array in the content of a .npy file; raises ValueError for another SHA-256."""
    if sha256(content) != digest:
        raise ValueError(f"{name} was changed after it was written")
    array: NDArray[np.generic] = np.load(io.BytesIO(content), allow_pickle=False)
    return array

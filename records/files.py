"""Files that are there whole or not at all, even after a kill or a power cut."""

import hashlib
import io
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from records.errors import FileNotStored, FrameUnreadable

_UNFINISHED = ".tmp"


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that a crash leaves the earlier content or the new one, never a part.

    The content is synced before the rename and the folder after it. Raises FileNotStored.
    """
    unfinished = path.with_name(path.name + _UNFINISHED)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_synced(unfinished, content)
        os.replace(unfinished, path)
        _sync_folder(path.parent)
    except OSError as exc:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        reason = exc.strerror or str(exc)
        raise FileNotStored(f"The file {path} could not be stored: {reason}.") from exc


def sweep_unfinished(folder: Path) -> None:
    """Remove what an interrupted write left behind."""
    for leftover in folder.glob(f"*{_UNFINISHED}"):
        leftover.unlink(missing_ok=True)


def store_frame(path: Path, pixels: NDArray[Any]) -> str:
    """Store an array as .npy, durably; return the SHA-256 of the file as hexadecimal digits."""
    encoded = io.BytesIO()
    np.save(encoded, pixels, allow_pickle=False)
    content = encoded.getvalue()
    write_atomically(path, content)
    return hashlib.sha256(content).hexdigest()


def load_frame(path: Path, sha256: str) -> NDArray[Any]:
    """Load a stored array; raises FrameUnreadable if it is missing or not what was written."""
    try:
        content = path.read_bytes()
    except OSError as exc:
        raise FrameUnreadable(f"The stored frame {path} cannot be read: {exc.strerror}.") from exc
    if hashlib.sha256(content).hexdigest() != sha256:
        raise FrameUnreadable(f"The stored frame {path} was changed after it was written.")
    return np.load(io.BytesIO(content), allow_pickle=False)  # type: ignore[no-any-return]


def _write_synced(path: Path, content: bytes) -> None:
    with path.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

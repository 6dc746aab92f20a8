"""Files of the records: written whole or not at all, and read back only if nothing changed."""

import errno
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import numpy as np
from numpy.typing import NDArray

from acquisition import array_files
from records.errors import DiskFull, FileNotStored, FrameUnreadable

# An exposure must not start on a disk that could fill up under it: 50 more frames must fit.
FRAMES_IN_RESERVE = 50


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that a crash leaves the earlier content or the new one, never a part.

    Raises FileNotStored.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        array_files.write_atomically(path, content)
    except OSError as exc:
        reason = exc.strerror or str(exc)
        raise FileNotStored(f"The file {path} could not be stored: {reason}.") from exc
    finally:  # of a write that failed or was stopped
        with suppress(OSError):
            path.with_name(path.name + array_files.UNFINISHED).unlink(missing_ok=True)


def check_writable(folder: Path) -> None:
    """Make a folder where there is none and try to write in it. Raises FileNotStored."""
    trial = folder / f"trial{array_files.UNFINISHED}"
    write_atomically(trial, b"")
    trial.unlink(missing_ok=True)


def check_storable(path: Path) -> None:
    """Try whether a file could be stored there, and leave nothing behind. Raises FileNotStored."""
    try:
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, "it is a folder")
        folder = next(each for each in path.absolute().parents if each.exists())
        with NamedTemporaryFile(dir=folder, prefix=path.name, suffix=array_files.UNFINISHED):
            pass
    except OSError as exc:
        reason = exc.strerror or str(exc)
        raise FileNotStored(
            f"The file {path} cannot be stored: {reason}; nothing was begun."
        ) from exc


def check_room(folder: Path, frame_bytes: int) -> None:
    """Refuse another exposure when its image might not fit any more. Raises DiskFull."""
    check_writable(folder)
    needed = FRAMES_IN_RESERVE * frame_bytes
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise DiskFull(
            f"Only {free / 1e6:.0f} MB are free in {folder} and {needed / 1e6:.0f} MB are kept in "
            "reserve; nothing was armed, make room first."
        )


def sweep_unfinished(folder: Path, names: Sequence[str]) -> None:
    """Remove what interrupted writes of these files left behind, and nobody else's files."""
    for name in names:
        (folder / f"{name}{array_files.UNFINISHED}").unlink(missing_ok=True)


def store_frame(path: Path, pixels: NDArray[np.uint16] | NDArray[np.float32]) -> str:
    """Store the numbers of a frame, durably; return the SHA-256 of the file."""
    content = array_files.array_bytes(pixels)
    write_atomically(path, content)
    return array_files.sha256(content)


def load_frame(path: Path, sha256: str) -> NDArray[Any]:
    """Load the pixels of a frame; raises FrameUnreadable if they are not what was written."""
    try:
        return array_files.read_array(path, sha256)
    except ValueError as exc:
        raise FrameUnreadable(f"A stored frame cannot be used: {exc}.") from exc

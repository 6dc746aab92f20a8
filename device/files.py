"""The files in a panel: calibration maps, event log, firmware image.

Source: SFNC, category FileAccessControl: choose a file, open it, move it through a window of
FileAccessBuffer, close it; every operation ends in FileOperationStatus and FileOperationResult.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from device.clock import Clock
from device.errors import DeviceError, FileRefused, NotOffered
from device.features import Features

FILE_ACCESS = (
    "FileSelector",
    "FileOperationSelector",
    "FileOperationExecute",
    "FileOpenMode",
    "FileAccessBuffer",
    "FileAccessOffset",
    "FileAccessLength",
    "FileOperationStatus",
    "FileOperationResult",
    "FileSize",
)
SUCCESS = "Success"
# An operation may erase a memory; far beyond, the panel hangs.
LONGEST_OPERATION_S = 60.0
# More than the largest calibration map; a wrong size must not make us ask for all memory.
LARGEST_FILE = 1 << 28

# Hears how many bytes of how many have been moved.
Moved = Callable[[int, int], None]


def untold(_done: int, _wanted: int) -> None:
    """Follow nothing."""


class Files:
    """The files of one panel, one open at a time."""

    def __init__(self, features: Features, clock: Clock) -> None:
        self._features = features
        self._clock = clock
        self._piece = 0

    def names(self) -> tuple[str, ...]:
        """Give the names of the panel's files. Raises NotOffered or another DeviceError."""
        self._require()
        return self._features.choices("FileSelector")

    def read(self, name: str, told: Moved) -> bytes:
        """Read a whole file. Raises NotOffered, FileRefused or another DeviceError."""
        with self._opened(name, "Read"):
            size = self._features.integer("FileSize")
            if not 0 <= size <= LARGEST_FILE:
                raise FileRefused(f"{name} of {size} bytes")
            self._features.choose("FileOperationSelector", "Read")
            return b"".join(self._pieces(name, size, told))

    def write(self, name: str, content: bytes, told: Moved) -> None:
        """Write a whole file. Raises NotOffered, FileRefused or another DeviceError."""
        with self._opened(name, "Write"):
            self._features.choose("FileOperationSelector", "Write")
            for at in self._steps(len(content)):
                told(at, len(content))
                self._write_piece(name, at, content)
        told(len(content), len(content))

    def _require(self) -> None:
        missing = [name for name in FILE_ACCESS if not self._features.has(name)]
        if missing:
            raise NotOffered(f"files: no {missing[0]}")

    @contextmanager
    def _opened(self, name: str, mode: str) -> Iterator[None]:
        """Keep a file open; what goes wrong meanwhile is told rather than a failure to close."""
        self._open(name, mode)
        try:
            yield
        except BaseException:
            with suppress(DeviceError):
                self._close(name)
            raise
        self._close(name)

    def _open(self, name: str, mode: str) -> None:
        if name not in self.names():
            raise NotOffered(f"file {name}; there are {', '.join(self.names())}")
        self._piece = 0
        self._features.choose("FileSelector", name)
        self._features.choose("FileOperationSelector", "Open")
        self._features.choose("FileOpenMode", mode)
        self._operate(name, "opening")

    def _close(self, name: str) -> None:
        self._features.choose("FileOperationSelector", "Close")
        self._operate(name, "closing")

    def _steps(self, size: int) -> range:
        return range(0, size, max(1, self._features.content_length("FileAccessBuffer")))

    def _pieces(self, name: str, size: int, told: Moved) -> Iterator[bytes]:
        for at in self._steps(size):
            told(at, size)
            yield self._read_piece(name, at, size)
        told(size, size)

    def _read_piece(self, name: str, at: int, size: int) -> bytes:
        asked = min(self._features.content_length("FileAccessBuffer"), size - at)
        self._move(name, at, asked)
        return self._features.content("FileAccessBuffer", asked)

    def _write_piece(self, name: str, at: int, content: bytes) -> None:
        room = self._features.content_length("FileAccessBuffer")
        piece = content[at : at + room]
        self._features.set_content("FileAccessBuffer", piece)
        self._move(name, at, len(piece))

    def _move(self, name: str, at: int, length: int) -> None:
        self._features.set_integer("FileAccessOffset", at)
        if length != self._piece:  # only the last piece of a file is shorter
            self._features.set_integer("FileAccessLength", length)
            self._piece = length
        self._execute()
        with self._features.together(("FileOperationStatus", "FileOperationResult")):
            self._check_status(name, f"at byte {at}")
            moved = self._features.integer("FileOperationResult")
        if moved != length:
            raise FileRefused(f"{name}: {moved} of {length} bytes at byte {at}")

    def _operate(self, name: str, what: str) -> None:
        self._execute()
        self._check_status(name, what)

    def _execute(self) -> None:
        self._features.execute_and_wait("FileOperationExecute", self._clock, LONGEST_OPERATION_S)

    def _check_status(self, name: str, what: str) -> None:
        status = self._features.choice("FileOperationStatus")
        if status != SUCCESS:
            raise FileRefused(f"{name}, {what}: {status}")

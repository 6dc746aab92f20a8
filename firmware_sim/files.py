"""SFNC FileAccessControl over what the detector keeps in its flash.

The host selects a file, opens it, moves it piece by piece through a buffer, and closes it. What was
written is kept when the file is closed, whole or not at all.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum

from firmware_sim.errors import OutOfRange
from firmware_sim.flash import Flash, StoredFile

# Ours to choose: one access moves so much. Selecting, executing and checking cost as much as six
# packets of 1000 bytes: a buffer of 33 packets leaves little of that.
BUFFER_LENGTH = 0x8000
# Design figure: more than the dark maps of the largest panel.
LARGEST_FILE = 64 * 1024 * 1024
# Design figures: flash of 10 MB/s whose page has to be erased before.
FLASH_ERASE_MS, FLASH_BYTES_PER_MS = 20, 10_000


class FileOperation(IntEnum):
    """What FileOperationExecute does."""

    OPEN = 0
    CLOSE = 1
    READ = 2
    WRITE = 3
    DELETE = 4


class OpenMode(IntEnum):
    """For what a file is opened."""

    READ = 0
    WRITE = 1
    READ_WRITE = 2


class FileStatus(IntEnum):
    """How the last operation on a file went (SFNC FileOperationStatus)."""

    SUCCESS = 0
    FAILURE = 1
    OVERFLOW = 2


READ_ONLY = frozenset((OpenMode.READ,))
WRITE_ONLY = frozenset((OpenMode.WRITE,))
ALLOWED = {file: frozenset(OpenMode) for file in StoredFile} | {
    StoredFile.EVENT_LOG: READ_ONLY,
    StoredFile.FIRMWARE_IMAGE: WRITE_ONLY,
}


@dataclass(slots=True)
class FileState:
    """What the host did with one file; `content` is None while it is closed."""

    mode: OpenMode = OpenMode.READ
    opened: OpenMode = OpenMode.READ
    offset: int = 0
    length: int = BUFFER_LENGTH
    status: FileStatus = FileStatus.SUCCESS
    result: int = 0
    buffer: bytes = bytes(BUFFER_LENGTH)
    content: bytearray | None = None


@dataclass(slots=True)
class FileAccess:
    """The registers of FileAccessControl and what they do.

    Pieces are moved in the device's memory; only closing and deleting write to the flash, which
    takes `took_ms`.
    """

    flash: Flash
    operation: FileOperation = FileOperation.OPEN
    took_ms: int = 0
    states: dict[StoredFile, FileState] = field(
        default_factory=lambda: {file: FileState() for file in StoredFile}
    )

    def close_all(self) -> None:
        """Forget every open file, as when the power went; nothing half written is kept."""
        self.states = {file: FileState() for file in StoredFile}

    def size(self, file: StoredFile) -> int:
        """Bytes of a file, as far as it has been written."""
        content = self.states[file].content
        return len(self.flash.read(file) if content is None else content)

    def execute(self, file: StoredFile) -> None:
        """Do the chosen operation; how it went is to be read in status and result."""
        state = self.states[file]
        acts: dict[FileOperation, Callable[[StoredFile, FileState], FileStatus]] = {
            FileOperation.OPEN: self._open,
            FileOperation.CLOSE: self._close,
            FileOperation.READ: self._read,
            FileOperation.WRITE: self._write,
            FileOperation.DELETE: self._delete,
        }
        state.result = self.took_ms = 0
        state.status = acts[self.operation](file, state)

    def _open(self, file: StoredFile, state: FileState) -> FileStatus:
        if state.content is not None or state.mode not in ALLOWED[file]:
            return FileStatus.FAILURE
        kept = b"" if state.mode is OpenMode.WRITE else self.flash.read(file)
        state.content, state.opened = bytearray(kept), state.mode
        return FileStatus.SUCCESS

    def _close(self, file: StoredFile, state: FileState) -> FileStatus:
        content, state.content = state.content, None
        if content is None:
            return FileStatus.FAILURE
        if state.opened is OpenMode.READ:
            return FileStatus.SUCCESS
        try:
            self.flash.store(file, bytes(content))
        except OutOfRange:
            return FileStatus.FAILURE
        self.took_ms = FLASH_ERASE_MS + len(content) // FLASH_BYTES_PER_MS
        return FileStatus.SUCCESS

    def _read(self, file: StoredFile, state: FileState) -> FileStatus:
        if state.content is None or state.opened is OpenMode.WRITE:
            return FileStatus.FAILURE
        piece = bytes(state.content[state.offset : state.offset + state.length])
        state.buffer = piece.ljust(BUFFER_LENGTH, b"\0")
        state.result = len(piece)
        past_end = not piece and state.offset > len(state.content)
        return FileStatus.OVERFLOW if past_end else FileStatus.SUCCESS

    def _write(self, file: StoredFile, state: FileState) -> FileStatus:
        if state.content is None or state.opened is OpenMode.READ:
            return FileStatus.FAILURE
        if state.offset > len(state.content) or state.offset + state.length > LARGEST_FILE:
            return FileStatus.OVERFLOW
        state.content[state.offset : state.offset + state.length] = state.buffer[: state.length]
        state.result = state.length
        return FileStatus.SUCCESS

    def _delete(self, file: StoredFile, state: FileState) -> FileStatus:
        if state.content is not None or OpenMode.WRITE not in ALLOWED[file]:
            return FileStatus.FAILURE
        self.flash.delete(file)
        self.took_ms = FLASH_ERASE_MS
        return FileStatus.SUCCESS

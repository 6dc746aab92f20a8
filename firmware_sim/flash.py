"""What the detector keeps while it has no power: files, user sets, event log, firmware."""

import struct
import zlib
from dataclasses import dataclass, field
from enum import IntEnum

from firmware_sim.acquisition import AcquisitionSettings
from firmware_sim.chunks import EVERY_CHUNK, Chunk
from firmware_sim.errors import OutOfRange
from firmware_sim.events import DeviceEvent

# Ours: magic, form of the header, version as text, length and CRC-32 of what follows.
FIRMWARE_HEADER = struct.Struct("<4sI16sII")
FIRMWARE_MAGIC, FIRMWARE_FORM = b"HPFW", 1
# Design figure: the log keeps so many lines, the oldest ones go first.
LOG_LINES = 1000


class StoredFile(IntEnum):
    """The files of the detector, in the numbers of its FileSelector."""

    DARK_MAPS = 0
    GAIN_MAP = 1
    DEFECT_MAP = 2
    LAG_COEFFICIENTS = 3
    EVENT_LOG = 4
    FIRMWARE_IMAGE = 5


class UserSet(IntEnum):
    """The sets of settings; `Default` is the factory's."""

    DEFAULT = 0
    USER_SET0 = 1


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user set holds; as made, the factory's."""

    acquisition: AcquisitionSettings = AcquisitionSettings()
    chunks_active: int = 0
    chunks: frozenset[Chunk] = EVERY_CHUNK
    events: frozenset[DeviceEvent] = frozenset()


@dataclass(slots=True)
class Flash:
    """Everything that outlives a power cycle. A firmware image waits here for the next one."""

    firmware_version: str
    user_name: str = ""
    user_set0: Settings = Settings()
    set_at_power_up: UserSet = UserSet.DEFAULT
    _files: dict[StoredFile, bytes] = field(default_factory=dict)
    _log: list[str] = field(default_factory=list)
    _waiting_version: str | None = None

    def read(self, file: StoredFile) -> bytes:
        """Give the content of a file, empty if nothing was ever stored."""
        if file is StoredFile.EVENT_LOG:
            return "".join(self._log).encode("ascii", "replace")
        return self._files.get(file, b"")

    def store(self, file: StoredFile, content: bytes) -> None:
        """Keep a file. Raises OutOfRange for a firmware image that is damaged or none."""
        if file is StoredFile.FIRMWARE_IMAGE:
            self._waiting_version = version_of_image(content)
        self._files[file] = content

    def delete(self, file: StoredFile) -> None:
        """Forget a file; a firmware image that waited is not installed then."""
        self._files.pop(file, None)
        if file is StoredFile.FIRMWARE_IMAGE:
            self._waiting_version = None

    def note(self, now_us: int, line: str) -> None:
        """Write a line into the event log, with the seconds since power-up."""
        self._log.append(f"{now_us / 1e6:.3f} {line}\n")
        del self._log[:-LOG_LINES]

    def settings_at_power_up(self) -> Settings:
        """Give the settings with which the detector wakes up."""
        return self.user_set(self.set_at_power_up)

    def user_set(self, which: UserSet) -> Settings:
        """Give the settings of a user set."""
        return Settings() if which is UserSet.DEFAULT else self.user_set0

    def install_firmware(self) -> None:
        """Run the firmware that waits, if any; the bootloader's part of a power-up."""
        if self._waiting_version is not None:
            self.firmware_version = self._waiting_version
            self.delete(StoredFile.FIRMWARE_IMAGE)


def version_of_image(content: bytes) -> str:
    """Check a firmware image and give its version. Raises OutOfRange."""
    if len(content) < FIRMWARE_HEADER.size:
        raise OutOfRange("This is no firmware image.")
    magic, form, version, length, checksum = FIRMWARE_HEADER.unpack_from(content)
    body = content[FIRMWARE_HEADER.size :]
    if (magic, form) != (FIRMWARE_MAGIC, FIRMWARE_FORM):
        raise OutOfRange("This is no firmware image.")
    if length != len(body) or checksum != zlib.crc32(body):
        raise OutOfRange("The firmware image is damaged.")
    text = bytes(version).rstrip(b"\0")
    if not text or not text.isascii():
        raise OutOfRange("The firmware image does not tell its version.")
    return text.decode("ascii")

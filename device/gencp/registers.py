"""The bootstrap register map of GenCP (ABRM) and the manifest, as tables.

Source: GenICam GenCP 1.3.1, technology agnostic bootstrap register map.
"""

import struct
from dataclasses import dataclass
from enum import IntEnum, IntFlag


@dataclass(frozen=True, slots=True)
class Register:
    """Where a register lies and how many bytes it has."""

    address: int
    length: int

    def from_base(self, base: int) -> "Register":
        """Give this register of a table where the table lies in the device's memory."""
        return Register(base + self.address, self.length)


# GenCP 1.3.1, table "Technology agnostic bootstrap register map": address and length.
GENCP_VERSION = Register(0x0000, 4)
DEVICE_CAPABILITY = Register(0x01C4, 8)
MAXIMUM_RESPONSE_TIME = Register(0x01CC, 4)  # ms
MANIFEST_ADDRESS = Register(0x01D0, 8)
SBRM_ADDRESS = Register(0x01D8, 8)
DEVICE_CONFIGURATION = Register(0x01E0, 8)
HEARTBEAT_TIMEOUT = Register(0x01E8, 4)  # ms
MESSAGE_CHANNEL_ID = Register(0x01EC, 4)
ACCESS_PRIVILEGE = Register(0x0204, 4)

# GenCP 1.3.1: device configuration, bit 0 switches the heartbeat on.
HEARTBEAT_ENABLE = 0x1
# GenCP 1.3.1: access privilege values.
ACCESS_AVAILABLE = 0
ACCESS_EXCLUSIVE = 1

# GenCP 1.3.1, serial SBRM: offsets from the address in ABRM 0x1D8.
SUPPORTED_BAUDS = Register(0x00, 4)
CURRENT_BAUD = Register(0x04, 4)
# GenCP 1.3.1, serial SBRM: the bit of each baud rate; a line starts at the first.
BAUD_BITS = {
    9600: 1 << 0,
    19200: 1 << 1,
    38400: 1 << 2,
    57600: 1 << 3,
    115200: 1 << 4,
    230400: 1 << 5,
    460800: 1 << 6,
    921600: 1 << 7,
}

# GenCP 1.3.1: a manifest is a 64-bit count followed by entries of 64 bytes.
MANIFEST_COUNT_SIZE = 8
MANIFEST_ENTRY_SIZE = 64


class Capability(IntFlag):
    """Bits of the device capability register that this driver asks about."""

    ACCESS_PRIVILEGE = 1 << 1
    MESSAGE_CHANNEL = 1 << 2
    SBRM = 1 << 9
    WRITTEN_LENGTH = 1 << 11
    STACKED = 1 << 13


class FileFormat(IntEnum):
    """How a file of the manifest is stored."""

    PLAIN = 0
    ZIP = 1


@dataclass(frozen=True, slots=True)
class ManifestEntry:
    """One file in the device; `sha1` is None when the device does not tell."""

    version: tuple[int, int, int]
    file_type: int
    file_format: int
    address: int
    size: int
    sha1: bytes | None


# GenCP 1.3.1: file type 0 is the device description.
DEVICE_XML = 0


def decode_manifest_entry(entry: bytes, order: str) -> ManifestEntry:
    """Read one entry of exactly 64 bytes; `order` is struct's letter of the link's byte order."""
    version, kind, address, size = struct.unpack_from(order + "IIQQ", entry)
    sha1 = bytes(entry[24:44])
    return ManifestEntry(
        version=(version >> 24, (version >> 16) & 0xFF, version & 0xFFFF),
        file_type=kind & 0x7,
        file_format=(kind >> 10) & 0x3F,
        address=address,
        size=size,
        sha1=sha1 if any(sha1) else None,
    )

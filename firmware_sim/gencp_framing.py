"""What a link puts around the common part of a GenCP packet: prefix, checksums, byte order."""

import struct
from dataclasses import dataclass
from typing import Protocol

from firmware_sim.registers import ByteOrder

CCD_LENGTH = 8
# GenCP 1.3.1, serial prefix: preamble, two checksums, channel.
PREAMBLE = b"\x01\x00"
SERIAL_PREFIX_LENGTH = 8
CONTROL_CHANNEL = 0


class NotAPacket(Exception):
    """Bytes that the standard wants met with silence."""


class ChecksumWrong(NotAPacket):
    """A packet that was damaged on its way."""


class Framing(Protocol):
    """One link's way to wrap packets."""

    @property
    def order(self) -> ByteOrder:
        """Byte order of everything in a packet."""

    @property
    def prefix_length(self) -> int:
        """Bytes in front of the common part."""

    @property
    def checksum_bytes(self) -> range:
        """Where the checksums are in a packet; empty where the link itself guards the bytes."""

    def unwrap(self, packet: bytes) -> bytes:
        """Take the prefix off. Raises NotAPacket."""

    def wrap(self, body: bytes) -> bytes:
        """Put the prefix on."""


@dataclass(frozen=True, slots=True)
class UsbFraming:
    """USB3 Vision's prefix: four letters, no checksum. Events have letters of their own."""

    magic: bytes = b"U3VC"
    order: ByteOrder = "little"
    prefix_length: int = 4
    checksum_bytes: range = range(0)

    def unwrap(self, packet: bytes) -> bytes:
        """Take the prefix off."""
        if packet[:4] != self.magic or len(packet) < 4 + CCD_LENGTH:
            raise NotAPacket
        return packet[4:]

    def wrap(self, body: bytes) -> bytes:
        """Put the prefix on."""
        return self.magic + body


@dataclass(frozen=True, slots=True)
class SerialFraming:
    """The serial prefix: preamble, two RFC 768 checksums, and the channel of the packet."""

    channel: int = CONTROL_CHANNEL
    order: ByteOrder = "big"
    prefix_length: int = SERIAL_PREFIX_LENGTH
    checksum_bytes: range = range(2, 6)

    def unwrap(self, packet: bytes) -> bytes:
        """Take the prefix off."""
        if len(packet) < SERIAL_PREFIX_LENGTH + CCD_LENGTH or packet[:2] != PREAMBLE:
            raise NotAPacket
        if not (head_is_right(packet) and whole_is_right(packet)):
            raise ChecksumWrong
        if channel_of(packet) != self.channel:
            raise NotAPacket
        return packet[SERIAL_PREFIX_LENGTH:]

    def wrap(self, body: bytes) -> bytes:
        """Put the prefix on."""
        covered = self.channel.to_bytes(2, "big") + body
        sums = struct.pack(">HH", checksum(covered[: 2 + CCD_LENGTH]), checksum(covered))
        return PREAMBLE + sums + covered


def checksum(covered: bytes) -> int:
    """Add 16-bit words in one's complement and complement the sum (GenCP 1.3.1, RFC 768)."""
    padded = covered + bytes(len(covered) % 2)
    total: int = sum(struct.unpack(f">{len(padded) // 2}H", padded))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def head_is_right(packet: bytes) -> bool:
    """Tell whether a serial packet's first checksum fits channel and CCD."""
    return checksum(packet[6:16]) == int.from_bytes(packet[2:4], "big")


def whole_is_right(packet: bytes) -> bool:
    """Tell whether a serial packet's second checksum fits channel, CCD and SCD."""
    return checksum(packet[6:]) == int.from_bytes(packet[4:6], "big")


def channel_of(packet: bytes) -> int:
    """Give the channel of a serial packet."""
    return int.from_bytes(packet[6:8], "big")

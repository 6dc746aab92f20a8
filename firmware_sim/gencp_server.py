"""The device's end of GenCP: one packet in, at most one packet out.

The core is the same on every link; a `Framing` knows the link's prefix and byte order.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from firmware_sim.errors import AccessDenied, OutOfRange
from firmware_sim.registers import (
    BadAlignment,
    ByteOrder,
    NoSuchAddress,
    RegisterMap,
    WriteOnly,
    WriteProtected,
)
from firmware_sim.stream import SizeNotAligned, StreamSizesInconsistent

# GenCP 1.3.1, command ids; the acknowledge has bit 0 set.
READMEM, WRITEMEM = 0x0800, 0x0802
REQUEST_ACK = 0x4000
CCD_LENGTH = 8
# GenCP 1.3.1, status codes.
SUCCESS = 0x0000
NOT_IMPLEMENTED = 0x8001
INVALID_PARAMETER = 0x8002
# GenCP 1.3.1 and USB3 Vision 1.0: the status that goes with each refusal.
STATUS_OF: dict[type[Exception], int] = {
    OutOfRange: INVALID_PARAMETER,
    NoSuchAddress: 0x8003,
    WriteProtected: 0x8004,
    BadAlignment: 0x8005,
    WriteOnly: 0x8006,
    AccessDenied: 0x8006,
    SizeNotAligned: 0xA003,
    StreamSizesInconsistent: 0xA004,
}
REFUSALS = tuple(STATUS_OF)


class Framing(Protocol):
    """What a link puts around the common part of a packet."""

    @property
    def order(self) -> ByteOrder:
        """Byte order of everything in a packet."""

    def unwrap(self, packet: bytes) -> bytes | None:
        """Take the prefix off; None where the link demands silence."""

    def wrap(self, body: bytes) -> bytes:
        """Put the prefix on."""


@dataclass(frozen=True, slots=True)
class UsbFraming:
    """USB3 Vision's control prefix: four letters, no checksum."""

    order: ByteOrder = "little"
    magic: bytes = b"U3VC"

    def unwrap(self, packet: bytes) -> bytes | None:
        """Take the prefix off."""
        return packet[4:] if packet[:4] == self.magic else None

    def wrap(self, body: bytes) -> bytes:
        """Put the prefix on."""
        return self.magic + body


@dataclass(frozen=True, slots=True)
class SerialFraming:
    """The serial prefix: preamble and two RFC 768 checksums, channel 0."""

    order: ByteOrder = "big"
    preamble: bytes = b"\x01\x00"

    def unwrap(self, packet: bytes) -> bytes | None:
        """Take the prefix off, unless a checksum or the channel is wrong."""
        if len(packet) < 16 or packet[:2] != self.preamble:
            return None
        head_sum, whole_sum, channel = struct.unpack(">HHH", packet[2:8])
        head_right = head_sum == checksum(packet[6:16])
        right = head_right and whole_sum == checksum(packet[6:]) and channel == 0
        return packet[8:] if right else None

    def wrap(self, body: bytes) -> bytes:
        """Put the prefix on."""
        covered = b"\0\0" + body
        sums = struct.pack(">HH", checksum(covered[: 2 + CCD_LENGTH]), checksum(covered))
        return self.preamble + sums + covered


def checksum(covered: bytes) -> int:
    """Add 16-bit words in one's complement and complement the sum (GenCP 1.3.1, RFC 768)."""
    padded = covered + bytes(len(covered) % 2)
    total: int = sum(struct.unpack(f">{len(padded) // 2}H", padded))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


class GencpServer:
    """Answers commands; remembers the last one so that a resend is not executed twice."""

    def __init__(
        self,
        registers: RegisterMap,
        framing: Framing,
        largest_acknowledge: int,
        on_command: Callable[[], None],
    ) -> None:
        self._registers = registers
        self._framing = framing
        self._mark = "<" if framing.order == "little" else ">"
        self._largest_read = largest_acknowledge - len(framing.wrap(bytes(CCD_LENGTH)))
        self._on_command = on_command
        self._last_id = 0
        self._last_answer: bytes | None = None

    def forget(self) -> None:
        """Forget the last command, as after a reset of the link."""
        self._last_id, self._last_answer = 0, None

    def answer(self, packet: bytes) -> bytes | None:
        """Execute a command packet and give the acknowledge, or None for silence."""
        body = self._framing.unwrap(packet)
        if body is None or len(body) < CCD_LENGTH:
            return None
        flags, command, length, request_id = struct.unpack(self._mark + "HHHH", body[:CCD_LENGTH])
        self._on_command()
        if request_id == self._last_id and request_id != 0:
            return self._last_answer
        status, data = self._execute(command, length, request_id, body[CCD_LENGTH:])
        answer = self._acknowledge(status, command, data, request_id)
        self._last_id = request_id
        self._last_answer = answer if flags & REQUEST_ACK else None
        return self._last_answer

    def _acknowledge(self, status: int, command: int, data: bytes, request_id: int) -> bytes:
        ccd = struct.pack(self._mark + "HHHH", status, command | 1, len(data), request_id)
        return self._framing.wrap(ccd + data)

    def _execute(
        self, command: int, length: int, request_id: int, data: bytes
    ) -> tuple[int, bytes]:
        if length != len(data):
            return INVALID_PARAMETER, b""
        try:
            if command == READMEM:
                return self._read(data)
            if command == WRITEMEM:
                return self._write(data, request_id)
        except REFUSALS as refusal:
            return STATUS_OF[type(refusal)], b""
        return NOT_IMPLEMENTED, b""

    def _read(self, data: bytes) -> tuple[int, bytes]:
        if len(data) != 12:
            return INVALID_PARAMETER, b""
        address, reserved, count = struct.unpack(self._mark + "QHH", data)
        if reserved or not 0 < count <= self._largest_read:
            return INVALID_PARAMETER, b""
        return SUCCESS, self._registers.read(address, count)

    def _write(self, data: bytes, request_id: int) -> tuple[int, bytes]:
        if len(data) <= 8 or request_id == 0:
            return INVALID_PARAMETER, b""
        (address,) = struct.unpack(self._mark + "Q", data[:8])
        self._registers.write(address, data[8:])
        return SUCCESS, struct.pack(self._mark + "HH", 0, len(data) - 8)

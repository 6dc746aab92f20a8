"""GenCP packets: bytes to values and back. No input or output, no clock.

Source: GenICam GenCP 1.3.1 (October 2024), packet = prefix + CCD + SCD, over two framings:
serial (big-endian, preamble and checksums) and USB3 Vision (little-endian, four letters).
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, IntFlag

# GenCP 1.3.1: the serial preamble; the channel of control commands.
SERIAL_PREAMBLE = 0x0100
CONTROL_CHANNEL = 0
# USB3 Vision: "U3VC" and "U3VE", little-endian.
U3V_COMMAND_PREFIX = 0x43563355
U3V_EVENT_PREFIX = 0x45563355

CCD_SIZE = 8
SERIAL_PREFIX_SIZE = 8
U3V_PREFIX_SIZE = 4


class Command(IntEnum):
    """Command ids; an acknowledge has bit 0 set."""

    READMEM = 0x0800
    READMEM_ACK = 0x0801
    WRITEMEM = 0x0802
    WRITEMEM_ACK = 0x0803
    PENDING_ACK = 0x0805
    READMEM_STACKED = 0x0806
    READMEM_STACKED_ACK = 0x0807
    WRITEMEM_STACKED = 0x0808
    WRITEMEM_STACKED_ACK = 0x0809
    EVENT = 0x0C00
    EVENT_ACK = 0x0C01


class CommandFlag(IntFlag):
    """Flags of a command; RESEND marks a repetition that must not be executed again."""

    NONE = 0
    REQUEST_ACK = 0x4000
    RESEND = 0x8000


class Status(IntEnum):
    """Status codes of GenCP 1.3.1 and, from 0xA001 on, of USB3 Vision 1.x."""

    SUCCESS = 0x0000
    NOT_IMPLEMENTED = 0x8001
    INVALID_PARAMETER = 0x8002
    INVALID_ADDRESS = 0x8003
    WRITE_PROTECT = 0x8004
    BAD_ALIGNMENT = 0x8005
    ACCESS_DENIED = 0x8006
    BUSY = 0x8007
    MSG_TIMEOUT = 0x800B
    INVALID_HEADER = 0x800E
    WRONG_CONFIG = 0x800F
    ERROR = 0x8FFF
    RESEND_NOT_SUPPORTED = 0xA001
    STREAM_ENDPOINT_HALTED = 0xA002
    PAYLOAD_SIZE_NOT_ALIGNED = 0xA003
    STREAM_REGISTERS_INCONSISTENT = 0xA004
    EVENT_ENDPOINT_HALTED = 0xA005


class Framing(IntEnum):
    """How packets are wrapped on the link."""

    SERIAL = 0
    USB3_VISION = 1

    @property
    def order(self) -> str:
        """The byte order of every integer on this link, in struct's letters."""
        return ">" if self is Framing.SERIAL else "<"

    @property
    def header_size(self) -> int:
        """Bytes of a packet before its data: prefix and CCD."""
        prefix = SERIAL_PREFIX_SIZE if self is Framing.SERIAL else U3V_PREFIX_SIZE
        return prefix + CCD_SIZE


class PacketMalformed(ValueError):
    """These bytes are no packet; the session waits for a better one."""


@dataclass(frozen=True, slots=True)
class CommandPacket:
    """What a host sends."""

    command: int
    request_id: int
    scd: bytes
    flags: CommandFlag = CommandFlag.REQUEST_ACK


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """What a device answers; `status` is 0 for success."""

    status: int
    command: int
    request_id: int
    scd: bytes


@dataclass(frozen=True, slots=True)
class Event:
    """One message of the device: its id and the device's time in ns."""

    event_id: int
    timestamp_ns: int
    content: bytes


@dataclass(frozen=True, slots=True)
class EventPacket:
    """What a device sends on its message channel, and whether it waits for an acknowledge."""

    channel: int
    request_id: int
    events: tuple[Event, ...]
    wants_acknowledge: bool


def checksum16(content: bytes) -> int:
    """Give GenCP's "CRC-16": the one's complement sum of RFC 768, an odd tail padded with zero."""
    padded = content + b"\0" * (len(content) % 2)
    total: int = sum(struct.unpack(f">{len(padded) // 2}H", padded))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def encode_command(packet: CommandPacket, framing: Framing) -> bytes:
    """Give the bytes of a command."""
    header = struct.pack(
        framing.order + "4H", packet.flags, packet.command, len(packet.scd), packet.request_id
    )
    return _wrap(header, packet.scd, framing)


def decode_acknowledge(packet: bytes, framing: Framing) -> Acknowledge:
    """Read an acknowledge. Raises PacketMalformed for anything that is none."""
    ccd, scd = _unwrap(packet, framing, U3V_COMMAND_PREFIX)
    status, command, length, request_id = struct.unpack(framing.order + "4H", ccd)
    if length != len(scd):
        raise PacketMalformed(f"{len(scd)} bytes follow a header that announces {length}")
    return Acknowledge(status, command, request_id, scd)


def decode_event_packet(packet: bytes, framing: Framing) -> EventPacket:
    """Read an event command. Raises PacketMalformed for anything that is none."""
    ccd, scd = _unwrap(packet, framing, U3V_EVENT_PREFIX)
    flags, command, length, request_id = struct.unpack(framing.order + "4H", ccd)
    if command != Command.EVENT or length != len(scd):
        raise PacketMalformed("not an event")
    asked = bool(flags & CommandFlag.REQUEST_ACK) and framing is Framing.SERIAL
    return EventPacket(
        channel_of(packet, framing), request_id, tuple(_split_events(scd, framing)), asked
    )


def encode_event_acknowledge(event: EventPacket, framing: Framing) -> bytes:
    """Give the bytes that tell the device that its event was heard."""
    header = (Status.SUCCESS, Command.EVENT_ACK, 0, event.request_id)
    return _wrap(struct.pack(framing.order + "4H", *header), b"", framing, event.channel)


def channel_of(packet: bytes, framing: Framing) -> int:
    """Give the channel of a serial packet; USB3 Vision has an endpoint for each instead."""
    if framing is Framing.USB3_VISION or len(packet) < SERIAL_PREFIX_SIZE:
        return CONTROL_CHANNEL
    return int(struct.unpack_from(">H", packet, 6)[0])


def read_memory(address: int, length: int, framing: Framing) -> bytes:
    """Give the command data of READMEM: address, reserved, length."""
    return struct.pack(framing.order + "QHH", address, 0, length)


def write_memory(address: int, content: bytes, framing: Framing) -> bytes:
    """Give the command data of WRITEMEM: address, content."""
    return struct.pack(framing.order + "Q", address) + content


def read_memory_stacked(ranges: Sequence[tuple[int, int]], framing: Framing) -> bytes:
    """Give the command data of READMEM_STACKED for (address, length) pairs."""
    return b"".join(read_memory(address, length, framing) for address, length in ranges)


def write_memory_stacked(writes: Sequence[tuple[int, bytes]], framing: Framing) -> bytes:
    """Give the command data of WRITEMEM_STACKED for (address, content) pairs."""
    return b"".join(
        read_memory(address, len(content), framing) + content for address, content in writes
    )


def decode_written(acknowledge: Acknowledge, framing: Framing) -> tuple[int, ...]:
    """Give the bytes that each part of a write wrote; nothing from a device that does not tell."""
    words = len(acknowledge.scd) // 4 * 2
    return struct.unpack(f"{framing.order}{words}H", acknowledge.scd[: 2 * words])[1::2]


def decode_pending(acknowledge: Acknowledge, framing: Framing) -> int:
    """Give how many milliseconds a PENDING_ACK asks for. Raises PacketMalformed."""
    if len(acknowledge.scd) != 4:
        raise PacketMalformed("a pending acknowledge holds four bytes")
    _reserved, timeout_ms = struct.unpack(framing.order + "HH", acknowledge.scd)
    return int(timeout_ms)


def _wrap(ccd: bytes, scd: bytes, framing: Framing, channel_id: int = CONTROL_CHANNEL) -> bytes:
    if framing is Framing.USB3_VISION:
        return struct.pack("<I", U3V_COMMAND_PREFIX) + ccd + scd
    channel = struct.pack(">H", channel_id)
    checks = struct.pack(">HH", checksum16(channel + ccd), checksum16(channel + ccd + scd))
    return struct.pack(">H", SERIAL_PREAMBLE) + checks + channel + ccd + scd


def _unwrap(packet: bytes, framing: Framing, u3v_prefix: int) -> tuple[bytes, bytes]:
    if framing is Framing.USB3_VISION:
        return _unwrap_u3v(packet, u3v_prefix)
    return _unwrap_serial(packet)


def _unwrap_u3v(packet: bytes, prefix: int) -> tuple[bytes, bytes]:
    ccd_end = U3V_PREFIX_SIZE + CCD_SIZE
    if len(packet) < ccd_end or struct.unpack_from("<I", packet)[0] != prefix:
        raise PacketMalformed("no USB3 Vision prefix")
    return packet[U3V_PREFIX_SIZE:ccd_end], packet[ccd_end:]


def _unwrap_serial(packet: bytes) -> tuple[bytes, bytes]:
    ccd_end = SERIAL_PREFIX_SIZE + CCD_SIZE
    if len(packet) < ccd_end:
        raise PacketMalformed("shorter than a header")
    preamble, ccd_check, scd_check = struct.unpack_from(">HHH", packet)
    if preamble != SERIAL_PREAMBLE or ccd_check != checksum16(packet[6:ccd_end]):
        raise PacketMalformed("no serial preamble, or a header that fails its checksum")
    if scd_check != checksum16(packet[6:]):
        raise PacketMalformed("data that fail their checksum")
    return packet[SERIAL_PREFIX_SIZE:ccd_end], packet[ccd_end:]


def _split_events(scd: bytes, framing: Framing) -> list[Event]:
    events = []
    while scd:
        if len(scd) < 12:
            raise PacketMalformed("shorter than an event")
        size, event_id, timestamp_ns = struct.unpack_from(framing.order + "HHQ", scd)
        end = size or len(scd)
        if not 12 <= end <= len(scd):
            raise PacketMalformed(f"an event of {size} bytes")
        events.append(Event(event_id, timestamp_ns, scd[12:end]))
        scd = scd[end:]
    return events

"""What a codec is to the fuzzers, and the well-formed bytes that they begin with."""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

VECTORS = Path(__file__).parents[1] / "vectors"
Feed = Callable[[bytes], object]


def as_it_is(packet: bytes) -> bytes:
    """Leave a damaged packet as it is."""
    return packet


@dataclass(frozen=True, slots=True)
class Codec:
    """One row: `begin` gives what eats the packets; `errors` are those that it may raise.

    `repair` makes the checksums of a damaged packet right, so that the damage gets behind them.
    """

    name: str
    begin: Callable[[], Feed]
    seeds: tuple[bytes, ...]
    errors: tuple[type[Exception], ...] = ()
    repair: Callable[[bytes], bytes] = as_it_is


def vectors(name: str, beginning: str = "") -> tuple[bytes, ...]:
    """Give the golden bytes of a file, those whose title begins so."""
    lines = (VECTORS / name).read_text(encoding="utf-8").splitlines()
    pairs = (line.rsplit(" = ", 1) for line in lines if line and not line.startswith("#"))
    return tuple(bytes.fromhex(content) for title, content in pairs if title.startswith(beginning))


def repair_gencp_serial(packet: bytes) -> bytes:
    """Write preamble and both checksums of GenCP 1.3.1 (RFC 768) into a serial packet."""
    if len(packet) < 16:
        return packet
    sums = struct.pack(">HH", _rfc_768(packet[6:16]), _rfc_768(packet[6:]))
    return b"\x01\x00" + sums + packet[6:]


def repair_spellman(packet: bytes) -> bytes:
    """Write STX, check byte and ETX of the Spellman family around whatever is between them."""
    content = packet[1:-2]
    return bytes((0x02, *content, (-sum(content) & 0x7F) | 0x40, 0x03))


def repair_usb3_vision(packet: bytes) -> bytes:
    """Write the prefix and the length of the command data."""
    if len(packet) < 12:
        return packet
    return b"U3VC" + packet[4:8] + struct.pack("<H", len(packet) - 12) + packet[10:]


def _rfc_768(covered: bytes) -> int:
    padded = covered + bytes(len(covered) % 2)
    total: int = sum(struct.unpack(f">{len(padded) // 2}H", padded))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF

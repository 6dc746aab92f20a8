"""Cutting GenCP packets out of a serial line's bytes. Pure: bytes in, packets and a rest out.

Source: GenICam GenCP 1.3.1, serial link: preamble, checksum of the header, length in the header.
"""

import struct

from device.gencp.packets import CCD_SIZE, SERIAL_PREAMBLE, SERIAL_PREFIX_SIZE, checksum16

PREAMBLE = struct.pack(">H", SERIAL_PREAMBLE)
HEADER_SIZE = SERIAL_PREFIX_SIZE + CCD_SIZE
# GenCP 1.3.1, serial link: no packet is longer.
LARGEST_SERIAL_PACKET = 1024


def split(buffered: bytes) -> tuple[list[bytes], bytes]:
    """Give the packets in `buffered` and the bytes that may be the beginning of the next.

    A packet whose data fail their checksum is given too (decoding tells), and is searched for the
    next packet: bytes that the line lost would otherwise cost the answer that follows.
    """
    packets = []
    at = 0
    while (at := _next_preamble(buffered, at)) < len(buffered):
        size = _size(buffered, at)
        if size is None or at + size > len(buffered):
            break
        if size == 0:
            at += 1
            continue
        packet = buffered[at : at + size]
        packets.append(packet)
        at += size if _intact(packet) else 1
    return packets, buffered[at:]


def resynchronise(rest: bytes) -> tuple[list[bytes], bytes]:
    """Give up the packet that `rest` begins with, because the line fell silent in its middle."""
    return split(rest[1:])


def _next_preamble(buffered: bytes, start: int) -> int:
    """Give where a preamble is, or where its first byte ends the buffer, or the buffer's end."""
    found = buffered.find(PREAMBLE, start)
    if found >= 0:
        return found
    return len(buffered) - 1 if buffered[start:].endswith(PREAMBLE[:1]) else len(buffered)


def _size(buffered: bytes, at: int) -> int | None:
    """Give the packet's size, 0 for bytes that are no header, None for too few to tell."""
    header = buffered[at : at + HEADER_SIZE]
    if len(header) < HEADER_SIZE:
        return None
    check, length = struct.unpack_from(">H", header, 2)[0], struct.unpack_from(">H", header, 12)[0]
    size = HEADER_SIZE + int(length)
    return size if check == checksum16(header[6:]) and size <= LARGEST_SERIAL_PACKET else 0


def _intact(packet: bytes) -> bool:
    return bool(struct.unpack_from(">H", packet, 4)[0] == checksum16(packet[6:]))

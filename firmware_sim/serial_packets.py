"""A stream of bytes cut into GenCP's serial packets, whatever lies between them."""

from dataclasses import dataclass, field

from firmware_sim.gencp_framing import (
    CCD_LENGTH,
    PREAMBLE,
    SERIAL_PREFIX_LENGTH,
    head_is_right,
    whole_is_right,
)

# GenCP 1.3.1, serial link.
LARGEST_PACKET = 1024
HEAD_LENGTH = SERIAL_PREFIX_LENGTH + CCD_LENGTH
# Where a packet tells the length of what follows its head.
LENGTH_PLACE = slice(12, 14)


@dataclass(slots=True)
class Cut:
    """What a buffer held: whole packets, what may still become one, and how much was damaged."""

    packets: list[bytes] = field(default_factory=list)
    rest: bytes = b""
    damaged: int = 0


def cut(buffer: bytes) -> Cut:
    """Take the whole packets out of a buffer.

    What begins like a packet and is none costs one byte, so that the packet behind it is found.
    """
    found = Cut()
    while (start := buffer.find(PREAMBLE)) >= 0:
        buffer = buffer[start:]
        if len(buffer) < HEAD_LENGTH:
            found.rest = buffer
            return found
        end = HEAD_LENGTH + int.from_bytes(buffer[LENGTH_PLACE], "big")
        if not head_is_right(buffer[:HEAD_LENGTH]) or end > LARGEST_PACKET:
            found.damaged += 1
            buffer = buffer[1:]
        elif len(buffer) < end:
            found.rest = buffer
            return found
        elif not whole_is_right(buffer[:end]):
            found.damaged += 1
            buffer = buffer[1:]
        else:
            found.packets.append(buffer[:end])
            buffer = buffer[end:]
    found.rest = buffer[-1:] if buffer[-1:] == PREAMBLE[:1] else b""
    return found


def cut_without_waiting(buffer: bytes) -> Cut:
    """Take the whole packets out of a buffer that nothing will follow."""
    found = cut(buffer)
    whole, damaged = found.packets, found.damaged
    while found.rest:
        found = cut(found.rest[1:])
        whole += found.packets
        damaged += found.damaged
    return Cut(whole, b"", damaged)

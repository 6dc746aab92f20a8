"""Receiving one image block: leader, payload and trailer, each in its own transfers."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from device.clock import Clock, Deadline
from device.errors import FrameIncomplete, FrameMissing, LinkTimeout
from device.link import ImageLink
from device.u3v.bootstrap import StreamLayout
from device.u3v.stream import assemble, is_trailer, parse_leader, parse_trailer

# An idle stream is looked at for this long (wall time), then the clock moves on by POLL_S.
LOOK_S = 0.003
POLL_S = 0.02
# Once a block has begun, the next transfer comes within this time (wall time).
TRANSFER_TIMEOUT_S = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """One image as it arrived."""

    pixels: NDArray[np.uint16]
    timestamp_ns: int


def receive_block(
    link: ImageLink,
    layout: StreamLayout,
    clock: Clock,
    wait_s: float,
    keep_alive: Callable[[], None],
) -> Block:
    """Wait at most `wait_s` of the clock for a block to begin, then take it whole.

    `keep_alive` is called between transfers. Raises FrameMissing, FrameIncomplete or LinkError.
    """
    payload = memoryview(bytearray(sum(layout.payload_transfers)))
    leader = parse_leader(_first_transfer(link, layout.leader, clock, wait_s, keep_alive))
    try:
        received, trailer = _receive_payload(link, layout, payload, keep_alive)
    except LinkTimeout as error:
        raise FrameIncomplete("the panel stopped in the middle of an image") from error
    pixels = assemble(leader, payload[:received], parse_trailer(trailer))
    return Block(pixels, leader.timestamp_ns)


def _first_transfer(
    link: ImageLink,
    size: int,
    clock: Clock,
    wait_s: float,
    keep_alive: Callable[[], None],
) -> bytes:
    deadline = Deadline(clock, wait_s)
    while True:
        try:
            return _transfer(link, size, LOOK_S)
        except LinkTimeout as error:
            if deadline.over():
                raise FrameMissing(f"waited {wait_s:g} s") from error
        keep_alive()
        clock.sleep(POLL_S)


def _receive_payload(
    link: ImageLink, layout: StreamLayout, payload: memoryview, keep_alive: Callable[[], None]
) -> tuple[int, bytes]:
    """Give the bytes received and the trailer, which comes early when the panel gave up."""
    received = 0
    for size in layout.payload_transfers:
        part = payload[received : received + size]
        count = link.receive_image(part, TRANSFER_TIMEOUT_S)
        if count < size and received + count < layout.payload and is_trailer(bytes(part[:count])):
            return received, bytes(part[:count])
        received += count
        keep_alive()
    # The last transfer may be padded up to the alignment.
    return min(received, layout.payload), _transfer(link, layout.trailer, TRANSFER_TIMEOUT_S)


def _transfer(link: ImageLink, size: int, timeout_s: float) -> bytes:
    buffer = bytearray(size)
    count = link.receive_image(memoryview(buffer), timeout_s)
    return bytes(buffer[:count])

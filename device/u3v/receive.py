"""Receiving one image block: leader, payload and trailer, each in its own transfers."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from device.clock import Clock, Deadline
from device.errors import FrameIncomplete, FrameMissing, LinkTimeout
from device.link import ImageLink
from device.u3v.bootstrap import StreamLayout
from device.u3v.chunks import FrameFacts
from device.u3v.stream import assemble, is_trailer, parse_leader, parse_trailer

# An idle stream is looked at for this long (wall time), then the clock moves on by POLL_S.
LOOK_S = 0.003
POLL_S = 0.02
# Once a block has begun, the next transfer comes within so many looks of this length (wall time);
# between them the panel is asked, so that a lost one is known at once.
TRANSFER_LOOK_S = 0.1
TRANSFER_LOOKS = 10
# docs/safety.md: a panel that is watched wants to hear of its host every 50 ms.
KEEP_ALIVE_S = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """One image as it arrived."""

    pixels: NDArray[np.uint16]
    timestamp_ns: int
    facts: FrameFacts


def receive_block(
    link: ImageLink,
    layout: StreamLayout,
    clock: Clock,
    wait_s: float,
    keep_alive: Callable[[], None],
    chunk_names: Mapping[int, str],
) -> Block:
    """Wait at most `wait_s` of the clock for a block to begin, then take it whole.

    `keep_alive` is called between transfers, every 50 ms; `chunk_names` says what the panel's chunk
    ids mean.
    Raises FrameMissing, FrameIncomplete or LinkError.
    """
    payload = np.empty(sum(layout.payload_transfers), np.uint8).data
    leader = parse_leader(_first_transfer(link, layout.leader, clock, wait_s, keep_alive))
    try:
        received, trailer = _receive_payload(link, layout, payload, keep_alive)
    except LinkTimeout as error:
        raise FrameIncomplete("the panel stopped in the middle of an image") from error
    ending = parse_trailer(trailer)
    # The last transfer may be padded up to the alignment.
    whole = payload[: min(received, ending.valid_bytes)]
    pixels, facts = assemble(leader, whole, ending, chunk_names)
    return Block(pixels, leader.timestamp_ns, facts)


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
    received, heard = 0, time.monotonic()
    for size in layout.payload_transfers:
        part = payload[received : received + size]
        count = _awaited(link, part, keep_alive)
        if count < size and received + count < layout.payload and is_trailer(bytes(part[:count])):
            return received, bytes(part[:count])
        received += count
        if time.monotonic() - heard > KEEP_ALIVE_S:
            keep_alive()
            heard = time.monotonic()
    trailer = bytearray(layout.trailer)
    count = _awaited(link, memoryview(trailer), keep_alive)
    return received, bytes(trailer[:count])


def _awaited(link: ImageLink, part: memoryview, keep_alive: Callable[[], None]) -> int:
    """Fill `part` with one transfer of a block that has begun. Raises LinkError."""
    for _ in range(TRANSFER_LOOKS - 1):
        try:
            return link.receive_image(part, TRANSFER_LOOK_S)
        except LinkTimeout:
            keep_alive()
    return link.receive_image(part, TRANSFER_LOOK_S)


def _transfer(link: ImageLink, size: int, timeout_s: float) -> bytes:
    buffer = bytearray(size)
    count = link.receive_image(memoryview(buffer), timeout_s)
    return bytes(buffer[:count])

"""USB3 Vision image blocks: leader, payload, trailer. Pure: bytes in, values out.

Source: USB3 Vision 1.x, stream protocol; GenICam PFNC for the pixel formats.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from device.errors import FrameIncomplete
from device.u3v.chunks import FrameFacts, read_facts, split_chunks

# USB3 Vision: "U3VL" and "U3VT", little-endian.
LEADER_PREFIX = 0x4C563355
TRAILER_PREFIX = 0x54563355
IMAGE_PAYLOAD = 0x0001
IMAGE_WITH_CHUNKS = 0x4001
LEADER = struct.Struct("<IHHQHHQIIIIIHH")
TRAILER = struct.Struct("<IHHQHHQI")
# USB3 Vision: a trailer with a chunk layout has four bytes more.
CHUNK_LAYOUT = struct.Struct("<I")
# GenICam PFNC: formats with one little-endian 16-bit word per pixel, and their bits.
PIXEL_BITS = {0x01100007: 16, 0x01100025: 14, 0x01100005: 12}
# USB3 Vision 1.x: status codes of a trailer.
TRAILER_STATUS = {0xA100: "data discarded", 0xA101: "data overrun"}


@dataclass(frozen=True, slots=True)
class Leader:
    """What announces an image; times in ns of the panel's clock."""

    block_id: int
    timestamp_ns: int
    pixel_format: int
    columns: int
    rows: int
    has_chunks: bool = False

    @property
    def image_size(self) -> int:
        """Bytes of the pixels alone."""
        return self.rows * self.columns * 2


@dataclass(frozen=True, slots=True)
class Trailer:
    """What ends an image; `status` is 0 for a whole one."""

    block_id: int
    status: int
    valid_bytes: int
    rows: int
    chunk_layout: int | None = None


def parse_leader(content: bytes) -> Leader:
    """Read an image leader. Raises FrameIncomplete for anything else."""
    if len(content) < LEADER.size:
        raise FrameIncomplete(f"a leader of {len(content)} bytes")
    prefix, _, size, block, _, kind, time_ns, pixel, width, height, left, top, pad, _ = (
        LEADER.unpack_from(content)
    )
    if prefix != LEADER_PREFIX or not LEADER.size <= size <= len(content):
        raise FrameIncomplete("no image leader where one should be")
    if kind not in (IMAGE_PAYLOAD, IMAGE_WITH_CHUNKS) or (left, top, pad) != (0, 0, 0):
        raise FrameIncomplete(f"payload type 0x{kind:04X}, or not the whole panel")
    return Leader(block, time_ns, pixel, width, height, kind == IMAGE_WITH_CHUNKS)


def parse_trailer(content: bytes) -> Trailer:
    """Read an image trailer. Raises FrameIncomplete for anything else."""
    if not is_trailer(content):
        raise FrameIncomplete("no image trailer where one should be")
    _, _, size, block, status, _, valid, height = TRAILER.unpack_from(content)
    if not TRAILER.size <= size <= len(content):
        raise FrameIncomplete("a trailer cut short")
    has_layout = size >= TRAILER.size + CHUNK_LAYOUT.size
    layout = CHUNK_LAYOUT.unpack_from(content, TRAILER.size)[0] if has_layout else None
    return Trailer(block, status, valid, height, layout)


def is_trailer(content: bytes) -> bool:
    """Say whether these bytes begin like a trailer."""
    return len(content) >= TRAILER.size and struct.unpack_from("<I", content)[0] == TRAILER_PREFIX


def assemble(
    leader: Leader, payload: memoryview, trailer: Trailer, chunk_names: Mapping[int, str]
) -> tuple[NDArray[np.uint16], FrameFacts]:
    """Give the pixels (rows, columns) of one block, and what the panel says of them in chunks.

    `payload` is kept, not copied. Raises FrameIncomplete when leader, payload and trailer do not
    tell of one whole image, or its checksum is wrong.
    """
    _check(leader, len(payload), trailer)
    image, facts = payload, FrameFacts()
    if leader.has_chunks:
        chunks = split_chunks(payload)
        image = chunks[0][1]
        _check_size(leader, len(image))
        facts = read_facts(chunks, chunk_names, image)
    pixels = np.frombuffer(image, dtype="<u2").reshape(leader.rows, leader.columns)
    return pixels.astype(np.uint16, copy=False), facts


def _check(leader: Leader, received: int, trailer: Trailer) -> None:
    if leader.pixel_format not in PIXEL_BITS:
        raise FrameIncomplete(f"pixel format 0x{leader.pixel_format:08X}")
    if trailer.block_id != leader.block_id:
        raise FrameIncomplete(f"block {leader.block_id} ended as block {trailer.block_id}")
    if trailer.status:
        reason = TRAILER_STATUS.get(trailer.status, "status")
        raise FrameIncomplete(f"{reason} 0x{trailer.status:04X}")
    if received != trailer.valid_bytes or trailer.rows != leader.rows:
        raise FrameIncomplete(f"{received} bytes received, {trailer.valid_bytes} sent")
    if leader.image_size == 0:
        raise FrameIncomplete("an image without pixels")
    if not leader.has_chunks:
        _check_size(leader, received)


def _check_size(leader: Leader, received: int) -> None:
    if received != leader.image_size:
        raise FrameIncomplete(f"{received} bytes of an image of {leader.image_size}")

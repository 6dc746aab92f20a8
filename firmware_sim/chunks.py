"""Chunk data: what the device says about a frame inside the frame (GenICam chunk layout).

Each chunk is its data, then its id and its length as little-endian 32-bit numbers; the image is the
first one.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from firmware_sim.frame import Frame


class Chunk(IntEnum):
    """Chunks by their id on the wire."""

    IMAGE = 0x0001
    FRAME_ID = 0x0010
    EXPOSURE_TIME = 0x0011
    DEVICE_TEMPERATURE = 0x0012
    BOOT_ID = 0x0013
    IMAGE_CHECKSUM = 0x0014
    ROW_REFERENCE = 0x0015


# What the chunks of one number hold: its form and its value for a frame and its block id.
_CONTENT: dict[Chunk, tuple[str, Callable[[Frame, int], int | float]]] = {
    Chunk.FRAME_ID: ("<Q", lambda frame, block_id: block_id),
    Chunk.EXPOSURE_TIME: ("<d", lambda frame, block_id: frame.integration_us),
    Chunk.DEVICE_TEMPERATURE: ("<d", lambda frame, block_id: frame.temperature_c),
    Chunk.BOOT_ID: ("<Q", lambda frame, block_id: frame.boot_id),
    Chunk.IMAGE_CHECKSUM: ("<I", lambda frame, block_id: frame.image.checksum),
}
_TAG = struct.Struct("<II")
# A float32 for every row of the image.
ROW_REFERENCE_BYTES = 4
EVERY_CHUNK = frozenset(Chunk)


@dataclass(slots=True)
class ChunkLayout:
    """Whether frames carry chunks, and which; the image is always among them."""

    active: int = 0
    enabled: frozenset[Chunk] = EVERY_CHUNK

    @property
    def layout_id(self) -> int:
        """A number that differs whenever the layout does."""
        return sum(1 << list(Chunk).index(chunk) for chunk in self.enabled)

    def enable(self, chunk: Chunk) -> None:
        """Let frames carry this chunk."""
        self.enabled |= {chunk}

    def disable(self, chunk: Chunk) -> None:
        """Let frames carry this chunk no more."""
        self.enabled -= {chunk}

    def payload_size(self, image_size: int, rows: int) -> int:
        """Give the bytes of a frame of so many bytes and rows with its chunks."""
        return image_size + self._tail_size(rows) if self.active else image_size

    def tail(self, frame: Frame, block_id: int) -> bytes:
        """Give what follows the image in a frame; nothing while chunks are off."""
        if not self.active:
            return b""
        parts = [_TAG.pack(Chunk.IMAGE, frame.pixels.nbytes)]
        for chunk in self._after_image:
            content = _content(chunk, frame, block_id)
            parts += [content, _TAG.pack(chunk, len(content))]
        return b"".join(parts)

    @property
    def _after_image(self) -> list[Chunk]:
        return [chunk for chunk in Chunk if chunk in self.enabled and chunk is not Chunk.IMAGE]

    def _tail_size(self, rows: int) -> int:
        return _TAG.size + sum(_size(chunk, rows) + _TAG.size for chunk in self._after_image)


def _content(chunk: Chunk, frame: Frame, block_id: int) -> bytes:
    if chunk is Chunk.ROW_REFERENCE:
        return frame.image.row_reference_dn.tobytes()
    form, value = _CONTENT[chunk]
    return struct.pack(form, value(frame, block_id))


def _size(chunk: Chunk, rows: int) -> int:
    if chunk is Chunk.ROW_REFERENCE:
        return ROW_REFERENCE_BYTES * rows
    return struct.calcsize(_CONTENT[chunk][0])

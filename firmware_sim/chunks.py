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


# What each chunk but the image holds: its form and its value for a frame and its block id.
_CONTENT: dict[Chunk, tuple[str, Callable[[Frame, int], int | float]]] = {
    Chunk.FRAME_ID: ("<Q", lambda frame, block_id: block_id),
    Chunk.EXPOSURE_TIME: ("<d", lambda frame, block_id: frame.integration_us),
    Chunk.DEVICE_TEMPERATURE: ("<d", lambda frame, block_id: frame.temperature_c),
    Chunk.BOOT_ID: ("<Q", lambda frame, block_id: frame.boot_id),
    Chunk.IMAGE_CHECKSUM: ("<I", lambda frame, block_id: frame.image.checksum),
}
_TAG = struct.Struct("<II")
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

    def payload_size(self, image_size: int) -> int:
        """Give the bytes of a frame with its chunks."""
        return image_size + self._tail_size if self.active else image_size

    def tail(self, frame: Frame, block_id: int) -> bytes:
        """Give what follows the image in a frame; nothing while chunks are off."""
        if not self.active:
            return b""
        parts = [_TAG.pack(Chunk.IMAGE, frame.pixels.nbytes)]
        for chunk in self._after_image:
            form, value = _CONTENT[chunk]
            parts += [struct.pack(form, value(frame, block_id))]
            parts += [_TAG.pack(chunk, struct.calcsize(form))]
        return b"".join(parts)

    @property
    def _after_image(self) -> list[Chunk]:
        return [chunk for chunk in _CONTENT if chunk in self.enabled]

    @property
    def _tail_size(self) -> int:
        sizes = (struct.calcsize(_CONTENT[chunk][0]) + _TAG.size for chunk in self._after_image)
        return _TAG.size + sum(sizes)

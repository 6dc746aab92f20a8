"""The stream interface of USB3 Vision: its registers' values, and a frame cut into transfers."""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from firmware_sim.chunks import ChunkLayout
from firmware_sim.errors import AccessDenied
from firmware_sim.features import BYTES_PER_PIXEL
from firmware_sim.frame import Frame

# USB3 Vision 1.0: an image leader has 52 bytes, a trailer 32, or 36 where there are chunks.
LEADER_LENGTH, TRAILER_LENGTH, CHUNK_TRAILER_LENGTH = 52, 32, 36
LEADER_MAGIC, TRAILER_MAGIC = b"U3VL", b"U3VT"
IMAGE_PAYLOAD, IMAGE_AND_CHUNKS_PAYLOAD = 0x0001, 0x4001
# USB3 Vision 1.0, trailer status.
SUCCESS, DATA_DISCARDED, DATA_OVERRUN = 0x0000, 0xA100, 0xA101
# PFNC 2.4: Mono16.
MONO16 = 0x0110_0007
# Ours to choose. Aravis 0.8.26 writes the size of a small frame itself as the size of its transfer,
# and takes a coarser alignment for a refusal.
ALIGNMENT_LOG2 = 2

Transfer = bytes | memoryview


class StreamSizesInconsistent(Exception):
    """The host's transfer sizes do not hold a frame."""


class SizeNotAligned(Exception):
    """A payload size is no multiple of the alignment."""


class StreamHalted(Exception):
    """The stream cannot be enabled while its endpoint is halted."""


class EventsHalted(Exception):
    """Events cannot be enabled while their endpoint is halted."""


def _nothing() -> None:
    pass


@dataclass(slots=True)
class StreamInterface:
    """What the host wrote to the SIRM; everything but the enable bit is locked while streaming.

    `frame_size` tells the bytes of a frame as the panel is set now; `on_enable` is called before
    the stream is switched on and may raise StreamHalted.
    """

    frame_size: Callable[[], int]
    on_enable: Callable[[], None] = field(default=_nothing)
    enabled: int = 0
    max_leader: int = 0
    payload_size: int = 0
    payload_count: int = 0
    final1: int = 0
    final2: int = 0
    max_trailer: int = 0
    next_block: int = 0

    @property
    def required_payload(self) -> int:
        """Bytes of payload that a frame has now."""
        return self.frame_size()

    @property
    def room(self) -> int:
        """Bytes of payload that the host's transfers hold."""
        return self.payload_size * self.payload_count + self.final1 + self.final2

    def set_enabled(self, value: int) -> None:
        """Switch the stream on, with block ids from 0 again, or off."""
        if value & 1 and not self.enabled:
            self._check_sizes()
            self.on_enable()
            self.next_block = 0
        self.enabled = value & 1

    def set_size(self, name: str, value: int) -> None:
        """Set one of the sizes by the name of its field."""
        if self.enabled:
            raise AccessDenied("The stream registers are locked while the stream is enabled.")
        aligned = value % (1 << ALIGNMENT_LOG2) == 0
        if name in ("payload_size", "final1", "final2") and not aligned:
            raise SizeNotAligned
        setattr(self, name, value)

    def _check_sizes(self) -> None:
        leader_fits = self.max_leader >= LEADER_LENGTH
        trailer_fits = self.max_trailer >= TRAILER_LENGTH
        if not (leader_fits and trailer_fits and self.room >= self.required_payload):
            raise StreamSizesInconsistent


def transfers(
    interface: StreamInterface, layout: ChunkLayout, frame: Frame, lines: int, status: int
) -> list[Transfer]:
    """Cut the first `lines` of a frame into leader, payload and trailer; counts the block.

    Pixels are sent from where they lie. Chunks follow whole images only.
    """
    block_id = interface.next_block
    interface.next_block += 1
    rows, columns = frame.pixels.shape
    lines = max(0, min(lines, rows))
    image = frame.pixels.data.cast("B")[: lines * columns * BYTES_PER_PIXEL]
    tail = layout.tail(frame, block_id) if lines == rows else b""
    return [
        _leader(block_id, frame, layout),
        *_payload(interface, image, tail),
        _trailer(block_id, status, len(image) + len(tail), lines, layout),
    ]


def _leader(block_id: int, frame: Frame, layout: ChunkLayout) -> bytes:
    kind = IMAGE_AND_CHUNKS_PAYLOAD if layout.active else IMAGE_PAYLOAD
    height, width = frame.pixels.shape
    head = struct.pack("<4sHHQHH", LEADER_MAGIC, 0, LEADER_LENGTH, block_id, 0, kind)
    return head + struct.pack("<QIIIIIHH", frame.started_ns, MONO16, width, height, 0, 0, 0, 0)


def _trailer(block_id: int, status: int, valid: int, height: int, layout: ChunkLayout) -> bytes:
    length = CHUNK_TRAILER_LENGTH if layout.active else TRAILER_LENGTH
    head = struct.pack("<4sHHQ", TRAILER_MAGIC, 0, length, block_id)
    image = head + struct.pack("<HHQI", status, 0, valid, height)
    return image + struct.pack("<I", layout.layout_id) if layout.active else image


def _payload(interface: StreamInterface, image: memoryview, tail: bytes) -> Iterator[Transfer]:
    sizes = [interface.payload_size] * interface.payload_count
    start = 0
    for size in (*sizes, interface.final1, interface.final2):
        piece: Transfer = image[start : start + size]
        if tail and start + size > len(image):
            behind = max(0, start - len(image))
            piece = bytes(piece) + tail[behind : start + size - len(image)]
        if piece:
            yield piece
        start += size

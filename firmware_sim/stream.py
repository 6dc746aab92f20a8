"""The stream interface of USB3 Vision: its registers' values, and a frame cut into transfers."""

import struct
from dataclasses import dataclass

from firmware_sim.errors import AccessDenied
from firmware_sim.feature_table import MONO16
from firmware_sim.features import BYTES_PER_PIXEL
from firmware_sim.panel import Frame

# USB3 Vision 1.0: an image leader has 52 bytes, an image trailer 32.
LEADER_LENGTH, TRAILER_LENGTH = 52, 32
LEADER_MAGIC, TRAILER_MAGIC = b"U3VL", b"U3VT"
IMAGE_PAYLOAD = 0x0001
# USB3 Vision 1.0, trailer status.
SUCCESS, DATA_DISCARDED = 0x0000, 0xA100
# The super-speed packet size: payload transfers are whole packets.
ALIGNMENT_LOG2 = 10
ALIGNMENT = 1 << ALIGNMENT_LOG2

Transfer = bytes | memoryview


class StreamSizesInconsistent(Exception):
    """The host's transfer sizes do not hold a frame."""


class SizeNotAligned(Exception):
    """A payload size is no multiple of the alignment."""


@dataclass(slots=True)
class StreamInterface:
    """What the host wrote to the SIRM; everything but the enable bit is locked while streaming."""

    required_payload: int
    enabled: int = 0
    max_leader: int = 0
    payload_size: int = 0
    payload_count: int = 0
    final1: int = 0
    final2: int = 0
    max_trailer: int = 0
    next_block: int = 0

    @property
    def room(self) -> int:
        """Bytes of payload that the host's transfers hold."""
        return self.payload_size * self.payload_count + self.final1 + self.final2

    def set_enabled(self, value: int) -> None:
        """Switch the stream on, with block ids from 0 again, or off."""
        if value & 1 and not self.enabled:
            self._check_sizes()
            self.next_block = 0
        self.enabled = value & 1

    def set_size(self, name: str, value: int) -> None:
        """Set one of the sizes by the name of its field."""
        if self.enabled:
            raise AccessDenied("The stream registers are locked while the stream is enabled.")
        if name in ("payload_size", "final1", "final2") and value % ALIGNMENT:
            raise SizeNotAligned
        setattr(self, name, value)

    def _check_sizes(self) -> None:
        leader_fits = self.max_leader >= LEADER_LENGTH
        trailer_fits = self.max_trailer >= TRAILER_LENGTH
        if not (leader_fits and trailer_fits and self.room >= self.required_payload):
            raise StreamSizesInconsistent


def transfers(interface: StreamInterface, frame: Frame, lines_missing: int) -> list[Transfer]:
    """Cut a frame into leader, payload transfers and trailer; counts the block."""
    block_id = interface.next_block
    interface.next_block += 1
    rows, columns = frame.pixels.shape
    whole = frame.pixels.astype("<u2", copy=False).data.cast("B")
    sent = whole[: max(0, rows - lines_missing) * columns * BYTES_PER_PIXEL]
    status = SUCCESS if len(sent) == len(whole) else DATA_DISCARDED
    return [
        _leader(block_id, frame.started_ns, columns, rows),
        *_payload(interface, sent),
        _trailer(block_id, status, len(sent), len(sent) // (columns * BYTES_PER_PIXEL)),
    ]


def _leader(block_id: int, started_ns: int, width: int, height: int) -> bytes:
    head = struct.pack("<4sHHQHH", LEADER_MAGIC, 0, LEADER_LENGTH, block_id, 0, IMAGE_PAYLOAD)
    return head + struct.pack("<QIIIIIHH", started_ns, MONO16, width, height, 0, 0, 0, 0)


def _trailer(block_id: int, status: int, valid: int, height: int) -> bytes:
    head = struct.pack("<4sHHQ", TRAILER_MAGIC, 0, TRAILER_LENGTH, block_id)
    return head + struct.pack("<HHQI", status, 0, valid, height)


def _payload(interface: StreamInterface, sent: memoryview) -> list[Transfer]:
    sizes = [interface.payload_size] * interface.payload_count
    pieces: list[Transfer] = []
    start = 0
    for size in (*sizes, interface.final1, interface.final2):
        piece = sent[start : start + size]
        if piece:
            pieces.append(piece)
        start += size
    return pieces

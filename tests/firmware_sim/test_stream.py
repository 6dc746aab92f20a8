import struct
import zlib

import numpy as np
import pytest

from firmware_sim.chunks import Chunk, ChunkLayout
from firmware_sim.errors import AccessDenied
from firmware_sim.frame import Frame, rendered
from firmware_sim.physics.reading import Reading
from firmware_sim.stream import (
    SizeNotAligned,
    StreamInterface,
    StreamSizesInconsistent,
    transfers,
)

ROWS, COLUMNS = 40, 64
PAYLOAD = ROWS * COLUMNS * 2


@pytest.fixture
def interface():
    sizes = StreamInterface(lambda: PAYLOAD)
    for name, value in (
        ("max_leader", 52),
        ("payload_size", 2048),
        ("payload_count", 2),
        ("final1", 1024),
        ("final2", 0),
        ("max_trailer", 36),
    ):
        sizes.set_size(name, value)
    return sizes


@pytest.fixture
def frame():
    pixels = np.arange(ROWS * COLUMNS, dtype=np.uint16).reshape(ROWS, COLUMNS)
    reading = Reading(pixels, np.full(ROWS, 200.5, np.float32))
    return Frame(rendered(reading), 123456789, 20_000.0, 25.5, 77)


@pytest.fixture
def whole(interface, frame):
    """Cut the frame as it is, without chunks."""
    return lambda: transfers(interface, ChunkLayout(), frame, ROWS, 0)


def test_frame_becomes_leader_payload_and_trailer(interface, frame, whole):
    interface.set_enabled(1)
    leader, *payload, trailer = whole()
    assert [len(piece) for piece in payload] == [2048, 2048, 1024]
    assert b"".join(payload) == frame.pixels.astype("<u2").tobytes()
    assert (len(leader), len(trailer)) == (52, 32)


def test_leader_is_as_the_standard_draws_it(whole):
    leader = whole()[0]
    assert leader.hex(" ", 4) == (
        "5533564c 00003400 00000000 00000000 00000100 15cd5b07 00000000"
        " 07001001 40000000 28000000 00000000 00000000 00000000"
    )


def test_trailer_is_as_the_standard_draws_it(whole):
    trailer = whole()[-1]
    assert trailer.hex(" ", 4) == (
        "55335654 00002000 00000000 00000000 00000000 00140000 00000000 28000000"
    )


def test_blocks_are_counted_from_0_after_each_enable(interface, whole):
    interface.set_enabled(1)
    ids = [whole()[0][8] for _ in range(2)]
    interface.set_enabled(0)
    interface.set_enabled(1)
    assert [*ids, whole()[0][8]] == [0, 1, 0]


def test_short_frame_says_so_in_its_trailer(interface, frame):
    _, *payload, trailer = transfers(interface, ChunkLayout(), frame, 30, 0xA100)
    sent = sum(len(piece) for piece in payload)
    assert sent == 30 * COLUMNS * 2
    assert trailer[16:18] == b"\x00\xa1" and int.from_bytes(trailer[20:28], "little") == sent


def test_sizes_are_locked_while_the_stream_is_enabled(interface):
    interface.set_enabled(1)
    with pytest.raises(AccessDenied):
        interface.set_size("payload_size", 1024)


def test_size_off_the_alignment_is_refused(interface):
    with pytest.raises(SizeNotAligned):
        interface.set_size("final1", 1001)


@pytest.mark.parametrize("name", ["payload_count", "max_leader", "max_trailer"])
def test_stream_that_cannot_hold_a_frame_is_not_enabled(interface, name):
    interface.set_size(name, 0)
    with pytest.raises(StreamSizesInconsistent):
        interface.set_enabled(1)
    assert interface.enabled == 0


CHUNKS = """
0100 0000 0014 0000
0000 0000 0000 0000  1000 0000 0800 0000
0000 0000 0088 d340  1100 0000 0800 0000
0000 0000 0080 3940  1200 0000 0800 0000
4d00 0000 0000 0000  1300 0000 0800 0000
"""


ROW_REFERENCE = "0080 4843" * ROWS + "1500 0000" + (4 * ROWS).to_bytes(4, "little").hex()


def chunked(interface, frame, layout):
    interface.set_size("payload_count", 3)
    leader, *payload, trailer = transfers(interface, layout, frame, ROWS, 0)
    return leader, b"".join(payload), trailer


def test_chunks_follow_the_image_as_the_standard_draws_them(interface, frame):
    _, payload, _ = chunked(interface, frame, ChunkLayout(active=1))
    checksum = struct.pack("<III", zlib.crc32(payload[:PAYLOAD]), 0x14, 4)
    assert payload[PAYLOAD:] == bytes.fromhex(CHUNKS) + checksum + bytes.fromhex(ROW_REFERENCE)


def test_leader_and_trailer_tell_of_chunks(interface, frame):
    leader, payload, trailer = chunked(interface, frame, ChunkLayout(active=1))
    assert leader[18:20] == b"\x01\x40" and len(leader) == 52
    assert trailer[6:8] == b"\x24\x00" and len(trailer) == 36
    assert int.from_bytes(trailer[20:28], "little") == len(payload)


def test_every_layout_has_an_id_of_its_own(interface, frame):
    layout = ChunkLayout(active=1)
    before = chunked(interface, frame, layout)[2][32:]
    layout.disable(Chunk.BOOT_ID)
    assert chunked(interface, frame, layout)[2][32:] != before


def test_layout_tells_how_large_a_frame_is(interface, frame):
    layout = ChunkLayout(active=1)
    layout.disable(Chunk.EXPOSURE_TIME)
    assert layout.payload_size(PAYLOAD, ROWS) == len(chunked(interface, frame, layout)[1])


def test_chunks_are_cut_where_the_host_wants_it(interface, frame):
    interface.set_size("final1", 0)
    interface.set_size("payload_size", 1024)
    interface.set_size("payload_count", 6)
    _, *payload, _ = transfers(interface, ChunkLayout(active=1), frame, ROWS, 0)
    assert [len(piece) for piece in payload] == [1024] * 5 + [84 + 4 * ROWS + 8]


def test_frame_cut_short_carries_no_chunks(interface, frame):
    _, *payload, _ = transfers(interface, ChunkLayout(active=1), frame, 3, 0xA101)
    assert b"".join(payload) == frame.pixels[:3].tobytes()


def test_pixels_are_sent_from_where_they_lie(interface, frame, whole):
    piece = whole()[1]
    assert np.shares_memory(np.frombuffer(piece, np.uint8), frame.pixels)

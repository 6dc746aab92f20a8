import numpy as np
import pytest

from firmware_sim.errors import AccessDenied
from firmware_sim.panel import Frame
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
    sizes = StreamInterface(PAYLOAD)
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
    return Frame(pixels, 123456789)


def test_frame_becomes_leader_payload_and_trailer(interface, frame):
    interface.set_enabled(1)
    leader, *payload, trailer = transfers(interface, frame, 0)
    assert [len(piece) for piece in payload] == [2048, 2048, 1024]
    assert b"".join(payload) == frame.pixels.astype("<u2").tobytes()
    assert (len(leader), len(trailer)) == (52, 32)


def test_leader_is_as_the_standard_draws_it(interface, frame):
    leader = transfers(interface, frame, 0)[0]
    assert leader.hex(" ", 4) == (
        "5533564c 00003400 00000000 00000000 00000100 15cd5b07 00000000"
        " 07001001 40000000 28000000 00000000 00000000 00000000"
    )


def test_trailer_is_as_the_standard_draws_it(interface, frame):
    trailer = transfers(interface, frame, 0)[-1]
    assert trailer.hex(" ", 4) == (
        "55335654 00002000 00000000 00000000 00000000 00140000 00000000 28000000"
    )


def test_blocks_are_counted_from_0_after_each_enable(interface, frame):
    interface.set_enabled(1)
    ids = [transfers(interface, frame, 0)[0][8] for _ in range(2)]
    interface.set_enabled(0)
    interface.set_enabled(1)
    assert [*ids, transfers(interface, frame, 0)[0][8]] == [0, 1, 0]


def test_short_frame_says_so_in_its_trailer(interface, frame):
    _, *payload, trailer = transfers(interface, frame, lines_missing=10)
    sent = sum(len(piece) for piece in payload)
    assert sent == 30 * COLUMNS * 2
    assert trailer[16:18] == b"\x00\xa1" and int.from_bytes(trailer[20:28], "little") == sent


def test_sizes_are_locked_while_the_stream_is_enabled(interface):
    interface.set_enabled(1)
    with pytest.raises(AccessDenied):
        interface.set_size("payload_size", 1024)


def test_size_off_the_alignment_is_refused(interface):
    with pytest.raises(SizeNotAligned):
        interface.set_size("final1", 1000)


@pytest.mark.parametrize("name", ["payload_count", "max_leader", "max_trailer"])
def test_stream_that_cannot_hold_a_frame_is_not_enabled(interface, name):
    interface.set_size(name, 0)
    with pytest.raises(StreamSizesInconsistent):
        interface.set_enabled(1)
    assert interface.enabled == 0

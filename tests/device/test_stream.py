import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.errors import FrameIncomplete
from device.u3v.chunks import FrameFacts
from device.u3v.stream import Leader, Trailer, assemble, parse_leader, parse_trailer


@pytest.fixture
def golden(vectors):
    return vectors("stream.txt")


def test_a_leader_announces_an_image(golden):
    assert parse_leader(golden["leader"]) == Leader(5, 1000, 0x01100007, 3, 2)


def test_a_trailer_ends_an_image(golden):
    assert parse_trailer(golden["trailer"]) == Trailer(5, 0, 12, 2)


def test_a_trailer_with_a_chunk_layout_is_read_too(golden):
    longer = bytearray(golden["trailer"] + bytes(4))
    longer[6] = 36
    assert parse_trailer(bytes(longer)) == Trailer(5, 0, 12, 2, chunk_layout=0)


def test_pixels_are_little_endian_rows(golden):
    payload = memoryview(bytearray(range(12)))
    leader, trailer = parse_leader(golden["leader"]), parse_trailer(golden["trailer"])
    pixels, facts = assemble(leader, payload, trailer, {})
    assert facts == FrameFacts()
    assert pixels.dtype == np.uint16
    assert pixels.tolist() == [[0x0100, 0x0302, 0x0504], [0x0706, 0x0908, 0x0B0A]]


GOOD = (Leader(5, 0, 0x01100007, 3, 2), 12, Trailer(5, 0, 12, 2))


@pytest.mark.parametrize(
    ("leader", "received", "trailer"),
    [
        (GOOD[0], 11, GOOD[2]),
        (GOOD[0], 14, GOOD[2]),
        (GOOD[0], 12, Trailer(6, 0, 12, 2)),
        (GOOD[0], 12, Trailer(5, 0xA100, 12, 2)),
        (GOOD[0], 12, Trailer(5, 0xA101, 12, 2)),
        (GOOD[0], 12, Trailer(5, 0, 10, 2)),
        (GOOD[0], 12, Trailer(5, 0, 12, 1)),
        (Leader(5, 0, 0x01080001, 3, 2), 12, GOOD[2]),
        (Leader(5, 0, 0x01100007, 3, 3), 12, GOOD[2]),
        (Leader(5, 0, 0x01100007, 0, 0), 0, Trailer(5, 0, 0, 0)),
    ],
)
def test_a_short_or_inconsistent_block_is_refused(leader, received, trailer):
    with pytest.raises(FrameIncomplete):
        assemble(leader, memoryview(bytearray(received)), trailer, {})


@pytest.mark.parametrize(
    ("at", "value"), [(0, 0), (6, 51), (6, 53), (18, 2), (19, 0x20), (40, 1), (44, 1), (48, 1)]
)
def test_a_leader_of_something_else_is_refused(golden, at, value):
    changed = bytearray(golden["leader"])
    changed[at] = value
    with pytest.raises(FrameIncomplete):
        parse_leader(bytes(changed))


@given(st.binary(max_size=80))
def test_noise_is_refused_and_never_crashes(noise):
    for parse, prefix in ((parse_leader, b"U3VL"), (parse_trailer, b"U3VT")):
        for content in (noise, prefix + noise):
            try:
                parse(content)
            except FrameIncomplete:
                continue

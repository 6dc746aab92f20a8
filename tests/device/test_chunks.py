"""Chunks behind an image: what the panel says of it, and its checksum."""

import math
import struct

import pytest

from device.errors import FrameIncomplete
from device.u3v.chunks import FrameFacts, read_facts, split_chunks
from device.u3v.stream import Trailer, assemble, parse_leader, parse_trailer

NAMES = {
    0x10: "ChunkFrameID",
    0x11: "ChunkExposureTime",
    0x12: "ChunkDeviceTemperature",
    0x13: "ChunkBootId",
    0x14: "ChunkImageChecksum",
}


@pytest.fixture
def golden(vectors):
    return vectors("stream.txt")


@pytest.fixture
def block(golden):
    """A function that puts the golden block together, with a payload of one's own."""
    leader = parse_leader(golden["leader with chunks"])

    def assemble_it(payload=golden["payload with chunks"], names=NAMES):
        trailer = Trailer(5, 0, len(payload), 2, 1)
        return assemble(leader, memoryview(bytearray(payload)), trailer, names)

    return assemble_it


def test_an_image_with_chunks_tells_its_facts(block):
    pixels, facts = block()
    assert pixels.tobytes() == bytes(range(12))
    assert facts == FrameFacts(5, 100000.0, 25.5, 0x1122334455667788)


def test_its_trailer_names_the_chunk_layout(golden):
    assert parse_trailer(golden["trailer with chunks"]) == Trailer(5, 0, 96, 2, chunk_layout=1)


def test_a_pixel_that_changed_on_the_way_is_noticed(block, golden):
    damaged = bytearray(golden["payload with chunks"])
    damaged[3] ^= 4
    with pytest.raises(FrameIncomplete, match="checksum is not the 9270C965"):
        block(bytes(damaged))


def test_chunks_of_a_panel_that_names_none_are_passed_over(block):
    pixels, facts = block(names={})
    assert (pixels.tobytes(), facts) == (bytes(range(12)), FrameFacts())


def chunk(content, chunk_id, length=None):
    return content + struct.pack("<II", chunk_id, len(content) if length is None else length)


IMAGE = chunk(bytes(12), 1)


@pytest.mark.parametrize(
    "payload",
    [
        bytes(12),
        chunk(bytes(10), 1),
        IMAGE + chunk(bytes(8), 0x10, 4000),
        IMAGE + chunk(bytes(3), 0x14),
        b"x" + IMAGE,
        IMAGE + b"".join(chunk(b"", 0x99) for _ in range(64)),
        b"",
    ],
)
def test_chunks_that_do_not_fit_together_are_a_frame_incomplete(block, payload):
    with pytest.raises(FrameIncomplete):
        block(payload)


def test_chunks_are_given_in_the_order_of_the_payload(golden):
    chunks = split_chunks(memoryview(golden["payload with chunks"]))
    assert [chunk_id for chunk_id, _ in chunks] == [1, 0x10, 0x11, 0x12, 0x13, 0x14]


@pytest.mark.parametrize(
    "told", [chunk(bytes(3), 0x13), chunk(bytes(4), 0x11), chunk(struct.pack("<d", math.nan), 0x12)]
)
def test_a_fact_that_cannot_be_read_costs_no_image(block, told):
    pixels, facts = block(IMAGE + told)
    assert (pixels.shape, facts) == ((2, 3), FrameFacts())


def test_a_fact_that_is_not_sent_is_not_made_up():
    assert read_facts([], NAMES, memoryview(b"")) == FrameFacts()


def test_the_row_reference_is_read_as_it_was_sent():
    row_names = {0x15: "ChunkRowReference"}
    content = memoryview(struct.pack("<3f", 200.5, 201.25, 199.0))
    facts = read_facts([(0x15, content)], row_names, memoryview(b""))
    assert facts.row_reference_dn.tolist() == [200.5, 201.25, 199.0]


@pytest.mark.parametrize("content", [b"", b"123", struct.pack("<2f", 1.0, math.nan)])
def test_a_row_reference_that_holds_no_numbers_tells_nothing(content):
    facts = read_facts([(0x15, memoryview(content))], {0x15: "ChunkRowReference"}, memoryview(b""))
    assert facts.row_reference_dn is None

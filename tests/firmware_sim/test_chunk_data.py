"""Chunks in frames: parsed by hand from their end, and by EMVA's adapter."""

import struct
import zlib

import numpy as np
import pytest
from genicam import genapi


def chunks_of(payload):
    """Walk back from the end: data, id, length (GenICam chunk layout, little-endian)."""
    found = {}
    while payload:
        number, length = struct.unpack("<II", payload[-8:])
        found[number] = payload[-8 - length : -8]
        payload = payload[: -8 - length]
    return found


@pytest.fixture
def chunky(camera):
    camera["ChunkModeActive"].value = True
    camera["ExposureTime"].value = 20_000.0
    camera["TestPattern"].value = "GreyDiagonalRamp"
    return camera


def take(camera):
    camera.start_stream()
    camera["AcquisitionStart"].execute()
    camera.unit.step(0.1)
    (block,) = camera.blocks()
    return block


def test_frame_carries_its_circumstances(chunky):
    chunky["TestPattern"].value = "Off"
    _, payload, _ = take(chunky)
    chunks = chunks_of(payload)
    assert sorted(chunks) == [0x01, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15]
    assert struct.unpack("<Q", chunks[0x10]) == (0,)
    assert struct.unpack("<d", chunks[0x11]) == (20_000.0,)
    assert 20.0 < struct.unpack("<d", chunks[0x12])[0] < 30.0
    assert struct.unpack("<Q", chunks[0x13]) == (5,)


def test_checksum_is_that_of_the_image(chunky):
    chunks = chunks_of(take(chunky)[1])
    assert len(chunks[0x01]) == 3200
    assert struct.unpack("<I", chunks[0x14]) == (zlib.crc32(chunks[0x01]),)


def test_row_reference_has_a_number_for_every_row(chunky):
    chunky["TestPattern"].value = "Off"
    told = np.frombuffer(chunks_of(take(chunky)[1])[0x15], "<f4")
    assert np.array_equal(told, np.arange(200))


def test_row_reference_is_averaged_where_rows_are(chunky):
    chunky["TestPattern"].value = "Off"
    chunky["BinningVertical"].value = 2
    told = np.frombuffer(chunks_of(take(chunky)[1])[0x15], "<f4")
    assert np.array_equal(told, 2 * np.arange(100) + 0.5)


def test_payload_size_counts_the_chunks(chunky):
    size = chunky["PayloadSize"].value
    assert size == len(take(chunky)[1]) == 3200 + 84 + 200 * 4 + 8


def test_chunk_that_is_off_is_not_sent(chunky):
    chunky["ChunkSelector"].value = "BootId"
    chunky["ChunkEnable"].value = False
    assert 0x13 not in chunks_of(take(chunky)[1])


def test_every_chunk_may_be_switched_off_and_the_image_stays(chunky):
    for entry in chunky["ChunkSelector"].symbolics:
        chunky["ChunkSelector"].value = entry
        chunky["ChunkEnable"].value = False
    assert set(chunks_of(take(chunky)[1])) == {1}


def test_block_without_chunks_is_a_plain_image(camera):
    camera["TestPattern"].value = "White"
    leader, payload, trailer = take(camera)
    assert (leader[18:20], len(payload), len(trailer)) == (b"\x01\x00", 3200, 32)


def test_reference_library_reads_the_chunks(chunky):
    _, payload, _ = take(chunky)
    adapter = genapi.ChunkAdapterU3V(chunky.nodes)
    found = genapi.AttachStatistics()
    adapter.attach_buffer(payload, len(payload), found)
    assert (found.num_chunks, found.num_attached_chunks) == (7, 6)
    assert chunky["ChunkFrameID"].value == 0
    assert chunky["ChunkExposureTime"].value == 0.0  # a test image integrates nothing
    assert chunky["ChunkBootId"].value == 5
    assert chunky["ChunkImageChecksum"].value == zlib.crc32(payload[:3200])
    assert 20.0 < chunky["ChunkDeviceTemperature"].value < 30.0
    assert chunky["ChunkRowReference"].length == 800
    assert not any(chunky["ChunkRowReference"].get(800))  # nor has it a row reference
    adapter.detach_buffer()


def test_image_lies_first_in_the_payload(chunky):
    _, payload, _ = take(chunky)
    row, column = np.indices((200, 8))
    assert np.array_equal(np.frombuffer(payload[:3200], "<u2").reshape(200, 8), row + column)

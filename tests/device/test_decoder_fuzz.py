"""Twenty thousand damaged packets for every decoder: typed errors only, and nothing grows."""

import random

import pytest

from device.errors import FrameIncomplete
from device.gencp.packets import (
    Framing,
    PacketMalformed,
    decode_acknowledge,
    decode_event_packet,
    decode_pending,
    decode_written,
)
from device.gencp.serial_bytes import LARGEST_SERIAL_PACKET, split
from device.u3v.chunks import read_facts, split_chunks
from device.u3v.stream import Leader, Trailer, assemble, parse_leader, parse_trailer

PACKETS = 20_000
NAMES = {0x10: "ChunkFrameID", 0x11: "ChunkExposureTime", 0x14: "ChunkImageChecksum"}


def damaged(rng, seeds):
    """A golden packet with a few bytes changed, cut, doubled or inserted; sometimes mere noise."""
    if rng.random() < 0.1:
        return rng.randbytes(rng.randrange(120))
    content = bytearray(rng.choice(seeds))
    for _ in range(rng.randrange(1, 5)):
        at = rng.randrange(len(content) + 1)
        change = rng.randrange(4)
        if change == 0 and at < len(content):
            content[at] = rng.choice((0, 1, 0x7F, 0xFF, rng.randrange(256)))
        elif change == 1:
            del content[at : at + rng.randrange(1, 9)]
        elif change == 2:
            content[at:at] = content[: rng.randrange(9)]
        else:
            content[at:at] = rng.randbytes(rng.randrange(1, 9))
    return bytes(content)


def read_acknowledge(packet):
    for framing in Framing:
        try:
            answer = decode_acknowledge(packet, framing)
            decode_written(answer, framing)
            decode_pending(answer, framing)
        except PacketMalformed:
            continue


def read_events(packet):
    for framing in Framing:
        try:
            message = decode_event_packet(packet, framing)
        except PacketMalformed:
            continue
        assert 12 * len(message.events) <= len(packet)


def read_block(payload):
    leader = Leader(5, 1000, 0x01100007, 3, 2, has_chunks=True)
    assemble(leader, memoryview(payload), Trailer(5, 0, len(payload), 2, 1), NAMES)


def read_chunks(packet):
    chunks = split_chunks(memoryview(packet))
    assert sum(len(content) for _, content in chunks) <= len(packet)
    read_facts(chunks, NAMES, chunks[0][1] if chunks else memoryview(b""))


@pytest.mark.parametrize(
    ("decode", "vectors_of", "error"),
    [
        (read_acknowledge, "gencp.txt", PacketMalformed),
        (read_events, "gencp.txt", PacketMalformed),
        (parse_leader, "stream.txt", FrameIncomplete),
        (parse_trailer, "stream.txt", FrameIncomplete),
        (read_block, "stream.txt", FrameIncomplete),
        (read_chunks, "stream.txt", FrameIncomplete),
    ],
)
def test_a_decoder_knows_only_its_own_error(vectors, decode, vectors_of, error):
    rng, seeds = random.Random(7), list(vectors(vectors_of).values())
    for _ in range(PACKETS):
        try:
            decode(damaged(rng, seeds))
        except error:
            continue


def test_a_serial_line_full_of_damage_never_fills_the_memory(vectors):
    rng, rest, found = random.Random(7), b"", 0
    seeds = [p for name, p in vectors("gencp.txt").items() if name.startswith("serial")]
    for _ in range(PACKETS):
        packets, rest = split(rest + damaged(rng, seeds))
        found += len(packets)
        assert len(rest) <= LARGEST_SERIAL_PACKET
    assert found

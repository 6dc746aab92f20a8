"""Packets in a stream of bytes: split, joined, behind noise, damaged."""

from random import Random

import pytest

from firmware_sim.serial_packets import Cut, cut, cut_without_waiting


@pytest.fixture
def packets(vectors):
    return [content for name, content in vectors("gencp.txt").items() if name.startswith("serial")]


def test_packets_are_found_one_behind_the_other(packets):
    assert cut(b"".join(packets)) == Cut(packets)


def test_packet_may_come_in_any_pieces(packets):
    found, rest = [], b""
    for byte in b"".join(packets):
        part = cut(rest + bytes((byte,)))
        found, rest = found + part.packets, part.rest
    assert (found, rest) == (packets, b"")


@pytest.mark.parametrize("noise", [b"\xff", b"\x01", b"\x01\x01", b"\x01\x00", b"\x00\x01\x00\x00"])
def test_packet_behind_noise_is_found(packets, noise):
    padded = noise + packets[0]
    assert (cut(padded).packets or cut_without_waiting(padded).packets) == packets[:1]


@pytest.mark.parametrize("place", [2, 4, 8, 12, 17])
def test_packet_behind_a_damaged_one_is_found(packets, place):
    damaged = bytearray(packets[0])
    damaged[place] ^= 0x04
    found = cut(bytes(damaged) + packets[1])
    assert found.packets == [packets[1]] and found.damaged >= 1


def test_packet_behind_a_broken_off_one_is_found(packets):
    found = cut(packets[2][:20] + packets[1] + packets[0])
    assert found.packets[-1] == packets[0]


def test_unfinished_packet_waits(packets):
    assert cut(packets[0][:-1]) == Cut([], packets[0][:-1])
    assert cut(packets[0][:10]) == Cut([], packets[0][:10])
    assert cut(b"\xff\x01") == Cut([], b"\x01")


def test_packet_that_is_too_long_is_noise():
    # A right header checksum, and 1009 bytes announced: 16 more than a packet may have.
    head = bytes.fromhex("0100 b40e 0000 0000 4000 0800 03f1 0000")
    assert cut(head) == Cut([], b"", 1)


def test_what_nothing_follows_is_given_up(packets):
    assert cut_without_waiting(packets[0][:-1]) == Cut()
    assert cut_without_waiting(packets[0][:-1] + packets[1]).packets == [packets[1]]


def test_noise_is_survived(packets):
    chance = Random(5)
    rest = b""
    for _ in range(5_000):
        noise = bytearray(chance.choice(packets) * chance.choice((1, 2)))
        noise[chance.randrange(len(noise))] = chance.randrange(256)
        rest = cut(rest + noise[: chance.randrange(len(noise))]).rest
        assert len(rest) <= 1024

"""Packets are found in a serial line's bytes, whatever stands between them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.gencp.serial_bytes import resynchronise, split


@pytest.fixture
def packets(vectors):
    golden = vectors("gencp.txt")
    return [packet for name, packet in golden.items() if name.startswith("serial")]


def test_packets_that_came_together_are_told_apart(packets):
    assert split(b"".join(packets)) == (packets, b"")


def test_a_packet_that_comes_byte_by_byte_is_put_together(packets):
    found, rest = [], b""
    for byte in b"".join(packets):
        more, rest = split(rest + bytes([byte]))
        found += more
    assert (found, rest) == (packets, b"")


@pytest.mark.parametrize("noise", [b"\0", b"\1", b"\1\0", b"\1\0\1\0", b"\xff" * 50, b"\1\1\0\0"])
def test_noise_between_packets_is_passed_over(packets, noise):
    found, rest = split(noise + (noise.join(packets)))
    assert (found, rest) == (packets, b"")


def test_a_damaged_packet_is_given_for_counting_and_the_next_is_found(packets):
    damaged = bytearray(packets[1])
    damaged[-1] ^= 1
    assert split(bytes(damaged) + packets[0]) == ([bytes(damaged), packets[0]], b"")


def test_a_lost_byte_costs_no_more_than_its_own_packet(packets):
    found, rest = split(packets[1][:-1] + packets[0])
    assert found[-1] == packets[0]
    assert rest == b""


def test_a_line_silent_in_the_middle_of_a_packet_begins_anew(packets):
    found, rest = split(packets[0][:20])
    assert (found, rest) == ([], packets[0][:20])
    assert resynchronise(rest) == ([], b"")


def test_a_header_that_announces_too_much_is_noise(packets):
    # flags 0, command 0x0801, 0xFFFF bytes to come, id 0; both checksums of the header are right
    boast = bytes.fromhex("0100 f7fe 0000 0000 0000 0801 ffff 0000")
    assert split(boast + packets[0]) == ([packets[0]], b"")


@given(st.binary(max_size=200))
def test_noise_never_makes_the_rest_grow(noise):
    _, rest = split(noise)
    assert noise.endswith(rest)
    assert not rest or rest[0] == 1

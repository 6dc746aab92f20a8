"""Setting up the image stream on registers written by hand."""

import struct

import pytest

from device.errors import StreamRefused
from device.u3v import bootstrap
from device.u3v.bootstrap import disable_stream, enable_stream, read_packet_sizes

SBRM, SIRM = 0x10000, 0x20000
PAYLOAD = 3 * (1 << 20) + 1000


class Registers:
    """A session's integers, and the order in which they were written."""

    def __init__(self):
        self.values = {
            0x1D8: SBRM,
            SBRM + 0x14: 1024,
            SBRM + 0x18: 2048,
            SBRM + 0x20: SIRM,
            SIRM: 10 << 24,
            SIRM + 0x08: PAYLOAD,
            SIRM + 0x10: 52,
            SIRM + 0x14: 36,
        }
        self.written = []
        self.packets = None

    def read_integer(self, register):
        return self.values[register.address]

    def write_integer(self, register, value):
        struct.pack({4: "<I", 8: "<Q"}[register.length], value)
        self.written.append((register.address - SIRM, value))

    def pack(self, register, value):
        return struct.pack({4: "<I", 8: "<Q"}[register.length], value)

    def write_together(self, writes):
        for address, content in writes:
            self.written.append((address - SIRM, int.from_bytes(content, "little")))

    def allow_packets(self, largest_command, largest_ack):
        self.packets = (largest_command, largest_ack)


@pytest.fixture
def session():
    return Registers()


def test_the_packet_sizes_of_the_device_are_used(session):
    read_packet_sizes(session)
    assert session.packets == (1024, 2048)


def test_sizes_are_written_first_and_the_stream_enabled_last(session):
    layout = enable_stream(session)
    assert session.written == [
        (0x04, 0),
        (0x18, 1024),
        (0x2C, 1024),
        (0x1C, 1 << 20),
        (0x20, 3),
        (0x24, 1024),
        (0x28, 0),
        (0x04, 1),
    ]
    assert layout.payload_transfers == (1 << 20, 1 << 20, 1 << 20, 1024)
    assert layout.payload == PAYLOAD


def test_disabling_writes_one_register(session):
    disable_stream(session)
    assert session.written == [(0x04, 0)]


@pytest.mark.parametrize(
    ("address", "value"),
    [(0x08, 0), (0x08, 1 << 40), (0x10, 0), (0x10, 0xFFFFFFFF), (0x14, 0xFFFFFFFF)],
)
def test_nonsense_sizes_are_refused(session, address, value):
    session.values[SIRM + address] = value
    with pytest.raises(StreamRefused):
        enable_stream(session)


def test_a_panel_without_a_stream_is_refused(session):
    session.values[SBRM + 0x20] = 0
    with pytest.raises(StreamRefused):
        enable_stream(session)


def test_a_nonsense_alignment_does_not_ask_for_all_memory(session):
    session.values[SIRM] = 0xFF000000
    assert sum(enable_stream(session).payload_transfers) <= PAYLOAD + (1 << 16)
    assert bootstrap.LARGEST_TRANSFER == 1 << 20

"""Bytes are written by hand from GenCP 1.3.1 and from what two hosts were seen to send."""

import pytest

from firmware_sim.errors import AccessDenied, OutOfRange
from firmware_sim.gencp_server import GencpServer, SerialFraming, UsbFraming, checksum
from firmware_sim.registers import Register, RegisterMap, Typed, WriteProtected, constant

READ_VERSION_SERIAL = bytes.fromhex(
    "0100 b7f3 b7ef 0000 4000 0800 000c 0000 0000000000000000 0000 0004"
)
VERSION_ANSWER_SERIAL = bytes.fromhex("0100 f7fa f7f6 0000 0000 0801 0004 0000 00010003")
WRITE_PRIVILEGE_SERIAL = bytes.fromhex(
    "0100 b7f0 b5eb 0000 4000 0802 000c 0001 0000000000000204 00000001"
)
READ_MODEL_USB = bytes.fromhex("55335643 0040 0008 0c00 0100 4400000000000000 0000 4000")


class Counter:
    """A register that counts how often it was written."""

    def __init__(self):
        self.values = []

    def write(self, value):
        if value == 0xBAD:
            raise OutOfRange("no")
        if value == 0xDEAD:
            raise AccessDenied("no")
        self.values.append(value)


@pytest.fixture
def counter():
    return Counter()


def server(counter, framing, heard=lambda: None):
    typed = Typed(framing.order)
    registers = RegisterMap(
        [
            typed.unsigned(0x000, 4, lambda: 0x00010003),
            typed.text(0x004, lambda: "maker"),
            typed.text(0x044, lambda: "HandPanel"),
            typed.unsigned(0x204, 4, lambda: len(counter.values), counter.write),
            typed.unsigned(0x208, 4, None, counter.write),
            constant(0x1000, bytes(4096)),
        ]
    )
    return GencpServer(registers, framing, 1024, heard)


@pytest.fixture
def serial(counter):
    return server(counter, SerialFraming())


@pytest.fixture
def usb(counter):
    return server(counter, UsbFraming())


def usb_packet(command, request_id, content, flags=0x4000):
    head = b"U3VC" + flags.to_bytes(2, "little") + command.to_bytes(2, "little")
    return head + len(content).to_bytes(2, "little") + request_id.to_bytes(2, "little") + content


def read(request_id, address, length, reserved=0):
    content = address.to_bytes(8, "little") + reserved.to_bytes(2, "little")
    return usb_packet(0x0800, request_id, content + length.to_bytes(2, "little"))


def write(request_id, address, content):
    return usb_packet(0x0802, request_id, address.to_bytes(8, "little") + content)


def status(answer):
    return int.from_bytes(answer[4:6], "little")


def test_serial_read_of_the_version_is_answered_byte_for_byte(serial):
    assert serial.answer(READ_VERSION_SERIAL) == VERSION_ANSWER_SERIAL


def test_serial_write_is_executed_and_tells_its_length(serial, counter):
    answer = serial.answer(WRITE_PRIVILEGE_SERIAL)
    assert counter.values == [1]
    assert answer[8:] == bytes.fromhex("0000 0803 0004 0001 0000 0004")


def test_usb_read_of_the_model_name_is_answered_byte_for_byte(usb):
    head = bytes.fromhex("55335643 0000 0108 4000 0100")
    assert usb.answer(READ_MODEL_USB) == head + b"HandPanel".ljust(64, b"\0")


@pytest.mark.parametrize("position", range(16))
def test_serial_packet_with_a_flipped_bit_is_met_with_silence(serial, position):
    damaged = bytearray(READ_VERSION_SERIAL)
    damaged[position] ^= 0x10
    assert serial.answer(bytes(damaged)) is None


@pytest.mark.parametrize("packet", [b"", b"U3VC", b"U3VE" + READ_MODEL_USB[4:], b"U3VC\0\0\0\0"])
def test_what_is_no_command_packet_is_met_with_silence(usb, packet):
    assert usb.answer(packet) is None


def test_checksum_of_an_odd_tail_is_filled_up_with_zero():
    assert checksum(b"\x12\x34\x56") == checksum(b"\x12\x34\x56\x00") == 0xFFFF - 0x1234 - 0x5600


def test_resent_command_is_not_executed_again(usb, counter):
    packet = write(1, 0x204, b"\x05\0\0\0")
    assert usb.answer(packet) == usb.answer(packet)
    assert counter.values == [5]


def test_resend_bit_changes_nothing(usb, counter):
    first = usb.answer(write(1, 0x204, b"\x05\0\0\0"))
    content = (0x204).to_bytes(8, "little") + b"\x05\0\0\0"
    assert usb.answer(usb_packet(0x0802, 1, content, flags=0xC000)) == first
    assert counter.values == [5]


def test_next_command_is_executed(usb, counter):
    usb.answer(write(1, 0x204, b"\x05\0\0\0"))
    usb.answer(write(2, 0x204, b"\x05\0\0\0"))
    assert counter.values == [5, 5]


def test_request_0_is_always_executed_when_it_reads(usb, counter):
    assert usb.answer(read(0, 0x204, 4))[-4:] == bytes(4)
    counter.values.append(1)
    assert usb.answer(read(0, 0x204, 4))[-4:] == b"\x01\0\0\0"


def test_after_a_reset_of_the_link_the_same_request_id_is_new(usb, counter):
    usb.answer(write(1, 0x204, b"\x05\0\0\0"))
    usb.forget()
    usb.answer(write(1, 0x204, b"\x06\0\0\0"))
    assert counter.values == [5, 6]


def test_command_that_wants_no_acknowledge_gets_none(usb, counter):
    content = (0x204).to_bytes(8, "little") + b"\x05\0\0\0"
    assert usb.answer(usb_packet(0x0802, 1, content, flags=0)) is None
    assert counter.values == [5]


@pytest.mark.parametrize(
    ("packet", "expected"),
    [
        (write(0, 0x204, b"\x05\0\0\0"), 0x8002),
        (read(1, 0x000, 4, reserved=1), 0x8002),
        (read(1, 0x000, 0), 0x8002),
        (read(1, 0x1000, 1013), 0x8002),
        (usb_packet(0x0800, 1, bytes(11)), 0x8002),
        (usb_packet(0x0800, 1, bytes(12))[:-1], 0x8002),
        (write(1, 0x204, b"\xad\x0b\0\0"), 0x8002),
        (read(1, 0x300, 4), 0x8003),
        (read(1, 0x082, 4), 0x8003),
        (write(1, 0x300, bytes(4)), 0x8003),
        (write(1, 0x000, bytes(4)), 0x8004),
        (write(1, 0x204, bytes(2)), 0x8005),
        (write(1, 0x204, b"\xad\xde\0\0"), 0x8006),
        (read(1, 0x208, 4), 0x8006),
        (usb_packet(0x0804, 1, b""), 0x8001),
        (usb_packet(0x0806, 1, bytes(12)), 0x8001),
        (usb_packet(0x0C00, 1, bytes(12)), 0x8001),
    ],
)
def test_refused_command_is_answered_with_its_status_and_nothing_else(usb, packet, expected):
    answer = usb.answer(packet)
    assert status(answer) == expected and len(answer) == 12


def test_largest_read_fills_the_largest_acknowledge(usb):
    assert len(usb.answer(read(1, 0x1000, 1012))) == 1024


def test_every_command_counts_as_a_heartbeat(counter):
    heard = []
    server(counter, UsbFraming(), lambda: heard.append(1)).answer(READ_MODEL_USB)
    assert heard == [1]


def test_register_borders_are_crossed_while_there_is_no_gap(usb):
    answer = usb.answer(read(1, 0x002, 8))
    assert answer[12:] == b"\x01\x00maker\0"


def test_text_may_be_written_in_part():
    texts = ["abcdef"]
    typed = Typed("little")
    registers = RegisterMap([typed.text(0, lambda: texts[-1], texts.append)])
    registers.write(2, b"XY")
    registers.write(0, b"Z\0")
    assert texts == ["abcdef", "abXYef", "Z"]


def test_write_that_touches_a_protected_register_changes_nothing():
    written = []
    typed = Typed("big")
    registers = RegisterMap(
        [typed.unsigned(0, 4, lambda: 0, written.append), Register(4, 4, lambda: bytes(4), None)]
    )
    with pytest.raises(WriteProtected):
        registers.write(0, bytes(8))
    assert written == []

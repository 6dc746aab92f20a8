"""Bytes are written by hand from GenCP 1.3.1 and from what two hosts were seen to send."""

import random
from random import Random

import pytest

from firmware_sim.errors import AccessDenied, ConfigurationForbids, OutOfRange
from firmware_sim.faults import PARTS, FaultPoints, inject
from firmware_sim.gencp_framing import SerialFraming, UsbFraming, checksum
from firmware_sim.gencp_server import ControlLink, GencpServer
from firmware_sim.lines import ModelClock
from firmware_sim.link_statistics import LinkStatistics
from firmware_sim.registers import Register, RegisterMap, Typed, WriteProtected, constant
from firmware_sim.session import ControlSession
from firmware_sim.stream import SizeNotAligned, StreamSizesInconsistent
from firmware_sim.wire_faults import WireFaults

READ_MODEL_USB = bytes.fromhex("55335643 0040 0008 0c00 0100 4400000000000000 0000 4000")
REFUSALS = {
    0xBAD: OutOfRange("no"),
    0xDEAD: AccessDenied("no"),
    0xC0F: ConfigurationForbids("no"),
    0xA3: SizeNotAligned(),
    0xA4: StreamSizesInconsistent(),
}


class Counter:
    """A register that counts how often it was written."""

    def __init__(self):
        self.values = []

    def write(self, value):
        if value in REFUSALS:
            raise REFUSALS[value]
        if value == 0xB06:
            raise ZeroDivisionError
        self.values.append(value)


@pytest.fixture
def counter():
    return Counter()


class Bench:
    """A server whose answers are collected, and the clock it lives by."""

    def __init__(self, counter, framing):
        self.framing = framing
        self.clock = ModelClock()
        self.sent = []
        self.points = FaultPoints()
        self.session = ControlSession(self.clock, lambda: None)
        self.statistics = LinkStatistics()
        self.wire = WireFaults(framing, self.clock, self.points, Random(1), self.sent.append)
        link = ControlLink(framing, 1024, 1024, self.wire)
        registers = RegisterMap(_registers(Typed(framing.order), counter))
        self.server = GencpServer(registers, link, self.session, self.statistics)

    def answer(self, packet):
        """Give the one answer to a packet; None for silence."""
        self.sent.clear()
        self.server.take(packet)
        assert len(self.sent) <= 1
        return self.sent[0] if self.sent else None

    def let_pass(self, ms):
        """Go from deadline to deadline."""
        self.sent.clear()
        end = self.clock.after_ms(ms)
        while (deadline := self._next_deadline()) is not None and deadline <= end:
            self.clock.now_us = max(deadline, self.clock.now_us)
            self.server.advance()
            self.wire.advance()
        self.clock.now_us = end
        return list(self.sent)

    def _next_deadline(self):
        moments = [self.server.deadline_us(), self.wire.deadline_us()]
        return min((moment for moment in moments if moment is not None), default=None)


def _registers(typed, counter):
    slow = typed.unsigned(0x300, 4, lambda: 0, counter.write)
    return [
        typed.unsigned(0x000, 4, lambda: 0x00010003),
        typed.text(0x004, lambda: "maker"),
        typed.text(0x044, lambda: "HandPanel"),
        typed.unsigned(0x1CC, 4, lambda: 300),
        typed.unsigned(0x1E8, 4, lambda: 3000, counter.write),
        typed.unsigned(0x204, 4, lambda: len(counter.values), counter.write),
        typed.unsigned(0x208, 4, None, counter.write),
        constant(0x1000, bytes.fromhex("abcdef") + bytes(4093)),
        taking(slow, 450),
        taking(typed.unsigned(0x308, 4, lambda: 0, counter.write), 30),
        taking(typed.unsigned(0x310, 4, lambda: 0, counter.write), 130_000),
    ]


def taking(register, ms):
    return Register(
        register.address, register.length, register.read, register.write, True, lambda: ms
    )


@pytest.fixture
def serial(counter):
    return Bench(counter, SerialFraming())


@pytest.fixture
def usb(counter):
    return Bench(counter, UsbFraming())


@pytest.fixture
def golden(vectors):
    return vectors("gencp.txt")


def usb_packet(command, request_id, content, flags=0x4000):
    head = b"U3VC" + flags.to_bytes(2, "little") + command.to_bytes(2, "little")
    return head + len(content).to_bytes(2, "little") + request_id.to_bytes(2, "little") + content


def read(request_id, address, length, reserved=0):
    content = address.to_bytes(8, "little") + reserved.to_bytes(2, "little")
    return usb_packet(0x0800, request_id, content + length.to_bytes(2, "little"))


def entry(address, length, reserved=0):
    return b"".join(
        part.to_bytes(size, "little") for part, size in ((address, 8), (reserved, 2), (length, 2))
    )


def write(request_id, address, content):
    return usb_packet(0x0802, request_id, address.to_bytes(8, "little") + content)


def status(answer):
    return int.from_bytes(answer[4:6], "little")


CONVERSATIONS = {
    "serial read of address 0, 4 bytes, id 0": "serial acknowledge of version 1.3, id 0",
    "serial write of 1 to 0x204, id 1": "serial acknowledge of 4 bytes written, id 1",
    "serial read of address 0x1000, 3 bytes, id 2": (
        "serial acknowledge of the bytes ab cd ef, id 2"
    ),
    "serial stacked read of 0x000 and 0x1cc, 4 bytes each, id 3": (
        "serial acknowledge of stacked read, version 1.3 and 300 ms, id 3"
    ),
    "serial stacked write of 1 to 0x204 and 1000 to 0x1e8, id 4": (
        "serial acknowledge of stacked write, 4 and 4 bytes, id 4"
    ),
    "u3v read of address 0, 4 bytes, id 0": "u3v acknowledge of version 1.3, id 0",
    "u3v write of 1 to 0x204, id 2": "u3v acknowledge of 4 bytes written, id 2",
    "u3v stacked read of 0x000 and 0x1cc, 4 bytes each, id 3": (
        "u3v acknowledge of stacked read, version 1.3 and 300 ms, id 3"
    ),
    "u3v stacked write of 1 to 0x204 and 1000 to 0x1e8, id 4": (
        "u3v acknowledge of stacked write, 4 and 4 bytes, id 4"
    ),
}


@pytest.mark.parametrize("command", CONVERSATIONS)
def test_command_is_answered_byte_for_byte(golden, serial, usb, command):
    bench = serial if command.startswith("serial") else usb
    assert bench.answer(golden[command]) == golden[CONVERSATIONS[command]]


def test_resent_write_gets_the_same_bytes(golden, serial, counter):
    first = serial.answer(golden["serial write of 1 to 0x204, id 1"])
    assert serial.answer(golden["serial resent write of 1 to 0x204, id 1"]) == first
    assert counter.values == [1]


def test_usb_read_of_the_model_name_is_answered_byte_for_byte(usb):
    head = bytes.fromhex("55335643 0000 0108 4000 0100")
    assert usb.answer(READ_MODEL_USB) == head + b"HandPanel".ljust(64, b"\0")


@pytest.mark.parametrize("position", range(16))
def test_serial_packet_with_a_flipped_bit_is_met_with_silence(golden, serial, position):
    damaged = bytearray(golden["serial read of address 0, 4 bytes, id 0"])
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
    usb.server.forget()
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
        (read(1, 0x400, 4), 0x8003),
        (read(1, 0x082, 4), 0x8003),
        (write(1, 0x400, bytes(4)), 0x8003),
        (write(1, 0x000, bytes(4)), 0x8004),
        (write(1, 0x204, bytes(2)), 0x8005),
        (write(1, 0x204, b"\xad\xde\0\0"), 0x8006),
        (read(1, 0x208, 4), 0x8006),
        (write(1, 0x204, b"\x0f\x0c\0\0"), 0x800F),
        (write(1, 0x204, b"\x06\x0b\0\0"), 0x8FFF),
        (write(1, 0x204, b"\xa3\0\0\0"), 0xA003),
        (write(1, 0x204, b"\xa4\0\0\0"), 0xA004),
        (read(1, 2**64 - 2, 4), 0x8002),
        (usb_packet(0x0800, 1, bytes(8) + b"\0\0\4\0", flags=0x4001), 0x800E),
        (usb_packet(0x0801, 1, b""), 0x800E),
        (usb_packet(0x0805, 1, bytes(4)), 0x800E),
        (usb_packet(0x0804, 1, b""), 0x8001),
        (usb_packet(0x0C00, 1, bytes(12)), 0x8001),
        (usb_packet(0x8802, 1, bytes(12)), 0x8001),
        (usb_packet(0x0806, 1, b""), 0x8002),
        (usb_packet(0x0806, 1, entry(0x000, 4) + bytes(3)), 0x8002),
        (usb_packet(0x0806, 1, entry(0x000, 4) + entry(0x004, 4, reserved=1)), 0x8002),
        (usb_packet(0x0806, 1, entry(0x000, 4) + entry(0x400, 4)), 0x8003),
        (usb_packet(0x0806, 1, entry(0x1000, 600) * 2), 0x8002),
        (usb_packet(0x0808, 0, entry(0x204, 4) + bytes(4)), 0x8002),
        (usb_packet(0x0808, 1, b""), 0x8002),
        (usb_packet(0x0808, 1, entry(0x204, 4) + bytes(3)), 0x8002),
        (usb_packet(0x0808, 1, entry(0x204, 0)), 0x8002),
        (usb_packet(0x0808, 1, entry(0x204, 4, reserved=1) + bytes(4)), 0x8002),
    ],
)
def test_refused_command_is_answered_with_its_status_and_nothing_else(usb, packet, expected):
    answer = usb.answer(packet)
    assert status(answer) == expected and len(answer) == 12


def test_largest_read_fills_the_largest_acknowledge(usb):
    assert len(usb.answer(read(1, 0x1000, 1012))) == 1024


def test_largest_stacked_read_fills_the_largest_acknowledge(usb):
    content = entry(0x1000, 500) + entry(0x1200, 512)
    assert len(usb.answer(usb_packet(0x0806, 1, content))) == 1024


def test_packet_beyond_the_largest_command_is_met_with_silence(usb, counter):
    assert usb.answer(write(1, 0x204, bytes(1005))) is None
    assert usb.statistics.malformed == 1


def test_every_command_counts_as_a_heartbeat(usb):
    usb.clock.now_us = 5_000_000
    usb.session.heartbeat_enabled = True
    usb.session.set_privilege(1)
    usb.answer(READ_MODEL_USB)
    assert usb.session.deadline_us() == 8_000_000


def test_stacked_write_stops_at_the_first_refusal(usb, counter, golden):
    content = b"".join(
        entry(address, 4) + bytes((number, 0, 0, 0))
        for number, address in enumerate((0x204, 0x000, 0x1E8), 1)
    )
    answer = usb.answer(usb_packet(0x0808, 5, content))
    assert counter.values == [1] and status(answer) == 0x8004
    assert answer[12:] == bytes.fromhex("00000400 00000000 00000000")


def test_refused_stacked_write_is_answered_byte_for_byte(usb, serial, golden):
    content = entry(0x204, 4) + bytes(4) + entry(0x000, 4) + bytes(4)
    name = "acknowledge write protect after the first of two stacked writes, id 5"
    assert usb.answer(usb_packet(0x0808, 5, content)) == golden["u3v " + name]
    assert serial.answer(serial_stacked_write()) == golden["serial " + name]


def serial_stacked_write():
    entries = "0000000000000204 0000 0004 00000000 0000000000000000 0000 0004 00000000"
    return SerialFraming().wrap(bytes.fromhex("4000 0808 0020 0005" + entries))


def test_resent_stacked_write_is_not_executed_again(usb, counter):
    packet = usb_packet(0x0808, 1, entry(0x204, 4) + b"\5\0\0\0")
    assert usb.answer(packet) == usb.answer(packet)
    assert counter.values == [5]


@pytest.mark.parametrize("link", ["u3v", "serial"])
def test_unknown_command_is_refused_byte_for_byte(golden, serial, usb, link):
    bench, order = (usb, "little") if link == "u3v" else (serial, "big")
    head = b"".join(v.to_bytes(2, order) for v in (0x4000, 0x0C00, 0, 7))
    expected = golden[f"{link} acknowledge not implemented to command 0x0c00, id 7"]
    assert bench.answer(bench.framing.wrap(head)) == expected


@pytest.mark.parametrize("link", ["u3v", "serial"])
def test_busy_panel_refuses_byte_for_byte(golden, serial, usb, link):
    bench, order = (usb, "little") if link == "u3v" else (serial, "big")
    inject(bench.points, "busy", {"every": 1}, PARTS)
    head = b"".join(v.to_bytes(2, order) for v in (0x4000, 0x0800, 12, 6))
    answer = bench.answer(bench.framing.wrap(head + bytes(12)))
    assert answer == golden[f"{link} acknowledge busy to read, id 6"]


def test_command_that_was_refused_as_busy_is_executed_when_it_comes_again(usb, counter):
    inject(usb.points, "busy", {"every": 1}, PARTS)
    usb.answer(write(1, 0x204, b"\5\0\0\0"))
    usb.points.mend()
    usb.answer(write(1, 0x204, b"\5\0\0\0"))
    assert counter.values == [5]


def test_any_command_can_be_made_slow(usb):
    inject(usb.points, "pending-ack", {"every": 1, "ms": 200}, PARTS)
    assert usb.answer(read(3, 0, 4)) == bytes.fromhex("55335643 0000 0508 0400 0300 0000 fa00")
    assert [status(answer) for answer in usb.let_pass(200)] == [0]


def test_resend_that_now_asks_for_an_acknowledge_gets_it(usb, counter):
    content = (0x204).to_bytes(8, "little") + b"\5\0\0\0"
    assert usb.answer(usb_packet(0x0802, 1, content, flags=0)) is None
    assert status(usb.answer(usb_packet(0x0802, 1, content, flags=0xC000))) == 0
    assert counter.values == [5]


def test_command_with_a_wrong_header_is_not_taken_for_the_last_one(usb, counter):
    content = (0x204).to_bytes(8, "little") + b"\5\0\0\0"
    usb.answer(usb_packet(0x0802, 1, content, flags=0x4001))
    usb.answer(write(1, 0x204, b"\5\0\0\0"))
    assert counter.values == [5]


# Writes that take time


def test_slow_write_is_announced_and_acknowledged_when_its_time_is_over(usb, counter, golden):
    pending = usb.answer(write(2, 0x300, b"\5\0\0\0"))
    assert pending == golden["u3v pending acknowledge, id 2, 500 ms"] and counter.values == [5]
    assert usb.let_pass(449) == []
    assert usb.let_pass(1) == [golden["u3v acknowledge of 4 bytes written, id 2"]]


def test_serial_pending_acknowledge_is_that_of_the_standard(serial, golden):
    packet = SerialFraming().wrap(bytes.fromhex("4000 0802 000c 0001 0000000000000300 00000005"))
    assert serial.answer(packet) == golden["serial pending acknowledge, id 1, 500 ms"]
    assert serial.let_pass(450) == [golden["serial acknowledge of 4 bytes written, id 1"]]


def test_write_of_30_ms_is_acknowledged_late_but_not_announced(usb):
    assert usb.answer(write(2, 0x308, bytes(4))) is None
    assert usb.let_pass(29) == []
    assert [status(answer) for answer in usb.let_pass(1)] == [0]


def test_other_commands_are_answered_busy_meanwhile_and_may_come_again(usb, golden, counter):
    usb.answer(write(5, 0x300, b"\5\0\0\0"))
    assert usb.answer(read(6, 0x000, 4)) == golden["u3v acknowledge busy to read, id 6"]
    assert status(usb.answer(read(0, 0x000, 4))) == 0x8007
    usb.let_pass(450)
    assert status(usb.answer(read(6, 0x000, 4))) == 0


def test_same_command_meanwhile_is_answered_with_the_time_left(usb, counter):
    usb.answer(write(2, 0x300, b"\5\0\0\0"))
    usb.let_pass(250)
    again = usb.answer(write(2, 0x300, b"\5\0\0\0"))
    assert again == bytes.fromhex("55335643 0000 0508 0400 0200 0000 fa00")
    assert counter.values == [5] and len(usb.let_pass(200)) == 1


def test_acknowledge_of_a_slow_write_is_repeated_on_demand(usb, counter):
    usb.answer(write(2, 0x300, b"\5\0\0\0"))
    (answer,) = usb.let_pass(450)
    assert usb.answer(write(2, 0x300, b"\5\0\0\0")) == answer
    assert counter.values == [5]


def test_very_slow_write_asks_for_time_again_and_again(usb):
    usb.answer(write(2, 0x310, bytes(4)))
    commands = [answer[6:8] for answer in usb.let_pass(130_000)]
    assert commands == [b"\x05\x08", b"\x05\x08", b"\x03\x08"]


def test_heartbeat_waits_for_a_slow_write(usb):
    usb.session.set_privilege(1)
    usb.session.enable_heartbeat()
    usb.answer(write(2, 0x310, bytes(4)))
    assert usb.session.deadline_us() == 133_000_000


def test_armed_exposure_does_not_wait_for_a_slow_write(usb):
    usb.session.enable_heartbeat()
    usb.session.guards_exposure = lambda: True
    usb.answer(write(2, 0x310, bytes(4)))
    assert usb.session.deadline_us() == 200_000


def test_slow_write_without_acknowledge_stays_silent(usb):
    content = (0x300).to_bytes(8, "little") + bytes(4)
    assert usb.answer(usb_packet(0x0802, 2, content, flags=0)) is None
    assert usb.let_pass(500) == []


def test_reset_of_the_link_ends_the_waiting(usb):
    usb.answer(write(2, 0x300, bytes(4)))
    usb.server.forget()
    assert usb.server.deadline_us() is None and status(usb.answer(read(3, 0, 4))) == 0


# What is counted, and who may write


def test_link_statistics_count_what_comes(usb, serial, golden):
    for packet in (read(1, 0, 4), read(1, 0, 4), read(2, 0, 4), b"U3VC", b"noise" * 4):
        usb.answer(packet)
    assert usb.statistics == LinkStatistics(commands=3, resends=1, malformed=2)
    serial.answer(golden["serial read of address 0, 4 bytes, id 0"][:-1] + b"\5")
    assert serial.statistics == LinkStatistics(checksum_errors=1)


def test_device_held_over_another_link_can_be_read_but_not_written(usb, counter):
    other = ControlSession(usb.clock, lambda: None, access=usb.session.access)
    other.set_privilege(1)
    assert status(usb.answer(read(1, 0, 4))) == 0
    assert status(usb.answer(write(2, 0x204, bytes(4)))) == 0x8006
    assert counter.values == []


def test_unexpected_failure_of_a_register_is_kept_in_the_log(usb, caplog):
    usb.answer(write(1, 0x204, b"\x06\x0b\0\0"))
    assert "A register failed unexpectedly." in caplog.text


KNOWN_STATUSES = {
    *(0, 0x8001, 0x8002, 0x8003, 0x8004, 0x8005, 0x8006, 0x8007, 0x800E, 0x800F),
    *(0xA003, 0xA004),
}


@pytest.mark.parametrize("framing", [UsbFraming(), SerialFraming()], ids=["usb", "serial"])
def test_20000_hostile_packets_are_met_with_silence_or_a_known_status(framing):
    chance = random.Random(20_000)
    bench = Bench(Harmless(), framing)
    mark, place = ("little", 4) if framing.order == "little" else ("big", 8)
    seen = set()
    for number in range(20_000):
        answer = bench.server.take(mutated(chance, framing, number))
        seen.update(int.from_bytes(answer[place : place + 2], mark) for answer in bench.sent)
        bench.sent.clear()
        bench.let_pass(chance.choice((0, 1, 500)))
        assert answer is None
    assert seen <= KNOWN_STATUSES and len(seen) >= 8


class Harmless(Counter):
    def write(self, value):
        if value in REFUSALS:
            raise REFUSALS[value]


def mutated(chance, framing, number):
    """A command that is nearly right: random places, lengths, flags, now and then damaged."""
    order = framing.order
    address = chance.choice((0x000, 0x044, 0x1CC, 0x204, 0x208, 0x300, 0x308, 0x1000, 1 << 63))
    where = (address + chance.choice((0, 0, 0, 2, 4))).to_bytes(8, order)
    count = chance.choice((0, 1, 4, 64, 1000, 65535)).to_bytes(2, order)
    reserved = chance.choice((b"\0\0", b"\0\0", b"\0\1"))
    value = chance.choice((0, 0xBAD, 0xDEAD, 0xC0F, 0xA3, 0xA4)).to_bytes(4, order)
    content = where + chance.choice((reserved + count, value, reserved + count + value, b""))
    content *= chance.choice((1, 1, 2, 3))
    command = chance.choice((0x0800, 0x0802, 0x0806, 0x0808, 0x0C00, chance.randrange(1 << 16)))
    flags = chance.choice((0x4000, 0x4000, 0xC000, 0, chance.randrange(1 << 16)))
    length = len(content) if chance.random() < 0.9 else chance.randrange(1 << 16)
    request_id = chance.choice((number & 0xFFFF, 0, 1))
    head = b"".join(v.to_bytes(2, order) for v in (flags, command, length, request_id))
    packet = bytearray(framing.wrap(head + content))
    if chance.random() < 0.2:
        packet[chance.randrange(len(packet))] ^= 1 << chance.randrange(8)
    return bytes(packet[: chance.randrange(len(packet))] if chance.random() < 0.1 else packet)


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

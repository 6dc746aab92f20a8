"""The GenCP session against hand-written acknowledges on a scripted link."""

import struct
import time

import pytest

from device.errors import DetectorBusy, LinkNotUnderstood, LinkTimeout, RegisterRefused
from device.gencp import registers
from device.gencp.packets import Framing
from device.gencp.session import Session

READ_ACK, WRITE_ACK, PENDING_ACK = 0x0801, 0x0803, 0x0805


def acknowledge(command, request_id, content=b"", status=0):
    return b"U3VC" + struct.pack("<4H", status, command, len(content), request_id) + content


class ModelClock:
    def __init__(self):
        self.time = 0.0

    def now(self):
        return self.time

    def sleep(self, seconds):
        self.time += seconds


class ScriptedLink:
    """Each command sent makes the next list of packets arrive; silence is a timeout."""

    def __init__(self, *script):
        self.script = list(script)
        self.arriving = []
        self.sent = []

    def send(self, packet):
        self.sent.append(packet)
        self.arriving += self.script.pop(0) if self.script else []

    def receive(self, timeout_s):
        if not self.arriving:
            raise LinkTimeout
        return self.arriving.pop(0)

    def ids(self):
        return [struct.unpack_from("<H", packet, 10)[0] for packet in self.sent]

    def flags(self):
        return [struct.unpack_from("<H", packet, 4)[0] for packet in self.sent]


CAPABLE_OF_STACKING = struct.pack("<Q", 1 << 13 | 1 << 11)


class EchoLink(ScriptedLink):
    """Acknowledges every command at once, reads with zeros."""

    def send(self, packet):
        self.sent.append(packet)
        _, command, _, request_id = struct.unpack_from("<4H", packet, 4)
        content = bytes(struct.unpack_from("<H", packet, 22)[0]) if command == 0x0800 else b""
        self.arriving.append(acknowledge(command | 1, request_id, content))


@pytest.fixture
def open_session(monkeypatch):
    """A session whose wall clock stands still except when it is looked at."""
    ticks = iter(range(10**9))
    monkeypatch.setattr(time, "monotonic", lambda: next(ticks) * 0.1)

    def open_it(link):
        return Session(link, Framing.USB3_VISION, ModelClock())

    return open_it


def test_the_first_request_is_a_read_with_id_zero_and_ids_count_up(open_session):
    link = EchoLink()
    session = open_session(link)
    session.read(0, 4)
    session.write(0x204, b"\1\0\0\0")
    session.read(0, 4)
    assert link.ids() == [0, 1, 2]


def test_a_write_never_has_id_zero(open_session):
    link = EchoLink()
    open_session(link).write(0x204, b"\1\0\0\0")
    assert link.ids() == [1]


def test_after_65535_comes_id_one(open_session):
    link = EchoLink()
    session = open_session(link)
    session._exchange._next_id = 65535
    session.read(0, 4)
    session.read(0, 4)
    assert link.ids() == [65535, 1]


def test_a_lost_command_is_sent_again_with_the_resend_flag(open_session):
    link = ScriptedLink([], [], [], [acknowledge(READ_ACK, 0, b"abcd")])
    assert open_session(link).read(0, 4) == b"abcd"
    assert link.ids() == [0, 0, 0, 0]
    assert link.flags() == [0x4000, 0xC000, 0xC000, 0xC000]


def test_after_three_repetitions_the_session_gives_up(open_session):
    link = ScriptedLink()
    with pytest.raises(LinkTimeout):
        open_session(link).read(0, 4)
    assert len(link.sent) == 4


def test_a_late_acknowledge_of_an_earlier_request_is_passed_over(open_session):
    late = acknowledge(READ_ACK, 0, b"late")
    link = ScriptedLink(
        [acknowledge(READ_ACK, 0, b"zero")], [late, acknowledge(READ_ACK, 1, b"good")]
    )
    session = open_session(link)
    session.read(0, 4)
    assert session.read(4, 4) == b"good"


def test_noise_is_answered_with_a_repetition(open_session):
    link = ScriptedLink([b"noise"], [acknowledge(READ_ACK, 0, b"good")])
    assert open_session(link).read(0, 4) == b"good"


def test_nothing_but_noise_is_not_understood(open_session):
    link = ScriptedLink(*[[b"noise"]] * 4)
    with pytest.raises(LinkNotUnderstood):
        open_session(link).read(0, 4)


def test_an_answer_of_another_length_is_not_understood(open_session):
    link = ScriptedLink([acknowledge(READ_ACK, 0, b"abc")])
    with pytest.raises(LinkNotUnderstood):
        open_session(link).read(0, 4)


def test_a_pending_acknowledge_is_waited_for(open_session):
    pending = acknowledge(PENDING_ACK, 1, struct.pack("<HH", 0, 500))
    link = ScriptedLink([pending, pending, acknowledge(WRITE_ACK, 1)])
    open_session(link).write(0x10000, b"\0\0\0\0")
    assert len(link.sent) == 1


def test_a_pending_command_that_never_ends_is_a_timeout(open_session):
    pending = acknowledge(PENDING_ACK, 1, struct.pack("<HH", 0, 500))
    link = ScriptedLink(*[[pending]] * 4)
    session = open_session(link)
    with pytest.raises(LinkTimeout):
        session.write(0x10000, b"\0\0\0\0")
    assert session._exchange._clock.now() >= 0.5


def test_a_busy_device_is_asked_again_under_a_new_id(open_session):
    link = ScriptedLink(
        [acknowledge(READ_ACK, 0, status=0x8007)], [acknowledge(READ_ACK, 1, b"good")]
    )
    assert open_session(link).read(0, 4) == b"good"


def test_a_device_that_stays_busy_is_told_so(open_session):
    link = ScriptedLink(*[[acknowledge(READ_ACK, i, status=0x8007)] for i in range(100)])
    with pytest.raises(DetectorBusy):
        open_session(link).read(0, 4)


@pytest.mark.parametrize("status", [0x8001, 0x8003, 0x8004, 0x8006, 0x8FFF, 0xA003])
def test_a_refusal_keeps_its_status(open_session, status):
    link = ScriptedLink([acknowledge(WRITE_ACK, 1, status=status)])
    with pytest.raises(RegisterRefused, match=f"0x{status:04X}") as caught:
        open_session(link).write(0x204, b"\1\0\0\0")
    assert caught.value.status == status


def test_long_reads_are_cut_to_the_packets_of_the_device(open_session):
    link = EchoLink()
    session = open_session(link)
    session.allow_packets(largest_command=1024, largest_ack=1024)
    assert len(session.read(0x1000, 2500)) == 2500
    addresses = [struct.unpack_from("<QHH", packet, 12) for packet in link.sent]
    assert addresses == [(0x1000, 0, 1012), (0x13F4, 0, 1012), (0x17E8, 0, 476)]


def test_long_writes_are_cut_to_the_packets_of_the_device(open_session):
    link = EchoLink()
    session = open_session(link)
    session.allow_packets(largest_command=120, largest_ack=1024)
    session.write(0x1000, bytes(250))
    assert [len(packet) - 20 for packet in link.sent] == [100, 100, 50]


def test_the_heartbeat_sets_its_time_before_its_bit(open_session):
    link = EchoLink()
    open_session(link).start_heartbeat(200)
    writes = [packet[12:] for packet in link.sent if packet[6:8] == b"\x02\x08"]
    assert writes == [
        struct.pack("<QI", registers.HEARTBEAT_TIMEOUT.address, 200),
        struct.pack("<QQ", registers.DEVICE_CONFIGURATION.address, 1),
    ]


def test_a_device_that_is_pending_for_ever_is_a_timeout(open_session, monkeypatch):
    class AlwaysPending(ScriptedLink):
        def receive(self, timeout_s):
            return acknowledge(PENDING_ACK, 1, struct.pack("<HH", 0, 60_000))

    session = open_session(AlwaysPending())
    moments = iter(range(10**9))
    monkeypatch.setattr(session._exchange._clock, "now", lambda: next(moments) * 1.0)
    with pytest.raises(LinkTimeout):
        session.write(0x10000, b"\0\0\0\0")


@pytest.mark.parametrize("size", [0, 5, 0xFFFFFFFF])
def test_nonsense_packet_sizes_still_make_packets(open_session, size):
    link = EchoLink()
    session = open_session(link)
    session.allow_packets(size, size)
    session.write(0x1000, bytes(0x12000))
    assert len(session.read(0x1000, 0x12000)) == 0x12000


def test_an_endless_response_time_is_cut(open_session):
    class Slow(EchoLink):
        def receive(self, timeout_s):
            return super().receive(timeout_s)[:-4] + b"\xff\xff\xff\x7f"

    assert open_session(Slow()).read_response_time_s() == 5.0


def able_session(open_session, *answers):
    """A session with a device that can stack, at request id 5 or 6 as in the golden packets."""
    link = ScriptedLink([acknowledge(READ_ACK, 0, CAPABLE_OF_STACKING)], *answers)
    session = open_session(link)
    session.take_control()
    session.allow_packets(1024, 1024)
    link.sent.clear()
    return session, link


def test_several_registers_are_read_in_one_round_trip(open_session, vectors):
    golden = vectors("gencp.txt")
    answer = golden["u3v acknowledge of the stacked read, id 5"]
    session, link = able_session(open_session, [answer])
    session._exchange._next_id = 5
    assert session.read_together([(0, 4), (0x1D8, 8)]) == [b"\3\0\1\0", b"\0\0\1" + bytes(5)]
    assert link.sent == [golden["u3v stacked read of two registers, id 5"]]


def test_several_registers_are_written_in_one_round_trip(open_session, vectors):
    golden = vectors("gencp.txt")
    answer = golden["u3v acknowledge of the stacked write, id 6"]
    session, link = able_session(open_session, [answer])
    session._exchange._next_id = 6
    session.write_together([(0x1E8, b"\xe8\x03\0\0"), (0x204, b"\1\0\0\0")])
    assert link.sent == [golden["u3v stacked write of two registers, id 6"]]


def test_a_stacked_write_that_stopped_in_the_middle_is_noticed(open_session, vectors):
    golden = vectors("gencp.txt")
    answer = golden["u3v acknowledge of a stacked write that stopped, id 6"]
    session, _ = able_session(open_session, [answer])
    session._exchange._next_id = 6
    with pytest.raises(RegisterRefused, match="4, 0 of 4, 4 bytes"):
        session.write_together([(0x1E8, bytes(4)), (0x204, bytes(4))])


def test_a_write_that_was_cut_short_is_noticed(open_session):
    short = acknowledge(WRITE_ACK, 1, struct.pack("<HH", 0, 2))
    session, _ = able_session(open_session, [short])
    with pytest.raises(RegisterRefused, match="2 of 4 bytes"):
        session.write(0x204, bytes(4))


def test_a_device_that_cannot_stack_is_asked_one_by_one(open_session):
    link = EchoLink()
    session = open_session(link)
    assert session.read_together([(0, 4), (8, 8)]) == [bytes(4), bytes(8)]
    session.write_together([(0x1E8, bytes(4)), (0x204, bytes(4))])
    assert link.ids() == [0, 1, 2, 3]


def test_a_device_that_cannot_stack_after_all_is_asked_one_by_one(open_session):
    answers = (
        [acknowledge(0x0807, 1, status=0x8001)],
        *([acknowledge(READ_ACK, number, bytes(4))] for number in (2, 3, 4, 5)),
    )
    session, link = able_session(open_session, *answers)
    session._exchange._next_id = 1
    assert session.read_together([(0, 4), (8, 4)]) == [bytes(4), bytes(4)]
    assert session.read_together([(0, 4), (8, 4)]) == [bytes(4), bytes(4)]
    assert link.ids() == [1, 2, 3, 4, 5]


def test_more_than_fits_a_packet_is_asked_one_by_one(open_session):
    session, link = able_session(open_session)
    link.send = EchoLink.send.__get__(link)
    assert [len(part) for part in session.read_together([(0, 800), (800, 800)])] == [800, 800]
    assert len(link.sent) == 2


@pytest.mark.parametrize("status", [0x800B, 0x800E, 0xA001])
def test_a_read_that_was_not_heard_is_asked_again_under_a_new_id(open_session, status):
    link = ScriptedLink(
        [acknowledge(READ_ACK, 0, status=status)], [acknowledge(READ_ACK, 1, b"good")]
    )
    assert open_session(link).read(0, 4) == b"good"
    assert link.flags() == [0x4000, 0x4000]


def test_a_write_is_not_repeated_by_a_device_without_resends(open_session):
    link = ScriptedLink([], [acknowledge(WRITE_ACK, 1, status=0xA001)])
    with pytest.raises(RegisterRefused, match="RESEND_NOT_SUPPORTED"):
        open_session(link).write(0x204, bytes(4))
    assert len(link.sent) == 2


def test_a_serial_session_speaks_big_endian_with_checksums(open_session, vectors):
    golden = vectors("gencp.txt")
    link = ScriptedLink([golden["serial acknowledge of version 1.3, id 0"]])
    session = Session(link, Framing.SERIAL, ModelClock())
    assert session.read_integer(registers.GENCP_VERSION) == 0x00010003
    assert link.sent == [golden["serial read of address 0, 4 bytes, id 0"]]


def test_serial_packets_are_never_longer_than_the_standard_allows():
    sizes = []

    class Measured(ScriptedLink):
        def send(self, packet):
            sizes.append(len(packet))
            raise LinkTimeout

    session = Session(Measured(), Framing.SERIAL, ModelClock())
    session.allow_packets(1024, 1024)
    for ask in (lambda: session.write(0, bytes(5000)), lambda: session.read(0, 5000)):
        with pytest.raises(LinkTimeout):
            ask()
    assert sizes == [1024, 28]
    assert session._largest_read == 1024 - 16

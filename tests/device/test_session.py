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
    session._next_id = 65535
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
    assert session._clock.now() >= 0.5


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
    monkeypatch.setattr(session._clock, "now", lambda: next(moments) * 1.0)
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

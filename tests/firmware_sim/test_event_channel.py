"""Events as bytes, and what becomes of them when the host does not answer."""

import pytest

from firmware_sim.event_channel import SerialEventChannel, UsbEventChannel, next_request_id
from firmware_sim.gencp_framing import NotAPacket
from firmware_sim.lines import ModelClock

NS = 123456789


@pytest.fixture
def golden(vectors):
    return vectors("gencp.txt")


@pytest.fixture
def sent():
    return []


@pytest.fixture
def multi_event():
    return []


@pytest.fixture
def usb(sent, multi_event):
    return UsbEventChannel(sent.append, lambda: len(multi_event))


@pytest.fixture
def clock():
    return ModelClock()


@pytest.fixture
def serial(clock, sent, multi_event):
    channel = SerialEventChannel(clock, sent.append, lambda: len(multi_event))
    channel.open(1)
    return channel


def let_pass(serial, clock, ms):
    clock.now_us += ms * 1000
    while serial.advance():
        pass


def test_usb_event_is_that_of_the_standard(usb, sent, golden):
    usb.notify(0x9002, NS, bytes(range(1, 9)))
    assert sent == [golden["u3v event 0x9002 at 123456789 ns with 8 bytes 01..08, id 1"]]


def test_multi_event_tells_its_size(usb, sent, multi_event, golden):
    usb.notify(0x9001, 1, b"")
    multi_event.append("on")
    usb.notify(0x9001, 1, b"")
    assert sent[1] == golden["u3v multi-event 0x9001 at 1 ns without data, id 2"]


def test_serial_multi_event_is_that_of_the_standard(serial, sent, multi_event, golden):
    multi_event.append("on")
    serial.open(2)
    serial._request_id = 2
    serial.notify(0x9001, 1, bytes((0, 0, 0, 7)))
    name = "serial multi-event 0x9001 at 1 ns with 4 bytes 00 00 00 07, channel 2, id 3"
    assert sent == [golden[name]]


def test_serial_event_is_that_of_the_standard(serial, sent, golden):
    serial.notify(0x8001, NS, b"")
    assert sent == [golden["serial event 0x8001 at 123456789 ns"]]


def test_acknowledged_event_is_not_sent_again(serial, clock, sent, golden):
    serial.notify(0x8001, NS, b"")
    serial.take(golden["serial event acknowledge, channel 1, id 1"])
    let_pass(serial, clock, 10_000)
    assert len(sent) == 1 and serial.deadline_us() is None


def test_event_is_sent_again_three_times_and_then_given_up(serial, clock, sent, golden):
    serial.notify(0x8001, NS, b"")
    for _ in range(10):
        let_pass(serial, clock, 300)
    assert sent[1:] == [golden["serial resent event 0x8001 at 123456789 ns"]] * 3
    assert serial.deadline_us() is None


def test_next_event_waits_for_the_acknowledge(serial, sent, golden):
    serial.notify(0x8001, NS, b"")
    serial.notify(0x8002, NS, b"")
    assert len(sent) == 1
    serial.take(golden["serial event acknowledge, channel 1, id 1"])
    assert len(sent) == 2 and sent[1][16:20] == b"\0\0\x80\x02"


def test_acknowledge_of_another_event_changes_nothing(serial, sent, golden):
    serial._request_id = 6
    serial.notify(0x8001, NS, b"")
    serial.take(golden["serial event acknowledge, channel 1, id 1"])
    assert serial.deadline_us() is not None


@pytest.mark.parametrize(
    "name", ["serial event 0x8001 at 123456789 ns", "serial acknowledge busy to read, id 6"]
)
def test_anything_but_an_acknowledge_is_refused(serial, golden, name):
    with pytest.raises(NotAPacket):
        serial.take(golden[name])


def test_without_a_channel_nothing_is_sent(serial, sent):
    serial.open(0)
    serial.notify(0x8001, NS, b"")
    assert sent == []


def test_host_that_does_not_listen_misses_the_oldest(serial, sent, golden):
    for number in range(100):
        serial.notify(0x9000 + number, NS, b"")
    assert len(sent) == 1
    serial.take(golden["serial event acknowledge, channel 1, id 1"])
    assert sent[1][16:20] == b"\0\0\x90\x24"  # the first of the 64 that came last


def test_request_ids_go_on_with_1_after_the_last():
    assert [next_request_id(0), next_request_id(65534), next_request_id(65535)] == [1, 65535, 1]

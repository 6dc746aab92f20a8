"""Events of a panel: named, in order, and never in the way of its control channel."""

import struct
import threading

import pytest

from device.detector import PanelEvent
from device.errors import NoEventChannel
from device.gencp.packets import Event
from device.u3v.events import named

SBRM, EIRM = 0x2000, 0x4000


class Heard:
    def __init__(self, count):
        self.events, self.count, self.enough = [], count, threading.Event()

    def __call__(self, event):
        self.events.append(event)
        if len(self.events) == self.count:
            self.enough.set()


@pytest.fixture
def event_packet(vectors):
    return vectors("gencp.txt")["u3v event 0x9002 at 2000 ns, id 7"]


def test_an_event_is_heard_with_its_name_and_time(detector, event_packet):
    heard = Heard(1)
    detector.listen(heard)
    detector._link.events.put(event_packet)
    assert heard.enough.wait(5)
    assert heard.events == [PanelEvent("ExposureEnd", 2000, b"")]


def test_every_event_of_the_panel_is_asked_for_and_given_up(detector, peer):
    detector.listen(Heard(1))
    assert peer.notes == [("ExposureStart", "On"), ("ExposureEnd", "On")]
    assert struct.unpack_from("<I", peer.memory, EIRM)[0] == 1
    detector.mute()
    assert peer.notes[2:] == [("ExposureStart", "Off"), ("ExposureEnd", "Off")]
    assert struct.unpack_from("<I", peer.memory, EIRM)[0] == 0


def test_noise_on_the_event_channel_is_passed_over(detector, event_packet):
    heard = Heard(1)
    detector.listen(heard)
    for packet in (b"", b"U3VE", event_packet[:-1], event_packet):
        detector._link.events.put(packet)
    assert heard.enough.wait(5)
    assert len(heard.events) == 1


def test_a_panel_without_event_interface_is_told_as_such(detector, peer):
    peer.put(SBRM + 0x2C, bytes(8))
    with pytest.raises(NoEventChannel):
        detector.listen(Heard(1))
    assert detector.read_dark(100.0).pixels.size


def test_closing_ends_the_listening(detector):
    detector.listen(Heard(1))
    reader = detector._events
    detector.close()
    assert not reader._thread.is_alive()


def test_an_event_that_nobody_knows_keeps_its_number():
    assert named(Event(0x9ABC, 5, b"x")) == PanelEvent("Event9ABC", 5, b"x")

"""What the panel reports by itself: events, from their own channel, named and in order.

Sources: GenICam GenCP 1.3.1 (EVENT, message channel), USB3 Vision 1.x (EIRM, event endpoint), SFNC
(EventSelector, EventNotification). Nothing that concerns safety waits for an event.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from device.errors import DeviceError, LinkTimeout, NoEventChannel
from device.features import Features
from device.gencp import registers
from device.gencp.packets import (
    Event,
    EventPacket,
    Framing,
    PacketMalformed,
    decode_event_packet,
    encode_event_acknowledge,
)
from device.gencp.registers import Capability, Register
from device.gencp.session import Session
from device.link import EventLink

# USB3 Vision, SBRM: offset of the event interface's address; EIRM: its control register.
EIRM_ADDRESS = Register(0x2C, 8)
EVENT_CONTROL = Register(0x00, 4)
EVENT_ENABLE = 1
# GenCP 1.3.1: the host chooses a message channel that is not 0, the channel of commands.
EVENT_CHANNEL = 1

# The panel's event ids (device namespace 0x9000) and their SFNC or vendor names.
EVENT_NAMES = {
    0x9001: "ExposureStart",
    0x9002: "ExposureEnd",
    0x9003: "Interlock",
    0x9004: "LeaseExpired",
    0x9005: "FrameSent",
}
# Over USB/IP one transfer at a time is under way: a look is short, so that control never waits.
LOOK_S = 0.001
PAUSE_S = 0.02


@dataclass(frozen=True, slots=True)
class PanelEvent:
    """One thing that happened in the panel, at a time of the panel's own clock."""

    name: str
    timestamp_ns: int
    content: bytes


def switch_events_on(session: Session, features: Features, framing: Framing) -> None:
    """Let the panel report all its events. Raises NoEventChannel or another DeviceError."""
    _set_channel(session, framing, EVENT_ENABLE, EVENT_CHANNEL)
    _notify(features, "On")


def switch_events_off(session: Session, features: Features, framing: Framing) -> None:
    """Let the panel keep its events to itself. Raises DeviceError."""
    _notify(features, "Off")
    _set_channel(session, framing, 0, 0)


def _notify(features: Features, state: str) -> None:
    if not (features.has("EventSelector") and features.has("EventNotification")):
        return
    for event in features.choices("EventSelector"):
        features.choose("EventSelector", event)
        features.choose("EventNotification", state)


def _set_channel(session: Session, framing: Framing, enable: int, channel: int) -> None:
    if framing is Framing.SERIAL:
        if Capability.MESSAGE_CHANNEL not in session.capability:
            raise NoEventChannel("it has no message channel")
        session.write_integer(registers.MESSAGE_CHANNEL_ID, channel)
        return
    base = session.read_integer(registers.SBRM_ADDRESS)
    eirm = session.read_integer(EIRM_ADDRESS.from_base(base))
    if eirm == 0:
        raise NoEventChannel("it has no event interface")
    session.write_integer(EVENT_CONTROL.from_base(eirm), enable)


class EventReader:
    """Fetches events in a thread of its own and hands each to `hear`, until closed.

    `hear` returns at once and never raises.
    """

    def __init__(self, link: EventLink, hear: Callable[[PanelEvent], object]) -> None:
        self._link = link
        self._hear = hear
        self._last_id: int | None = None
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="panel-events", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening; may be called twice."""
        self._stopped.set()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self._take(self._link.receive_event(LOOK_S))
            except (LinkTimeout, PacketMalformed):
                self._stopped.wait(PAUSE_S)
            except DeviceError:
                return  # the cable is gone; whoever asks the panel next is told

    def _take(self, packet: bytes) -> None:
        message = decode_event_packet(packet, self._link.framing)
        if message.wants_acknowledge:
            self._link.send(encode_event_acknowledge(message, self._link.framing))
        if self._is_new(message):
            for event in message.events:
                self._hear(named(event))

    def _is_new(self, message: EventPacket) -> bool:
        """Say whether this is no repetition of a message whose acknowledge got lost."""
        repeated = message.wants_acknowledge and message.request_id == self._last_id
        self._last_id = message.request_id
        return not repeated


def named(event: Event) -> PanelEvent:
    """Give an event its name; an unknown one keeps its number."""
    name = EVENT_NAMES.get(event.event_id, f"Event{event.event_id:04X}")
    return PanelEvent(name, event.timestamp_ns, event.content)

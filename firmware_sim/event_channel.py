"""Events on their way to the host: a GenCP EVENT command of the device, on either link.

On USB an event is sent and forgotten. On the serial line the host acknowledges it on the channel
that it chose in ABRM 0x1EC; what it does not acknowledge is sent again three times.
"""

import struct
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from firmware_sim.gencp_framing import (
    CCD_LENGTH,
    CONTROL_CHANNEL,
    Framing,
    NotAPacket,
    SerialFraming,
    UsbFraming,
)
from firmware_sim.gencp_server import COMMAND_RESEND, REQUEST_ACK
from firmware_sim.lines import ModelClock

# GenCP 1.3.1, command ids.
EVENT, EVENT_ACK = 0x0C00, 0x0C01
# GenCP 1.3.1, SCD of an event: size, id, timestamp, then its data.
EVENT_HEAD_LENGTH = 12
LAST_REQUEST_ID = 0xFFFF
# GenCP 1.3.1: a command is repeated three times.
RESENDS = 3
# Design figure: as long as this device lets a host wait for an answer (ABRM 0x1CC).
ACKNOWLEDGE_MS = 300
# Design figure: more than this waiting, and the oldest is what the host misses.
LONGEST_QUEUE = 64


def event_content(
    framing: Framing, multi_event: int, event_id: int, timestamp_ns: int, content: bytes
) -> bytes:
    """Give the command data of one event; its size is told only while multi-event is enabled."""
    size = EVENT_HEAD_LENGTH + len(content) if multi_event else 0
    mark = "<" if framing.order == "little" else ">"
    return struct.pack(mark + "HHQ", size, event_id, timestamp_ns) + content


def event_packet(framing: Framing, flags: int, request_id: int, content: bytes) -> bytes:
    """Give the bytes of an EVENT command."""
    mark = "<" if framing.order == "little" else ">"
    return framing.wrap(
        struct.pack(mark + "HHHH", flags, EVENT, len(content), request_id) + content
    )


class UsbEventChannel:
    """Sends events to USB3 Vision's event endpoint, each in a transfer of its own."""

    def __init__(self, send: Callable[[bytes], None], multi_event: Callable[[], int]) -> None:
        self._send = send
        self._multi_event = multi_event
        self._framing = UsbFraming(b"U3VE")
        self._request_id = 0

    def notify(self, event_id: int, timestamp_ns: int, content: bytes) -> None:
        """Send an event; the caller knows whether the host wants any."""
        self._request_id = next_request_id(self._request_id)
        scd = event_content(self._framing, self._multi_event(), event_id, timestamp_ns, content)
        self._send(event_packet(self._framing, 0, self._request_id, scd))


@dataclass(slots=True)
class Unacknowledged:
    """The event that the host was sent last."""

    request_id: int
    content: bytes
    resends_left: int
    until_us: int


class SerialEventChannel:
    """Sends events one after the other, each until it is acknowledged; a part of model time."""

    def __init__(
        self, clock: ModelClock, send: Callable[[bytes], None], multi_event: Callable[[], int]
    ) -> None:
        self.channel = CONTROL_CHANNEL
        self._clock = clock
        self._send = send
        self._multi_event = multi_event
        self._waiting: deque[bytes] = deque()
        self._sent: Unacknowledged | None = None
        self._request_id = 0

    def open(self, channel: int) -> None:
        """Send on this channel from now on; 0 closes it, and what waited is forgotten."""
        self.channel = channel
        self._waiting.clear()
        self._sent = None

    def notify(self, event_id: int, timestamp_ns: int, content: bytes) -> None:
        """Queue an event, unless the host has chosen no channel."""
        if self.channel == CONTROL_CHANNEL:
            return
        if len(self._waiting) == LONGEST_QUEUE:
            self._waiting.popleft()
        multi_event = self._multi_event()
        framing = SerialFraming(self.channel)
        self._waiting.append(event_content(framing, multi_event, event_id, timestamp_ns, content))
        self._send_next()

    def take(self, packet: bytes) -> None:
        """Take the host's acknowledge; raises NotAPacket for anything else."""
        body = SerialFraming(self.channel).unwrap(packet)
        _, command, length, request_id = struct.unpack(">HHHH", body[:CCD_LENGTH])
        if command != EVENT_ACK or length:
            raise NotAPacket
        if self._sent is not None and self._sent.request_id == request_id:
            self._sent = None
            self._send_next()

    def deadline_us(self) -> int | None:
        """Give the moment at which an event is sent again or given up."""
        return self._sent.until_us if self._sent is not None else None

    def advance(self) -> bool:
        """Send an event again that the host has not acknowledged, or give it up."""
        sent = self._sent
        if sent is None or not self._clock.reached(sent.until_us):
            return False
        if sent.resends_left:
            sent.resends_left -= 1
            self._put_out(sent, REQUEST_ACK | COMMAND_RESEND)
        else:
            self._sent = None
            self._send_next()
        return True

    def _send_next(self) -> None:
        if self._sent is None and self._waiting:
            self._request_id = next_request_id(self._request_id)
            self._sent = Unacknowledged(self._request_id, self._waiting.popleft(), RESENDS, 0)
            self._put_out(self._sent, REQUEST_ACK)

    def _put_out(self, sent: Unacknowledged, flags: int) -> None:
        sent.until_us = self._clock.after_ms(ACKNOWLEDGE_MS)
        framing = SerialFraming(self.channel)
        self._send(event_packet(framing, flags, sent.request_id, sent.content))


def next_request_id(request_id: int) -> int:
    """Count request ids: after the last one comes 1."""
    return request_id % LAST_REQUEST_ID + 1

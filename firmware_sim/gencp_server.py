"""The device's end of GenCP: command packets in, acknowledges out, in model time.

The core is the same on every link; a `Framing` knows the link's prefix and byte order.
"""

import struct
from dataclasses import dataclass

from firmware_sim.gencp_commands import (
    BUSY,
    INVALID_HEADER,
    INVALID_PARAMETER,
    SUCCESS,
    MemoryCommands,
    Outcome,
)
from firmware_sim.gencp_framing import CCD_LENGTH, ChecksumWrong, Framing, NotAPacket
from firmware_sim.lines import MICROSECONDS_PER_MS
from firmware_sim.link_statistics import LinkStatistics
from firmware_sim.registers import RegisterMap
from firmware_sim.session import ControlSession
from firmware_sim.wire_faults import WireFaults

# GenCP 1.3.1, CCD: flags of a command. Everything else in the field is reserved.
REQUEST_ACK, COMMAND_RESEND = 0x4000, 0x8000
RESERVED_FLAGS = 0xFFFF & ~(REQUEST_ACK | COMMAND_RESEND)
# GenCP 1.3.1: every acknowledge id has bit 0 set.
ACKNOWLEDGE = 0x0001
PENDING_ACK = 0x0805
# Design figure: what takes longer is announced by a PENDING_ACK.
QUICK_MS = 50
# How much later than promised an acknowledge may come, and how soon before that one more
# PENDING_ACK asks for more time; the field holds 16 bits.
PENDING_MARGIN_MS = 50
LONGEST_PROMISE_MS = 60_000


@dataclass(frozen=True, slots=True)
class ControlLink:
    """One link to a host: its way to wrap packets, their largest sizes, the wire for answers."""

    framing: Framing
    largest_command: int
    largest_acknowledge: int
    wire: WireFaults


@dataclass(frozen=True, slots=True)
class Request:
    """A command of the host. `length` is what its header says of the content."""

    flags: int
    command: int
    length: int
    request_id: int
    content: bytes

    @property
    def wants_acknowledge(self) -> bool:
        """Whether the host asked for an answer."""
        return bool(self.flags & REQUEST_ACK)


@dataclass(slots=True)
class Pending:
    """A command that was executed and whose acknowledge is not due yet."""

    request: Request
    answer: bytes
    ends_us: int
    promised_until_us: int | None = None


class GencpServer:
    """Answers commands; remembers the last one so that a resend is not executed twice.

    A part of the unit's model time: a write that takes time is executed at once and acknowledged
    when its time is over; until then every other command is answered BUSY.
    """

    def __init__(
        self,
        registers: RegisterMap,
        link: ControlLink,
        session: ControlSession,
        statistics: LinkStatistics,
    ) -> None:
        self._link = link
        self._session = session
        self._clock = session.clock
        self._statistics = statistics
        order = link.framing.order
        self._mark = "<" if order == "little" else ">"
        room = link.largest_acknowledge - link.framing.prefix_length - CCD_LENGTH
        self._memory = MemoryCommands(registers, session, order, room)
        self._last_id = 0
        self._last_answer = b""
        self._pending: Pending | None = None

    def forget(self) -> None:
        """Forget the last command, as after a reset of the link."""
        self._last_id, self._last_answer, self._pending = 0, b"", None

    def take(self, packet: bytes) -> None:
        """Take a packet of the host; what is none is met with silence."""
        request = self._understand(packet)
        if request is None:
            return
        self._statistics.commands += 1
        self._session.heard()
        if request.flags & RESERVED_FLAGS or request.command & ACKNOWLEDGE:
            self._refuse(request, INVALID_HEADER)
        elif self._pending is not None:
            self._answer_while_busy(request, self._pending)
        elif request.request_id and request.request_id == self._last_id:
            self._repeat(request)
        elif self._link.wire.says_busy():
            self._refuse(request, BUSY)
        else:
            self._execute(request)

    def deadline_us(self) -> int | None:
        """Give the moment at which an acknowledge, or one more PENDING_ACK, is due."""
        pending = self._pending
        if pending is None:
            return None
        if pending.promised_until_us is None:
            return pending.ends_us
        return min(pending.ends_us, self._promise_ends_us(pending.promised_until_us))

    def advance(self) -> bool:
        """Acknowledge what has come to its end."""
        pending = self._pending
        if pending is None or not self._clock.reached(self.deadline_us()):
            return False
        if self._clock.reached(pending.ends_us):
            self._pending = None
            self._send(pending.request, pending.answer)
        else:
            self._ask_for_time(pending)
        return True

    def _understand(self, packet: bytes) -> Request | None:
        try:
            body = self._link.framing.unwrap(packet)
        except ChecksumWrong:
            self._statistics.checksum_errors += 1
            return None
        except NotAPacket:
            self._statistics.malformed += 1
            return None
        if len(packet) > self._link.largest_command:
            self._statistics.malformed += 1
            return None
        flags, command, length, request_id = struct.unpack_from(self._mark + "HHHH", body)
        return Request(flags, command, length, request_id, body[CCD_LENGTH:])

    def _answer_while_busy(self, request: Request, pending: Pending) -> None:
        if request.request_id != pending.request.request_id:
            self._refuse(request, BUSY)
            return
        self._statistics.resends += 1
        if request.wants_acknowledge:
            pending.request = request
            self._ask_for_time(pending)

    def _repeat(self, request: Request) -> None:
        self._statistics.resends += 1
        self._send(request, self._last_answer)

    def _refuse(self, request: Request, status: int) -> None:
        """Answer without taking the request for the last one: sent again, it may be executed."""
        self._send(request, self._acknowledge(request, Outcome(status)))

    def _execute(self, request: Request) -> None:
        outcome = self._outcome_of(request)
        answer = self._acknowledge(request, outcome)
        self._last_id, self._last_answer = request.request_id, answer
        takes_ms = outcome.takes_ms + self._link.wire.extra_ms()
        if takes_ms == 0:
            self._send(request, answer)
            return
        self._pending = Pending(request, answer, self._clock.after_ms(takes_ms))
        self._session.suspend_heartbeat(self._pending.ends_us)
        if takes_ms > QUICK_MS:
            self._ask_for_time(self._pending)

    def _outcome_of(self, request: Request) -> Outcome:
        if request.length != len(request.content):
            return Outcome(INVALID_PARAMETER)
        return self._memory.execute(request.command, request.content, request.request_id)

    def _ask_for_time(self, pending: Pending) -> None:
        left_ms = -((self._clock.now_us - pending.ends_us) // MICROSECONDS_PER_MS)
        promise_ms = min(left_ms + PENDING_MARGIN_MS, LONGEST_PROMISE_MS)
        pending.promised_until_us = self._clock.after_ms(promise_ms)
        content = struct.pack(self._mark + "HH", 0, promise_ms)
        request_id = pending.request.request_id
        self._send(pending.request, self._wrap(SUCCESS, PENDING_ACK, content, request_id))

    def _promise_ends_us(self, promised_until_us: int) -> int:
        return promised_until_us - PENDING_MARGIN_MS * MICROSECONDS_PER_MS

    def _acknowledge(self, request: Request, outcome: Outcome) -> bytes:
        command = request.command | ACKNOWLEDGE
        return self._wrap(outcome.status, command, outcome.content, request.request_id)

    def _wrap(self, status: int, command: int, content: bytes, request_id: int) -> bytes:
        ccd = struct.pack(self._mark + "HHHH", status, command, len(content), request_id)
        return self._link.framing.wrap(ccd + content)

    def _send(self, request: Request, answer: bytes) -> None:
        if request.wants_acknowledge:
            self._link.wire.send(answer)

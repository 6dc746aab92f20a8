"""One command and its acknowledge: request ids, repetitions, pending acknowledges, busy devices.

Source: GenICam GenCP 1.3.1. Waiting for the wire is wall time in short waits; waiting for the
device to finish something (pending acknowledge, busy) is the clock's.
"""

import time
from collections.abc import Iterator

from device.clock import Clock, Deadline
from device.errors import DetectorBusy, LinkError, LinkNotUnderstood, LinkTimeout, RegisterRefused
from device.gencp import packets
from device.gencp.packets import Acknowledge, Command, CommandFlag, CommandPacket, Framing, Status
from device.link import ControlLink, LinkCounters

# GenCP 1.3.1: a host repeats a command three times, with the resend flag.
RETRIES = 3
# How long to wait before the device has told its maximum response time.
FIRST_TIMEOUT_S = 0.5
# What arrived damaged was most likely the answer; another is waited for no longer than this.
AFTER_DAMAGE_S = 0.05
# On top of the time that a pending acknowledge asks for.
EXTRA_TIMEOUT_S = 0.2
# Whatever a device says of itself, nobody waits longer for one command.
LONGEST_PENDING_S = 60.0
# A busy device is asked again after this time, this often.
BUSY_PAUSE_S = 0.01
BUSY_TRIES = 20
# While a command is pending the wire is looked at in waits of this length.
PENDING_POLL_S = 0.002

STATUS_NAMES = {status.value: status.name for status in Status}
READS = (Command.READMEM, Command.READMEM_STACKED)
# GenCP 1.3.1: the command arrived damaged or cut short, and was not executed.
NOT_HEARD = (Status.MSG_TIMEOUT, Status.INVALID_HEADER)


class Exchange:
    """Asks a device, one command at a time; whoever calls sees to that."""

    def __init__(self, link: ControlLink, framing: Framing, clock: Clock) -> None:
        self._link = link
        self._framing = framing
        self._clock = clock
        self._next_id = 0
        self._timeout_s = FIRST_TIMEOUT_S
        self._commands = self._repeated = self._unreadable = 0

    @property
    def counters(self) -> LinkCounters:
        """What went over the link so far."""
        return LinkCounters(self._commands, self._repeated, self._unreadable)

    def expect_answers_within(self, timeout_s: float) -> None:
        """Repeat a command that is not answered within `timeout_s` (three times)."""
        self._timeout_s = timeout_s

    def ask(self, command: Command, scd: bytes) -> Acknowledge:
        """Give the acknowledge of a success. Raises RegisterRefused, DetectorBusy or LinkError.

        A device that is busy, or says that it did not execute what it heard, is asked again.
        """
        for _ in range(BUSY_TRIES):
            answer = self._ask_once(command, scd)
            if answer.status == Status.BUSY:
                self._clock.sleep(BUSY_PAUSE_S)
            elif not _may_ask_again(answer, command):
                break
        return _checked(answer, command)

    def _ask_once(self, command: Command, scd: bytes) -> Acknowledge:
        request_id = self._take_id(command)
        last: LinkError = LinkTimeout()
        for flags in _flags_of_tries():
            self._commands += 1
            self._repeated += CommandFlag.RESEND in flags
            self._send(CommandPacket(command, request_id, scd, flags))
            try:
                return self._answer(command, request_id)
            except (LinkTimeout, LinkNotUnderstood) as error:
                last = error
        raise last

    def _take_id(self, command: Command) -> int:
        """Give the next request id: 0 once, for a read; after 65535 comes 1."""
        if self._next_id == 0 and command not in READS:
            self._next_id = 1
        taken = self._next_id
        self._next_id = taken % 0xFFFF + 1
        return taken

    def _send(self, packet: CommandPacket) -> None:
        self._link.send(packets.encode_command(packet, self._framing))

    def _answer(self, command: Command, request_id: int) -> Acknowledge:
        """Wait for the acknowledge of this request; older ones and noise are passed over."""
        end = time.monotonic() + self._timeout_s
        unreadable = None
        while (left_s := end - time.monotonic()) > 0:
            try:
                answer = self._receive(left_s)
            except packets.PacketMalformed as error:
                unreadable = error
                self._unreadable += 1
                end = min(end, time.monotonic() + AFTER_DAMAGE_S)
                continue
            except LinkTimeout:
                break
            if answer.request_id != request_id:
                continue
            if answer.command == Command.PENDING_ACK:
                return self._finished(answer, command, request_id)
            if answer.command == command | 1:
                return answer
        if unreadable is not None:
            raise LinkNotUnderstood(str(unreadable)) from unreadable
        raise LinkTimeout()

    def _receive(self, timeout_s: float) -> Acknowledge:
        return packets.decode_acknowledge(self._link.receive(timeout_s), self._framing)

    def _finished(self, pending: Acknowledge, command: Command, request_id: int) -> Acknowledge:
        """Wait as long as the device asks for, again with every further pending acknowledge."""
        deadline = self._pending_deadline(pending)
        end = Deadline(self._clock, LONGEST_PENDING_S)
        while not (deadline.over() or end.over()):
            try:
                answer = self._receive(PENDING_POLL_S)
            except (LinkTimeout, packets.PacketMalformed):
                self._clock.sleep(PENDING_POLL_S)
                continue
            if answer.request_id != request_id:
                continue
            if answer.command == Command.PENDING_ACK:
                deadline = self._pending_deadline(answer)
            elif answer.command == command | 1:
                return answer
        raise LinkTimeout("a pending command did not end")

    def _pending_deadline(self, pending: Acknowledge) -> Deadline:
        try:
            asked_ms = packets.decode_pending(pending, self._framing)
        except packets.PacketMalformed as error:
            raise LinkNotUnderstood(str(error)) from error
        return Deadline(self._clock, asked_ms / 1000 + EXTRA_TIMEOUT_S)


def _flags_of_tries() -> Iterator[CommandFlag]:
    yield CommandFlag.REQUEST_ACK
    for _ in range(RETRIES):
        yield CommandFlag.REQUEST_ACK | CommandFlag.RESEND


def _may_ask_again(answer: Acknowledge, command: Command) -> bool:
    """Say whether asking under a new id cannot execute anything twice."""
    if answer.status == Status.RESEND_NOT_SUPPORTED:
        return command in READS
    return answer.status in NOT_HEARD


def _checked(answer: Acknowledge, command: Command) -> Acknowledge:
    if answer.status == Status.BUSY:
        raise DetectorBusy()
    if answer.status != Status.SUCCESS:
        name = STATUS_NAMES.get(answer.status, "status")
        detail = f"{command.name}: {name} 0x{answer.status:04X}"
        raise RegisterRefused(detail, answer.status)
    return answer

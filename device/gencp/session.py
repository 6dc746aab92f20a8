"""The host's side of GenCP: request ids, retries, pending acknowledges, heartbeat.

Source: GenICam GenCP 1.3.1. Waiting for the wire is wall time in short waits; waiting for the
device to finish something (pending acknowledge, busy) is the clock's.
"""

import struct
import threading
import time
from collections.abc import Iterator

from device.clock import Clock, Deadline
from device.errors import (
    DetectorBusy,
    LinkError,
    LinkNotUnderstood,
    LinkTimeout,
    RegisterRefused,
)
from device.gencp import packets, registers
from device.gencp.packets import Acknowledge, Command, CommandFlag, CommandPacket, Framing, Status
from device.gencp.registers import Register
from device.link import ControlLink, LinkCounters

# GenCP 1.3.1: a host repeats a command three times, with the resend flag.
RETRIES = 3
# How long to wait before the device has told its maximum response time.
FIRST_TIMEOUT_S = 0.5
# On top of the time that a pending acknowledge asks for.
EXTRA_TIMEOUT_S = 0.2
# Whatever a device says of itself, nobody waits longer for one answer, nor for one command.
LONGEST_RESPONSE_S = 5.0
LONGEST_PENDING_S = 60.0
# A busy device is asked again after this time, this often.
BUSY_PAUSE_S = 0.01
BUSY_TRIES = 20
# While a command is pending the wire is looked at in waits of this length.
PENDING_POLL_S = 0.002
# Where the device does not tell its packet sizes: READMEM of one string register must fit.
SMALLEST_ACK = 12 + 64
SMALLEST_COMMAND = 20 + 64
# READMEM has a 16-bit length; larger packets than this bring nothing.
LARGEST_PACKET = 0xF000
ACK_OVERHEAD = 12
COMMAND_OVERHEAD = 20

STATUS_NAMES = {status.value: status.name for status in Status}


class Session:
    """One controlling connection to a device's memory. Thread-safe."""

    def __init__(self, link: ControlLink, framing: Framing, clock: Clock) -> None:
        self._link = link
        self._framing = framing
        self._clock = clock
        self._next_id = 0
        self._timeout_s = FIRST_TIMEOUT_S
        self._largest_read = SMALLEST_ACK - ACK_OVERHEAD
        self._largest_write = SMALLEST_COMMAND - COMMAND_OVERHEAD
        self._lock = threading.RLock()
        self._commands = self._repeated = self._unreadable = 0

    @property
    def counters(self) -> LinkCounters:
        """What went over the link so far."""
        return LinkCounters(self._commands, self._repeated, self._unreadable)

    @property
    def order(self) -> str:
        """The byte order of the device's integers, as struct's letter."""
        return self._framing.order

    def allow_packets(self, largest_command: int, largest_ack: int) -> None:
        """Use packets up to these sizes in bytes (the device's SBRM tells them)."""
        self._largest_read = _whole_words(largest_ack - ACK_OVERHEAD)
        self._largest_write = _whole_words(largest_command - COMMAND_OVERHEAD)

    def read_response_time_s(self) -> float:
        """Give the longest time in seconds that the device needs for an answer. Raises as read."""
        asked_s = self.read_integer(registers.MAXIMUM_RESPONSE_TIME) / 1000
        return min(asked_s, LONGEST_RESPONSE_S)

    def expect_answers_within(self, timeout_s: float) -> None:
        """Repeat a command that is not answered within `timeout_s` (three times)."""
        self._timeout_s = timeout_s

    def read(self, address: int, length: int) -> bytes:
        """Read `length` bytes. Raises RegisterRefused, DetectorBusy or LinkError."""
        with self._lock:
            return b"".join(
                self._read_once(address + start, min(self._largest_read, length - start))
                for start in range(0, length, self._largest_read)
            )

    def write(self, address: int, content: bytes) -> None:
        """Write `content`. Raises RegisterRefused, DetectorBusy or LinkError."""
        with self._lock:
            for start in range(0, len(content), self._largest_write):
                piece = content[start : start + self._largest_write]
                scd = packets.write_memory(address + start, piece, self._framing)
                self._ask_until_free(Command.WRITEMEM, scd)

    def read_integer(self, register: Register) -> int:
        """Read an unsigned integer register. Raises as read()."""
        return self.unpack(self.read(register.address, register.length))

    def write_integer(self, register: Register, value: int) -> None:
        """Write an unsigned integer register. Raises as write()."""
        self.write(register.address, struct.pack(self.order + _letter(register.length), value))

    def read_text(self, register: Register) -> str:
        """Read a string register. Raises as read()."""
        return registers.decode_text(self.read(register.address, register.length))

    def unpack(self, content: bytes) -> int:
        """Read an unsigned integer of 4 or 8 bytes in the device's order."""
        return int(struct.unpack(self.order + _letter(len(content)), content)[0])

    def take_control(self) -> None:
        """Open the device for this host alone, where it has privileges. Raises as write()."""
        capability = self.read_integer(registers.DEVICE_CAPABILITY)
        if capability & registers.Capability.ACCESS_PRIVILEGE:
            self.write_integer(registers.ACCESS_PRIVILEGE, registers.ACCESS_EXCLUSIVE)

    def release_control(self) -> None:
        """Give the device free again. Raises as write()."""
        capability = self.read_integer(registers.DEVICE_CAPABILITY)
        if capability & registers.Capability.ACCESS_PRIVILEGE:
            self.write_integer(registers.ACCESS_PRIVILEGE, registers.ACCESS_AVAILABLE)

    def start_heartbeat(self, timeout_ms: int) -> None:
        """Let the device make itself safe when it hears nothing for `timeout_ms`."""
        self.write_integer(registers.HEARTBEAT_TIMEOUT, timeout_ms)
        self._configure(registers.HEARTBEAT_ENABLE, 0)

    def stop_heartbeat(self) -> None:
        """Let the device live without being asked."""
        self._configure(0, registers.HEARTBEAT_ENABLE)

    def _configure(self, on: int, off: int) -> None:
        before = self.read_integer(registers.DEVICE_CONFIGURATION)
        self.write_integer(registers.DEVICE_CONFIGURATION, before & ~off | on)

    def _read_once(self, address: int, length: int) -> bytes:
        scd = packets.read_memory(address, length, self._framing)
        answer = self._ask_until_free(Command.READMEM, scd)
        if len(answer.scd) != length:
            raise LinkNotUnderstood(f"{len(answer.scd)} bytes instead of {length}")
        return answer.scd

    def _ask_until_free(self, command: Command, scd: bytes) -> Acknowledge:
        for _ in range(BUSY_TRIES):
            answer = self._ask(command, scd)
            if answer.status != Status.BUSY:
                return _checked(answer, command)
            self._clock.sleep(BUSY_PAUSE_S)
        raise DetectorBusy()

    def _ask(self, command: Command, scd: bytes) -> Acknowledge:
        request_id = self._take_id(command)
        last: LinkError = LinkTimeout()
        for flags in self._flags_of_tries():
            self._commands += 1
            self._repeated += CommandFlag.RESEND in flags
            self._send(CommandPacket(command, request_id, scd, flags))
            try:
                return self._answer(command, request_id)
            except (LinkTimeout, LinkNotUnderstood) as error:
                last = error
        raise last

    def _flags_of_tries(self) -> Iterator[CommandFlag]:
        yield CommandFlag.REQUEST_ACK
        for _ in range(RETRIES):
            yield CommandFlag.REQUEST_ACK | CommandFlag.RESEND

    def _take_id(self, command: Command) -> int:
        """Give the next request id: 0 once, for a read; after 65535 comes 1."""
        if self._next_id == 0 and command is not Command.READMEM:
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


def _checked(answer: Acknowledge, command: Command) -> Acknowledge:
    if answer.status != Status.SUCCESS:
        name = STATUS_NAMES.get(answer.status, "status")
        detail = f"{command.name}: {name} 0x{answer.status:04X}"
        raise RegisterRefused(detail, answer.status)
    return answer


def _whole_words(size: int) -> int:
    return max(64, min(size, LARGEST_PACKET) & ~3)


def _letter(length: int) -> str:
    return {4: "I", 8: "Q"}[length]

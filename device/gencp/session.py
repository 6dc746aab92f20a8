"""The host's side of GenCP: a device's memory, its packet sizes, privilege and heartbeat.

Source: GenICam GenCP 1.3.1.
"""

import struct
import threading
from collections.abc import Iterator, Sequence

from device.clock import Clock
from device.errors import LinkNotUnderstood, RegisterRefused
from device.gencp import packets, registers
from device.gencp.exchange import Exchange
from device.gencp.packets import Acknowledge, Command, Framing, Status
from device.gencp.registers import Capability, Register
from device.link import ControlLink, LinkCounters

# Whatever a device says of itself, nobody waits longer for one answer.
LONGEST_RESPONSE_S = 5.0
# Where the device does not tell its packet sizes: READMEM of one string register must fit.
SMALLEST_CONTENT = 64
# READMEM has a 16-bit length; larger packets than this bring nothing.
LARGEST_PACKET = 0xF000
# GenCP 1.3.1: WRITEMEM begins with an address; every part of a stacked command has 12 bytes first.
ADDRESS_SIZE = 8
STACKED_HEADER = 12


class Session:
    """One controlling connection to a device's memory. Thread-safe."""

    def __init__(self, link: ControlLink, framing: Framing, clock: Clock) -> None:
        self._exchange = Exchange(link, framing, clock)
        self._framing = framing
        self._largest_read = self._largest_write = SMALLEST_CONTENT
        self._capability = Capability(0)
        self._lock = threading.RLock()

    @property
    def counters(self) -> LinkCounters:
        """What went over the link so far."""
        return self._exchange.counters

    @property
    def order(self) -> str:
        """The byte order of the device's integers, as struct's letter."""
        return self._framing.order

    @property
    def capability(self) -> Capability:
        """What the device said that it can do when control was taken."""
        return self._capability

    def allow_packets(self, largest_command: int, largest_ack: int) -> None:
        """Use packets up to these sizes in bytes (the device's SBRM or the link tells them)."""
        header = self._framing.header_size
        self._largest_read = _whole_words(largest_ack - header)
        self._largest_write = _whole_words(largest_command - header - ADDRESS_SIZE)

    def read_response_time_s(self) -> float:
        """Give the longest time in seconds that the device needs for an answer. Raises as read."""
        asked_s = self.read_integer(registers.MAXIMUM_RESPONSE_TIME) / 1000
        return min(asked_s, LONGEST_RESPONSE_S)

    def expect_answers_within(self, timeout_s: float) -> None:
        """Repeat a command that is not answered within `timeout_s` (three times)."""
        self._exchange.expect_answers_within(timeout_s)

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
                answer = self._exchange.ask(Command.WRITEMEM, scd)
                self._check_written(answer, [len(piece)])

    def read_together(self, ranges: Sequence[tuple[int, int]]) -> list[bytes]:
        """Read (address, length) pairs, in one round trip where the device can. Raises as read."""
        size = sum(length for _, length in ranges)
        if self._can_stack(ranges, size):
            scd = packets.read_memory_stacked(ranges, self._framing)
            answer = self._ask_stacked(Command.READMEM_STACKED, scd)
            if answer is not None:
                return list(_cut(_whole(answer, size), ranges))
        return [self.read(address, length) for address, length in ranges]

    def write_together(self, writes: Sequence[tuple[int, bytes]]) -> None:
        """Write (address, content) pairs in order, in one round trip where the device can.

        Stops at the first that is refused. Raises as write().
        """
        if self._can_stack(writes, 4 * len(writes)):
            scd = packets.write_memory_stacked(writes, self._framing)
            answer = self._ask_stacked(Command.WRITEMEM_STACKED, scd)
            if answer is not None:
                self._check_written(answer, [len(content) for _, content in writes])
                return
        for address, content in writes:
            self.write(address, content)

    def read_integer(self, register: Register) -> int:
        """Read an unsigned integer register. Raises as read()."""
        return self.unpack(self.read(register.address, register.length))

    def write_integer(self, register: Register, value: int) -> None:
        """Write an unsigned integer register. Raises as write()."""
        self.write(register.address, self.pack(register, value))

    def pack(self, register: Register, value: int) -> bytes:
        """Give the bytes of an unsigned integer for this register in the device's order."""
        return struct.pack(self.order + _letter(register.length), value)

    def unpack(self, content: bytes) -> int:
        """Read an unsigned integer of 4 or 8 bytes in the device's order."""
        return int(struct.unpack(self.order + _letter(len(content)), content)[0])

    def take_control(self) -> None:
        """Open the device for this host alone, where it has privileges. Raises as write()."""
        self._capability = Capability(self.read_integer(registers.DEVICE_CAPABILITY))
        if Capability.ACCESS_PRIVILEGE in self._capability:
            self.write_integer(registers.ACCESS_PRIVILEGE, registers.ACCESS_EXCLUSIVE)

    def release_control(self) -> None:
        """Give the device free again. Raises as write()."""
        if Capability.ACCESS_PRIVILEGE in self._capability:
            self.write_integer(registers.ACCESS_PRIVILEGE, registers.ACCESS_AVAILABLE)

    def start_heartbeat(self, timeout_ms: int) -> None:
        """Let the device make itself safe when it hears nothing for `timeout_ms`."""
        self.write_integer(registers.HEARTBEAT_TIMEOUT, timeout_ms)
        self._configure(registers.HEARTBEAT_ENABLE, 0)

    def stop_heartbeat(self) -> None:
        """Let the device live without being asked."""
        self._configure(0, registers.HEARTBEAT_ENABLE)

    def keep_alive(self) -> None:
        """Let the device hear from its host. Raises as read()."""
        self.read_integer(registers.GENCP_VERSION)

    def _configure(self, on: int, off: int) -> None:
        before = self.read_integer(registers.DEVICE_CONFIGURATION)
        self.write_integer(registers.DEVICE_CONFIGURATION, before & ~off | on)

    def _read_once(self, address: int, length: int) -> bytes:
        scd = packets.read_memory(address, length, self._framing)
        return _whole(self._exchange.ask(Command.READMEM, scd), length)

    def _can_stack(self, parts: Sequence[tuple[int, int | bytes]], answer_size: int) -> bool:
        carried = sum(len(part) for _, part in parts if isinstance(part, bytes))
        room = self._largest_write + ADDRESS_SIZE
        fits = STACKED_HEADER * len(parts) + carried <= room and answer_size <= self._largest_read
        return Capability.STACKED in self._capability and len(parts) > 1 and fits

    def _ask_stacked(self, command: Command, scd: bytes) -> Acknowledge | None:
        """Give the answer; None from a device that does not know the command after all."""
        try:
            with self._lock:
                return self._exchange.ask(command, scd)
        except RegisterRefused as error:
            if error.status != Status.NOT_IMPLEMENTED:
                raise
        self._capability &= ~Capability.STACKED
        return None

    def _check_written(self, answer: Acknowledge, sizes: list[int]) -> None:
        if Capability.WRITTEN_LENGTH not in self._capability:
            return
        written = packets.decode_written(answer, self._framing)
        if written and list(written[: len(sizes)]) != sizes:
            told = ", ".join(str(size) for size in written)
            raise RegisterRefused(f"{told} of {', '.join(map(str, sizes))} bytes were written")


def _cut(content: bytes, ranges: Sequence[tuple[int, int]]) -> Iterator[bytes]:
    for _, length in ranges:
        yield content[:length]
        content = content[length:]


def _whole(answer: Acknowledge, length: int) -> bytes:
    if len(answer.scd) != length:
        raise LinkNotUnderstood(f"{len(answer.scd)} bytes instead of {length}")
    return answer.scd


def _whole_words(size: int) -> int:
    return max(SMALLEST_CONTENT, min(size, LARGEST_PACKET) & ~3)


def _letter(length: int) -> str:
    return {4: "I", 8: "Q"}[length]

"""The Spellman PMX generator (50 kV, 200 mA, 5 kW) over pyserial.

Source: Spellman PMX 118165-001. One thread reads the port; commands go out one at a time.
No command of this protocol makes X-rays: preparation and exposure are hardware lines.
"""

import queue
import threading
import time
from collections.abc import Sequence

import serial

from device.errors import (
    GeneratorLost,
    GeneratorNotFound,
    GeneratorNotUnderstood,
    GeneratorRefused,
    GeneratorSilent,
    SetPointMismatch,
    TechniqueNotExact,
)
from device.generator_status import GeneratorStatus
from device.link import LinkCounters
from device.spellman import frames
from device.spellman.frames import Frame, FrameMalformed
from device.technique import Technique

# Spellman PMX 118165-001: 115200 baud, 8N1.
BAUD = 115200
# Spellman PMX 118165-001: scales of the set points and of the measured voltage.
KV_PER_COUNT = 12.21e-3
MA_PER_COUNT = 200.0 / 4095
MEASURED_KV_PER_COUNT = 13.06e-3
LARGEST_COUNT = 4095
# Spellman PMX 118165-001: command numbers.
READ_KV, READ_MA, READ_STATUS, SET_TECHNIQUE, SET_MODE, READ_LAST_KV = 14, 15, 22, 50, 55, 60
THREE_POINT_MODE = 0
SMALL_FILAMENT = 0
STATUS_ARGUMENTS = 26
ACCEPTED = "$"
# Spellman PMX 118165-001: answers to a command that was not accepted.
REASONS = {
    1: "malformed",
    2: "unknown command",
    3: "out of range",
    9: "not possible while X-rays are on or in this state",
    10: "set-up invalid",
    11: "wrong mode",
}

REPLY_TIMEOUT_S = 0.5
WATCH_TIMEOUT_S = 0.1
# A damaged frame is answered with silence, so a command is sent again.
TRIES = 3
READ_TIMEOUT_S = 0.1
WRITE_TIMEOUT_S = 1.0


def open_pmx(port: str) -> "Pmx":
    """Open a PMX at a device path or any pyserial URL. Raises GeneratorNotFound."""
    try:
        opened = serial.serial_for_url(
            port, BAUD, timeout=READ_TIMEOUT_S, write_timeout=WRITE_TIMEOUT_S, exclusive=True
        )
    except (OSError, ValueError) as error:  # SerialException is an OSError
        raise GeneratorNotFound(f"{port}: {error}") from error
    return Pmx(opened)


class Pmx:
    """One PMX generator on an open port. Thread-safe."""

    def __init__(self, port: serial.Serial) -> None:
        self._port = port
        self._replies: queue.SimpleQueue[Frame | None] = queue.SimpleQueue()
        self._failure: BaseException | None = None
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._commands = self._repeated = self._unreadable = 0
        self._reader = threading.Thread(target=self._read_port, name="pmx-reader", daemon=True)
        self._reader.start()

    def program(self, technique: Technique) -> Technique:
        """Set three-point mode, kV, mA and ms, and give the technique that was read back.

        kV and mA go to the nearest of 4096 steps (12.21 V, 0.049 mA). Raises TechniqueNotExact for
        a fraction of a millisecond, SetPointMismatch, or another GeneratorError.
        """
        asked = (_count(technique.kv, KV_PER_COUNT), _count(technique.ma, MA_PER_COUNT))
        if technique.ms != int(technique.ms):
            raise TechniqueNotExact(f"{technique.ms:g} ms")
        self._command(SET_MODE, [THREE_POINT_MODE])
        self._command(SET_TECHNIQUE, [int(technique.ms), *asked, SMALL_FILAMENT])
        held = (self._query(READ_KV, 1)[0], self._query(READ_MA, 1)[0])
        if held != asked:
            raise SetPointMismatch(f"programmed {asked}, read back {held}")
        return Technique(held[0] * KV_PER_COUNT, held[1] * MA_PER_COUNT, technique.ms)

    def status(self) -> GeneratorStatus:
        """Ask for the status, repeating a lost question. Raises GeneratorError."""
        return _status(self._query(READ_STATUS, STATUS_ARGUMENTS))

    def watch(self) -> GeneratorStatus:
        """Ask for the status once, for at most 0.1 s. Raises GeneratorError."""
        reply = self._exchange(READ_STATUS, (), WATCH_TIMEOUT_S)
        return _status(_numbers(reply, STATUS_ARGUMENTS))

    def last_exposure_kv(self) -> float:
        """Give the tube voltage measured in the last exposure, in kV. Raises GeneratorError."""
        return self._query(READ_LAST_KV, 1)[0] * MEASURED_KV_PER_COUNT

    @property
    def link_counters(self) -> LinkCounters:
        """What went over the line so far."""
        return LinkCounters(self._commands, self._repeated, self._unreadable)

    def close(self) -> None:
        """Stop the reader and close the port; never raises, may be called twice."""
        self._closing.set()
        try:
            self._port.close()
        except OSError as error:  # an unplugged port is closed already
            self._failure = error
        self._reader.join(2 * READ_TIMEOUT_S + 1.0)

    def _command(self, command: int, arguments: Sequence[int]) -> None:
        reply = self._ask(command, arguments)
        if reply.arguments != (ACCEPTED,):
            raise _refusal(reply)

    def _query(self, command: int, count: int) -> list[int]:
        return _numbers(self._ask(command, ()), count)

    def _ask(self, command: int, arguments: Sequence[int]) -> Frame:
        for _ in range(TRIES - 1):
            try:
                return self._exchange(command, arguments, REPLY_TIMEOUT_S)
            except GeneratorSilent:
                self._repeated += 1
        return self._exchange(command, arguments, REPLY_TIMEOUT_S)

    def _exchange(self, command: int, arguments: Sequence[int], timeout_s: float) -> Frame:
        with self._lock:
            self._drop_late_replies()
            self._commands += 1
            self._write(frames.encode(command, arguments))
            return self._reply(command, time.monotonic() + timeout_s)

    def _reply(self, command: int, end: float) -> Frame:
        while (left_s := end - time.monotonic()) > 0:
            try:
                reply = self._replies.get(timeout=left_s)
            except queue.Empty:
                break
            if reply is None:
                self._raise_lost()
            elif reply.command == command:
                return reply
        raise GeneratorSilent(f"command {command}")

    def _drop_late_replies(self) -> None:
        while not self._replies.empty():
            self._replies.get()
        if self._failure is not None or self._closing.is_set():
            self._raise_lost()

    def _write(self, frame: bytes) -> None:
        try:
            self._port.write(frame)
        except (OSError, TypeError) as error:  # TypeError: pyserial, closed by another thread
            self._failure = error
            self._raise_lost()

    def _raise_lost(self) -> None:
        raise GeneratorLost(str(self._failure or "the port is closed")) from self._failure

    def _read_port(self) -> None:
        rest = b""
        try:
            while not self._closing.is_set():
                whole, rest = frames.split(rest + self._read_some())
                for frame in whole:
                    self._keep(frame)
        except (OSError, TypeError, AttributeError) as error:  # the latter two: closed meanwhile
            self._failure = error
            self._replies.put(None)

    def _read_some(self) -> bytes:
        first: bytes = self._port.read(1)
        waiting = self._port.in_waiting if first else 0
        return first + (self._port.read(waiting) if waiting else b"")

    def _keep(self, frame: bytes) -> None:
        try:
            self._replies.put(frames.decode(frame))
        except FrameMalformed:
            self._unreadable += (
                1  # as the protocol says: a damaged frame is silence, and the command is repeated
            )


def _count(value: float, per_count: float) -> int:
    count = round(value / per_count)
    if not 0 <= count <= LARGEST_COUNT:
        raise GeneratorRefused(f"{value:g} is beyond the generator's scale", 3)
    return count


def _numbers(reply: Frame, count: int) -> list[int]:
    if len(reply.arguments) == 1 != count:
        raise _refusal(reply)
    if len(reply.arguments) != count or not all(a.isdecimal() for a in reply.arguments):
        raise GeneratorNotUnderstood(f"command {reply.command}: {','.join(reply.arguments)!r}")
    return [int(argument) for argument in reply.arguments]


def _refusal(reply: Frame) -> GeneratorRefused | GeneratorNotUnderstood:
    text = ",".join(reply.arguments)
    if not (text.isdecimal() and text.isascii()):
        return GeneratorNotUnderstood(f"command {reply.command}: {text!r}")
    reason = int(text)
    return GeneratorRefused(f"command {reply.command}: {REASONS.get(reason, text)}", reason)


def _status(arguments: list[int]) -> GeneratorStatus:
    """Read the 26 arguments of command 22; the protocol counts them from 1."""
    on = [False, *(argument != 0 for argument in arguments)]
    return GeneratorStatus(
        xray_on=on[1],
        interlock_closed=on[2],
        fault=on[3],
        preparing=on[4],
        ready=on[13],
        setup_valid=not on[14],
    )

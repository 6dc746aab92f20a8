"""The serial line of the Spellman STX..ETX family over pyserial, whatever the model.

One thread reads the port; commands go out one at a time. A frame that arrived damaged is answered
with silence, or with error 1: then it is sent again.
"""

import queue
import threading
import time
from collections.abc import Container, Sequence
from contextlib import suppress

import serial

from device.errors import GeneratorLost, GeneratorNotFound, GeneratorSilent
from device.link import LinkCounters
from device.serial_port import close_port, open_port, read_some
from device.spellman import frames
from device.spellman.answers import REASONS, check_accepted, numbers, one_number
from device.spellman.frames import Frame, FrameMalformed

TRIES = 3
# Spellman PMX 118165-001, checksums, and XRB011 118150-001: 1 is a receive error.
ARRIVED_DAMAGED = frozenset({("1",)})
READ_TIMEOUT_S = 0.1
WRITE_TIMEOUT_S = 1.0


def open_line(port: str, baud: int) -> serial.Serial:
    """Open a device path or any pyserial URL, 8N1. Raises GeneratorNotFound."""
    try:
        return open_port(port, baud, READ_TIMEOUT_S, WRITE_TIMEOUT_S)
    except (OSError, ValueError) as error:  # SerialException is an OSError
        raise GeneratorNotFound(f"{port}: {error}") from error


class SpellmanPort:
    """Commands and answers on an open port. Thread-safe."""

    def __init__(self, port: serial.Serial) -> None:
        self._port = port
        self._replies: queue.SimpleQueue[Frame | None] = queue.SimpleQueue()
        self._failure: BaseException | None = None
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._commands = self._repeated = self._unreadable = 0
        self._reader = threading.Thread(target=self._read_port, name="spellman-port", daemon=True)
        self._reader.start()

    def command(self, command: int, arguments: Sequence[int], timeout_s: float) -> None:
        """Send a set point until it is answered; it must be accepted. Raises GeneratorError."""
        check_accepted(self._ask(command, arguments, timeout_s, ARRIVED_DAMAGED))

    def query(self, command: int, count: int, timeout_s: float) -> list[int]:
        """Ask for two numbers or more, repeating a lost question. Raises GeneratorError."""
        return numbers(self._ask(command, (), timeout_s, ARRIVED_DAMAGED), count)

    def query_one(self, command: int, timeout_s: float, readings: Container[int] = ()) -> int:
        """Ask for a single number, again where a code of refusal comes instead of it.

        `readings` are the codes that may be what was asked for. Raises GeneratorError.
        """
        refusals = {(str(code),) for code in REASONS if code not in readings}
        return one_number(self._ask(command, (), timeout_s, refusals), readings)

    def exchange(self, command: int, arguments: Sequence[int], timeout_s: float) -> Frame:
        """Send a command once and give its answer. Raises GeneratorSilent or GeneratorLost."""
        with self._lock:
            self._drop_late_replies()
            self._commands += 1
            self._write(frames.encode(command, arguments))
            return self._reply(command, time.monotonic() + timeout_s)

    @property
    def counters(self) -> LinkCounters:
        """What went over the line so far."""
        return LinkCounters(self._commands, self._repeated, self._unreadable)

    def close(self) -> None:
        """Stop the reader and close the port; never raises, may be called twice."""
        self._closing.set()
        close_port(self._port)
        self._reader.join(2 * READ_TIMEOUT_S + 1.0)

    def _ask(
        self,
        command: int,
        arguments: Sequence[int],
        timeout_s: float,
        again: Container[tuple[str, ...]],
    ) -> Frame:
        for _ in range(TRIES - 1):
            with suppress(GeneratorSilent):
                reply = self.exchange(command, arguments, timeout_s)
                if reply.arguments not in again:
                    return reply
            self._repeated += 1
        return self.exchange(command, arguments, timeout_s)

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
                whole, rest = frames.split(rest + read_some(self._port))
                for frame in whole:
                    self._keep(frame)
        except (OSError, TypeError, AttributeError) as error:  # the latter two: closed meanwhile
            self._failure = error
            self._replies.put(None)

    def _keep(self, frame: bytes) -> None:
        try:
            self._replies.put(frames.decode(frame))
        except FrameMalformed:
            self._unreadable += 1  # as the protocol says: silence, and the command is repeated

"""The generator's serial line: Spellman PMX frames (manual 118165-001) on a pty or a serial port.

A command is answered with its number and arguments, `CMD,$,` when it was only accepted, or
`CMD,<code>,` when it was refused. A frame with a wrong checksum is answered with silence.
"""

import os
import select
import tty
from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Thread

from firmware_sim.errors import AccessDenied, OutOfRange, StartRefused
from firmware_sim.tube import Settings, Tube, TubeState
from firmware_sim.unit import SimulatedUnit

STX, ETX = 0x02, 0x03
# Spellman PMX manual 118165-001, error codes.
MALFORMED, UNKNOWN_COMMAND, OUT_OF_RANGE, STATE_ERROR = 1, 2, 3, 9
# Spellman PMX manual 118165-001: read-back scales.
KV_PER_READ_BACK = 0.013059
MA_PER_READ_BACK = 0.0522
KV_PER_LAST_EXPOSURE = 0.01306
# Figures of this unit: a filament in standby and heated, and a full battery, in counts.
FILAMENT_STANDBY, FILAMENT_HEATED = 1200, 2600
BATTERY_FULL = 4095
THREE_POINT_MODE, SMALL_FILAMENT = 0, 0
# The longest frame a host sends is far shorter; anything longer is noise.
LONGEST_FRAME = 128


def checksum(span: bytes) -> int:
    """Give the check byte over everything after STX up to and with the comma before it."""
    return (-sum(span) & 0x7F) | 0x40


def frame(text: str) -> bytes:
    """Put STX, check byte and ETX around a text that ends with a comma."""
    span = text.encode("ascii")
    return bytes((STX, *span, checksum(span), ETX))


def split(buffer: bytes) -> tuple[list[str], bytes]:
    """Take the good frames out of a buffer; gives their texts and what may still become one."""
    texts: list[str] = []
    while (start := buffer.find(STX)) >= 0:
        end = buffer.find(ETX, start)
        if end < 0:
            return texts, buffer[start:][-LONGEST_FRAME:]
        last_start = buffer.rfind(STX, start, end)
        content = buffer[last_start + 1 : end]
        if len(content) >= 2 and content[-1] == checksum(content[:-1]):
            texts.append(content[:-1].decode("ascii", "replace"))
        buffer = buffer[end + 1 :]
    return texts, b""


class Refused(Exception):
    """The command is answered with an error code."""

    def __init__(self, code: int) -> None:
        self.code = code
        super().__init__(code)


class PmxInterface:
    """Answers the commands of a PMX generator: text in, text out."""

    def __init__(self, tube: Tube) -> None:
        self._tube = tube
        self._commands: dict[str, tuple[int, Callable[[Sequence[int]], Sequence[object]]]] = {
            "14": (0, self._read_kv),
            "15": (0, self._read_ma),
            "19": (0, self._read_back),
            "22": (0, self._status),
            "34": (0, self._ready_time),
            "50": (4, self._program),
            "55": (1, self._choose_mode),
            "60": (0, self._last_kv),
            "78": (0, self._auxiliary),
        }

    def answer(self, text: str) -> str:
        """Execute a command such as `22,` and give its answer, without frame."""
        number, *arguments = text.removesuffix(",").split(",")
        try:
            values = self._execute(number, arguments)
        except Refused as refusal:
            values = [refusal.code]
        return ",".join((number, *map(str, values))) + ","

    def _execute(self, number: str, arguments: Sequence[str]) -> Sequence[object]:
        if number not in self._commands:
            raise Refused(UNKNOWN_COMMAND)
        count, command = self._commands[number]
        right = len(arguments) == count and all(a.isascii() and a.isdecimal() for a in arguments)
        if not right:
            raise Refused(MALFORMED)
        return command([int(argument) for argument in arguments])

    def _choose_mode(self, arguments: Sequence[int]) -> Sequence[object]:
        if arguments[0] != THREE_POINT_MODE:
            raise Refused(OUT_OF_RANGE)
        return "$"

    def _program(self, arguments: Sequence[int]) -> Sequence[object]:
        time_ms, kv_counts, ma_counts, filament = arguments
        if filament != SMALL_FILAMENT:
            raise Refused(OUT_OF_RANGE)
        try:
            self._tube.program(Settings(time_ms, kv_counts, ma_counts))
        except OutOfRange as exc:
            raise Refused(OUT_OF_RANGE) from exc
        except AccessDenied as exc:
            raise Refused(STATE_ERROR) from exc
        return "$"

    def _read_kv(self, arguments: Sequence[int]) -> Sequence[object]:
        settings = self._tube.settings
        return [settings.kv_counts if settings else 0]

    def _read_ma(self, arguments: Sequence[int]) -> Sequence[object]:
        settings = self._tube.settings
        return [settings.ma_counts if settings else 0]

    def _read_back(self, arguments: Sequence[int]) -> Sequence[object]:
        values = [0] * 16
        settings = self._tube.settings
        if self._tube.x_rays and settings is not None:
            values[9] = round(settings.kv / KV_PER_READ_BACK)
            values[10] = round(settings.ma / MA_PER_READ_BACK)
        heated = self._tube.state is not TubeState.STANDBY
        values[13] = FILAMENT_HEATED if heated else FILAMENT_STANDBY
        return values

    def _status(self, arguments: Sequence[int]) -> Sequence[object]:
        tube = self._tube
        values = [0] * 26
        values[0] = int(tube.x_rays)
        values[1] = int(tube.interlock_closed)
        values[2] = int(tube.fault is not None)
        values[3] = int(tube.prep_requested)
        values[7] = 1  # one tube, and it is selected
        values[12] = int(tube.state is TubeState.READY)
        values[13] = int(tube.settings is None)
        return values

    def _ready_time(self, arguments: Sequence[int]) -> Sequence[object]:
        return [round(self._tube.ready_in_ms)]

    def _last_kv(self, arguments: Sequence[int]) -> Sequence[object]:
        pulse = self._tube.last_pulse
        return [round(pulse.settings.kv / KV_PER_LAST_EXPOSURE) if pulse else 0]

    def _auxiliary(self, arguments: Sequence[int]) -> Sequence[object]:
        return [BATTERY_FULL, round(self._tube.anode_heat_percent)]


class SpellmanServer:
    """Serves the generator of a unit on a file descriptor in a thread of its own."""

    def __init__(self, unit: SimulatedUnit, where: str) -> None:
        self._unit = unit
        self._pmx = PmxInterface(unit.tube)
        self._open_ends: list[int] = []
        self._line, self.path = self._open_pty() if where == "pty" else self._open_port(where)
        os.set_blocking(self._line, False)
        self._wake_read, self._wake_write = os.pipe()
        self._thread = Thread(target=self._serve, name="generator", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop answering and close the line."""
        os.write(self._wake_write, b"\0")
        self._thread.join()
        for end in (*self._open_ends, self._wake_read, self._wake_write):
            os.close(end)

    def _open_pty(self) -> tuple[int, str]:
        master, slave = os.openpty()
        # The slave stays open here, so that a host may come and go without the line ending.
        self._open_ends += [master, slave]
        tty.setraw(slave)
        return master, os.ttyname(slave)

    def _open_port(self, path: str) -> tuple[int, str]:
        try:
            port = os.open(path, os.O_RDWR | os.O_NOCTTY)
        except OSError as exc:
            raise StartRefused(
                f"The simulated generator cannot open {path} ({exc.strerror});"
                " name a serial port or use --generator pty."
            ) from exc
        self._open_ends.append(port)
        if os.isatty(port):
            tty.setraw(port)
        return port, path

    def _serve(self) -> None:
        buffer = b""
        while True:
            ready, _, _ = select.select([self._line, self._wake_read], [], [])
            if self._wake_read in ready:
                return
            try:
                buffer += os.read(self._line, 4096)
            except BlockingIOError:
                continue
            except OSError:
                return
            texts, buffer = split(buffer)
            for text in texts:
                self._answer(text)

    def _answer(self, text: str) -> None:
        with self._unit.lock:
            answer = self._pmx.answer(text)
            self._unit.settle()
        if self._unit.points.generator_answers:
            with suppress(OSError):
                os.write(self._line, frame(answer))

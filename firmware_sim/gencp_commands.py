"""GenCP's four memory commands: command data in, status and acknowledge data out.

A refusal is a status: everything a register may object to has its code in `STATUS_OF`, and a
register that fails in a way nobody foresaw is told as the generic error and kept in the log.
The standard's MSG_TIMEOUT is for whoever waits for an acknowledge; no command ends with it here.
"""

import logging
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from firmware_sim.errors import AccessDenied, ConfigurationForbids, OutOfRange
from firmware_sim.registers import (
    BadAlignment,
    ByteOrder,
    NoSuchAddress,
    RegisterMap,
    WriteOnly,
    WriteProtected,
)
from firmware_sim.session import ControlSession
from firmware_sim.stream import (
    EventsHalted,
    SizeNotAligned,
    StreamHalted,
    StreamSizesInconsistent,
)

# GenCP 1.3.1, command ids; the acknowledge has bit 0 set.
READMEM, WRITEMEM, READMEM_STACKED, WRITEMEM_STACKED = 0x0800, 0x0802, 0x0806, 0x0808
# GenCP 1.3.1, status codes.
SUCCESS = 0x0000
NOT_IMPLEMENTED = 0x8001
INVALID_PARAMETER = 0x8002
BUSY = 0x8007
INVALID_HEADER = 0x800E
ERROR = 0x8FFF


class WrongParameter(Exception):
    """The command's data are not what the command wants."""


# GenCP 1.3.1 and USB3 Vision 1.0: the status that goes with each refusal.
STATUS_OF: dict[type[Exception], int] = {
    WrongParameter: INVALID_PARAMETER,
    OutOfRange: INVALID_PARAMETER,
    NoSuchAddress: 0x8003,
    WriteProtected: 0x8004,
    BadAlignment: 0x8005,
    WriteOnly: 0x8006,
    AccessDenied: 0x8006,
    ConfigurationForbids: 0x800F,
    StreamHalted: 0xA002,
    SizeNotAligned: 0xA003,
    StreamSizesInconsistent: 0xA004,
    EventsHalted: 0xA005,
}
# GenCP 1.3.1, SCD of the memory commands: address, reserved, length.
ENTRY_LENGTH = 12
# 64-bit addresses.
ADDRESS_END = 1 << 64

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command came to, and how long it keeps the device busy."""

    status: int
    content: bytes = b""
    takes_ms: int = 0


class MemoryCommands:
    """Executes commands on a register map for the host of one session."""

    def __init__(
        self, registers: RegisterMap, session: ControlSession, order: ByteOrder, room: int
    ) -> None:
        self._registers = registers
        self._session = session
        self._mark = "<" if order == "little" else ">"
        self._room = room
        self._commands: dict[int, Callable[[bytes, int], Outcome]] = {
            READMEM: self._read,
            WRITEMEM: self._write,
            READMEM_STACKED: self._read_stacked,
            WRITEMEM_STACKED: self._write_stacked,
        }

    def execute(self, command: int, content: bytes, request_id: int) -> Outcome:
        """Execute one command; never raises."""
        run = self._commands.get(command)
        if run is None:
            return Outcome(NOT_IMPLEMENTED)
        try:
            return run(content, request_id)
        except Exception as failure:
            return Outcome(_status_of(failure))

    def _read(self, content: bytes, request_id: int) -> Outcome:
        if len(content) != ENTRY_LENGTH:
            raise WrongParameter
        return self._read_stacked(content, request_id)

    def _read_stacked(self, content: bytes, request_id: int) -> Outcome:
        entries = list(self._entries(content))
        if sum(count for _, count in entries) > self._room:
            raise WrongParameter
        return Outcome(SUCCESS, b"".join(self._registers.read(*entry) for entry in entries))

    def _entries(self, content: bytes) -> Iterator[tuple[int, int]]:
        if not content or len(content) % ENTRY_LENGTH:
            raise WrongParameter
        for address, reserved, count in struct.iter_unpack(self._mark + "QHH", content):
            if reserved or not count or address + count > ADDRESS_END:
                raise WrongParameter
            yield address, count

    def _write(self, content: bytes, request_id: int) -> Outcome:
        if len(content) <= 8 or request_id == 0:
            raise WrongParameter
        (address,) = struct.unpack_from(self._mark + "Q", content)
        takes_ms = self._write_memory(address, content[8:])
        return Outcome(SUCCESS, self._written(len(content) - 8), takes_ms)

    def _write_stacked(self, content: bytes, request_id: int) -> Outcome:
        """Write one entry after the other up to the first that is refused.

        The acknowledge has a place for every entry; those that were not written say 0.
        """
        entries = list(self._pieces(content))
        if request_id == 0 or not entries:
            raise WrongParameter
        written = [0] * len(entries)
        takes_ms, status = 0, SUCCESS
        for index, (address, piece) in enumerate(entries):
            try:
                takes_ms += self._write_memory(address, piece)
            except Exception as failure:
                status = _status_of(failure)
                break
            written[index] = len(piece)
        return Outcome(status, b"".join(map(self._written, written)), takes_ms)

    def _pieces(self, content: bytes) -> Iterator[tuple[int, bytes]]:
        while content:
            if len(content) < ENTRY_LENGTH:
                raise WrongParameter
            address, reserved, count = struct.unpack_from(self._mark + "QHH", content)
            piece = content[ENTRY_LENGTH : ENTRY_LENGTH + count]
            if reserved or not count or len(piece) < count:
                raise WrongParameter
            yield address, piece
            content = content[ENTRY_LENGTH + count :]

    def _write_memory(self, address: int, piece: bytes) -> int:
        self._session.check_may_write(address)
        return self._registers.write(address, piece)

    def _written(self, length: int) -> bytes:
        return struct.pack(self._mark + "HH", 0, length)


def _status_of(failure: Exception) -> int:
    status = STATUS_OF.get(type(failure))
    if status is None:
        _log.error("A register failed unexpectedly.", exc_info=failure)
        return ERROR
    return status

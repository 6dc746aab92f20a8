"""The register map: one memory of typed registers, read and written in bytes.

A map is built once for each link, because integers have the byte order of the link (little-endian
on USB, big-endian on the serial line). What the registers mean is in `bootstrap.py` (GenCP and
USB3 Vision) and `features.py` (the panel's own, described to the host by its GenICam XML).
"""

import struct
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from firmware_sim.errors import OutOfRange

ByteOrder = Literal["little", "big"]
Reading = Callable[[], bytes]
Writing = Callable[[bytes], None]

STRING_LENGTH = 64


class NoSuchAddress(Exception):
    """No register covers part of the range."""


class WriteProtected(Exception):
    """A register of the range cannot be written."""


class BadAlignment(Exception):
    """The range cuts a number in two."""


class WriteOnly(Exception):
    """A register of the range cannot be read."""


def _no_time() -> int:
    return 0


@dataclass(frozen=True, slots=True)
class Register:
    """One register. `whole` ones (numbers) are written complete, texts may be written in part.

    A write keeps the device busy for `takes_ms` of model time, asked for after it.
    """

    address: int
    length: int
    read: Reading | None
    write: Writing | None
    whole: bool = True
    takes_ms: Callable[[], int] = _no_time

    @property
    def end(self) -> int:
        """The first address behind the register."""
        return self.address + self.length


class RegisterMap:
    """Registers in order of address, read and written across their borders."""

    def __init__(self, registers: Iterable[Register]) -> None:
        self._registers = sorted(registers, key=lambda register: register.address)
        self._addresses = [register.address for register in self._registers]

    def read(self, address: int, length: int) -> bytes:
        """Read bytes, across registers as long as there is no gap."""
        touched = self._touched(address, length)
        block = b"".join(_read(register) for register in touched)
        start = address - touched[0].address
        return block[start : start + length]

    def write(self, address: int, payload: bytes) -> int:
        """Write bytes register by register; a number is written whole or not at all.

        Gives how many milliseconds of model time the writes keep the device busy.
        """
        touched = self._touched(address, len(payload))
        for register in touched:
            _check_writable(register, address, len(payload))
        for register in touched:
            _write(register, address, payload)
        return sum(register.takes_ms() for register in touched)

    def _touched(self, address: int, length: int) -> list[Register]:
        index = bisect_right(self._addresses, address) - 1
        touched: list[Register] = []
        reached, end = address, address + length
        while reached < end:
            if not 0 <= index < len(self._registers):
                raise NoSuchAddress
            register = self._registers[index]
            if not register.address <= reached < register.end:
                raise NoSuchAddress
            touched.append(register)
            reached, index = register.end, index + 1
        return touched


def _read(register: Register) -> bytes:
    if register.read is None:
        raise WriteOnly
    return register.read()


def _check_writable(register: Register, address: int, length: int) -> None:
    if register.write is None:
        raise WriteProtected
    if register.whole and not (address <= register.address and register.end <= address + length):
        raise BadAlignment


def _write(register: Register, address: int, payload: bytes) -> None:
    assert register.write is not None
    offset = register.address - address
    if register.whole:
        register.write(payload[offset : offset + register.length])
        return
    earlier = bytearray(_read(register))
    start = max(0, -offset)
    piece = payload[max(0, offset) : offset + register.length]
    earlier[start : start + len(piece)] = piece
    register.write(bytes(earlier))


@dataclass(frozen=True, slots=True)
class Typed:
    """Makes registers whose bytes are numbers and texts of one byte order."""

    order: ByteOrder

    def unsigned(
        self,
        address: int,
        length: int,
        read: Callable[[], int] | None,
        write: Callable[[int], None] | None = None,
    ) -> Register:
        """Make a register of an unsigned integer."""
        return self._integer(address, length, read, write, "unsigned")

    def signed(
        self,
        address: int,
        read: Callable[[], int],
        write: Callable[[int], None] | None = None,
    ) -> Register:
        """Make a register of a signed 64-bit integer."""
        return self._integer(address, 8, read, write, "signed")

    def double(
        self,
        address: int,
        read: Callable[[], float],
        write: Callable[[float], None] | None = None,
    ) -> Register:
        """Make a register of an IEEE 754 double."""
        form = "<d" if self.order == "little" else ">d"

        def write_bytes(raw: bytes) -> None:
            assert write is not None
            write(struct.unpack(form, raw)[0])

        return Register(
            address, 8, lambda: struct.pack(form, read()), write_bytes if write else None
        )

    def text(
        self,
        address: int,
        read: Callable[[], str],
        write: Callable[[str], None] | None = None,
    ) -> Register:
        """Make a register of 64 characters, filled up with zeros."""

        def write_bytes(raw: bytes) -> None:
            assert write is not None
            try:
                write(raw.split(b"\0")[0].decode("ascii"))
            except UnicodeDecodeError as exc:
                raise OutOfRange("A text register holds plain ASCII.") from exc

        def read_bytes() -> bytes:
            return read().encode("ascii")[: STRING_LENGTH - 1].ljust(STRING_LENGTH, b"\0")

        writing = write_bytes if write else None
        return Register(address, STRING_LENGTH, read_bytes, writing, whole=False)

    def _integer(
        self,
        address: int,
        length: int,
        read: Callable[[], int] | None,
        write: Callable[[int], None] | None,
        sign: Literal["signed", "unsigned"],
    ) -> Register:
        signed = sign == "signed"

        def read_bytes() -> bytes:
            assert read is not None
            return read().to_bytes(length, self.order, signed=signed)

        def write_bytes(raw: bytes) -> None:
            assert write is not None
            write(int.from_bytes(raw, self.order, signed=signed))

        return Register(
            address, length, read_bytes if read else None, write_bytes if write else None
        )


def constant(address: int, content: bytes) -> Register:
    """Make a read-only register of any length, such as a file."""
    return Register(address, len(content), lambda: content, None)

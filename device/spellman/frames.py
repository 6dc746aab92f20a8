"""Spellman STX..ETX frames: bytes to values and back. No input or output, no clock.

Source: Spellman PMX 118165-001 and XRB011 118150-001, serial protocol.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

STX = 0x02
ETX = 0x03
# Longer than any reply of the family; noise without an end must not fill the memory.
LONGEST_FRAME = 512
# A number, `$` for accepted, `!` before an error. The checksum has six bits: without this, a digit
# with its bit 6 flipped would pass.
ARGUMENT = re.compile(r"[0-9]*|[$!]")


class Span(Enum):
    """What the checksum covers: models of the family differ in the comma before it."""

    WITH_LAST_COMMA = "XRB011 118150-001, PMX 118165-001"
    WITHOUT_LAST_COMMA = "SLM 118080-001"


class FrameMalformed(ValueError):
    """These bytes are no frame; the sender hears nothing and repeats."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A command number and its arguments as they stand on the wire."""

    command: int
    arguments: tuple[str, ...]


def checksum(content: bytes, span: Span = Span.WITH_LAST_COMMA) -> int:
    """Give the checksum character (0x40..0x7F) of everything between STX and itself."""
    covered = content if span is Span.WITH_LAST_COMMA else content.removesuffix(b",")
    return (-sum(covered) & 0x7F) | 0x40


def encode(command: int, arguments: Sequence[int] = (), span: Span = Span.WITH_LAST_COMMA) -> bytes:
    """Give the bytes of a command (0 to 99) with decimal arguments."""
    if not 0 <= command <= 99:
        raise ValueError(f"a command has two digits, not {command}")
    content = b"".join(b"%d," % argument for argument in arguments)
    content = b"%02d," % command + content
    return bytes((STX, *content, checksum(content, span), ETX))


def decode(frame: bytes, span: Span = Span.WITH_LAST_COMMA) -> Frame:
    """Read one whole frame, STX to ETX. Raises FrameMalformed."""
    if len(frame) < 6 or frame[0] != STX or frame[-1] != ETX:
        raise FrameMalformed("no STX..ETX frame")
    content = frame[1:-2]
    if frame[-2] != checksum(content, span):
        raise FrameMalformed("the checksum is wrong")
    return _decode_content(content)


def split(buffer: bytes) -> tuple[list[bytes], bytes]:
    """Cut a byte stream into whole frames and the rest; what lies between frames is dropped."""
    frames = []
    while (end := buffer.find(ETX)) >= 0:
        start = buffer.rfind(STX, 0, end)
        if start >= 0:
            frames.append(buffer[start : end + 1])
        buffer = buffer[end + 1 :]
    start = buffer.rfind(STX)
    rest = buffer[start:] if start >= 0 else b""
    return frames, rest if len(rest) <= LONGEST_FRAME else b""


def _decode_content(content: bytes) -> Frame:
    if not content.endswith(b","):
        raise FrameMalformed("no comma before the checksum")
    try:
        command, *arguments = content[:-1].decode("ascii").split(",")
    except UnicodeDecodeError as error:
        raise FrameMalformed("not ASCII") from error
    if not (len(command) == 2 and command.isdecimal()):
        raise FrameMalformed("no two-digit command")
    if not all(ARGUMENT.fullmatch(argument) for argument in arguments):
        raise FrameMalformed("an argument that is neither a number nor a mark")
    return Frame(int(command), tuple(arguments))

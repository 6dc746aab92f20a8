"""The generator on its serial line: Spellman STX..ETX frames.

A frame with a wrong checksum is answered with silence. What the commands mean is in `pmx.py` and
`xrb011.py`.
"""

from collections.abc import Callable
from enum import Enum

from firmware_sim.unit import SimulatedUnit

STX, ETX = 0x02, 0x03
# The longest frame a host sends is far shorter; anything longer is noise.
LONGEST_FRAME = 128


class Span(Enum):
    """What the check byte covers: models of the family differ in the comma before it."""

    WITH_LAST_COMMA = "XRB011 118150-001, PMX 118165-001"
    WITHOUT_LAST_COMMA = "SLM 118080-001"


def checksum(text: bytes, span: Span = Span.WITH_LAST_COMMA) -> int:
    """Give the check byte of everything between STX and itself, a text that ends with a comma."""
    covered = text if span is Span.WITH_LAST_COMMA else text.removesuffix(b",")
    return (-sum(covered) & 0x7F) | 0x40


def frame(text: str, span: Span = Span.WITH_LAST_COMMA) -> bytes:
    """Put STX, check byte and ETX around a text that ends with a comma."""
    content = text.encode("ascii")
    return bytes((STX, *content, checksum(content, span), ETX))


def split(buffer: bytes, span: Span = Span.WITH_LAST_COMMA) -> tuple[list[str], bytes]:
    """Take the good frames out of a buffer; gives their texts and what may still become one."""
    texts: list[str] = []
    while (start := buffer.find(STX)) >= 0:
        end = buffer.find(ETX, start)
        if end < 0:
            return texts, buffer[start:][-LONGEST_FRAME:]
        last_start = buffer.rfind(STX, start, end)
        content = buffer[last_start + 1 : end]
        is_right = len(content) >= 2 and content[-1] == checksum(content[:-1], span)
        if is_right and content.isascii():
            texts.append(content[:-1].decode("ascii"))
        buffer = buffer[end + 1 :]
    return texts, b""


class SpellmanServer:
    """Answers the frames of one line to a unit's generator, whatever carries the bytes."""

    def __init__(self, unit: SimulatedUnit, send: Callable[[bytes], None]) -> None:
        self._unit = unit
        self._generator = unit.generator
        self._send = send
        self._buffer = b""

    def take(self, received: bytes) -> None:
        """Take what the host sent; whole frames are answered."""
        texts, self._buffer = split(self._buffer + received)
        for text in texts:
            self._answer(text)

    def _answer(self, text: str) -> None:
        with self._unit.lock:
            answer = self._generator.answer(text)
            self._unit.settle()
        if self._unit.points.generator_answers:
            self._send(frame(answer))

"""20,000 damaged and invented frames on the codec and on everything that reads an answer."""

import random
import threading
from collections.abc import Callable

import pytest

from device.errors import GeneratorError
from device.spellman import answers, frames, pmx_readings
from device.spellman.frames import FrameMalformed, Span
from device.spellman.pmx import Pmx
from device.spellman.xrb011 import _status as xrb011_status

FRAMES = 20_000
READERS: dict[int, tuple[int, Callable]] = {
    19: (16, pmx_readings.read_backs),
    22: (26, pmx_readings.status),
    51: (4, pmx_readings.set_points),
    53: (1, lambda numbers: pmx_readings.read_filament(numbers[0])),
    60: (1, lambda numbers: numbers[0]),
    78: (2, pmx_readings.auxiliary),
    84: (13, pmx_readings.starter_faults),
    98: (1, lambda numbers: xrb011_status(numbers[0])),
}


def damage(chance, frame):
    """Flip, drop, double, cut or insert bytes of a frame."""
    content = bytearray(frame)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(content) + 1)
        kind = chance.choice(["flip", "drop", "insert", "double", "cut"])
        if kind == "flip" and at < len(content):
            content[at] ^= 1 << chance.randrange(8)
        elif kind == "drop":
            del content[at : at + 1]
        elif kind == "insert":
            content[at:at] = bytes([chance.choice((2, 3, 44, 36, 33, 48, chance.randrange(256)))])
        elif kind == "double":
            content += content[:at]
        elif kind == "cut":
            del content[at + 1 :]
    return bytes(content)


def invent(chance):
    """Make a well-framed answer with arguments that nobody expects."""
    command = chance.choice([*READERS, chance.randrange(100)])
    words = ["", "$", "!", "0", "1", "9" * chance.randint(1, 400), "²", "-1", "1e5", "x"]
    some = [chance.choice(words) for _ in range(chance.randrange(30))]
    content = f"{command:02d},{','.join(some)},".encode()
    return b"\x02" + content + bytes([(-sum(content) & 0x7F) | 0x40]) + b"\x03"


def hostile_frames(vectors, seed):
    chance = random.Random(seed)
    golden = [*vectors("pmx.txt").values(), *vectors("xrb011.txt").values()]
    for _ in range(FRAMES):
        yield damage(chance, chance.choice(golden)) if chance.random() < 0.6 else invent(chance)


@pytest.mark.parametrize("span", Span)
def test_the_codec_reads_or_refuses_and_keeps_nothing_endless(vectors, span):
    rest, read = b"", 0
    for hostile in hostile_frames(vectors, seed=1):
        whole, rest = frames.split(rest + hostile)
        assert len(rest) <= frames.LONGEST_FRAME
        for frame in whole:
            try:
                read += bool(frames.decode(frame, span))
            except FrameMalformed:
                continue
    assert read > 50


def test_every_answer_is_understood_or_refused_by_name(vectors):
    understood = refused = 0
    for hostile in hostile_frames(vectors, seed=2):
        for frame in frames.split(hostile)[0]:
            try:
                reply = frames.decode(frame)
            except FrameMalformed:
                continue
            count, read = READERS.get(reply.command, (3, list))
            try:
                read(answers.numbers(reply, count))
                understood += 1
            except GeneratorError as error:
                assert error.code.startswith("E-GEN-")
                refused += 1
    assert understood > 100 and refused > 1000


def test_only_the_dollar_sign_is_taken_for_accepted(vectors):
    for hostile in hostile_frames(vectors, seed=3):
        for frame in frames.split(hostile)[0]:
            try:
                reply = frames.decode(frame)
                answers.check_accepted(reply)
            except (FrameMalformed, GeneratorError):
                continue
            assert reply.arguments == ("$",)


class HostilePort:
    """A port on which every question is answered with noise before the right answer."""

    READY = b"\x0260,3828,\x6d\x03"

    def __init__(self, noise):
        self._noise = noise
        self._waiting = bytearray()
        self._ready = threading.Condition()
        self._closed = False

    @property
    def in_waiting(self):
        return len(self._waiting)

    def write(self, _question):
        with self._ready:
            for _ in range(100):
                # what looks like an answer to this question would be one
                self._waiting += next(self._noise).replace(b"\x0260", b"\x0261")
            self._waiting += b"\x03" + self.READY
            self._ready.notify()

    def read(self, count):
        with self._ready:
            self._ready.wait_for(lambda: self._waiting or self._closed)
            if self._closed:
                raise OSError("closed")
            taken = bytes(self._waiting[:count])
            del self._waiting[:count]
            return taken

    def close(self):
        with self._ready:
            self._closed = True
            self._ready.notify()


def test_the_driver_finds_its_answers_in_any_noise(vectors, monkeypatch):
    monkeypatch.setattr("device.spellman.pmx.REPLY_TIMEOUT_S", 30.0)
    pmx = Pmx(HostilePort(hostile_frames(vectors, seed=4)))
    for _ in range(FRAMES // 100):
        assert pmx.last_exposure_kv() == pytest.approx(49.99, abs=0.01)
    pmx.close()
    assert pmx.link_counters.commands == FRAMES // 100

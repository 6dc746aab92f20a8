"""A small simulated unit on the wire, and a clock that moves it instead of sleeping."""

import os
import threading
import tty
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import device.arming
import device.spellman.pmx
from device.detector import Detector, open_detector
from device.exposure import ExposureSequence
from device.generator import Generator, open_generator
from firmware_sim.physics.reading import Circumstances, Reading
from firmware_sim.server import Served, serve
from firmware_sim.unit import SimulatedUnit
from tests.stepping_clock import SteppingClock

VECTORS = Path(__file__).parents[1] / "vectors"
DARK_DN, EXPOSED_DN = 500, 9000


@dataclass(frozen=True, slots=True)
class TinyPanel:
    rows: int = 75
    columns: int = 60
    pitch_um: float = 4000.0


class FlatPictures:
    """Frames of one value; no physics is needed here."""

    sensitivity_rqa3 = 1024.0

    def place(self, spec: str) -> None: ...

    def look_ahead(self, kv: float) -> None: ...

    def power_up(self) -> None: ...

    def read_dark(self, about: Circumstances) -> Reading:
        return flat_reading(DARK_DN + about.frame_number)

    def read_exposed(self, kv: float, mas: float, about: Circumstances) -> Reading:
        return flat_reading(EXPOSED_DN)


def flat_reading(value: int) -> Reading:
    return Reading(np.full((75, 60), value, np.uint16), np.zeros(75, np.float32))


def spellman_frame(text):
    span = text.encode()
    return b"\x02" + span + bytes([(-sum(span) & 0x7F) | 0x40]) + b"\x03"


class GeneratorLine:
    """The generator's end of a pseudo terminal; answers by table, later answers by list."""

    def __init__(self, answers):
        self.answers = {ask: list(a) if isinstance(a, list) else a for ask, a in answers.items()}
        self.heard = []
        self.bytes_heard = []
        self.master, slave = os.openpty()
        tty.setraw(slave)
        self.path = os.ttyname(slave)
        self._slave = slave
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self):
        try:
            while True:
                for text in os.read(self.master, 4096).split(b"\x03")[:-1]:
                    self.bytes_heard.append(text + b"\x03")
                    self._answer(text[1:-1].decode())
        except OSError:
            return

    def _answer(self, ask):
        self.heard.append(ask)
        answer = self.answers.get(ask)
        if isinstance(answer, list):
            answer = answer.pop(0) if answer else None
        if answer is not None:
            os.write(self.master, answer if isinstance(answer, bytes) else spellman_frame(answer))

    def unplug(self):
        os.close(self._slave)
        self._slave = -1
        os.write(self.master, b"\x03")  # the reader of the master looks up
        os.close(self.master)

    def close(self):
        if self._slave >= 0:
            os.close(self._slave)
            self._thread.join(5)
            os.close(self.master)


@pytest.fixture
def generator_line() -> Iterator[Callable[..., GeneratorLine]]:
    """Makes the far end of a generator's line that answers by a table."""
    lines = []

    def make(answers):
        lines.append(GeneratorLine(answers))
        return lines[-1]

    yield make
    for line in lines:
        line.close()


@pytest.fixture
def connect(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    generator_line: Callable[..., GeneratorLine],
) -> Iterator[Callable[..., tuple[Any, GeneratorLine]]]:
    """Opens a generator over such a line with the DRIVER of the tests' module, patiently."""
    set_timeouts(monkeypatch, request.module.DRIVER, 10.0)
    opened = []

    def open_it(answers):
        line = generator_line(answers)
        opened.append(request.module.OPEN(line.path))
        return opened[-1], line

    yield open_it
    for generator in opened:
        generator.close()


@pytest.fixture
def impatient(
    request: pytest.FixtureRequest, connect: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For lines that keep silent; everybody else may take their time."""
    set_timeouts(monkeypatch, request.module.DRIVER, 0.05)


def set_timeouts(monkeypatch: pytest.MonkeyPatch, driver: ModuleType, seconds: float) -> None:
    for name in ("REPLY_TIMEOUT_S", "WATCH_TIMEOUT_S"):
        monkeypatch.setattr(driver, name, seconds)


def read_vectors(name: str) -> dict[str, bytes]:
    lines = (VECTORS / name).read_text().splitlines()
    pairs = (line.rsplit(" = ", 1) for line in lines if line and not line.startswith("#"))
    return {title: bytes.fromhex(content) for title, content in pairs}


@pytest.fixture(scope="session")
def vectors() -> Callable[[str], dict[str, bytes]]:
    return read_vectors


@pytest.fixture
def unit() -> SimulatedUnit:
    return SimulatedUnit(TinyPanel(), seed=1, imager=FlatPictures())


@pytest.fixture
def clock(unit: SimulatedUnit) -> SteppingClock:
    return SteppingClock(unit)


@pytest.fixture
def served(unit: SimulatedUnit) -> Iterator[Served]:
    with serve(unit) as served:
        yield served


@pytest.fixture
def detector(served: Served, clock: SteppingClock) -> Iterator[Detector]:
    detector = open_detector(served.detector_url, clock)
    yield detector
    detector.close()


@pytest.fixture
def generator(served: Served, clock: SteppingClock) -> Iterator[Generator]:
    generator = open_generator(served.generator_url)
    yield generator
    generator.close()


@pytest.fixture
def sequence(
    detector: Detector,
    generator: Generator,
    clock: SteppingClock,
    monkeypatch: pytest.MonkeyPatch,
) -> ExposureSequence:
    """The sequence in the unit's time; on the wires a busy computer gets more of its own."""
    monkeypatch.setattr(device.spellman.pmx, "WATCH_TIMEOUT_S", 5.0)
    monkeypatch.setattr(device.arming, "ARMED_ANSWER_S", 0.5)
    return ExposureSequence(detector, generator, clock)

"""A small simulated unit on the wire, and a clock that moves it instead of sleeping."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from device.detector import Detector, open_detector
from device.exposure import ExposureSequence
from device.generator import Generator, open_generator
from firmware_sim.server import Served, serve
from firmware_sim.unit import SimulatedUnit

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

    def dark_frame(
        self, integration_s: float, temperature_c: float, frame: int
    ) -> NDArray[np.uint16]:
        return np.full((75, 60), DARK_DN + frame, np.uint16)

    def exposed_frame(
        self, kv: float, mas: float, integration_s: float, temperature_c: float, frame: int
    ) -> NDArray[np.uint16]:
        return np.full((75, 60), EXPOSED_DN, np.uint16)


class SteppingClock:
    """Moves the simulated unit; does what was planned when its moment has come."""

    def __init__(self, unit: SimulatedUnit) -> None:
        self._unit = unit
        self._plans: list[tuple[float, Callable[[], object]]] = []

    def now(self) -> float:
        return self._unit.now_s

    def after(self, seconds: float, action: Callable[[], object]) -> None:
        self._plans.append((self.now() + seconds, action))
        self._plans.sort(key=lambda plan: plan[0])

    def sleep(self, seconds: float) -> None:
        end = self.now() + seconds
        while self._plans and self._plans[0][0] <= end:
            moment, action = self._plans.pop(0)
            self._unit.step(max(0.0, moment - self.now()))
            action()
        self._unit.step(max(0.0, end - self.now()))


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
    generator = open_generator(served.generator_url, clock)
    yield generator
    generator.close()


@pytest.fixture
def sequence(detector: Detector, generator: Generator, clock: SteppingClock) -> ExposureSequence:
    return ExposureSequence(detector, generator, clock)

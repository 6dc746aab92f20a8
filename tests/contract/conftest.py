"""One detector for the suite: the simulated unit, or a real one with `--device URL`."""

from collections.abc import Iterator

import pytest

from device.clock import Clock, SystemClock
from device.detector import Detector, open_detector
from firmware_sim.physics.imager import SMALL_PANEL
from firmware_sim.server import serve
from firmware_sim.unit import SimulatedUnit


class SteppingClock:
    """Moves the simulated unit instead of sleeping."""

    def __init__(self, unit: SimulatedUnit) -> None:
        self._unit = unit

    def now(self) -> float:
        return self._unit.now_s

    def sleep(self, seconds: float) -> None:
        self._unit.step(seconds)


@pytest.fixture(scope="session")
def place(request: pytest.FixtureRequest) -> Iterator[tuple[str, Clock]]:
    """Where the detector is, and the clock by which it lives."""
    url = request.config.getoption("--device", default=None)
    if url:
        yield url, SystemClock()
        return
    unit = SimulatedUnit(SMALL_PANEL, seed=1)
    with serve(unit) as served:
        yield served.detector_url, SteppingClock(unit)


@pytest.fixture
def detector(place: tuple[str, Clock]) -> Iterator[Detector]:
    detector = open_detector(*place)
    yield detector
    detector.close()


@pytest.fixture
def armable(detector: Detector) -> Detector:
    """The detector, where it may be armed here and now; nobody presses a hand switch."""
    if not detector.can_expose:
        pytest.skip("this detector has no exposure control")
    if detector.status().open_interlocks:
        pytest.skip("an interlock of this unit is open")
    return detector

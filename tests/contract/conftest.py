"""One detector and one generator for the suite: simulated, or real with `--device URL` and
`--generator URL`."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

import libusb_package
import pytest

from device.clock import Clock, SystemClock
from device.detector import Detector, open_detector
from firmware_sim.generators import GENERATOR_MODELS
from firmware_sim.loopback import LoopbackBackend
from firmware_sim.physics.imager import SMALL_PANEL
from firmware_sim.server import serve
from firmware_sim.u3v_server import U3vDevice
from firmware_sim.unit import SimulatedUnit
from tests.stepping_clock import SteppingClock

# The links of the simulated detector: USB without and with a network, and two serial lines.
LINKS = ("in-process", "usbip", "pty", "rfc2217://127.0.0.1:0")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where one device is named, test that one and no simulated other."""
    named = {
        "place": config.getoption("--device", default=None),
        "generator_place": config.getoption("--generator", default=None),
    }
    if any(named.values()):
        fixtures = [fixture for fixture, url in named.items() if url]
        items[:] = [item for item in items if set(fixtures) & set(item.fixturenames)]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run every test over every link of the simulated unit, or once on the device that is named."""
    if "link" in metafunc.fixturenames:
        named = metafunc.config.getoption("--device", default=None)
        metafunc.parametrize("link", [named] if named else LINKS, scope="session")


@pytest.fixture(scope="session")
def place(request: pytest.FixtureRequest, link: str) -> Iterator[tuple[str, Clock]]:
    """Where the detector is, and the clock by which it lives."""
    if request.config.getoption("--device", default=None):
        yield link, SystemClock()
        return
    unit = SimulatedUnit(SMALL_PANEL, seed=1)
    served = in_process(unit) if link == "in-process" else on_the_wire(unit, link)
    with served as url:
        yield url, SteppingClock(unit)


@contextmanager
def in_process(unit: SimulatedUnit) -> Iterator[str]:
    """Let pyusb find the simulated detector as the computer's own."""
    with pytest.MonkeyPatch.context() as patched, closing(unit):
        backend = LoopbackBackend(U3vDevice(unit))
        patched.setattr(libusb_package, "get_libusb1_backend", lambda: backend)
        yield "usb://"


@contextmanager
def on_the_wire(unit: SimulatedUnit, link: str) -> Iterator[str]:
    """Serve the detector on USB/IP, or on its serial line."""
    line = None if link == "usbip" else link
    with serve(unit, gencp_serial=line) as served:
        yield served.serial_detector_url if line else served.detector_url


LINES = ("pty", "socket://127.0.0.1:0", "rfc2217://127.0.0.1:0")
SIMULATED = [(model, line) for model in GENERATOR_MODELS for line in LINES]


@pytest.fixture(
    scope="session",
    params=SIMULATED,
    ids=lambda place: f"{place[0]}-{place[1].split(':')[0]}",
)
def generator_place(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where the generator is; every simulated one in turn."""
    url = request.config.getoption("--generator", default=None)
    if url:
        if request.param != SIMULATED[0]:
            pytest.skip("one generator is named")
        yield url
        return
    model, line = request.param
    unit = SimulatedUnit(SMALL_PANEL, seed=1, generator_model=model)
    with serve(unit, generator=line) as served:
        yield served.generator_url


@pytest.fixture
def detector(place: tuple[str, Clock]) -> Iterator[Detector]:
    detector = open_detector(*place)
    yield detector
    detector.close()


@pytest.fixture
def imaging(detector: Detector) -> Detector:
    """The detector, where its cable carries images."""
    if not detector.carries_images:
        pytest.skip("this cable carries no images")
    return detector


@pytest.fixture
def armable(detector: Detector) -> Detector:
    """The detector, where it may be armed here and now; nobody presses a hand switch."""
    if not detector.can_expose:
        pytest.skip("this detector has no exposure control")
    if detector.status().open_interlocks:
        pytest.skip("an interlock of this unit is open")
    return detector

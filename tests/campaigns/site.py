"""A simulated unit on its real wires with the real driver at their other ends, in model time."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from random import Random

from device.detector import Detector, open_detector
from device.exposure import ExposureSequence
from device.generator import Generator, open_generator
from firmware_sim.gencp_serial import GencpSerial
from firmware_sim.lines import Lines
from firmware_sim.serial_line import SerialLine
from firmware_sim.spellman_server import SpellmanServer
from firmware_sim.ticker import Ticker
from firmware_sim.u3v_server import U3vDevice
from firmware_sim.unit import SimulatedUnit
from firmware_sim.usb_device import UsbPort
from firmware_sim.usbip_server import UsbipServer
from tests.campaigns.safety import NoPictures, TinyPanel
from tests.stepping_clock import SteppingClock

BUS_ID = "1-1"


class WaitingTime:
    """Real time and the unit's together, for whoever waits for something real."""

    def __init__(self, model: SteppingClock) -> None:
        self._model = model

    def now(self) -> float:
        """Give the unit's time."""
        return self._model.now()

    def sleep(self, seconds: float) -> None:
        """Let both pass."""
        time.sleep(seconds)
        self._model.sleep(seconds)


@dataclass
class Site:
    """The unit, its cables, and the driver's ends of them."""

    unit: SimulatedUnit
    clock: SteppingClock
    generator_line: SerialLine
    panel_line: SerialLine
    detector_url: str
    generator_url: str
    serial_url: str
    detector: Detector
    generator: Generator
    sequence: ExposureSequence

    def use(self, detector: Detector) -> None:
        """Go on with a detector that was found again."""
        self.detector = detector
        self.sequence = ExposureSequence(detector, self.generator, self.clock)

    def open_anew(self) -> None:
        """Open everything as a program that was started again does."""
        self.generator.close()
        self.generator = open_generator(self.generator_url)
        self.use(open_detector(self.detector_url, self.clock))


@contextmanager
def opened_site(lines: Lines | None = None) -> Iterator[Site]:
    """Serve a unit on USB/IP and two serial lines, and open them with the driver."""
    with ExitStack() as stack:
        unit = SimulatedUnit(TinyPanel(), imager=NoPictures(), lines=lines)
        stack.callback(unit.close)
        generator_line = SerialLine("pty", "generator", Random(1))
        stack.callback(generator_line.close)
        generator_line.start(SpellmanServer(unit, generator_line.send).take)
        panel = U3vDevice(unit)
        bus = UsbipServer([UsbPort(BUS_ID, panel, unit.cable)], "127.0.0.1", 0)
        stack.callback(bus.close)
        serial = GencpSerial(unit, "pty")
        stack.callback(serial.close)
        stack.callback(Ticker(unit).close)
        clock = SteppingClock(unit)
        detector_url = "usbip://{}:{}/{}".format(*bus.address, BUS_ID)
        generator_url = f"pmx://{generator_line.where}"
        detector = open_detector(detector_url, clock)
        generator = open_generator(generator_url)
        site = Site(
            unit,
            clock,
            generator_line,
            serial._line,
            detector_url,
            generator_url,
            f"gencp+serial://{serial.where}",
            detector,
            generator,
            ExposureSequence(detector, generator, clock),
        )
        stack.callback(lambda: site.generator.close())
        stack.callback(lambda: site.detector.close())
        yield site

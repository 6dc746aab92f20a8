"""A simulated unit on the wire, in this process: USB/IP, its serial lines, the back door."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from random import Random

from firmware_sim.backdoor import BackDoor
from firmware_sim.cdc_acm import CdcAcmDevice
from firmware_sim.faults import GENERATOR_LINE
from firmware_sim.gencp_serial import GencpSerial
from firmware_sim.identity import serial_number
from firmware_sim.serial_line import LineCable, SerialLine
from firmware_sim.spellman_server import SpellmanServer
from firmware_sim.ticker import Ticker
from firmware_sim.u3v_server import U3vDevice
from firmware_sim.unit import SimulatedUnit
from firmware_sim.usb_device import FixedCable, Speed, UsbPort
from firmware_sim.usbip_server import UsbipServer

Address = tuple[str, int]
ANY_PORT: Address = ("127.0.0.1", 0)
DETECTOR_BUS_ID, GENERATOR_BUS_ID = "1-1", "1-2"


@dataclass(frozen=True, slots=True)
class Served:
    """Where the parts of a served unit are to be found."""

    usbip: Address
    generator: str
    control: str | None
    busid: str = DETECTOR_BUS_ID
    generator_model: str = "pmx"
    gencp_serial: str | None = None

    @property
    def detector_url(self) -> str:
        """The detector as a driver is told of it, such as `usbip://127.0.0.1:3240/1-1`."""
        return "usbip://{}:{}/{}".format(*self.usbip, self.busid)

    @property
    def serial_detector_url(self) -> str:
        """The detector on its serial line, such as `gencp+serial:///dev/pts/4`."""
        where = self.gencp_serial or ""
        return f"gencp+{where}" if "://" in where else f"gencp+serial://{where}"

    @property
    def generator_url(self) -> str:
        """The generator as a driver is told of it, such as `pmx:///dev/pts/3`."""
        joint = "+" if "://" in self.generator else "://"
        return f"{self.generator_model}{joint}{self.generator}"


@contextmanager
def serve(
    unit: SimulatedUnit,
    *,
    usbip: Address = ANY_PORT,
    generator: str = "pty",
    gencp_serial: str | None = None,
    control: Address | None = None,
    usb_speed: Speed = Speed.SUPER,
) -> Iterator[Served]:
    """Put a unit on the wire until the block ends; everything runs in threads of this process.

        with serve(SimulatedUnit(SMALL_PANEL, seed=1)) as served:
            ...  # a driver opens served.detector_url and served.generator_url

    The unit is yours to step while its clock is manual (`unit.step`), from any thread; it is closed
    with the block. A line is `pty`, the path of a device, `rfc2217://HOST:PORT` or
    `socket://HOST:PORT`; `gencp_serial` adds the panel's. `control` adds the back door. Raises
    StartRefused where an address is taken.
    """
    with ExitStack() as stack:
        stack.callback(unit.close)
        door = BackDoor(unit, *control) if control is not None else None
        if door is not None:
            stack.callback(door.close)
        line = SerialLine(generator, "--generator", Random(f"{unit.seed} generator"))
        stack.callback(line.close)
        line.start(SpellmanServer(unit, line.send).take)
        unit.add_part(LineCable(line, lambda: unit.points.line_pulled == "generator"))
        unit.parts.add(GENERATOR_LINE)
        bus = UsbipServer(_usb_ports(unit, usb_speed), *usbip)
        stack.callback(bus.close)
        panel_line = None
        if gencp_serial is not None:
            panel_line = GencpSerial(unit, gencp_serial)
            stack.callback(panel_line.close)
        stack.callback(Ticker(unit).close)
        yield Served(
            bus.address,
            line.where,
            door.url if door else None,
            generator_model=unit.generator_model,
            gencp_serial=panel_line.where if panel_line else None,
        )


def _usb_ports(unit: SimulatedUnit, speed: Speed) -> list[UsbPort]:
    """Give the bus: the detector, and the generator once more, as a USB serial port."""
    generator = CdcAcmDevice("X-ray generator (simulated)", serial_number(unit.seed))
    generator.start(SpellmanServer(unit, generator.send).take)
    return [
        UsbPort(DETECTOR_BUS_ID, U3vDevice(unit, speed), unit.cable),
        UsbPort(GENERATOR_BUS_ID, generator, FixedCable()),
    ]

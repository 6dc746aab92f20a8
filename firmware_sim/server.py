"""A simulated unit on the wire, in this process: USB/IP, the generator's line, the back door."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from firmware_sim.backdoor import BackDoor
from firmware_sim.spellman_server import SpellmanServer
from firmware_sim.ticker import Ticker
from firmware_sim.u3v_server import U3vDevice
from firmware_sim.unit import SimulatedUnit
from firmware_sim.usbip_server import BUS_ID, UsbipServer

Address = tuple[str, int]
ANY_PORT: Address = ("127.0.0.1", 0)


@dataclass(frozen=True, slots=True)
class Served:
    """Where the parts of a served unit are to be found."""

    usbip: Address
    generator: str
    control: str | None
    busid: str = BUS_ID

    @property
    def detector_url(self) -> str:
        """The detector as a driver is told of it, such as `usbip://127.0.0.1:3240/1-1`."""
        return "usbip://{}:{}/{}".format(*self.usbip, self.busid)

    @property
    def generator_url(self) -> str:
        """The generator as a driver is told of it, such as `pmx:///dev/pts/3`."""
        return f"pmx://{self.generator}"


@contextmanager
def serve(
    unit: SimulatedUnit,
    *,
    usbip: Address = ANY_PORT,
    generator: str = "pty",
    control: Address | None = None,
) -> Iterator[Served]:
    """Put a unit on the wire until the block ends; everything runs in threads of this process.

        with serve(SimulatedUnit(SMALL_PANEL, seed=1)) as served:
            ...  # a driver opens served.detector_url and served.generator_url

    The unit is yours to step while its clock is manual (`unit.step`), from any thread; it is closed
    with the block. `control` adds the back door. Raises StartRefused where an address is taken.
    """
    with ExitStack() as stack:
        stack.callback(unit.close)
        door = BackDoor(unit, *control) if control is not None else None
        if door is not None:
            stack.callback(door.close)
        line = SpellmanServer(unit, generator)
        stack.callback(line.close)
        detector = UsbipServer(U3vDevice(unit), unit.cable, *usbip)
        stack.callback(detector.close)
        stack.callback(Ticker(unit).close)
        yield Served(detector.address, line.path, door.url if door else None)

"""Which X-ray generator a simulated unit has: one row for each, tube and command interface."""

from collections.abc import Callable
from typing import Protocol

from firmware_sim.faults import FaultPoints
from firmware_sim.lines import Lines, ModelClock
from firmware_sim.pmx import PmxInterface
from firmware_sim.spellman_commands import Interface
from firmware_sim.technique import Programmed, Pulse
from firmware_sim.tube import Tube
from firmware_sim.xrb011 import Monoblock, Xrb011Interface


class State(Protocol):
    """What a generator is doing, as a word."""

    @property
    def value(self) -> str:
        """The word."""


class XrayTube(Protocol):
    """What the unit and its back door need of a tube, whatever its generator."""

    on_pulse: Callable[[Pulse], None]
    on_voltage: Callable[[float], None]
    faults: list[str]

    @property
    def state(self) -> State:
        """What the generator is doing."""

    @property
    def settings(self) -> Programmed | None:
        """What was programmed, None for nothing."""

    @property
    def fault(self) -> str | None:
        """The first fault that latched."""

    @property
    def ready_in_ms(self) -> float:
        """How long it takes until it is ready."""

    def latch(self, fault: str) -> None:
        """Stop and stay stopped until the fault is reset."""

    def reset_fault(self) -> None:
        """Clear what latched."""

    def obey(self, points: FaultPoints) -> None:
        """Fail where the rehearsed faults say so."""

    def deadline_us(self) -> int | None:
        """Give the next moment at which the generator does something by itself."""

    def advance(self) -> bool:
        """React to the lines and to the clock; True when something changed."""


def _pmx(lines: Lines, clock: ModelClock) -> tuple[XrayTube, Interface]:
    tube = Tube(lines, clock)
    return tube, PmxInterface(tube)


def _xrb011(lines: Lines, clock: ModelClock) -> tuple[XrayTube, Interface]:
    tank = Monoblock(lines, clock)
    return tank, Xrb011Interface(tank)


# The name is also the scheme of the generator's address.
GENERATOR_MODELS: dict[str, Callable[[Lines, ModelClock], tuple[XrayTube, Interface]]] = {
    "pmx": _pmx,
    "xrb011": _xrb011,
}

"""The X-ray generator as the exposure sees it: programmed and watched, never fired.

A generator is one row in `GENERATORS`: URL scheme -> function that opens it.
"""

from collections.abc import Callable
from typing import Protocol

from device.clock import Clock
from device.errors import GeneratorUnsupported
from device.generator_status import GeneratorStatus
from device.link import LinkCounters
from device.spellman.pmx import open_pmx
from device.technique import Technique

__all__ = ["GENERATORS", "Generator", "GeneratorStatus", "open_generator"]


class Generator(Protocol):
    """An X-ray generator. Software programs and watches it; the hand switch exposes."""

    def program(self, technique: Technique) -> Technique:
        """Set kV, mA and ms and give what the generator reads back. Raises GeneratorError."""

    def status(self) -> GeneratorStatus:
        """Ask for the status, patiently. Raises GeneratorError."""

    def watch(self) -> GeneratorStatus:
        """Ask for the status once, for at most 0.1 s. Raises GeneratorError."""

    def last_exposure_kv(self) -> float:
        """Give the tube voltage measured in the last exposure, in kV. Raises GeneratorError."""

    @property
    def link_counters(self) -> LinkCounters:
        """What went over the line so far."""

    def close(self) -> None:
        """Let go of the port; never raises, may be called twice."""


GENERATORS: dict[str, Callable[[str], Generator]] = {
    "pmx": open_pmx,
    "pmx+socket": lambda rest: open_pmx(f"socket://{rest}"),
    "pmx+rfc2217": lambda rest: open_pmx(f"rfc2217://{rest}"),
}
# Known addresses whose generator has no driver yet.
LATER_GENERATORS = {"xrb011": "the XRB011 bench generator is not supported by this version"}


def open_generator(url: str, clock: Clock) -> Generator:
    """Open the generator that `url` names: pmx:///dev/ttyUSB1, pmx+socket://, pmx+rfc2217://.

    `clock` is for generators whose protocol needs pauses; the PMX needs none.
    Raises GeneratorUnsupported for another kind of address, GeneratorNotFound when the port does
    not open.
    """
    scheme, separator, rest = url.partition("://")
    if not separator or scheme not in GENERATORS:
        known = ", ".join(f"{name}://" for name in GENERATORS)
        raise GeneratorUnsupported(LATER_GENERATORS.get(scheme, f"{url!r} is not one of {known}"))
    return GENERATORS[scheme](rest)

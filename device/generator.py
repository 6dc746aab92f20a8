"""The X-ray generator as the exposure sees it: programmed and watched, never fired.

A generator is one row in `GENERATORS`: URL scheme -> function that opens it.
"""

from collections.abc import Callable, Iterator
from typing import Protocol

from device.errors import GeneratorUnsupported
from device.generator_status import GeneratorStatus
from device.link import LinkCounters
from device.self_test import SelfTestStep
from device.spellman.pmx import open_pmx
from device.spellman.xrb011 import open_xrb011
from device.technique import Technique

__all__ = ["GENERATORS", "Generator", "GeneratorStatus", "open_generator"]


class Generator(Protocol):
    """An X-ray generator. Software programs and watches it; the hand switch exposes."""

    @property
    def bench_only(self) -> bool:
        """Whether software could switch its X-rays on: such a generator is never armed."""

    @property
    def rest_s(self) -> float:
        """How long after an exposure it must not be prepared again."""

    def program(self, technique: Technique) -> Technique:
        """Set kV, mA and ms and give what the generator reads back. Raises GeneratorError."""

    def status(self) -> GeneratorStatus:
        """Ask for the status, patiently. Raises GeneratorError."""

    def watch(self) -> GeneratorStatus:
        """Ask for the status once, for at most 0.1 s. Raises GeneratorError."""

    def faults(self) -> tuple[str, ...]:
        """Name what is latched, in words, as far as it is told. Raises GeneratorError."""

    def self_test(self) -> Iterator[SelfTestStep]:
        """Test it, one step at a time; no X-rays can come of it."""

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
    "xrb011": open_xrb011,
    "xrb011+socket": lambda rest: open_xrb011(f"socket://{rest}"),
    "xrb011+rfc2217": lambda rest: open_xrb011(f"rfc2217://{rest}"),
}


# How the addresses of `GENERATORS` are written, for a person.
GENERATOR_URLS = (
    "pmx:///dev/ttyUSB1",
    "pmx+socket://HOST:PORT",
    "pmx+rfc2217://HOST:PORT",
    "xrb011:///dev/ttyUSB1",
    "xrb011+socket://HOST:PORT",
    "xrb011+rfc2217://HOST:PORT",
)


def open_generator(url: str) -> Generator:
    """Open the generator that `url` names, in one of the forms of `GENERATOR_URLS`.

    xrb011 is a bench generator: it is never armed.
    Raises GeneratorUnsupported for another kind of address, GeneratorNotFound when the port does
    not open.
    """
    scheme, separator, rest = url.partition("://")
    if not separator or scheme not in GENERATORS:
        known = ", ".join(f"{name}://" for name in GENERATORS)
        raise GeneratorUnsupported(f"{url!r} is not one of {known}")
    return GENERATORS[scheme](rest)

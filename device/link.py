"""The cable to a panel: bytes only, every wait has an end.

A cable is one row in `LINKS`: URL scheme -> function that opens it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from device.errors import LinkUnsupported
from device.gencp.packets import Framing
from device.serial_link import open_serial
from device.usb_link import open_usb, open_usbip


@dataclass(frozen=True, slots=True)
class LinkCounters:
    """What a cable has carried since it was opened: a bad one repeats more than it asks."""

    commands: int = 0
    repeated: int = 0
    unreadable: int = 0


class ControlLink(Protocol):
    """The channel on which commands go out and acknowledges come back."""

    def send(self, packet: bytes) -> None:
        """Send one whole packet. Raises LinkError."""

    def receive(self, timeout_s: float) -> bytes:
        """Give the next whole packet. Raises LinkTimeout, or another LinkError."""


class ImageLink(Protocol):
    """The channel on which images arrive."""

    def receive_image(self, buffer: memoryview, timeout_s: float) -> int:
        """Fill `buffer` with one transfer and give its bytes. Raises LinkTimeout or LinkError."""

    def reset_images(self) -> None:
        """Drop what waits on the channel. Raises LinkError."""


class EventLink(Protocol):
    """The channel on which the panel reports events."""

    @property
    def framing(self) -> Framing:
        """How packets are wrapped here."""

    def send(self, packet: bytes) -> None:
        """Send one whole packet. Raises LinkError."""

    def receive_event(self, timeout_s: float) -> bytes:
        """Give the next event packet. Raises LinkTimeout, NoEventChannel or another LinkError."""


class Link(ControlLink, ImageLink, EventLink, Protocol):
    """An open cable to one panel."""

    @property
    def carries_images(self) -> bool:
        """Whether images arrive here; without them a panel is never armed."""

    def close(self) -> None:
        """Let go of the cable; never raises, may be called twice."""


LINKS: dict[str, Callable[[str], Link]] = {
    "usb": open_usb,
    "usbip": open_usbip,
    "gencp+serial": open_serial,
    "gencp+socket": open_serial,
    "gencp+rfc2217": open_serial,
}


# How the addresses of `LINKS` are written, for a person.
LINK_URLS = (
    "usb://",
    "usb://VID:PID[/serial]",
    "usbip://HOST:PORT/BUSID",
    "gencp+serial:///dev/ttyUSB0",
    "gencp+socket://HOST:PORT",
    "gencp+rfc2217://HOST:PORT",
)


def open_link(url: str) -> Link:
    """Open the cable that `url` names, in one of the forms of `LINK_URLS`.

    Raises LinkUnsupported for another kind of address, LinkError for a cable that does not open.
    """
    scheme, separator, _rest = url.partition("://")
    if not separator or scheme not in LINKS:
        known = ", ".join(f"{name}://" for name in LINKS)
        raise LinkUnsupported(f"{url!r} is not one of {known}")
    return LINKS[scheme](url)

"""The cable to a panel: bytes only, every wait has an end.

A cable is one row in `LINKS`: URL scheme -> function that opens it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from device.errors import LinkUnsupported
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


class Link(ControlLink, ImageLink, Protocol):
    """An open cable to one panel."""

    def close(self) -> None:
        """Let go of the cable; never raises, may be called twice."""


LINKS: dict[str, Callable[[str], Link]] = {
    "usb": open_usb,
    "usbip": open_usbip,
}
# Known addresses whose cable has no driver yet.
LATER_LINKS = {"gencp+serial": "panels on a serial cable are not supported by this version"}


def open_link(url: str) -> Link:
    """Open the cable that `url` names: usb://, usb://VID:PID[/serial], usbip://HOST:PORT/BUSID.

    Raises LinkUnsupported for another kind of address, LinkError for a cable that does not open.
    """
    scheme, separator, _rest = url.partition("://")
    if not separator or scheme not in LINKS:
        known = ", ".join(f"{name}://" for name in LINKS)
        raise LinkUnsupported(LATER_LINKS.get(scheme, f"{url!r} is not one of {known}"))
    return LINKS[scheme](url)

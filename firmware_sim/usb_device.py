"""What a USB/IP server needs of a device that it lends."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Protocol

from firmware_sim.usb_pipe import InPipe


class Stall(Exception):
    """The device refuses this request on endpoint 0."""


class Speed(IntEnum):
    """How fast a device is, in the numbers of Linux include/uapi/linux/usb/ch9.h."""

    FULL = 2
    HIGH = 3
    SUPER = 5


@dataclass(frozen=True, slots=True)
class UsbIdentity:
    """What the list of devices tells of one; classes are (class, subclass, protocol)."""

    vendor_id: int
    product_id: int
    version: int
    device_class: tuple[int, int, int]
    interfaces: tuple[tuple[int, int, int], ...]
    speed: Speed


class UsbDevice(Protocol):
    """A device with bulk endpoints; calls come from the threads of one host at a time."""

    @property
    def identity(self) -> UsbIdentity:
        """What the list of devices tells of it."""

    @property
    def active_configuration(self) -> int:
        """The configuration that the host chose, 0 for none."""

    @property
    def pipes(self) -> Mapping[int, InPipe]:
        """Its IN endpoints by address."""

    def attach(self) -> None:
        """Begin anew with a host that has just taken the device."""

    def detach(self) -> None:
        """Note that the host is gone."""

    def control(self, setup: bytes, sent: bytes) -> bytes:
        """Answer a request on endpoint 0. Raises Stall."""

    def accepts(self, address: int) -> bool:
        """Say whether there is such an OUT endpoint, and it is not halted."""

    def bulk_out(self, address: int, sent: bytes) -> None:
        """Take a transfer on an OUT endpoint that accepts it."""


class Cable(Protocol):
    """What connects a device: plugged or not, and whom it tells when it is pulled."""

    plugged: bool
    on_pull: list[Callable[[], None]]


@dataclass(slots=True)
class FixedCable:
    """A cable that nobody pulls."""

    plugged: bool = True
    on_pull: list[Callable[[], None]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class UsbPort:
    """One port of the server's bus: a device at the end of its cable."""

    bus_id: str
    device: UsbDevice
    cable: Cable

    @property
    def device_number(self) -> int:
        """The device's number on the bus: 1-1 is number 2, for number 1 is the hub."""
        return int(self.bus_id.rpartition("-")[2]) + 1

"""What the device tells its host unasked: which events there are and which the host wants."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum


class DeviceEvent(IntEnum):
    """Events by their number on the wire; GenCP 1.3.1: 0x9000 and up are the device's own."""

    EXPOSURE_START = 0x9001
    EXPOSURE_END = 0x9002
    INTERLOCK = 0x9003
    LEASE_EXPIRED = 0x9004
    FRAME_SENT = 0x9005


# Event id, time in ns of the device's clock, data.
Listener = Callable[[int, int, bytes], None]


@dataclass(slots=True)
class Events:
    """Passes on the events whose notification the host has switched on."""

    listeners: list[Listener] = field(default_factory=list)
    wanted: frozenset[DeviceEvent] = frozenset()

    def switch_on(self, event: DeviceEvent) -> None:
        """Tell of this event from now on."""
        self.wanted |= {event}

    def switch_off(self, event: DeviceEvent) -> None:
        """Tell of this event no more."""
        self.wanted -= {event}

    def tell(self, event: DeviceEvent, timestamp_ns: int, data: bytes) -> None:
        """Tell every listener of an event, if the host wants to know of it."""
        if event in self.wanted:
            for listener in self.listeners:
                listener(event, timestamp_ns, data)

"""The standard requests of endpoint 0 (USB 2.0 chapter 9, USB 3.1 chapter 9), for any device."""

import struct
from collections.abc import Callable, Mapping
from typing import Protocol

from firmware_sim.usb_device import Stall
from firmware_sim.usb_pipe import InPipe

# USB 2.0, table 9-4: standard requests; table 9-6: features.
GET_STATUS, CLEAR_FEATURE, SET_FEATURE = 0, 1, 3
GET_DESCRIPTOR, GET_CONFIGURATION, SET_CONFIGURATION = 6, 8, 9
GET_INTERFACE, SET_INTERFACE = 10, 11
# USB 3.1, table 9-5.
SET_SEL, SET_ISOCH_DELAY = 0x30, 0x31
ENDPOINT_HALT = 0
STANDARD_TYPE_MASK, RECIPIENT_MASK = 0x60, 0x1F
TO_DEVICE, TO_ENDPOINT = 0, 2
# USB 2.0, figure 9-4: bit 0 of a device's status says that it has a supply of its own.
SELF_POWERED = 1


class Descriptors(Protocol):
    """Everything GET_DESCRIPTOR can answer."""

    def find(self, kind: int, index: int) -> bytes | None:
        """Give a descriptor, or None where the device has to stall."""


class StandardRequests:
    """Endpoint 0 of a device with one configuration: descriptors, halts, the configuration."""

    def __init__(
        self,
        descriptors: Descriptors,
        pipes: Mapping[int, InPipe],
        out_endpoints: tuple[int, ...],
        on_configured: Callable[[], None],
    ) -> None:
        self.configuration = 0
        self._descriptors = descriptors
        self._pipes = pipes
        self._halted_out = dict.fromkeys(out_endpoints, False)
        self._on_configured = on_configured
        self._requests: dict[int, Callable[[int, int, int], bytes]] = {
            GET_STATUS: self._get_status,
            CLEAR_FEATURE: self._clear_feature,
            SET_FEATURE: self._set_feature,
            GET_DESCRIPTOR: self._get_descriptor,
            GET_CONFIGURATION: lambda kind, value, index: bytes((self.configuration,)),
            SET_CONFIGURATION: self._set_configuration,
            GET_INTERFACE: lambda kind, value, index: b"\0",
            SET_INTERFACE: self._accept,
            SET_SEL: self._accept,
            SET_ISOCH_DELAY: self._accept,
        }

    def answer(self, setup: bytes) -> bytes:
        """Answer one request, cut to the length that was asked for. Raises Stall."""
        kind, request, value, index, length = struct.unpack("<BBHHH", setup)
        if kind & STANDARD_TYPE_MASK or request not in self._requests:
            raise Stall
        return self._requests[request](kind, value, index)[:length]

    def is_halted(self, address: int) -> bool:
        """Say whether an endpoint is halted; one that does not exist is not."""
        if address in self._pipes:
            return self._pipes[address].halted
        return self._halted_out.get(address, False)

    def accepts(self, address: int) -> bool:
        """Say whether there is such an OUT endpoint, and it is not halted."""
        return not self._halted_out.get(address, True)

    def reset(self) -> None:
        """Forget what the host set, as when it is gone."""
        self.configuration = 0
        self._halted_out = dict.fromkeys(self._halted_out, False)
        for pipe in self._pipes.values():
            pipe.disconnect()

    def _accept(self, kind: int, value: int, index: int) -> bytes:
        return b""

    def _get_status(self, kind: int, value: int, index: int) -> bytes:
        if kind & RECIPIENT_MASK == TO_ENDPOINT:
            return bytes((int(self.is_halted(index)), 0))
        return bytes((SELF_POWERED if kind & RECIPIENT_MASK == TO_DEVICE else 0, 0))

    def _get_descriptor(self, kind: int, value: int, index: int) -> bytes:
        descriptor = self._descriptors.find(value >> 8, value & 0xFF)
        if descriptor is None:
            raise Stall
        return descriptor

    def _set_configuration(self, kind: int, value: int, index: int) -> bytes:
        if value not in (0, 1):
            raise Stall
        self.configuration = value
        self._halted_out = dict.fromkeys(self._halted_out, False)
        for pipe in self._pipes.values():
            pipe.clear()
        self._on_configured()
        return b""

    def _set_feature(self, kind: int, value: int, index: int) -> bytes:
        self._check_halt_feature(kind, value)
        if index in self._halted_out:
            self._halted_out[index] = True
        elif index in self._pipes:
            self._pipes[index].halt()
        return b""

    def _clear_feature(self, kind: int, value: int, index: int) -> bytes:
        self._check_halt_feature(kind, value)
        if index in self._halted_out:
            self._halted_out[index] = False
        elif index in self._pipes:
            self._pipes[index].clear()
        return b""

    def _check_halt_feature(self, kind: int, value: int) -> None:
        if kind & RECIPIENT_MASK == TO_ENDPOINT and value != ENDPOINT_HALT:
            raise Stall

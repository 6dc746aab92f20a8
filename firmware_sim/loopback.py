"""A simulated USB device for pyusb without any wire: a backend that calls it in this process.

    backend = LoopbackBackend(U3vDevice(unit))
    usb.core.find(backend=backend)

Descriptors are read from the device's own bytes (USB 2.0 chapter 9).
"""

import errno
import itertools
import struct
from array import array
from collections.abc import Iterator
from queue import Empty, SimpleQueue
from types import SimpleNamespace
from typing import Any

from usb.backend import IBackend
from usb.core import USBError, USBTimeoutError

from firmware_sim.stream import Transfer
from firmware_sim.usb_device import Stall, UsbDevice
from firmware_sim.usb_pipe import Request

IN = 0x80
GET_DESCRIPTOR, SET_CONFIGURATION, GET_CONFIGURATION, CLEAR_FEATURE = 6, 9, 8, 1
TO_ENDPOINT = 0x02
DEVICE, CONFIGURATION, INTERFACE, ENDPOINT = 1, 2, 4, 5
# USB 2.0, tables 9-8, 9-10, 9-12 and 9-13: fields and their layout.
DEVICE_FIELDS = (
    "<BBHBBBBHHHBBBB",
    "bLength bDescriptorType bcdUSB bDeviceClass bDeviceSubClass bDeviceProtocol bMaxPacketSize0"
    " idVendor idProduct bcdDevice iManufacturer iProduct iSerialNumber bNumConfigurations",
)
CONFIGURATION_FIELDS = (
    "<BBHBBBBB",
    "bLength bDescriptorType wTotalLength bNumInterfaces bConfigurationValue iConfiguration"
    " bmAttributes bMaxPower",
)
INTERFACE_FIELDS = (
    "<BBBBBBBBB",
    "bLength bDescriptorType bInterfaceNumber bAlternateSetting bNumEndpoints bInterfaceClass"
    " bInterfaceSubClass bInterfaceProtocol iInterface",
)
ENDPOINT_FIELDS = (
    "<BBBBHB",
    "bLength bDescriptorType bEndpointAddress bmAttributes wMaxPacketSize bInterval",
)
WHOLE = 0xFFFF


class LoopbackBackend(IBackend):  # type: ignore[misc]  # pyusb has no types
    """One simulated device, held by the host that claims its interfaces."""

    def __init__(self, device: UsbDevice) -> None:
        self._device = device
        self._numbers = itertools.count(1)
        self._holder: object = None

    def enumerate_devices(self) -> Iterator["LoopbackBackend"]:
        """Give the one device."""
        yield self

    def get_parent(self, _dev: object) -> None:
        """Give None: there is no hub."""

    def get_device_descriptor(self, _dev: object) -> SimpleNamespace:
        """Give the device descriptor."""
        place = {"bus": 1, "address": 2, "port_number": 1, "port_numbers": (1,)}
        fields = _fields(self._descriptor(DEVICE), DEVICE_FIELDS)
        return SimpleNamespace(**fields, **place, speed=int(self._device.identity.speed))

    def get_configuration_descriptor(self, _dev: object, config: int) -> SimpleNamespace:
        """Give the configuration. Raises IndexError past the end."""
        if config:
            raise IndexError(config)
        whole = self._descriptor(CONFIGURATION)
        return SimpleNamespace(**_fields(whole, CONFIGURATION_FIELDS), extra_descriptors=[])

    def get_interface_descriptor(
        self, _dev: object, intf: int, alt: int, config: int
    ) -> SimpleNamespace:
        """Give an interface. Raises IndexError past the end."""
        if alt or config:
            raise IndexError(alt)
        return SimpleNamespace(**self._interfaces()[intf][0], extra_descriptors=[])

    def get_endpoint_descriptor(
        self, _dev: object, ep: int, intf: int, alt: int, config: int
    ) -> SimpleNamespace:
        """Give an endpoint. Raises IndexError past the end."""
        synchronous = {"bRefresh": 0, "bSynchAddress": 0, "extra_descriptors": []}
        return SimpleNamespace(**self._interfaces()[intf][1 + ep], **synchronous)

    def open_device(self, _dev: object) -> object:
        """Give a handle; a device that nobody holds begins anew."""
        if self._holder is None:
            self._device.attach()
        return object()

    def close_device(self, dev_handle: object) -> None:
        """Detach the device, if this handle holds it."""
        if self._holder is dev_handle:
            self._holder = None
            self._device.detach()

    def set_configuration(self, _dev_handle: object, config_value: int) -> None:
        """Choose a configuration."""
        self._ask(0x00, SET_CONFIGURATION, config_value, 0, b"")

    def get_configuration(self, _dev_handle: object) -> int:
        """Give the active configuration, 0 for none."""
        return self._ask(IN, GET_CONFIGURATION, 0, 0, bytes(1))[0]

    def claim_interface(self, dev_handle: object, _intf: int) -> None:
        """Hold the whole device. Raises USBError while another handle does."""
        if self._holder not in (None, dev_handle):
            raise USBError("another host has the device", None, errno.EBUSY)
        self._holder = dev_handle

    def release_interface(self, _dev_handle: object, _intf: int) -> None:
        """Release nothing."""

    def is_kernel_driver_active(self, _dev_handle: object, _intf: int) -> bool:
        """Say no: no kernel is involved."""
        return False

    def clear_halt(self, _dev_handle: object, ep: int) -> None:
        """Clear ENDPOINT_HALT."""
        self._ask(TO_ENDPOINT, CLEAR_FEATURE, 0, ep, b"")

    def ctrl_transfer(
        self,
        _dev_handle: object,
        bmRequestType: int,  # noqa: N803  pyusb's own names
        bRequest: int,  # noqa: N803
        wValue: int,  # noqa: N803
        wIndex: int,  # noqa: N803
        data: "array[int]",
        _timeout: int,
    ) -> int:
        """Do a request on endpoint 0 and give the bytes moved."""
        answer = self._ask(bmRequestType, bRequest, wValue, wIndex, data.tobytes())
        if bmRequestType & IN:
            memoryview(data)[: len(answer)] = array("B", answer)
        return len(answer) if bmRequestType & IN else len(data)

    def bulk_write(
        self, _dev_handle: object, ep: int, _intf: int, data: "array[int]", _timeout: int
    ) -> int:
        """Send a transfer."""
        if not self._device.accepts(ep):
            raise USBError("the endpoint is halted", None, errno.EPIPE)
        self._device.bulk_out(ep, data.tobytes())
        return len(data)

    def bulk_read(
        self, _dev_handle: object, ep: int, _intf: int, buff: "array[int]", timeout: int
    ) -> int:
        """Receive a transfer, cancelling the request after `timeout` ms."""
        done: SimpleQueue[tuple[int, Transfer]] = SimpleQueue()
        pipe, number = self._device.pipes[ep], next(self._numbers)
        room = len(buff) * buff.itemsize
        pipe.request(Request(number, room, lambda status, content: done.put((status, content))))
        try:
            status, content = done.get(timeout=timeout / 1000)
        except Empty as exc:
            if pipe.cancel(number):
                raise USBTimeoutError("timed out", None, errno.ETIMEDOUT) from exc
            status, content = done.get()
        if status:
            raise USBError("the transfer failed", None, -status)
        memoryview(buff).cast("B")[: len(content)] = memoryview(content).cast("B")
        return len(content)

    def _ask(self, kind: int, request: int, value: int, index: int, content: bytes) -> bytes:
        setup = struct.pack("<BBHHH", kind, request, value, index, len(content))
        try:
            return self._device.control(setup, b"" if kind & IN else content)
        except Stall as exc:
            raise USBError("the request stalled", None, errno.EPIPE) from exc

    def _descriptor(self, kind: int) -> bytes:
        return self._ask(IN, GET_DESCRIPTOR, kind << 8, 0, bytes(WHOLE))

    def _interfaces(self) -> list[list[dict[str, Any]]]:
        """Give each interface, followed by its endpoints."""
        whole, found, at = self._descriptor(CONFIGURATION), [], 0
        while at < len(whole):
            length, kind = whole[at : at + 2]
            if kind == INTERFACE:
                found.append([_fields(whole[at:], INTERFACE_FIELDS)])
            elif kind == ENDPOINT:
                found[-1].append(_fields(whole[at:], ENDPOINT_FIELDS))
            at += length
        return found


def _fields(descriptor: bytes, layout: tuple[str, str]) -> dict[str, Any]:
    values = struct.unpack_from(layout[0], descriptor)
    return dict(zip(layout[1].split(), values, strict=True))

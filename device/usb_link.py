"""A USB3 Vision panel through pyusb: libusb for a real cable, USB/IP for one over a network.

Sources: USB3 Vision 1.x (interfaces EF/05/xx), USB 2.0 chapter 9 (endpoint halt).
"""

import array
import errno
import re
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import libusb_package
import usb.core
import usb.util
from usb.backend import IBackend

from device.errors import (
    DeviceNotFound,
    LinkBusy,
    LinkError,
    LinkForbidden,
    LinkLost,
    LinkNotUnderstood,
    LinkStalled,
    LinkTimeout,
    LinkUnsupported,
    NoEventChannel,
    UsbUnavailable,
)
from device.gencp.packets import Framing
from device.usbip_backend import UsbIpBackend

# USB3 Vision: miscellaneous class, subclass USB3 Vision, protocols control, event, stream.
U3V_CLASS = 0xEF
U3V_SUBCLASS = 0x05
CONTROL_PROTOCOL = 0x00
EVENT_PROTOCOL = 0x01
STREAM_PROTOCOL = 0x02
# USB 2.0, table 9-4 and 9-6: SET_FEATURE of ENDPOINT_HALT, host to device, recipient endpoint.
SET_FEATURE = 3
ENDPOINT_HALT = 0
TO_ENDPOINT = 0x02

LARGEST_CONTROL_PACKET = 0x10000
LARGEST_EVENT_PACKET = 0x1000
# Aravis and Linux take 1 MiB in one transfer at high and at super speed.
LARGEST_TRANSFER = 1 << 20
SEND_TIMEOUT_MS = 1000

ERRORS_BY_NUMBER: dict[int, type[LinkError]] = {
    errno.ENODEV: LinkLost,
    errno.ENOENT: LinkLost,
    errno.EIO: LinkLost,
    errno.EPROTO: LinkLost,
    errno.ESHUTDOWN: LinkLost,
    errno.ECONNRESET: LinkLost,
    errno.ECONNABORTED: LinkLost,
    errno.ECONNREFUSED: DeviceNotFound,
    errno.EHOSTUNREACH: DeviceNotFound,
    errno.ENETUNREACH: DeviceNotFound,
    errno.EBUSY: LinkBusy,
    errno.EACCES: LinkForbidden,
    errno.EPERM: LinkForbidden,
    errno.EPIPE: LinkStalled,
    errno.ETIMEDOUT: LinkTimeout,
    errno.EOVERFLOW: LinkNotUnderstood,
}

USB_URL = re.compile(
    r"usb://(?:(?P<vid>[0-9a-f]{4}):(?P<pid>[0-9a-f]{4})(?:/(?P<serial>.+))?)?", re.I
)
USBIP_URL = re.compile(
    r"usbip://(?P<host>[^:/\[\]]+|\[[^\]]+\]):(?P<port>\d{1,5})/(?P<busid>[\w.:-]+)"
)

Result = TypeVar("Result")


def link_error(error: usb.core.USBError) -> LinkError:
    """Give our error for one of pyusb's."""
    if isinstance(error, usb.core.USBTimeoutError):
        return LinkTimeout()
    kind = ERRORS_BY_NUMBER.get(error.errno or 0, LinkLost)
    return kind(str(error.strerror or error))


def open_usb(url: str) -> "UsbLink":
    """Open `usb://` (the first panel) or `usb://VID:PID[/serial]`. Raises LinkError."""
    match = USB_URL.fullmatch(url)
    if match is None:
        raise LinkUnsupported(f"{url!r} is not usb://VID:PID/serial")
    backend = libusb_package.get_libusb1_backend()
    if backend is None:
        raise UsbUnavailable("libusb did not load")
    return UsbLink(_find(backend, match["vid"], match["pid"], match["serial"]), lambda: None)


def open_usbip(url: str) -> "UsbLink":
    """Open `usbip://HOST:PORT/BUSID`. Raises LinkError."""
    match = USBIP_URL.fullmatch(url)
    if match is None or int(match["port"]) > 0xFFFF:
        raise LinkUnsupported(f"{url!r} is not usbip://HOST:PORT/BUSID")
    backend = UsbIpBackend(match["host"].strip("[]"), int(match["port"]), match["busid"])
    try:
        return UsbLink(_find(backend, None, None, None), backend.detach)
    except LinkError:
        backend.detach()
        raise


def _find(backend: IBackend, vid: str | None, pid: str | None, serial: str | None) -> Any:
    for device in call_usb(lambda: list(usb.core.find(find_all=True, backend=backend))):
        if vid and pid and (device.idVendor, device.idProduct) != (int(vid, 16), int(pid, 16)):
            continue
        if _is_panel(device) and (serial is None or _serial_of(device) == serial):
            return device
    raise DeviceNotFound("no USB3 Vision device" + (f" {vid}:{pid}" if vid else ""))


def _is_panel(device: Any) -> bool:
    try:
        return {CONTROL_PROTOCOL, STREAM_PROTOCOL} <= {
            interface.bInterfaceProtocol for interface in _u3v_interfaces(device[0])
        }
    except (usb.core.USBError, IndexError, NotImplementedError):
        return False


def _u3v_interfaces(configuration: Any) -> Iterator[Any]:
    for interface in configuration:
        if (interface.bInterfaceClass, interface.bInterfaceSubClass) == (U3V_CLASS, U3V_SUBCLASS):
            yield interface


def _serial_of(device: Any) -> str:
    try:
        return str(call_usb(lambda: usb.util.get_string(device, device.iSerialNumber)))
    except ValueError as error:  # pyusb: the strings may not be read
        raise LinkForbidden("its serial number cannot be read") from error


def call_usb(action: Callable[[], Result]) -> Result:
    """Run one pyusb call; every exception of pyusb and of the system becomes a LinkError."""
    try:
        return action()
    except usb.core.USBError as error:
        raise link_error(error) from error
    except usb.core.NoBackendError as error:
        raise UsbUnavailable(str(error)) from error
    except NotImplementedError as error:
        raise LinkForbidden("the operating system has no driver for this device") from error
    except OSError as error:
        raise LinkLost(str(error)) from error


class UsbLink:
    """All channels of one panel; the interfaces are claimed until close()."""

    framing = Framing.USB3_VISION
    carries_images = True

    def __init__(self, device: Any, detach: Callable[[], None]) -> None:
        self._device = device
        self._detach = detach
        self._closed = False
        self._control_buffer = array.array("B", bytes(LARGEST_CONTROL_PACKET))
        self._event_buffer = array.array("B", bytes(LARGEST_EVENT_PACKET))
        self._events: int | None = None
        self._image_buffer = array.array("B", bytes(LARGEST_TRANSFER))
        try:
            call_usb(self._claim)
        except LinkError:
            self.close()
            raise

    def _claim(self) -> None:
        configuration = self._configuration()
        interfaces = {i.bInterfaceProtocol: i for i in _u3v_interfaces(configuration)}
        if not {CONTROL_PROTOCOL, STREAM_PROTOCOL} <= set(interfaces):
            raise LinkUnsupported("the panel's active configuration has no image channel")
        for interface in interfaces.values():
            usb.util.claim_interface(self._device, interface.bInterfaceNumber)
        self._out = _endpoint(interfaces[CONTROL_PROTOCOL], usb.util.ENDPOINT_OUT)
        self._in = _endpoint(interfaces[CONTROL_PROTOCOL], usb.util.ENDPOINT_IN)
        self._images = _endpoint(interfaces[STREAM_PROTOCOL], usb.util.ENDPOINT_IN)
        if EVENT_PROTOCOL in interfaces:
            self._events = _endpoint(interfaces[EVENT_PROTOCOL], usb.util.ENDPOINT_IN)

    def _configuration(self) -> Any:
        try:
            return self._device.get_active_configuration()
        except usb.core.USBError:
            self._device.set_configuration()
            return self._device.get_active_configuration()

    def send(self, packet: bytes) -> None:
        """Send one control packet. Raises LinkError."""
        sent = self._call(lambda: self._device.write(self._out, packet, SEND_TIMEOUT_MS))
        if sent != len(packet):
            raise LinkLost(f"{sent} of {len(packet)} bytes went out")

    def receive(self, timeout_s: float) -> bytes:
        """Give the next control packet. Raises LinkTimeout, or another LinkError."""
        count = self._call(lambda: self._read(self._in, self._control_buffer, timeout_s))
        return memoryview(self._control_buffer)[:count].tobytes()

    def receive_image(self, buffer: memoryview, timeout_s: float) -> int:
        """Fill `buffer` (bytes, at most 1 MiB) with one transfer and give the bytes it had.

        Raises LinkTimeout, or another LinkError.
        """
        room = self._image_buffer
        if len(buffer) < len(room):
            room = array.array("B", bytes(len(buffer)))
        count = self._call(lambda: self._read(self._images, room, timeout_s))
        buffer[:count] = memoryview(room)[:count]
        return count

    def receive_event(self, timeout_s: float) -> bytes:
        """Give the next event packet. Raises LinkTimeout, NoEventChannel or another LinkError."""
        endpoint = self._events
        if endpoint is None:
            raise NoEventChannel()
        count = self._call(lambda: self._read(endpoint, self._event_buffer, timeout_s))
        return memoryview(self._event_buffer)[:count].tobytes()

    def reset_images(self) -> None:
        """Halt and clear the stream endpoint, which drops what is queued. Raises LinkError."""
        self._call(self._halt_and_clear)

    def close(self) -> None:
        """Let go of the device; never raises, may be called twice."""
        self._closed = True
        try:
            usb.util.dispose_resources(self._device)
        except OSError:  # pyusb's errors are OSErrors; the device is gone, which is what we want
            return
        finally:
            self._detach()

    def _call(self, action: Callable[[], Result]) -> Result:
        if self._closed:  # pyusb would open the device again without a word
            raise LinkLost("the connection was closed")
        return call_usb(action)

    def _read(self, endpoint: int, buffer: "array.array[int]", timeout_s: float) -> int:
        return int(self._device.read(endpoint, buffer, max(1, round(timeout_s * 1000))))

    def _halt_and_clear(self) -> None:
        self._device.ctrl_transfer(TO_ENDPOINT, SET_FEATURE, ENDPOINT_HALT, self._images)
        self._device.clear_halt(self._images)


def _endpoint(interface: Any, direction: int) -> int:
    for endpoint in interface:
        if usb.util.endpoint_direction(endpoint.bEndpointAddress) == direction:
            return int(endpoint.bEndpointAddress)
    raise LinkUnsupported("the panel lacks an endpoint of the USB3 Vision standard")

"""A pyusb backend for a USB device over TCP.

Source: docs.kernel.org/usb/usbip_protocol.html (version 1.1.1); errors as pyusb expects them:
USBTimeoutError, errno 32 for a stall, errno 19 for a device that is gone.
One socket carries all transfers, one at a time; a transfer that times out is unlinked.
"""

import array
import errno
import os
import socket
import struct
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import NoReturn

from usb.backend import IBackend
from usb.core import USBError, USBTimeoutError

from device.usb_descriptors import Configuration, parse_configuration, parse_device

# USB/IP: protocol version and operation codes.
VERSION = 0x0111
OP_REQ_DEVLIST, OP_REP_DEVLIST = 0x8005, 0x0005
OP_REQ_IMPORT, OP_REP_IMPORT = 0x8003, 0x0003
CMD_SUBMIT, CMD_UNLINK, RET_SUBMIT, RET_UNLINK = 1, 2, 3, 4
OP_HEADER = struct.Struct(">HHI")
URB_HEADER = struct.Struct(">5I")
SUBMIT_BODY = struct.Struct(">IiIII8s")
RETURN_BODY = struct.Struct(">iiIII8x")
DEVICE_ENTRY = struct.Struct(">256s32sIIIHHHBBBBBB")
URB_SIZE = 48
# USB/IP: status of OP_REP_IMPORT, ST_NODEV.
NO_SUCH_DEVICE = 4
# Linux include/linux/usb.h: the transfer flag of a transfer to the host.
URB_DIR_IN = 0x200

CONNECT_TIMEOUT_S = 3.0
# How long the rest of a message may take once it has begun, and an answer to an unlink.
MESSAGE_TIMEOUT_S = 2.0
# On top of it, for a network as slow as USB 2 is at its worst.
SLOWEST_BYTES_PER_S = 1e6
LEAST_WAIT_S = 0.001
# A whole list of devices comes within this time.
LIST_TIMEOUT_S = 10.0
CONTROL_TIMEOUT_MS = 1000
LARGEST_DEVICE_LIST = 1024

IN = 0x80


class UsbIpBackend(IBackend):  # type: ignore[misc]  # pyusb has no types
    """One exported device of one server, attached on first use. Thread-safe."""

    def __init__(self, host: str, port: int, busid: str) -> None:
        self._address = (host, port)
        self._busid = busid
        self._socket: socket.socket | None = None
        self._device_id = 0
        self._sequence = 0
        self._lock = threading.Lock()
        self._device = SimpleNamespace()
        self._configurations: dict[int, Configuration] = {}

    # --- pyusb's interface: finding the device and its descriptors

    def enumerate_devices(self) -> Iterator[SimpleNamespace]:
        """Give the device if the server exports it. Raises USBError."""
        if self._busid in self._exported():
            yield SimpleNamespace(busid=self._busid)

    def get_parent(self, _dev: object) -> None:
        """Give None: a network has no hub."""
        return None

    def get_device_descriptor(self, _dev: object) -> SimpleNamespace:
        """Give the device descriptor. Raises USBError."""
        self._attach()
        descriptor = parse_device(self._get_descriptor(1, 0, 18))
        return SimpleNamespace(**descriptor, **vars(self._device))

    def get_configuration_descriptor(self, _dev: object, config: int) -> SimpleNamespace:
        """Give the configuration of this index. Raises IndexError past the end."""
        return self._configuration(config).descriptor

    def get_interface_descriptor(
        self, _dev: object, intf: int, alt: int, config: int
    ) -> SimpleNamespace:
        """Give the interface of these indexes. Raises IndexError past the end."""
        return self._configuration(config).interfaces[intf][alt].descriptor

    def get_endpoint_descriptor(
        self, _dev: object, ep: int, intf: int, alt: int, config: int
    ) -> SimpleNamespace:
        """Give the endpoint of these indexes. Raises IndexError past the end."""
        return self._configuration(config).interfaces[intf][alt].endpoints[ep]

    # --- pyusb's interface: the open device

    def open_device(self, _dev: object) -> "UsbIpBackend":
        """Attach the device and give its handle. Raises USBError."""
        self._attach()
        return self

    def close_device(self, _dev_handle: object) -> None:
        """Detach the device."""
        self.detach()

    def set_configuration(self, _dev_handle: object, config_value: int) -> None:
        """Choose a configuration. Raises USBError."""
        self._control(0x00, 9, config_value, 0, bytearray())

    def get_configuration(self, _dev_handle: object) -> int:
        """Give the value of the active configuration, 0 for none. Raises USBError."""
        answer = bytearray(1)
        self._control(0x80, 8, 0, 0, answer)
        return answer[0]

    def set_interface_altsetting(self, _dev_handle: object, intf: int, altsetting: int) -> None:
        """Choose an alternate setting. Raises USBError."""
        self._control(0x01, 11, altsetting, intf, bytearray())

    def claim_interface(self, _dev_handle: object, _intf: int) -> None:
        """Claim nothing: an attached device belongs to this connection alone."""

    def release_interface(self, _dev_handle: object, _intf: int) -> None:
        """Release nothing."""

    def bulk_write(
        self, _dev_handle: object, ep: int, _intf: int, data: "array.array[int]", timeout: int
    ) -> int:
        """Send `data`, give the bytes sent. Raises USBError."""
        return self._transfer(ep, bytes(8), memoryview(data).cast("B"), timeout)

    def bulk_read(
        self, _dev_handle: object, ep: int, _intf: int, buff: "array.array[int]", timeout: int
    ) -> int:
        """Fill `buff`, give the bytes received. Raises USBError."""
        return self._transfer(ep, bytes(8), memoryview(buff).cast("B"), timeout)

    intr_write = bulk_write
    intr_read = bulk_read

    def ctrl_transfer(
        self,
        _dev_handle: object,
        bmRequestType: int,  # noqa: N803  pyusb's own names
        bRequest: int,  # noqa: N803
        wValue: int,  # noqa: N803
        wIndex: int,  # noqa: N803
        data: "array.array[int]",
        timeout: int,
    ) -> int:
        """Do one control transfer, give the bytes moved. Raises USBError."""
        setup = struct.pack("<BBHHH", bmRequestType, bRequest, wValue, wIndex, len(data))
        content = memoryview(data).cast("B")
        return self._transfer(bmRequestType & IN, setup, content, timeout)

    def clear_halt(self, _dev_handle: object, ep: int) -> None:
        """Clear ENDPOINT_HALT. Raises USBError."""
        self._control(0x02, 1, 0, ep, bytearray())

    def is_kernel_driver_active(self, _dev_handle: object, _intf: int) -> bool:
        """Say no: no kernel is involved."""
        return False

    def detach(self) -> None:
        """Close the connection, which detaches the device; may be called twice."""
        attached, self._socket = self._socket, None
        if attached is not None:
            attached.close()

    # --- operations: list and import

    def _exported(self) -> list[str]:
        with self._connect() as server:
            self._send(server, OP_HEADER.pack(VERSION, OP_REQ_DEVLIST, 0))
            _status, (count,) = self._reply(server, OP_REP_DEVLIST, struct.Struct(">I"))
            end, listed = time.monotonic() + LIST_TIMEOUT_S, []
            for _ in range(min(count, LARGEST_DEVICE_LIST)):
                if time.monotonic() > end:
                    self._broken("a list of devices that does not end")
                listed.append(self._entry(server))
            return listed

    def _entry(self, server: socket.socket) -> str:
        fields = DEVICE_ENTRY.unpack(self._receive(server, DEVICE_ENTRY.size))
        self._receive(server, 4 * fields[-1])
        return _text(fields[1])

    def _attach(self) -> None:
        if self._socket is not None:
            return
        server = self._connect()
        try:
            self._import(server)
        except BaseException:
            server.close()
            raise
        self._socket = server

    def _import(self, server: socket.socket) -> None:
        request = OP_HEADER.pack(VERSION, OP_REQ_IMPORT, 0) + self._busid.encode().ljust(32, b"\0")
        self._send(server, request)
        status, fields = self._reply(server, OP_REP_IMPORT, DEVICE_ENTRY)
        if status:
            number = errno.ENODEV if status == NO_SUCH_DEVICE else errno.EBUSY
            raise USBError(f"the server does not lend the device (status {status})", status, number)
        bus, address, speed = fields[2:5]
        self._device_id = bus << 16 | address
        self._device = SimpleNamespace(
            bus=bus, address=address, port_number=None, port_numbers=None, speed=speed
        )

    def _reply(
        self, server: socket.socket, code: int, body: struct.Struct
    ) -> tuple[int, tuple[int, ...]]:
        version, answered, status = OP_HEADER.unpack(self._receive(server, OP_HEADER.size))
        if version >> 8 != VERSION >> 8 or answered != code:
            raise USBError("this is no USB/IP server", None, errno.EPROTO)
        return status, () if status else body.unpack(self._receive(server, body.size))

    # --- transfers

    def _configuration(self, index: int) -> Configuration:
        if index not in self._configurations:
            length = struct.unpack_from("<H", self._get_descriptor(2, index, 9), 2)[0]
            whole = self._get_descriptor(2, index, length)
            self._configurations[index] = parse_configuration(whole)
        return self._configurations[index]

    def _get_descriptor(self, kind: int, index: int, length: int) -> bytes:
        answer = bytearray(length)
        try:
            count = self._control(0x80, 6, kind << 8 | index, 0, answer)
        except USBError as error:
            if error.errno == errno.EPIPE:
                raise IndexError("no such descriptor") from error
            raise
        if count < length:
            raise USBError("a descriptor is too short", None, errno.EPROTO)
        return bytes(answer)

    def _control(self, kind: int, request: int, value: int, index: int, content: bytearray) -> int:
        setup = struct.pack("<BBHHH", kind, request, value, index, len(content))
        return self._transfer(kind & IN, setup, memoryview(content), CONTROL_TIMEOUT_MS)

    def _transfer(self, ep: int, setup: bytes, content: memoryview, timeout_ms: int) -> int:
        with self._lock:
            server = self._socket  # another thread may detach meanwhile
            if server is None:
                raise USBError("the device is not attached", None, errno.ENODEV)
            submitted = self._submit(server, ep, setup, content)
            target = content if ep & IN else memoryview(b"")
            try:
                return self._await(server, submitted, target, timeout_ms / 1000 or None)
            except TimeoutError:
                return self._unlink(server, submitted, target)

    def _submit(self, server: socket.socket, ep: int, setup: bytes, content: memoryview) -> int:
        inward = 1 if ep & IN else 0
        number = self._next()
        header = URB_HEADER.pack(CMD_SUBMIT, number, self._device_id, inward, ep & 0x0F)
        flags = URB_DIR_IN if inward else 0
        body = SUBMIT_BODY.pack(flags, len(content), 0, 0, 0, setup)
        self._send(server, header + body + (b"" if inward else content.tobytes()))
        return number

    def _next(self) -> int:
        self._sequence = self._sequence % 0x7FFFFFFF + 1
        return self._sequence

    def _await(
        self, server: socket.socket, number: int, target: memoryview, wait_s: float | None
    ) -> int:
        """Give the bytes moved by transfer `number`. Raises TimeoutError when nothing came."""
        command, answered, body = self._message(server, wait_s)
        if (command, answered) != (RET_SUBMIT, number):
            self._broken(f"answer {command} to {answered} where {number} was expected")
        return self._completed(server, body, target)

    def _completed(self, server: socket.socket, body: bytes, target: memoryview) -> int:
        status, count, *_ = RETURN_BODY.unpack(body)
        count = self._fill(server, target, count) if len(target) else count
        if status:
            number = {errno.ETIMEDOUT: errno.ETIMEDOUT, errno.EPIPE: errno.EPIPE}.get(
                -status, errno.ENODEV
            )
            kind = USBTimeoutError if number == errno.ETIMEDOUT else USBError
            raise kind(os.strerror(number), status, number)
        return count

    def _fill(self, server: socket.socket, target: memoryview, count: int) -> int:
        if not 0 <= count <= len(target):
            self._broken(f"{count} bytes for a transfer of {len(target)}")
        self._receive_into(server, target[:count])
        return count

    def _unlink(self, server: socket.socket, submitted: int, target: memoryview) -> int:
        """Cancel a transfer; one that completed at that moment is given, not lost."""
        number = self._next()
        header = URB_HEADER.pack(CMD_UNLINK, number, self._device_id, 0, 0)
        self._send(server, header + struct.pack(">I24x", submitted))
        moved: int | None = None
        failure: USBError | None = None
        for _ in range(2):  # the transfer, if it completed meanwhile, and the answer to the unlink
            command, answered, body = self._answer(server)
            if (command, answered) == (RET_UNLINK, number):
                break
            if (command, answered) != (RET_SUBMIT, submitted):
                self._broken(f"answer {command} to {answered} while cancelling")
            try:
                moved = self._completed(server, body, target)
            except USBError as error:
                failure = error
        else:
            self._broken("two answers to one cancelled transfer")
        if failure is not None:
            raise failure
        if moved is None:
            raise USBTimeoutError("timed out", None, errno.ETIMEDOUT)
        return moved

    def _answer(self, server: socket.socket) -> tuple[int, int, bytes]:
        try:
            return self._message(server, MESSAGE_TIMEOUT_S)
        except TimeoutError:
            self._broken("no answer to a cancelled transfer")

    def _message(self, server: socket.socket, wait_s: float | None) -> tuple[int, int, bytes]:
        """Give command, sequence number and body. Raises TimeoutError if nothing has begun."""
        header = bytearray(URB_SIZE)
        first = self._receive_some(server, memoryview(header), wait_s)
        self._receive_into(server, memoryview(header)[first:])
        command, number, *_ = URB_HEADER.unpack_from(header)
        return command, number, bytes(header[URB_HEADER.size :])

    # --- the socket

    def _connect(self) -> socket.socket:
        try:
            server = socket.create_connection(self._address, CONNECT_TIMEOUT_S)
            server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except (OSError, UnicodeError) as error:  # UnicodeError: no host can have this name
            host, port = self._address
            reason = f"{host[:60]}:{port}: {getattr(error, 'strerror', None) or error}"
            raise USBError(reason, None, errno.ECONNREFUSED) from error
        return server

    def _send(self, server: socket.socket, message: bytes) -> None:
        try:
            server.settimeout(MESSAGE_TIMEOUT_S)
            server.sendall(message)
        except OSError as error:
            self._broken(str(error), error)

    def _receive(self, server: socket.socket, count: int) -> bytes:
        content = bytearray(count)
        self._receive_into(server, memoryview(content))
        return bytes(content)

    def _receive_into(self, server: socket.socket, target: memoryview) -> None:
        end = time.monotonic() + MESSAGE_TIMEOUT_S + len(target) / SLOWEST_BYTES_PER_S
        filled = 0
        while filled < len(target):
            try:
                left_s = max(end - time.monotonic(), LEAST_WAIT_S)
                if time.monotonic() > end:
                    raise TimeoutError
                filled += self._receive_some(server, target[filled:], left_s)
            except TimeoutError as error:
                self._broken("a message stopped in the middle", error)

    def _receive_some(self, server: socket.socket, target: memoryview, wait_s: float | None) -> int:
        try:
            server.settimeout(wait_s)
            count = server.recv_into(target)
        except TimeoutError:
            raise
        except OSError as error:
            self._broken(str(error), error)
        if count == 0:
            self._broken("the connection was closed")
        return count

    def _broken(self, reason: str, cause: BaseException | None = None) -> NoReturn:
        """Give the connection up: after this the byte stream means nothing any more."""
        self.detach()
        raise USBError(reason, None, errno.ENODEV) from cause


def _text(field: bytes | int) -> str:
    return field.split(b"\0", 1)[0].decode("ascii", "replace") if isinstance(field, bytes) else ""

"""The USB/IP server (TCP, big-endian): it lends the panel to one host at a time.

Protocol: docs.kernel.org/usb/usbip_protocol.html and include/uapi/linux/usbip.h.
"""

import socket
import struct
from contextlib import suppress
from queue import SimpleQueue
from threading import Condition, Thread

from firmware_sim import usb_descriptors as usb
from firmware_sim.cable import UsbCable
from firmware_sim.errors import StartRefused
from firmware_sim.stream import Transfer
from firmware_sim.u3v_server import Stall, U3vDevice
from firmware_sim.usb_pipe import DONE, STALLED, Request

BUS_ID = "1-1"
VERSION = 0x0111
REQUEST_LIST, REPLY_LIST = 0x8005, 0x0005
REQUEST_IMPORT, REPLY_IMPORT = 0x8003, 0x0003
# tools/usb/usbip: ST_OK, ST_DEV_BUSY, ST_NODEV.
OK, BUSY, NO_DEVICE = 0, 2, 4
SUBMIT, UNLINK, SUBMITTED, UNLINKED = 1, 2, 3, 4
DIRECTION_IN = 1
UNLINK_WORKED = -104
SPEED_SUPER = 5
BUS_NUMBER, DEVICE_NUMBER = 1, 2
URB_HEADER_LENGTH = 48
# A URB larger than this is no request that a host could mean.
LARGEST_TRANSFER = 64 * 1024 * 1024
# A host that has just closed may come back before its earlier connection was cleared away.
HAND_OVER_S = 0.5


class UsbipServer:
    """Listens until closed. Pulling the cable cuts the host off and hides the device."""

    def __init__(self, device: U3vDevice, cable: UsbCable, host: str, port: int) -> None:
        self._device = device
        self._cable = cable
        self._lock = Condition()
        self._connections: set[socket.socket] = set()
        self._importer: socket.socket | None = None
        self._listener = _listen(host, port)
        self.address: tuple[str, int] = self._listener.getsockname()[:2]
        cable.on_pull.append(self.drop_hosts)
        self._thread = Thread(target=self._accept, name="usbip", daemon=True)
        self._thread.start()

    def drop_hosts(self) -> None:
        """Cut every connection."""
        with self._lock:
            for connection in self._connections:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Stop listening and cut every connection."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.drop_hosts()
        self._thread.join()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            Thread(target=self._serve, args=(connection,), name="usbip host", daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with self._lock:
            self._connections.add(connection)
        try:
            self._answer_operation(connection)
        except (OSError, EOFError, struct.error):
            pass  # the host is gone, which is its right
        finally:
            self._release(connection)

    def _release(self, connection: socket.socket) -> None:
        with self._lock:
            self._connections.discard(connection)
            held = self._importer is connection
            if held:
                self._device.detach()
                self._importer = None
                self._lock.notify_all()
        connection.close()

    def _answer_operation(self, connection: socket.socket) -> None:
        _, code, _ = struct.unpack(">HHI", _receive(connection, 8))
        if code == REQUEST_LIST:
            connection.sendall(self._list())
        elif code == REQUEST_IMPORT:
            bus_id = _receive(connection, 32).split(b"\0")[0].decode("ascii", "replace")
            self._import(connection, bus_id)

    def _list(self) -> bytes:
        head = struct.pack(">HHI", VERSION, REPLY_LIST, OK)
        if not self._cable.plugged:
            return head + struct.pack(">I", 0)
        interfaces = b"".join(bytes((*interface, 0)) for interface in usb.INTERFACES)
        return head + struct.pack(">I", 1) + self._describe() + interfaces

    def _import(self, connection: socket.socket, bus_id: str) -> None:
        status = self._take(connection, bus_id)
        head = struct.pack(">HHI", VERSION, REPLY_IMPORT, status)
        if status != OK:
            connection.sendall(head)
            return
        self._device.attach()
        connection.sendall(head + self._describe())
        Urbs(connection, self._device).serve()

    def _take(self, connection: socket.socket, bus_id: str) -> int:
        with self._lock:
            if bus_id != BUS_ID or not self._cable.plugged:
                return NO_DEVICE
            if not self._lock.wait_for(lambda: self._importer is None, HAND_OVER_S):
                return BUSY
            self._importer = connection
            return OK

    def _describe(self) -> bytes:
        path = f"/sys/devices/simulated/usb1/{BUS_ID}".encode().ljust(256, b"\0")
        numbers = struct.pack(">III", BUS_NUMBER, DEVICE_NUMBER, SPEED_SUPER)
        identity = struct.pack(">HHH", usb.VENDOR_ID, usb.PRODUCT_ID, usb.DEVICE_VERSION)
        kind = bytes((*usb.DEVICE_CLASS, self._device.configuration, 1, len(usb.INTERFACES)))
        return path + BUS_ID.encode().ljust(32, b"\0") + numbers + identity + kind


class Urbs:
    """The URBs of one importing host: a reader in the caller's thread, a writer in its own."""

    def __init__(self, connection: socket.socket, device: U3vDevice) -> None:
        self._connection = connection
        self._device = device
        self._outbox: SimpleQueue[tuple[bytes, Transfer] | None] = SimpleQueue()

    def serve(self) -> None:
        """Answer until the host is gone; raises EOFError or OSError then."""
        writer = Thread(target=self._write, name="usbip writer", daemon=True)
        writer.start()
        try:
            while True:
                self._take_one()
        finally:
            self._outbox.put(None)
            writer.join()

    def _write(self) -> None:
        while (message := self._outbox.get()) is not None:
            head, transfer = message
            try:
                self._connection.sendall(head + transfer if len(transfer) < 4096 else head)
                if len(transfer) >= 4096:
                    self._connection.sendall(transfer)
            except OSError:
                return

    def _take_one(self) -> None:
        header = _receive(self._connection, URB_HEADER_LENGTH)
        command, number, _, direction, endpoint = struct.unpack(">IIIII", header[:20])
        if command == UNLINK:
            self._unlink(number, struct.unpack(">I", header[20:24])[0])
        elif command == SUBMIT:
            length = struct.unpack(">i", header[24:28])[0]
            self._submit(number, direction, endpoint, length, header[40:48])
        else:
            raise EOFError

    def _submit(
        self, number: int, direction: int, endpoint: int, length: int, setup: bytes
    ) -> None:
        if not 0 <= length <= LARGEST_TRANSFER:
            raise EOFError
        outgoing = direction != DIRECTION_IN
        sent = _receive(self._connection, length) if outgoing else b""
        if endpoint == 0:
            self._control(number, setup, sent)
        elif outgoing:
            self._bulk_out(number, endpoint, sent)
        else:
            self._bulk_in(number, endpoint | 0x80, length)

    def _control(self, number: int, setup: bytes, sent: bytes) -> None:
        try:
            answer = self._device.control(setup)
        except Stall:
            self._complete(number, STALLED, b"")
        else:
            head = _submitted(number, DONE, len(sent) or len(answer))
            self._outbox.put((head, answer))

    def _bulk_out(self, number: int, endpoint: int, sent: bytes) -> None:
        if endpoint != usb.CONTROL_OUT or self._device.command_is_halted:
            self._complete(number, STALLED, b"")
            return
        self._outbox.put((_submitted(number, DONE, len(sent)), b""))
        self._device.command(sent)

    def _bulk_in(self, number: int, address: int, length: int) -> None:
        pipe = self._device.pipes.get(address)
        if pipe is None:
            self._complete(number, STALLED, b"")
            return
        pipe.request(
            Request(
                number, length, lambda status, transfer: self._complete(number, status, transfer)
            )
        )

    def _unlink(self, number: int, cancelled: int) -> None:
        found = any(pipe.cancel(cancelled) for pipe in self._device.pipes.values())
        status = UNLINK_WORKED if found else DONE
        head = struct.pack(">IIIIIi24x", UNLINKED, number, 0, 0, 0, status)
        self._outbox.put((head, b""))

    def _complete(self, number: int, status: int, transfer: Transfer) -> None:
        self._outbox.put((_submitted(number, status, len(transfer)), transfer))


def _submitted(number: int, status: int, actual: int) -> bytes:
    return struct.pack(">IIIIIiiIII8x", SUBMITTED, number, 0, 0, 0, status, actual, 0, 0, 0)


def _receive(connection: socket.socket, length: int) -> bytes:
    # A host that leaves Nagle's algorithm on waits 40 ms for this acknowledgement otherwise.
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
    received = connection.recv(length, socket.MSG_WAITALL) if length else b""
    if len(received) < length:
        raise EOFError
    return received


def _listen(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()
    except OSError as exc:
        listener.close()
        raise StartRefused(
            f"The simulated detector cannot listen on {host}:{port} ({exc.strerror});"
            " choose another address with --usbip."
        ) from exc
    return listener

"""The USB/IP server (TCP, big-endian): it lends each device of its bus to one host at a time.

Protocol: docs.kernel.org/usb/usbip_protocol.html and include/uapi/linux/usbip.h.
"""

import socket
import struct
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from queue import SimpleQueue
from threading import Condition, Event, Thread

from firmware_sim.errors import StartRefused
from firmware_sim.stream import Transfer
from firmware_sim.usb_device import Stall, UsbDevice, UsbPort
from firmware_sim.usb_pipe import DONE, STALLED, Request

VERSION = 0x0111
REQUEST_LIST, REPLY_LIST = 0x8005, 0x0005
REQUEST_IMPORT, REPLY_IMPORT = 0x8003, 0x0003
# tools/usb/usbip: ST_OK, ST_DEV_BUSY, ST_NODEV.
OK, BUSY, NO_DEVICE = 0, 2, 4
SUBMIT, UNLINK, SUBMITTED, UNLINKED = 1, 2, 3, 4
DIRECTION_IN = 1
UNLINK_WORKED = -104
BUS_NUMBER = 1
URB_HEADER_LENGTH = 48
# A URB larger than this is no request that a host could mean.
LARGEST_TRANSFER = 64 * 1024 * 1024
# A host that has just closed may come back before its earlier connection was cleared away.
HAND_OVER_S = 0.5
ACCEPT_PAUSE_S = 0.05
# A host that takes nothing for so long is gone, and so is one for which so many answers wait.
LONGEST_SEND_S = 5
MOST_ANSWERS = 8192


class UsbipServer:
    """Listens until closed. Pulling a device's cable cuts its host off and hides the device."""

    def __init__(self, ports: Sequence[UsbPort], host: str, port: int) -> None:
        self._ports = {each.bus_id: each for each in ports}
        self._lock = Condition()
        self._connections: set[socket.socket] = set()
        self._importers: dict[str, socket.socket] = {}
        self._closed = Event()
        self._listener = _listen(host, port)
        self.address: tuple[str, int] = self._listener.getsockname()[:2]
        for each in ports:
            each.cable.on_pull.append(partial(self.drop_host, each.bus_id))
        self._thread = Thread(target=self._accept, name="usbip", daemon=True)
        self._thread.start()

    def drop_host(self, bus_id: str) -> None:
        """Cut off whoever has the device, if anybody has."""
        with self._lock:
            importer = self._importers.get(bus_id)
            if importer is not None:
                _cut(importer)

    def close(self) -> None:
        """Stop listening and cut every connection."""
        self._closed.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            for connection in self._connections:
                _cut(connection)
        self._thread.join()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                if self._closed.wait(ACCEPT_PAUSE_S):
                    return
                continue  # no descriptors left: somebody else's trouble, and it passes
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            patience = struct.pack("ll", LONGEST_SEND_S, 0)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, patience)
            Thread(target=self._serve, args=(connection,), name="usbip host", daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with self._lock:
            self._connections.add(connection)
        try:
            self._answer_operation(connection)
        except (OSError, EOFError, struct.error):
            pass  # the host is gone, which is its right
        finally:
            with self._lock:
                self._connections.discard(connection)
            connection.close()

    def _answer_operation(self, connection: socket.socket) -> None:
        version, code, _ = struct.unpack(">HHI", _receive(connection, 8))
        if version >> 8 != VERSION >> 8:
            raise EOFError
        if code == REQUEST_LIST:
            connection.sendall(self._list())
        elif code == REQUEST_IMPORT:
            bus_id = _receive(connection, 32).split(b"\0")[0].decode("ascii", "replace")
            self._import(connection, bus_id)

    def _list(self) -> bytes:
        plugged = [port for port in self._ports.values() if port.cable.plugged]
        head = struct.pack(">HHII", VERSION, REPLY_LIST, OK, len(plugged))
        return head + b"".join(_describe(port) + _interfaces(port) for port in plugged)

    def _import(self, connection: socket.socket, bus_id: str) -> None:
        status = self._take(connection, bus_id)
        head = struct.pack(">HHI", VERSION, REPLY_IMPORT, status)
        if status != OK:
            connection.sendall(head)
            return
        port = self._ports[bus_id]
        try:
            port.device.attach()
            connection.sendall(head + _describe(port))
            Urbs(connection, port.device).serve()
        finally:
            self._give_back(port)

    def _take(self, connection: socket.socket, bus_id: str) -> int:
        with self._lock:
            if bus_id not in self._ports or not self._ports[bus_id].cable.plugged:
                return NO_DEVICE
            if not self._lock.wait_for(lambda: bus_id not in self._importers, HAND_OVER_S):
                return BUSY
            self._importers[bus_id] = connection
            return OK

    def _give_back(self, port: UsbPort) -> None:
        with self._lock:
            port.device.detach()
            del self._importers[port.bus_id]
            self._lock.notify_all()


def _describe(port: UsbPort) -> bytes:
    identity, bus_id = port.device.identity, port.bus_id.encode()
    path = b"/sys/devices/simulated/usb1/" + bus_id
    numbers = struct.pack(">III", BUS_NUMBER, port.device_number, identity.speed)
    names = struct.pack(">HHH", identity.vendor_id, identity.product_id, identity.version)
    configured = (port.device.active_configuration, 1, len(identity.interfaces))
    kind = bytes((*identity.device_class, *configured))
    return path.ljust(256, b"\0") + bus_id.ljust(32, b"\0") + numbers + names + kind


def _interfaces(port: UsbPort) -> bytes:
    return b"".join(bytes((*interface, 0)) for interface in port.device.identity.interfaces)


class Urbs:
    """The URBs of one importing host: a reader in the caller's thread, a writer in its own."""

    def __init__(self, connection: socket.socket, device: UsbDevice) -> None:
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
                _cut(self._connection)
                return

    def _take_one(self) -> None:
        if self._outbox.qsize() > MOST_ANSWERS:
            raise EOFError
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
            answer = self._device.control(setup, sent)
        except Stall:
            self._complete(number, STALLED, b"")
        else:
            head = _submitted(number, DONE, len(sent) or len(answer))
            self._outbox.put((head, answer))

    def _bulk_out(self, number: int, address: int, sent: bytes) -> None:
        if not self._device.accepts(address):
            self._complete(number, STALLED, b"")
            return
        # The transfer is done when the device has it, however long it works on the content.
        self._outbox.put((_submitted(number, DONE, len(sent)), b""))
        self._device.bulk_out(address, sent)

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


def _cut(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


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

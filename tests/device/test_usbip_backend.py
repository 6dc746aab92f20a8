"""The USB/IP backend against a scripted TCP peer that speaks hand-written bytes."""

import array
import errno
import socket
import struct
import threading

import pytest
import usb.core

import device.usbip_backend
from device.usbip_backend import UsbIpBackend

ENTRY = (
    b"/sys/1-1".ljust(256, b"\0")
    + b"1-1".ljust(32, b"\0")
    + struct.pack(">IIIHHHBBBBBB", 1, 2, 5, 0x1209, 1, 0x100, 0xEF, 2, 1, 1, 1, 3)
)
DEVLIST = struct.pack(">HHII", 0x0111, 0x0005, 0, 1) + ENTRY + bytes(12)
IMPORT = struct.pack(">HHI", 0x0111, 0x0003, 0) + ENTRY
DEVICE_DESCRIPTOR = bytes.fromhex("12 01 10 03 ef 02 01 09 09 12 01 00 00 01 01 02 03 01")


def ret_submit(number, content=b"", status=0, length=None):
    count = len(content) if length is None else length
    return struct.pack(">5IiiIII8x", 3, number, 0, 0, 0, status, count, 0, 0, 0) + content


def ret_unlink(number, status):
    return struct.pack(">5Ii24x", 4, number, 0, 0, 0, status)


class Peer:
    """Accepts connections and plays one script of (bytes to read, bytes to send) per connection."""

    def __init__(self, *scripts):
        self.heard = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._play, args=(scripts,), daemon=True)
        self._thread.start()

    def _play(self, scripts):
        for script in scripts:
            connection, _ = self._listener.accept()
            with connection:
                for count, answer in script:
                    self.heard.append(connection.recv(count, socket.MSG_WAITALL))
                    connection.sendall(answer)

    def close(self):
        self._listener.close()
        self._thread.join(5)


@pytest.fixture
def attach(monkeypatch):
    """Play a script to a backend that has attached the device."""
    monkeypatch.setattr(device.usbip_backend, "MESSAGE_TIMEOUT_S", 0.2)
    opened = []

    def open_it(*script):
        peer = Peer([(40, IMPORT), *script])
        backend = UsbIpBackend("127.0.0.1", peer.port, "1-1")
        opened.extend((backend, peer))
        backend.open_device(None)
        return backend, peer

    yield open_it
    for backend, peer in zip(opened[::2], opened[1::2], strict=True):
        backend.detach()
        peer.close()


def read(backend, length=64, timeout=20):
    buffer = array.array("B", bytes(length))
    count = backend.bulk_read(None, 0x83, 2, buffer, timeout)
    return buffer[:count].tobytes()


def test_listing_and_importing_send_the_bytes_of_the_protocol(vectors):
    golden = vectors("usbip.txt")
    peer = Peer([(8, DEVLIST)], [(40, IMPORT), (48, ret_submit(1, DEVICE_DESCRIPTOR))])
    backend = UsbIpBackend("127.0.0.1", peer.port, "1-1")
    (found,) = backend.enumerate_devices()
    descriptor = backend.get_device_descriptor(found)
    backend.detach()
    peer.close()
    assert peer.heard[:2] == [golden["list devices"], golden["import 1-1"]]
    assert (descriptor.idVendor, descriptor.bcdUSB, descriptor.speed) == (0x1209, 0x0310, 5)


def test_a_control_transfer_has_the_bytes_a_linux_kernel_sends(attach, vectors):
    backend, peer = attach((48, ret_submit(1, DEVICE_DESCRIPTOR[:8])))
    answer = array.array("B", bytes(8))
    assert backend.ctrl_transfer(None, 0x80, 6, 0x100, 0, answer, 1000) == 8
    golden = bytearray(vectors("usbip.txt")["get device descriptor, 8 bytes"])
    golden[8:12] = struct.pack(">I", 1 << 16 | 2)
    assert peer.heard[1] == golden


def test_another_bus_id_is_not_found():
    peer = Peer([(8, DEVLIST)])
    assert list(UsbIpBackend("127.0.0.1", peer.port, "9-9").enumerate_devices()) == []
    peer.close()


def test_bulk_data_arrive_in_the_buffer(attach):
    backend, _ = attach((48, ret_submit(1, b"pixels")))
    assert read(backend) == b"pixels"


def test_bulk_data_go_out_behind_their_header(attach):
    backend, peer = attach((48 + 4, ret_submit(1, length=4)))
    assert backend.bulk_write(None, 0x01, 0, array.array("B", b"send"), 100) == 4
    assert peer.heard[1][-4:] == b"send"


@pytest.mark.parametrize(
    ("status", "number"),
    [(-32, errno.EPIPE), (-108, errno.ENODEV), (-19, errno.ENODEV), (-71, errno.ENODEV)],
)
def test_a_failed_transfer_has_the_error_number_of_pyusb(attach, status, number):
    backend, _ = attach((48, ret_submit(1, status=status)))
    with pytest.raises(usb.core.USBError) as caught:
        read(backend)
    assert caught.value.errno == number


def test_a_transfer_that_times_out_is_unlinked(attach):
    backend, peer = attach((96, ret_unlink(2, -104)), (48, ret_submit(3, b"next")))
    with pytest.raises(usb.core.USBTimeoutError) as caught:
        read(backend, timeout=5)
    assert caught.value.errno == errno.ETIMEDOUT
    assert struct.unpack_from(">6I", peer.heard[1], 48) == (2, 2, 1 << 16 | 2, 0, 0, 1)
    assert read(backend) == b"next"


def test_data_that_arrive_while_unlinking_are_not_lost(attach):
    backend, _ = attach((96, ret_submit(1, b"late") + ret_unlink(2, 0)))
    assert read(backend, timeout=5) == b"late"


def test_a_failure_that_arrives_while_unlinking_is_told(attach):
    backend, _ = attach((96, ret_submit(1, status=-32) + ret_unlink(2, 0)))
    with pytest.raises(usb.core.USBError) as caught:
        read(backend, timeout=5)
    assert caught.value.errno == errno.EPIPE


def test_a_message_in_pieces_is_put_together(attach):
    whole = ret_submit(1, b"pixels")
    backend, _ = attach((48, whole[:10]), (0, whole[10:50]), (0, whole[50:]))
    assert read(backend) == b"pixels"


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        ret_submit(1, b"pixels")[:20],
        ret_submit(9, b"pixels"),
        ret_submit(1, bytes(65)),
        ret_submit(1, length=-5),
        ret_unlink(1, 0),
        b"GET / HTTP/1.1".ljust(48),
    ],
)
def test_a_peer_that_leaves_or_errs_is_a_device_that_is_gone(attach, answer):
    backend, _ = attach((48, answer))
    for _ in range(2):
        with pytest.raises(usb.core.USBError) as caught:
            read(backend)
        assert caught.value.errno == errno.ENODEV


def test_a_peer_that_never_answers_an_unlink_is_gone(attach):
    backend, _ = attach((96, b""), (48, b""))
    with pytest.raises(usb.core.USBError) as caught:
        read(backend, timeout=5)
    assert caught.value.errno == errno.ENODEV


def test_a_peer_that_answers_a_cancelled_transfer_twice_is_gone(attach):
    answers = ret_submit(1, length=0) + ret_submit(1, length=0) + ret_submit(1, length=0)
    backend, _ = attach((96, b""), (48, answers))
    with pytest.raises(usb.core.USBError) as lost:
        read(backend, timeout=5)
    assert lost.value.errno == errno.ENODEV


@pytest.mark.parametrize(("status", "number"), [(1, errno.EBUSY), (4, errno.ENODEV)])
def test_a_device_that_is_not_lent_says_why(status, number):
    peer = Peer([(40, struct.pack(">HHI", 0x0111, 0x0003, status))])
    with pytest.raises(usb.core.USBError) as caught:
        UsbIpBackend("127.0.0.1", peer.port, "1-1").open_device(None)
    peer.close()
    assert caught.value.errno == number


def test_a_server_of_something_else_is_refused():
    peer = Peer([(8, b"HTTP/1.1")])
    with pytest.raises(usb.core.USBError):
        list(UsbIpBackend("127.0.0.1", peer.port, "1-1").enumerate_devices())
    peer.close()


def test_a_name_that_no_computer_has_is_a_refused_connection():
    with pytest.raises(usb.core.USBError) as refused:
        list(UsbIpBackend("a" * 300, 3240, "1-1").enumerate_devices())
    assert refused.value.errno == errno.ECONNREFUSED


def test_nobody_there_is_a_refused_connection():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(usb.core.USBError) as caught:
        list(UsbIpBackend("127.0.0.1", port, "1-1").enumerate_devices())
    assert caught.value.errno == errno.ECONNREFUSED

"""Two independent hosts: PyPI's `usbip` package, and bytes written by hand on a plain socket."""

import socket
import struct
import time
from contextlib import closing

import pytest
import usbip

from firmware_sim.errors import StartRefused
from firmware_sim.server import serve
from firmware_sim.u3v_server import U3vDevice
from firmware_sim.usb_device import UsbPort
from firmware_sim.usbip_server import UsbipServer

READ_MODEL = bytes.fromhex("55335643 0040 0008 0c00 0100 4400000000000000 0000 4000")
READ_MODEL_AGAIN = READ_MODEL.replace(b"\x01\x00\x44", b"\x02\x00\x44")
IMPORT_1_1 = bytes.fromhex("0111 8003 00000000") + b"1-1".ljust(32, b"\0")
GET_DEVICE_DESCRIPTOR = bytes.fromhex(
    "00000001 00000001 00010002 00000001 00000000"
    "00000200 00000008 00000000 00000000 00000000 8006000100000800"
)


class PlainHost:
    """A USB/IP client of nothing but a socket and `struct`."""

    def __init__(self, address):
        self.socket = socket.create_connection(address, timeout=5.0)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def close(self):
        self.socket.close()

    def receive(self, length):
        received = b""
        while len(received) < length:
            piece = self.socket.recv(length - len(received))
            if not piece:
                raise ConnectionResetError
            received += piece
        return received

    def take(self):
        self.socket.sendall(IMPORT_1_1)
        status = struct.unpack(">HHI", self.receive(8))[2]
        return status, b"" if status else self.receive(312)

    def submit(self, number, endpoint, content=None, length=0):
        direction = 0 if content is not None else 1
        head = struct.pack(">IIIII", 1, number, 0x00010002, direction, endpoint)
        size = length if content is None else len(content)
        head += struct.pack(">IiIII8x", 0x200, size, 0, 0, 0)
        self.socket.sendall(head + (content or b""))

    def unlink(self, number, cancelled):
        self.socket.sendall(struct.pack(">IIIIII24x", 2, number, 0x00010002, 0, 0, cancelled))

    def reply(self, direction=1):
        """Give command, sequence number, status and content of the next reply."""
        command, number, _, _, _, status, actual = struct.unpack(">5Iii20x", self.receive(48))
        wanted = command == 3 and direction == 1 and status == 0
        return command, number, status, self.receive(actual) if wanted else b""


@pytest.fixture
def served(unit):
    with serve(unit) as served:
        yield served


@pytest.fixture
def host(served):
    with closing(PlainHost(served.usbip)) as host:
        yield host


@pytest.fixture
def importer(host):
    assert host.take()[0] == 0
    return host


def test_usbip_package_lists_the_panel(served):
    device, _ = usbip.host.list_devices(usbip.USBIP(*served.usbip))
    assert (device["busid"], device["idVendor"], device["idProduct"]) == ("1-1", 0x1209, 1)
    assert device["interfaces"] == [(0xEF, 5, 0), (0xEF, 5, 1), (0xEF, 5, 2)]


def test_usbip_package_opens_the_panel_and_reads_its_name(served):
    with usbip.open(0x1209, 0x0001, transport=usbip.USBIP(*served.usbip)) as handle:
        assert handle.device_descriptor.bcdUSB == 0x0310
        handle.bulk_out(0x01, READ_MODEL)
        answer = handle.bulk_in(0x81, 1024)
    assert answer[:12].hex(" ", 4) == "55335643 00000108 40000100"
    assert answer[12:].rstrip(b"\0") == b"HandPanel 2430-200 (simulated)"


def test_usbip_package_recovers_a_stalled_endpoint(served):
    with usbip.open(0x1209, 0x0001, transport=usbip.USBIP(*served.usbip)) as handle:
        handle.control(0x02, 3, 0, 0x83, b"")
        with pytest.raises(usbip.Stall):
            handle.bulk_in(0x83, 1024)
        handle.clear_halt(0x83)
        assert handle.control(0x82, 0, 0, 0x83, 2) == b"\0\0"


def test_bytes_of_a_real_kernel_are_answered(importer):
    importer.socket.sendall(GET_DEVICE_DESCRIPTOR)
    assert importer.reply() == (3, 1, 0, bytes.fromhex("1201 1003 ef02 0109"))


def test_data_of_a_control_request_is_counted(importer):
    head = struct.pack(">IIIIIIiIII", 1, 5, 0x00010002, 0, 0, 0, 6, 0, 0, 0)
    importer.socket.sendall(head + bytes.fromhex("0030000000000600") + bytes(6))
    assert struct.unpack(">5Iii20x", importer.receive(48)) == (3, 5, 0, 0, 0, 0, 6)


def test_model_name_is_read_with_plain_bytes(importer):
    importer.submit(1, 1, READ_MODEL)
    importer.submit(2, 1, length=1024)
    assert importer.reply(direction=0) == (3, 1, 0, b"")
    command, number, status, content = importer.reply()
    assert (command, number, status) == (3, 2, 0)
    assert content.startswith(bytes.fromhex("55335643 0000 0108 4000 0100") + b"HandPanel")


def test_request_waits_until_there_is_an_answer(importer):
    importer.submit(1, 1, length=1024)
    importer.submit(2, 1, READ_MODEL)
    assert [importer.reply(direction=0)[1], importer.reply()[1]] == [2, 1]


def test_unlinked_request_is_never_answered(importer):
    importer.submit(1, 3, length=1024)
    importer.unlink(2, 1)
    assert importer.reply()[:3] == (4, 2, -104)
    importer.submit(3, 1, READ_MODEL)
    importer.submit(4, 1, length=1024)
    assert [importer.reply(direction=0)[1], importer.reply()[1]] == [3, 4]


def test_unlinking_what_is_done_says_so(importer):
    importer.submit(1, 1, READ_MODEL)
    importer.reply(direction=0)
    importer.unlink(2, 1)
    assert importer.reply()[:3] == (4, 2, 0)


def test_endpoint_that_does_not_exist_stalls(importer):
    importer.submit(1, 7, length=16)
    assert importer.reply()[:3] == (3, 1, -32)
    importer.submit(2, 7, b"abc")
    assert importer.reply()[:3] == (3, 2, -32)
    importer.submit(3, 0, length=0)
    assert importer.reply()[:3] == (3, 3, 0)


def test_unknown_bus_id_is_refused(host):
    host.socket.sendall(IMPORT_1_1.replace(b"1-1", b"1-9"))
    assert struct.unpack(">HHI", host.receive(8)) == (0x0111, 0x0003, 4)


def test_second_host_is_refused_while_the_first_holds_the_panel(served, importer):
    with closing(PlainHost(served.usbip)) as second:
        assert second.take()[0] == 2


def test_panel_is_free_again_when_its_host_has_gone(served):
    for _ in range(20):
        with closing(PlainHost(served.usbip)) as host:
            assert host.take()[0] == 0


def test_host_that_comes_back_finds_no_answers_of_earlier_times(served):
    with closing(PlainHost(served.usbip)) as first:
        first.take()
        first.submit(1, 1, READ_MODEL)
        first.reply(direction=0)
    with closing(PlainHost(served.usbip)) as second:
        second.take()
        second.submit(1, 1, READ_MODEL_AGAIN)
        second.submit(2, 1, length=1024)
        second.reply(direction=0)
        assert second.reply()[3][10:12] == b"\x02\x00"


def test_pulled_cable_cuts_the_host_off_and_hides_the_panel(unit, served, importer):
    unit.inject_fault("cable-pull", {"at": "idle"})
    with pytest.raises(ConnectionError):
        importer.reply()
    listed = usbip.host.list_devices(usbip.USBIP(*served.usbip))
    assert [device["busid"] for device in listed] == ["1-2"]
    with closing(PlainHost(served.usbip)) as again:
        assert again.take()[0] == 4


def test_plugged_cable_brings_the_panel_back(unit, served):
    unit.inject_fault("cable-pull", {"at": "idle"})
    unit.clear_faults()
    with closing(PlainHost(served.usbip)) as host:
        assert host.take()[0] == 0


def test_what_was_armed_is_left_to_the_heartbeat_when_the_host_goes(unit, hands, served):
    with closing(PlainHost(served.usbip)) as host:
        host.take()
        hands.arm()
    assert unit.describe()["panel"]["state"] == "armed"
    unit.step(0.25)
    assert unit.describe()["panel"]["state"] == "idle"


@pytest.mark.parametrize("junk", [b"\0" * 8, b"GET / HTTP/1.1\r\n\r\n", b"\x01", IMPORT_1_1[:20]])
def test_junk_ends_the_connection_and_nothing_else(served, junk):
    with socket.create_connection(served.usbip) as stranger:
        stranger.sendall(junk)
    assert len(usbip.host.list_devices(usbip.USBIP(*served.usbip))) == 2


def test_read_waits_for_no_delayed_acknowledgement(importer):
    began = time.perf_counter()
    for number in range(1, 101):
        request = READ_MODEL[:10] + struct.pack("<H", number) + READ_MODEL[12:]
        importer.submit(2 * number, 1, request)
        importer.submit(2 * number + 1, 1, length=1024)
        importer.reply(direction=0)
        importer.reply()
    assert (time.perf_counter() - began) / 100 < 0.02


def test_taken_port_is_one_clear_sentence(unit, served):
    with pytest.raises(StartRefused, match="cannot listen"):
        UsbipServer([UsbPort("1-1", U3vDevice(unit), unit.cable)], *served.usbip)

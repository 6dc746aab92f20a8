"""The generator as a USB serial port, beside the detector on one bus."""

import struct
from contextlib import closing

import pytest
import usbip
from usbip.classes.host.cdc_acm import CDCDriver

from firmware_sim.cdc_acm import CdcAcmDevice, LineCoding
from firmware_sim.server import serve
from firmware_sim.u3v_server import U3vDevice
from firmware_sim.usb_device import FixedCable, Stall, UsbPort
from firmware_sim.usb_pipe import Request
from firmware_sim.usbip_server import UsbipServer

GET_LINE_CODING = bytes.fromhex("a121 0000 0000 0700")
SET_LINE_CODING = bytes.fromhex("2120 0000 0000 0700")
DTR_AND_RTS = bytes.fromhex("2122 0300 0000 0000")
BAUD_9600_8E2 = bytes.fromhex("80250000 02 02 08")


@pytest.fixture
def line():
    """A serial port that answers everything with the same in capitals."""
    port = CdcAcmDevice("X-ray generator", "0001")
    port.start(lambda said: port.send(said.upper()))
    return port


@pytest.fixture
def bus(unit, line):
    detector = UsbPort("1-1", U3vDevice(unit), unit.cable)
    ports = [detector, UsbPort("1-2", line, FixedCable())]
    with closing(UsbipServer(ports, "127.0.0.1", 0)) as server:
        yield usbip.USBIP(*server.address)


def test_one_bus_lists_two_devices(bus):
    listed = [(d["busid"], d["idProduct"], d["interfaces"]) for d in usbip.host.list_devices(bus)]
    detector = ("1-1", 1, [(0xEF, 5, 0), (0xEF, 5, 1), (0xEF, 5, 2)])
    assert listed == [detector, ("1-2", 2, [(2, 2, 0), (10, 0, 0)])]


def test_a_cdc_driver_talks_over_the_line(bus):
    with CDCDriver.open(busid="1-2", transport=bus) as driver:
        driver.write(b"hello")
        assert driver.read() == b"HELLO"


def test_both_devices_are_lent_at_once_and_apart(bus):
    with usbip.open(busid="1-1", transport=bus) as detector:
        with CDCDriver.open(busid="1-2", transport=bus) as driver:
            driver.write(b"one")
            assert driver.read() == b"ONE"
        assert detector.control(0x80, 8, 0, 0, 1) == b"\x01"


def test_pulling_the_detector_leaves_the_generator_connected(bus, unit):
    with CDCDriver.open(busid="1-2", transport=bus) as driver:
        unit.inject_fault("cable-pull", {"at": "idle"})
        assert [d["busid"] for d in usbip.host.list_devices(bus)] == ["1-2"]
        driver.write(b"still there")
        assert driver.read() == b"STILL THERE"


def test_line_coding_is_kept_and_given_back(line):
    assert line.control(GET_LINE_CODING, b"") == struct.pack("<IBBB", 115200, 0, 0, 8)
    line.control(SET_LINE_CODING, BAUD_9600_8E2)
    assert line.line_coding == LineCoding(9600, 2, 2, 8)
    assert line.control(GET_LINE_CODING, b"") == BAUD_9600_8E2


def test_a_terminal_is_seen_until_its_host_is_gone(line):
    line.control(DTR_AND_RTS, b"")
    assert line.terminal_ready
    line.detach()
    assert not line.terminal_ready


def test_the_simulated_generator_answers_on_its_usb_port(unit):
    with serve(unit) as served:
        bus = usbip.USBIP(*served.usbip)
        with CDCDriver.open(busid="1-2", transport=bus) as driver:
            driver.write(bytes.fromhex("02 32 32 2c 70 03"))
            assert driver.read(256).startswith(b"\x0222,0,1,0,")


@pytest.mark.parametrize("setup", ["2120 0000 0000 0300", "2150 0000 0000 0000"])
def test_a_short_line_coding_and_an_unknown_class_request_stall(line, setup):
    with pytest.raises(Stall):
        line.control(bytes.fromhex(setup), b"\0\0\0")


def test_what_is_said_to_nobody_is_not_kept_for_the_next_host(line):
    line.send(b"lost")
    heard = []
    line.control(bytes.fromhex("0009 0100 0000 0000"), b"")
    line.send(b"heard")
    line.pipes[0x81].request(Request(1, 64, lambda status, said: heard.append(bytes(said))))
    assert heard == [b"heard"]


def test_descriptors_are_those_of_a_modem_without_call_management(line):
    get_configuration = bytes.fromhex("8006 0002 0000 ff00")
    assert line.control(get_configuration, b"") == bytes.fromhex(
        "0902 4300 02 01 00 80 32"
        "0904 00 00 01 02 02 00 00"
        "0524001001 0524010001 04240202 0524060001"
        "0705 82 03 1000 09"
        "0904 01 00 02 0a 00 00 00"
        "0705 01 02 0002 00"
        "0705 81 02 0002 00"
    )


def test_the_other_speed_has_smaller_packets(line):
    get_other_speed = bytes.fromhex("8006 0007 0000 ff00")
    other = line.control(get_other_speed, b"")
    assert (len(other), other[1]) == (67, 7)
    assert other.endswith(bytes.fromhex("0705 01 02 4000 00 0705 81 02 4000 00"))

import socket

import libusb_package
import pytest

from device import usb_link
from device.errors import DeviceNotFound, LinkLost, LinkTimeout, LinkUnsupported, UsbUnavailable
from device.link import LINK_URLS, LINKS, open_link


@pytest.mark.parametrize(
    "url",
    ["", "usb", "usb:/x", "gige://1.2.3.4", "usb://12", "usb://1209:zzzz", "usbip://h", "usbip://"]
    + [
        "usbip://h:1",
        "usbip://h:x/1-1",
        "usbip://h:70000/1-1",
        "http://127.0.0.1",
        "USBIP://h:1/1",
    ],
)
def test_an_address_that_is_none_is_told_as_such(url):
    with pytest.raises(LinkUnsupported):
        open_link(url)


def test_every_kind_of_address_is_told_to_people():
    assert {url.partition("://")[0] for url in LINK_URLS} == set(LINKS)


def test_the_table_names_the_promised_addresses():
    assert set(LINKS) == {"usb", "usbip", "gencp+serial", "gencp+socket", "gencp+rfc2217"}


@pytest.mark.parametrize("url", ["gencp+serial://", "gencp+serial:///", "gencp+socket://"])
def test_a_serial_address_without_a_port_is_told_as_such(url):
    with pytest.raises(LinkUnsupported):
        open_link(url)


@pytest.mark.parametrize(
    "url",
    ["gencp+serial:///dev/there-is-no-such-port", "gencp+socket://127.0.0.1:1", "gencp+socket://x"],
)
def test_a_serial_port_that_does_not_open_is_a_panel_not_found(url):
    with pytest.raises(DeviceNotFound):
        open_link(url)


def test_nobody_at_the_address_is_a_panel_not_found():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(DeviceNotFound, match="127.0.0.1"):
        open_link(f"usbip://127.0.0.1:{port}/1-1")


def test_another_bus_id_is_a_panel_not_found(served):
    url = served.detector_url.replace("/1-1", "/7-7")
    with pytest.raises(DeviceNotFound):
        open_link(url)


def test_no_usb_panel_is_a_panel_not_found():
    with pytest.raises((DeviceNotFound, UsbUnavailable)):
        open_link("usb://fffe:fffe")


def test_a_usb_library_that_does_not_load_is_told_as_such(monkeypatch):
    monkeypatch.setattr(libusb_package, "get_libusb1_backend", lambda: None)
    with pytest.raises(UsbUnavailable):
        open_link("usb://")


def test_an_idle_panel_sends_no_image(served):
    link = open_link(served.detector_url)
    with pytest.raises(LinkTimeout):
        link.receive_image(memoryview(bytearray(100)), 0.002)
    link.close()


def test_a_closed_link_is_lost_and_stays_closed(served):
    link = open_link(served.detector_url)
    link.close()
    link.close()
    with pytest.raises(LinkLost):
        link.send(b"U3VC")


def test_a_served_panel_is_found_by_its_interfaces_not_its_name():
    assert (usb_link.U3V_CLASS, usb_link.U3V_SUBCLASS) == (0xEF, 0x05)

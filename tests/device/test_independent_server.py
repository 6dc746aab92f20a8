"""Our USB/IP backend against another author's USB/IP server (PyPI `usbip`)."""

import socket
import threading

import pytest
import usb.core
import usb.util

from device.usbip_backend import UsbIpBackend

usbip = pytest.importorskip("usbip", reason="the usbip package is not installed")


class Echo(usbip.Interface):
    bInterfaceClass = 0xFF  # noqa: N815
    bulk_out = usbip.Out(0x01, "bulk", mps=512)
    bulk_in = usbip.In(0x81, "bulk", mps=512)


@pytest.fixture
def echo_port():
    from usbip.transport import USBIP

    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    device = usbip.USBDevice(0x1209, 0x0004, manufacturer="us", product="echo", serial="0004")
    echo = device.add(Echo())
    server = USBIP("127.0.0.1", port)
    device.plug(via=server)
    stopped = threading.Event()

    def answer():
        while not stopped.is_set():
            if content := echo.bulk_out.read(timeout=0.02):
                echo.bulk_in.write(content)

    thread = threading.Thread(target=answer)
    thread.start()
    yield port
    stopped.set()
    thread.join()
    device.unplug()
    server.stop()


def test_a_device_of_another_server_is_listed_opened_and_spoken_to(echo_port):
    backend = UsbIpBackend("127.0.0.1", echo_port, "1-1")
    device = usb.core.find(backend=backend)
    assert (device.idVendor, device.idProduct) == (0x1209, 0x0004)
    assert usb.util.get_string(device, device.iSerialNumber) == "0004"
    device.set_configuration()
    for content in (b"hello", b"again"):
        assert device.write(0x01, content, 500) == 5
        assert bytes(device.read(0x81, 512, 500)) == content
        with pytest.raises(usb.core.USBTimeoutError):
            device.read(0x81, 512, 10)
    usb.util.dispose_resources(device)
    backend.detach()

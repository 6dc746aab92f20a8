"""A serial line in each of its forms, opened with pyserial as a driver would."""

import os
import select
import socket
from contextlib import closing, suppress
from queue import Queue
from random import Random

import pytest
import serial

from firmware_sim.errors import StartRefused
from firmware_sim.serial_line import SerialLine
from firmware_sim.server import serve
from firmware_sim.spellman_server import frame

FORMS = ("pty", "rfc2217://127.0.0.1:0", "socket://127.0.0.1:0")
WITH_RATES = FORMS[:2]


class Device:
    """Keeps what it hears; says what it is told to."""

    def __init__(self, where):
        self.heard = Queue()
        self.line = SerialLine(where, "--line", Random(3), lambda: self.highest)
        self.highest = None
        self.line.start(self.heard.put)

    def hear(self, length):
        content = b""
        while len(content) < length:
            content += self.heard.get(timeout=5.0)
        return content

    def close(self):
        self.line.close()


@pytest.fixture
def device(request):
    with closing(Device(request.param)) as device:
        yield device


def plugged(device, baud=9600):
    return closing(serial.serial_for_url(device.line.where, baud, timeout=5.0))


@pytest.mark.parametrize("device", FORMS, indirect=True)
def test_every_byte_passes_both_ways(device):
    content = bytes(range(256))
    with plugged(device) as host:
        host.write(content)
        assert device.hear(256) == content
        device.line.send(content)
        assert host.read(256) == content


@pytest.mark.parametrize("junk", ["fffa2c0100fff0", "fffa2c" + "00" * 70_000])
@pytest.mark.parametrize("device", FORMS[1:2], indirect=True)
def test_options_that_are_none_end_their_connection_and_not_the_line(device, junk):
    host, port = device.line.where.partition("://")[2].split(":")
    with socket.create_connection((host, int(port)), timeout=5.0) as stranger:
        stranger.sendall(bytes.fromhex(junk))
        with suppress(ConnectionResetError):
            while stranger.recv(4096):
                pass  # what it is answered before it is cut off
    with plugged(device) as guest:
        guest.write(b"here")
        assert device.hear(4) == b"here"


@pytest.mark.parametrize("device", FORMS, indirect=True)
def test_host_may_go_and_come_back(device):
    for _ in range(2):
        with plugged(device) as host:
            host.write(b"here")
            assert device.hear(4) == b"here"
            device.line.send(b"yes")
            assert host.read(3) == b"yes"


@pytest.mark.parametrize("device", WITH_RATES, indirect=True)
def test_rate_of_the_host_is_seen(device):
    with plugged(device, 57600) as host:
        host.write(b"x")
        device.hear(1)
        assert device.line.host_baud == 57600
        host.baudrate = 115200
        host.write(b"x")
        device.hear(1)
        assert device.line.host_baud == 115200


@pytest.mark.parametrize("device", WITH_RATES, indirect=True)
def test_wrong_rate_is_garbage_both_ways(device):
    device.line.set_baud(9600)
    content = bytes(range(64))
    with plugged(device, 19200) as host:
        host.write(content)
        assert device.hear(64) != content
        device.line.send(content)
        assert host.read(64) != content


@pytest.mark.parametrize("device", ["rfc2217://127.0.0.1:0"], indirect=True)
def test_host_with_parity_is_not_understood(device):
    device.line.set_baud(9600)
    with plugged(device) as host:
        host.parity = serial.PARITY_EVEN
        host.write(bytes(64))
        assert device.hear(64) != bytes(64)


@pytest.mark.parametrize("device", FORMS, indirect=True)
def test_rate_above_what_the_line_carries_is_garbage(device):
    device.line.set_baud(115200)
    device.highest = 9600
    with plugged(device, 115200) as host:
        host.write(bytes(64))
        assert device.hear(64) != bytes(64)


@pytest.mark.parametrize("device", ["pty"], indirect=True)
def test_pulled_line_tells_its_host_and_has_the_same_name_afterwards(device):
    with plugged(device) as host:
        device.line.hang_up()
        watch = select.poll()
        watch.register(host.fileno(), select.POLLIN)
        assert watch.poll(5000)[0][1] & select.POLLHUP
        with pytest.raises(OSError):
            host.write(b"x")
            host.read(1)
    device.line.plug()
    _exchange(device)


@pytest.mark.parametrize("device", FORMS[1:], indirect=True)
def test_pulled_line_over_tcp_ends_its_connection(device):
    host, port = device.line.where.partition("://")[2].split(":")
    with socket.create_connection((host, int(port)), 5.0) as connection:
        device.line.hang_up()
        while connection.recv(4096):
            pass
    device.line.plug()
    _exchange(device)


def _exchange(device):
    """Open the line, which may take its time to be back, and say something."""
    for _ in range(1000):
        try:
            with plugged(device) as host:
                host.write(b"back")
                assert device.hear(4) == b"back"
                return
        except OSError:
            continue
    raise AssertionError("the line did not come back")


@pytest.mark.parametrize("device", ["socket://127.0.0.1:0"], indirect=True)
def test_second_host_is_turned_away(device):
    with plugged(device) as first:
        first.write(b"x")
        device.hear(1)
        host, port = device.line.where.removeprefix("socket://").split(":")
        with socket.create_connection((host, int(port)), 5.0) as second:
            assert second.recv(1) == b""
        first.write(b"still here")
        assert device.hear(10) == b"still here"


def test_line_may_be_a_device_of_this_machine():
    far, near = os.openpty()
    with closing(Device(os.ttyname(near))) as device:
        device.line.set_baud(19200)
        os.write(far, b"x")
        assert device.hear(1) == b"x" and device.line.host_baud is None
        device.line.send(b"yes")
        assert os.read(far, 3) == b"yes"
    os.close(far)
    os.close(near)


@pytest.mark.parametrize(
    "where",
    [
        "/no/such/port",
        "telnet://127.0.0.1:0",
        "socket://127.0.0.1",
        "socket://:1",
        "socket://127.0.0.1:70000",
        "rfc2217://198.51.100.1:1",
    ],
)
def test_what_cannot_be_served_is_refused_naming_the_option(where):
    with pytest.raises(StartRefused, match="--line"):
        SerialLine(where, "--line", Random(0))


def test_generator_answers_over_rfc2217(unit):
    with (
        serve(unit, generator="rfc2217://127.0.0.1:0") as served,
        closing(serial.serial_for_url(served.generator, 115200, timeout=5.0)) as host,
    ):
        host.write(frame("55,0,"))
        assert host.read_until(b"\x03") == frame("55,$,")


def test_generator_cable_is_pulled_and_put_back(unit):
    with serve(unit, generator="socket://127.0.0.1:0") as served:
        host, port = served.generator.removeprefix("socket://").split(":")
        with socket.create_connection((host, int(port)), 5.0) as connection:
            connection.sendall(frame("55,0,"))
            assert connection.recv(64) == frame("55,$,")
            unit.inject_fault("line-pull", {"line": "generator"})
            assert connection.recv(64) == b""
        unit.clear_faults()
        _exchange_with_generator(served.generator)


def _exchange_with_generator(url):
    """Open the line, which may take its time to be back, and ask something."""
    for _ in range(1000):
        try:
            with closing(serial.serial_for_url(url, timeout=5.0)) as host:
                host.write(frame("55,0,"))
                assert host.read_until(b"\x03") == frame("55,$,")
                return
        except OSError:
            continue
    raise AssertionError("the line did not come back")

"""A detector on a serial cable, with a scripted peer at its other end."""

import os
import select
import socket
import struct
import termios
import threading
import tty

import pytest
import serial.rfc2217

import device.gencp.baud
from device.detector import open_detector
from device.errors import (
    CannotExpose,
    DeviceNotFound,
    LinkBusy,
    LinkError,
    LinkLost,
    NoImageChannel,
)
from device.link import open_link

BAUD_MASK, BAUD, SBRM = 0x2000, 0x2004, 0x2000
RATES = {termios.B9600: 9600, termios.B115200: 115200}


class SerialPeer:
    """Answers GenCP on one file descriptor; knows one rate at a time where it has a terminal."""

    def __init__(self, peer, wrap, descriptor, terminal=None):
        self.peer, self.wrap = peer, wrap
        self.descriptor, self.terminal = descriptor, terminal
        self.rate, self.confirms, self.heard_rates = 9600, True, []
        self.before_answer = b""
        self.broken = threading.Event()
        peer.put(SBRM, struct.pack(">II", 1, 1))
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def offer(self, mask):
        self.peer.put(BAUD_MASK, struct.pack(">I", mask))

    def hosts_rate(self):
        return RATES[termios.tcgetattr(self.terminal)[4]] if self.terminal else self.rate

    def serve(self):
        waiting = b""
        while not self.broken.is_set():
            if not select.select([self.descriptor], [], [], 0.01)[0]:
                continue
            try:
                heard = os.read(self.descriptor, 4096)
            except OSError:
                return
            if not heard:
                return
            if self.hosts_rate() != self.rate:
                continue
            waiting = self.answer_whole_packets(waiting + heard)

    def answer_whole_packets(self, waiting):
        while len(waiting) >= 16:
            size = 16 + struct.unpack_from(">H", waiting, 12)[0]
            if len(waiting) < size:
                break
            self.answer(waiting[8:16], waiting[16:size])
            waiting = waiting[size:]
        return waiting

    def answer(self, ccd, scd):
        command = struct.unpack_from(">H", ccd, 2)[0]
        if command == 0x0C01:
            self.peer.notes.append("event acknowledged")
            return
        self.say(self.before_answer + self.wrap(*self.peer.answer(ccd, scd)))
        if command == 0x0802 and struct.unpack_from(">Q", scd)[0] == BAUD:
            self.heard_rates.append(self.rate)
            self.rate = 115200 if self.confirms and scd[8:] == b"\0\0\0\x10" else 9600

    def say(self, content):
        os.write(self.descriptor, content)

    def close(self):
        self.broken.set()
        self.thread.join(5)


@pytest.fixture
def terminal(make_peer, wrap_serial):
    master, slave = os.openpty()
    tty.setraw(slave)
    served = SerialPeer(make_peer(">"), wrap_serial, master, slave)
    served.url = f"gencp+serial://{os.ttyname(slave)}"
    yield served
    served.close()
    for descriptor in (master, slave):
        try:
            os.close(descriptor)
        except OSError:
            continue


@pytest.fixture
def serial_detector(terminal, model_clock):
    detector = open_detector(terminal.url, model_clock)
    yield detector
    detector.close()


@pytest.fixture
def fast_detector(terminal, model_clock):
    terminal.offer(0x11)
    detector = open_detector(terminal.url, model_clock)
    yield detector
    detector.close()


def test_it_says_who_it_is_and_how_warm(serial_detector):
    identity = serial_detector.identity
    assert (identity.vendor, identity.serial, identity.boot_id) == ("Acme", "S1", 77)
    assert serial_detector.status().temperature_c == 30.0


def test_its_files_go_over_the_cable(serial_detector, terminal):
    serial_detector.write_file("DefectMap", bytes(range(200)) * 2)
    assert serial_detector.read_file("DefectMap") == bytes(range(200)) * 2


def test_it_is_never_armed(serial_detector):
    assert not serial_detector.can_expose
    with pytest.raises(CannotExpose):
        serial_detector.arm(1, 1000)


@pytest.mark.parametrize(
    "image",
    [
        lambda d: d.read_dark(100.0),
        lambda d: d.read_test_pattern("Black"),
        lambda d: d.read_frame(1.0),
    ],
)
def test_images_do_not_fit_the_cable(serial_detector, terminal, image):
    terminal.peer.heard.clear()
    with pytest.raises(NoImageChannel, match="carries no images"):
        image(serial_detector)
    assert terminal.peer.heard == []


def test_a_line_with_one_rate_stays_there(serial_detector, terminal):
    assert (terminal.hosts_rate(), terminal.heard_rates) == (9600, [])


def test_a_faster_rate_is_written_at_both_rates(fast_detector, terminal):
    assert terminal.heard_rates == [9600, 115200]
    assert (terminal.hosts_rate(), terminal.rate) == (115200, 115200)
    assert fast_detector.status().temperature_c == 30.0


def test_a_faster_line_keeps_its_heartbeat(fast_detector, terminal):
    assert struct.unpack_from(">I", terminal.peer.memory, 0x1E8)[0] == 1000
    assert struct.unpack_from(">Q", terminal.peer.memory, 0x1E0)[0] == 1
    asking = fast_detector._connection._heartbeat._thread
    assert asking.is_alive()
    fast_detector.close()
    assert not asking.is_alive()


def test_a_rate_that_does_not_work_is_given_up(terminal, model_clock, monkeypatch):
    monkeypatch.setattr(device.gencp.baud, "CONFIRM_ANSWER_S", 0.005)
    terminal.offer(0x11)
    terminal.confirms = False
    detector = open_detector(terminal.url, model_clock)
    assert terminal.hosts_rate() == 9600
    assert model_clock.now() >= 0.5
    assert struct.unpack_from(">Q", terminal.peer.memory, 0x1E0)[0] == 0
    detector.close()


@pytest.mark.parametrize("noise", [b"\0", b"\1\0", b"\1\0\xff\xff" * 3, b"\xff" * 40])
def test_noise_before_every_answer_costs_nothing(serial_detector, terminal, noise):
    terminal.before_answer = noise
    before = serial_detector.link_counters.repeated
    assert serial_detector.read_file("DefectMap") == bytes(range(250))
    assert serial_detector.link_counters.repeated == before


def test_a_damaged_answer_is_counted_and_asked_again(serial_detector, terminal):
    serial_detector._session.expect_answers_within(5.0)
    good, damaged = terminal.wrap, []

    def damage_once(ccd, scd):
        terminal.wrap = good
        damaged.append(good(ccd, scd)[:-1] + b"\xee")
        return damaged[0]

    terminal.wrap = damage_once
    before = serial_detector.link_counters
    assert serial_detector.status().temperature_c == 30.0
    after = serial_detector.link_counters
    assert (after.repeated, after.unreadable) == (before.repeated + 1, before.unreadable + 1)


def test_an_unplugged_cable_is_lost_at_once(serial_detector, terminal):
    terminal.close()
    os.close(terminal.descriptor)
    os.close(terminal.terminal)
    serial_detector._link._reader.join(5)
    for _ in range(2):
        with pytest.raises(LinkLost):
            serial_detector.status()
    serial_detector.close()


def test_a_cable_pulled_while_an_answer_is_awaited_ends_the_wait(terminal):
    link = open_link(terminal.url)
    terminal.close()
    lost = []

    def wait():
        try:
            link.receive(60.0)
        except LinkLost as error:
            lost.append(error)

    waiting = threading.Thread(target=wait)
    waiting.start()
    os.close(terminal.descriptor)
    os.close(terminal.terminal)
    waiting.join(10)
    assert lost
    link.close()


def test_a_second_host_is_told_that_the_port_is_taken(serial_detector, terminal, model_clock):
    with pytest.raises(LinkBusy):
        open_detector(terminal.url, model_clock)


def test_a_silent_line_is_no_panel(terminal, model_clock, monkeypatch):
    monkeypatch.setattr("device.gencp.exchange.FIRST_TIMEOUT_S", 0.005)
    terminal.close()
    with pytest.raises(LinkError):
        open_detector(terminal.url, model_clock)


def test_a_detector_behind_a_socket_is_the_same(make_peer, wrap_serial, model_clock):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        accepted = []

        def accept():
            accepted.append(listener.accept()[0])
            accepted.append(SerialPeer(make_peer(">"), wrap_serial, accepted[0].fileno()))

        thread = threading.Thread(target=accept)
        thread.start()
        url = f"gencp+socket://127.0.0.1:{listener.getsockname()[1]}"
        detector = open_detector(url, model_clock)
        thread.join()
        assert detector.list_files() == ("DefectMap", "EventLog")
        accepted[1].close()
        accepted[0].close()
        detector._link._reader.join(5)
        with pytest.raises(LinkLost):
            detector.status()
        detector.close()


class NetworkPort:
    """What pyserial's RFC 2217 server asks of a port, in front of a peer."""

    cts = dsr = ri = cd = False
    bytesize, parity, stopbits, baudrate, timeout = 8, "N", 1, 9600, 0.05
    xonxoff = rtscts = dtr = rts = break_condition = False

    def reset_input_buffer(self): ...

    def reset_output_buffer(self): ...


class Rfc2217Peer:
    """A peer behind pyserial's RFC 2217 server."""

    def __init__(self, make_peer, wrap):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"gencp+rfc2217://127.0.0.1:{self.listener.getsockname()[1]}"
        self.inside, outside = os.pipe()
        self.port, self.outside = NetworkPort(), outside
        self.peer = SerialPeer(make_peer(">"), wrap, self.inside)
        self.peer.say = self.say
        self.peer.offer(0x11)
        self.peer.hosts_rate = lambda: self.port.baudrate
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def write(self, content):
        self.connection.sendall(content)

    def say(self, content):
        self.write(b"".join(self.manager.escape(content)))

    def serve(self):
        self.connection = self.listener.accept()[0]
        self.manager = serial.rfc2217.PortManager(self.port, self)
        while heard := self.connection.recv(4096):
            os.write(self.outside, b"".join(self.manager.filter(heard)))

    def close(self):
        self.listener.close()
        self.thread.join(5)
        self.connection.close()
        self.peer.close()
        os.close(self.inside)
        os.close(self.outside)


def test_a_detector_behind_rfc2217_gets_its_rate_switched(make_peer, wrap_serial, model_clock):
    served = Rfc2217Peer(make_peer, wrap_serial)
    detector = open_detector(served.url, model_clock)
    assert detector.list_files() == ("DefectMap", "EventLog")
    assert served.port.baudrate == 115200
    detector.close()
    served.close()


def test_nobody_behind_a_socket_is_a_panel_not_found(model_clock):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(DeviceNotFound):
        open_detector(f"gencp+socket://127.0.0.1:{port}", model_clock)


class Heard:
    def __init__(self, count):
        self.events, self.count, self.enough = [], count, threading.Event()

    def __call__(self, event):
        self.events.append(event)
        if len(self.events) == self.count:
            self.enough.set()


def test_an_event_is_heard_once_and_acknowledged_each_time(serial_detector, terminal, vectors):
    golden = vectors("gencp.txt")
    heard = Heard(3)
    serial_detector.listen(heard)
    assert struct.unpack_from(">I", terminal.peer.memory, 0x1EC)[0] == 1
    terminal.peer.notes.clear()
    for name in (
        "serial event 0x8001 at 123456789 ns",
        "serial event 0x8001 at 123456789 ns",
        "serial two events in one message, id 3",
    ):
        terminal.say(golden[name])
    assert heard.enough.wait(5)
    names = [(event.name, event.timestamp_ns) for event in heard.events]
    assert names == [("Event8001", 123456789), ("ExposureStart", 1000), ("ExposureEnd", 2000)]
    serial_detector.mute()
    assert terminal.peer.notes.count("event acknowledged") == 3
    assert struct.unpack_from(">I", terminal.peer.memory, 0x1EC)[0] == 0

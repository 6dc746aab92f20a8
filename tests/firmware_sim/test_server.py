"""One exposure over the three wires at once, and hostile packets on the control endpoint."""

import http.client
import json
import random
import struct
from contextlib import closing

import pytest
import serial
import usbip

from firmware_sim.bootstrap import SIRM_ADDRESS
from firmware_sim.feature_table import features
from firmware_sim.features import Device, address_of
from firmware_sim.server import serve
from firmware_sim.spellman_server import frame
from firmware_sim.u3v_server import U3vDevice


@pytest.fixture
def served(unit):
    with serve(unit, control=("127.0.0.1", 0)) as served:
        yield served


@pytest.mark.parametrize(
    ("where", "scheme"),
    [
        ("pty", "://"),
        ("socket://127.0.0.1:0", "+socket://"),
        ("rfc2217://127.0.0.1:0", "+rfc2217://"),
    ],
)
def test_serial_lines_are_named_as_a_driver_takes_them(unit, where, scheme):
    with serve(unit, generator=where, gencp_serial=where) as served:
        assert served.generator_url == f"pmx{scheme}" + served.generator.rpartition("://")[2]
        at = served.gencp_serial.rpartition("://")[2]
        assert served.serial_detector_url in (f"gencp+serial://{at}", f"gencp{scheme}{at}")


class Wires:
    """A host that holds the panel, the generator's line and the back door."""

    def __init__(self, served, device):
        self.panel = usbip.open(0x1209, 1, transport=usbip.USBIP(*served.usbip))
        self.line = serial.Serial(served.generator, 115200, timeout=5.0)
        self.door = served.control.removeprefix("http://")
        self.addresses = {row.name: address_of(i) for i, row in enumerate(features(device))}
        self.request_id = 0

    def close(self):
        self.panel.close()
        self.line.close()

    def command(self, command, content):
        self.request_id += 1
        head = struct.pack("<4sHHHH", b"U3VC", 0x4000, command, len(content), self.request_id)
        self.panel.bulk_out(0x01, head + content)
        answer = self.panel.bulk_in(0x81, 4096)
        assert answer[4:6] == b"\0\0"
        return answer[12:]

    def read(self, name, length):
        address = self.addresses[name]
        content = self.command(0x0800, struct.pack("<QHH", address, 0, length))
        return int.from_bytes(content, "little")

    def write(self, where, value, length=4):
        address = self.addresses.get(where, where)
        self.command(0x0802, struct.pack("<Q", address) + value.to_bytes(length, "little"))

    def program(self, text):
        self.line.write(frame(text))
        return self.line.read_until(b"\x03")

    def put(self, path, body, method="PUT"):
        connection = http.client.HTTPConnection(self.door, timeout=5.0)
        with closing(connection):
            connection.request(method, path, json.dumps(body).encode())
            return json.loads(connection.getresponse().read())

    def start_stream(self):
        for offset, value in ((0x18, 52), (0x24, 4096), (0x2C, 32), (0x04, 1)):
            self.write(SIRM_ADDRESS + offset, value)

    def arm(self, nonce):
        for where, value, length in (
            (0x1E8, 200, 4),
            (0x1E0, 1, 8),
            (0x204, 1, 4),
            ("TriggerMode", 1, 4),
            ("AcquisitionStart", 1, 4),
            ("ExposureNonce", nonce, 8),
            ("ExposureArm", 1, 4),
        ):
            self.write(where, value, length)

    def let_pass(self, steps):
        for _ in range(steps):
            state = self.put("/clock/step", {"seconds": 0.1}, "POST")
            self.read("ExposureState", 4)
        return state


@pytest.fixture
def wires(unit, served):
    with closing(Wires(served, Device(unit.panel, "", "", "", ""))) as wires:
        yield wires


def test_addresses_are_those_a_driver_takes(served):
    assert served.detector_url == f"usbip://127.0.0.1:{served.usbip[1]}/1-1"
    assert served.generator_url == f"pmx://{served.generator}"


def test_exposure_over_the_wires(wires):
    assert wires.program("50,12,4095,512,0,") == frame("50,$,")
    wires.start_stream()
    wires.arm(nonce=77)
    wires.put("/hand-switch", {"stage": 2})
    state = wires.let_pass(35)
    leader, payload, trailer = (wires.panel.bulk_in(0x83, 4096) for _ in range(3))
    assert (leader[:4], len(payload), trailer[:4]) == (b"U3VL", 3200, b"U3VT")
    assert [(e["nonce"], e["actual_ms"]) for e in state["exposures"]] == [(77, 12.0)]
    assert wires.read("LastExposureNonce", 8) == 77


def test_host_that_stops_reading_never_gets_an_exposure(wires):
    wires.program("50,12,4095,512,0,")
    wires.start_stream()
    wires.arm(nonce=77)
    wires.put("/clock/step", {"seconds": 0.25}, "POST")
    wires.put("/hand-switch", {"stage": 2})
    state = wires.put("/clock/step", {"seconds": 10}, "POST")
    assert state["exposures"] == [] and state["panel"]["state"] == "idle"


def test_hostile_packets_neither_break_the_panel_nor_make_x_rays(unit, hands):
    """Random commands at random registers, while somebody leans on the hand switch."""
    chance = random.Random(1)
    device = U3vDevice(unit)
    hands.program()
    unit.press_hand_switch(2)
    places = (0x000, 0x1E0, 0x204, 0x10000, SIRM_ADDRESS, 0x12000, 0x20000, 0x30000)
    for number in range(3000):
        address = chance.choice(places) + chance.randrange(0x100) * chance.choice((1, 4, 64))
        content = struct.pack("<Q", address) + chance.randbytes(chance.choice((0, 1, 4, 8, 64)))
        command = chance.choice((0x0800, 0x0802, 0x0802, chance.randrange(1 << 16)))
        length = len(content) if chance.random() < 0.9 else chance.randrange(1 << 16)
        head = struct.pack("<4sHHHH", b"U3VC", 0x4000, command, length, number % 65535 + 1)
        device.command(head + content)
        device.command(chance.randbytes(chance.randrange(40)))
        unit.step(0.001)
    assert unit.exposures == []

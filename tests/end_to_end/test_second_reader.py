"""A plain pyusb script, written from the USB3 Vision tables alone, reads registers and a frame.

Only the carrier (a pyusb backend over USB/IP) is ours; every byte of the protocol is packed here.
"""

import io
import re
import struct
import zipfile

import numpy as np
import pytest
import usb.core
import usb.util

from device.usbip_backend import UsbIpBackend
from firmware_sim.physics.geometry import SMALL_PANEL
from firmware_sim.server import serve
from firmware_sim.unit import SimulatedUnit

ROWS, COLUMNS = 750, 600
COMMAND_OUT, ANSWER_IN, STREAM_IN = 0x01, 0x81, 0x83
MODEL_NAME, SBRM_ADDRESS, MANIFEST_ADDRESS, ACCESS_PRIVILEGE = 0x44, 0x1D8, 0x1D0, 0x204
CHUNK = 1 << 16


class Script:
    """Reads and writes registers of a USB3 Vision device through pyusb."""

    def __init__(self, camera):
        self.camera, self.request = camera, 0
        camera.set_configuration()
        for interface in range(3):
            usb.util.claim_interface(camera, interface)

    def _ask(self, command, content, room):
        self.request += 1
        header = struct.pack("<4sHHHH", b"U3VC", 0x4000, command, len(content), self.request)
        self.camera.write(COMMAND_OUT, header + content, 1000)
        answer = bytes(self.camera.read(ANSWER_IN, 12 + room, 1000))
        magic, status, acknowledged, length, request = struct.unpack_from("<4sHHHH", answer)
        assert (magic, status, acknowledged) == (b"U3VC", 0, command + 1)
        assert (request, length) == (self.request, len(answer) - 12)
        return answer[12:]

    def read(self, address, length):
        return self._ask(0x0800, struct.pack("<QHH", address, 0, length), length)

    def write(self, address, content):
        self._ask(0x0802, struct.pack("<Q", address) + content, 16)

    def number(self, address, layout):
        return struct.unpack(layout, self.read(address, struct.calcsize(layout)))[0]


@pytest.fixture
def unit():
    return SimulatedUnit(SMALL_PANEL, seed=2)


@pytest.fixture
def script(unit):
    with serve(unit) as served:
        camera = usb.core.find(idVendor=0x1209, backend=UsbIpBackend(*served.usbip, "1-1"))
        yield Script(camera)
        usb.util.dispose_resources(camera)


def register_of(script, feature):
    """Find a feature's register in the device's own XML, as an integrator would with an editor."""
    entry = script.number(MANIFEST_ADDRESS, "<Q") + 8
    file_format = script.number(entry + 4, "<I") >> 10 & 0x3F
    address, size = struct.unpack("<QQ", script.read(entry + 8, 16))
    parts = [script.read(address + at, min(512, size - at)) for at in range(0, size, 512)]
    content = b"".join(parts)
    if file_format == 1:
        archive = zipfile.ZipFile(io.BytesIO(content))
        content = archive.read(archive.namelist()[0])
    xml = content.decode()
    node = re.search(rf'<(\w+) Name="{feature}".*?</\1>', xml, re.S).group(0)
    register = re.search(r"<pValue>(\w+)</pValue>", node).group(1)
    register = re.search(rf'<(\w+) Name="{register}".*?</\1>', xml, re.S).group(0)
    return int(re.search(r"<Address>(0x[0-9A-Fa-f]+|\d+)</Address>", register).group(1), 0)


def test_a_plain_script_reads_the_name_of_the_panel(script):
    name = script.read(MODEL_NAME, 64).rstrip(b"\0").decode("ascii")
    assert name.startswith("HandPanel")


def test_a_plain_script_reads_a_frame(script, unit):
    script.write(ACCESS_PRIVILEGE, struct.pack("<I", 1))
    sbrm = script.number(SBRM_ADDRESS, "<Q")
    sirm = script.number(sbrm + 0x20, "<Q")
    payload = script.number(sirm + 0x08, "<Q")
    assert payload == ROWS * COLUMNS * 2
    count, rest = divmod(payload, CHUNK)
    for offset, value in ((0x18, 1024), (0x2C, 1024), (0x1C, CHUNK), (0x20, count)):
        script.write(sirm + offset, struct.pack("<I", value))
    script.write(sirm + 0x24, struct.pack("<I", -(-rest // 1024) * 1024))
    script.write(sirm + 0x28, struct.pack("<I", 0))
    script.write(sirm + 0x04, struct.pack("<I", 1))
    script.write(register_of(script, "AcquisitionStart"), struct.pack("<I", 1))
    unit.step(2.0)
    leader = bytes(script.camera.read(STREAM_IN, 1024, 1000))
    magic, size, kind = struct.unpack_from("<4sHHQHH", leader)[0], leader[6], leader[18]
    assert (magic, size, kind) == (b"U3VL", 52, 1)
    assert struct.unpack_from("<III", leader, 28) == (0x01100007, COLUMNS, ROWS)
    content = b""
    while len(content) < payload:
        content += bytes(
            script.camera.read(STREAM_IN, min(CHUNK, payload - len(content) + 1024), 1000)
        )
    trailer = bytes(script.camera.read(STREAM_IN, 1024, 1000))
    assert trailer[:4] == b"U3VT"
    assert struct.unpack_from("<HHQ", trailer, 16) == (0, 0, payload)
    frame = np.frombuffer(content[:payload], "<u2").reshape(ROWS, COLUMNS)
    assert 150 < np.median(frame) < 400

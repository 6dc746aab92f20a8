"""Plain scripts, written from the USB3 Vision tables alone, read registers and stream frames.

The carrier is pyusb, with our backend over USB/IP, or PyPI's `usbip`; every byte of the protocol is
packed here.
"""

import io
import re
import struct
import zipfile
import zlib
from contextlib import closing

import numpy as np
import pytest
import usb.core
import usb.util
import usbip

from device.usbip_backend import UsbIpBackend
from firmware_sim.physics.geometry import SMALL_PANEL
from firmware_sim.server import serve
from firmware_sim.unit import SimulatedUnit

ROWS, COLUMNS = 750, 600
COMMAND_OUT, ANSWER_IN, STREAM_IN = 0x01, 0x81, 0x83
MODEL_NAME, SBRM_ADDRESS, MANIFEST_ADDRESS, ACCESS_PRIVILEGE = 0x44, 0x1D8, 0x1D0, 0x204
CHUNK = 1 << 16
# The id of the chunk that holds the CRC-32 of the image (the panel's description names it).
# The last chunk: a float32 for each row, its id and its length.
ROW_REFERENCE_BYTES = ROWS * 4 + 8
CHECKSUM_CHUNK = 0x14


class Pyusb:
    """A plain pyusb script's way to the endpoints."""

    def __init__(self, address):
        self.camera = usb.core.find(idVendor=0x1209, backend=UsbIpBackend(*address, "1-1"))
        self.camera.set_configuration()
        for interface in range(3):
            usb.util.claim_interface(self.camera, interface)

    def send(self, endpoint, content):
        self.camera.write(endpoint, content, 1000)

    def receive(self, endpoint, room):
        return bytes(self.camera.read(endpoint, room, 1000))

    def close(self):
        usb.util.dispose_resources(self.camera)


class PyPiUsbip:
    """The way of PyPI's `usbip` package, which shares nothing with us."""

    def __init__(self, address):
        self.handle = usbip.open(busid="1-1", transport=usbip.USBIP(*address))
        self.send, self.receive = self.handle.bulk_out, self.handle.bulk_in
        self.close = self.handle.close


class Script:
    """Reads and writes registers of a USB3 Vision device."""

    def __init__(self, carrier):
        self.carrier, self.request = carrier, 0

    def _ask(self, command, content, room):
        self.request += 1
        header = struct.pack("<4sHHHH", b"U3VC", 0x4000, command, len(content), self.request)
        self.carrier.send(COMMAND_OUT, header + content)
        answer = self.carrier.receive(ANSWER_IN, 1024)
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


@pytest.fixture(params=[Pyusb, PyPiUsbip])
def script(request, unit):
    with serve(unit) as served, closing(request.param(served.usbip)) as carrier:
        yield Script(carrier)


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


def start_stream(script):
    """Write the transfer sizes as the standard asks, enable the stream, and give the payload."""
    sbrm = script.number(SBRM_ADDRESS, "<Q")
    sirm = script.number(sbrm + 0x20, "<Q")
    payload = script.number(sirm + 0x08, "<Q")
    count, rest = divmod(payload, CHUNK)
    final = -(-rest // 1024) * 1024
    sizes = ((0x18, 1024), (0x2C, 1024), (0x1C, CHUNK), (0x20, count), (0x24, final), (0x28, 0))
    for offset, value in (*sizes, (0x04, 1)):
        script.write(sirm + offset, struct.pack("<I", value))
    return payload


def receive_block(script, payload):
    """Give leader, payload and trailer of the next block."""
    leader = script.carrier.receive(STREAM_IN, 1024)
    content = b""
    while len(content) < payload:
        room = min(CHUNK, -(-(payload - len(content)) // 1024) * 1024)
        content += script.carrier.receive(STREAM_IN, room)
    return leader, content, script.carrier.receive(STREAM_IN, 1024)


def test_a_plain_script_reads_a_frame(script, unit):
    script.write(ACCESS_PRIVILEGE, struct.pack("<I", 1))
    payload = start_stream(script)
    assert payload == ROWS * COLUMNS * 2
    script.write(register_of(script, "AcquisitionStart"), struct.pack("<I", 1))
    unit.step(2.0)
    leader, content, trailer = receive_block(script, payload)
    magic, size, kind = struct.unpack_from("<4sHHQHH", leader)[0], leader[6], leader[18]
    assert (magic, size, kind) == (b"U3VL", 52, 1)
    assert struct.unpack_from("<III", leader, 28) == (0x01100007, COLUMNS, ROWS)
    assert trailer[:4] == b"U3VT"
    assert struct.unpack_from("<HHQ", trailer, 16) == (0, 0, payload)
    frame = np.frombuffer(content, "<u2").reshape(ROWS, COLUMNS)
    assert 150 < np.median(frame) < 400


def test_a_plain_script_streams_frames_whose_checksums_match(script, unit):
    def choose(feature, value):
        script.write(register_of(script, feature), struct.pack("<I", value))

    script.write(ACCESS_PRIVILEGE, struct.pack("<I", 1))
    for feature, value in (("ChunkModeActive", 1), ("ChunkSelector", CHECKSUM_CHUNK)):
        choose(feature, value)
    for feature, value in (("ChunkEnable", 1), ("TestPattern", 5), ("AcquisitionMode", 3)):
        choose(feature, value)
    payload = start_stream(script)
    choose("AcquisitionStart", 1)
    for number in range(5):
        unit.step(0.1)
        leader, content, _ = receive_block(script, payload)
        assert struct.unpack_from("<Q", leader, 8)[0] == number
        checksum, chunk, length = struct.unpack("<III", content[:-ROW_REFERENCE_BYTES][-12:])
        image = content[: ROWS * COLUMNS * 2]
        assert (chunk, length, checksum) == (CHECKSUM_CHUNK, 4, zlib.crc32(image))
        assert np.frombuffer(image, "<u2")[COLUMNS + 2] == 3  # row 1, column 2 of the ramp

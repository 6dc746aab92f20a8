"""A detector written from the standards for these tests alone: a memory with GenCP before it."""

import queue
import struct
import zlib

import pytest

from device.detector import Detector
from device.errors import LinkTimeout
from device.gencp.packets import Framing

ROWS, COLUMNS = 4, 6
BUFFER = 100
FEATURES = {
    "DeviceVendorName": "text",
    "DeviceModelName": "text",
    "DeviceSerialNumber": "text",
    "DeviceFirmwareVersion": "text",
    "DeviceTemperatureSelector": "Sensor,Board",
    "DeviceTemperature": "float",
    "Width": "int",
    "Height": "int",
    "SensorPixelWidth": "float",
    "BinningHorizontal": "int",
    "AcquisitionMode": "SingleFrame,Continuous",
    "BootId": "int",
    "TestPattern": "Off,Black,White,GreyHorizontalRamp,GreyVerticalRamp,GreyDiagonalRamp",
    "TriggerSelector": "FrameStart",
    "TriggerMode": "Off,On",
    "ExposureTime": "float",
    "AcquisitionStart": "command",
    "AcquisitionStop": "command",
    "ChunkModeActive": "bool",
    "ChunkSelector": "FrameID,ExposureTime,DeviceTemperature,BootId,ImageChecksum",
    "ChunkEnable": "bool",
    "EventSelector": "ExposureStart,ExposureEnd",
    "EventNotification": "Off,On",
    "FileSelector": "DefectMap,EventLog",
    "FileOperationSelector": "Open,Close,Read,Write,Delete",
    "FileOperationExecute": "command",
    "FileOpenMode": "Read,Write,ReadWrite",
    "FileAccessBuffer": "buffer",
    "FileAccessOffset": "int",
    "FileAccessLength": "int",
    "FileOperationStatus": "Success,Failure",
    "FileOperationResult": "int",
    "FileSize": "int",
    "UserSetSelector": "Default,UserSet1",
    "UserSetLoad": "command",
    "UserSetSave": "command",
    "LinkCommandCount": "int",
    "LinkResendCount": "int",
    "LinkChecksumErrorCount": "int",
    "LinkMalformedCount": "int",
}
CHUNKS = {
    "ChunkFrameID": (0x10, "int", "<Q", 3),
    "ChunkExposureTime": (0x11, "float", "<d", 123000.0),
    "ChunkDeviceTemperature": (0x12, "float", "<d", 31.5),
    "ChunkBootId": (0x13, "int", "<Q", 77),
}
LENGTHS = {"text": 64, "float": 8, "int": 8, "bool": 4, "command": 4, "buffer": BUFFER}
NODES = {"float": "Float", "int": "Integer", "bool": "Boolean", "command": "Command"}
ADDRESSES = {name: 0x30000 + 0x100 * index for index, name in enumerate(FEATURES)}
XML_AT, MANIFEST, SBRM, SIRM, EIRM = 0x60000, 0x1000, 0x2000, 0x3000, 0x4000
HEAD = (
    '<RegisterDescription ModelName="M" VendorName="V" StandardNameSpace="None" '
    'SchemaMajorVersion="1" SchemaMinorVersion="1" SchemaSubMinorVersion="0" MajorVersion="1" '
    'MinorVersion="0" SubMinorVersion="0" ProductGuid="00000000-0000-0000-0000-000000000000" '
    'VersionGuid="00000000-0000-0000-0000-000000000000" '
    'xmlns="http://www.genicam.org/GenApi/Version_1_1"><Category Name="Root">'
)


def register_xml(name, kind, address, port, endian):
    node = {"text": "StringReg", "float": "FloatReg", "buffer": "Register"}.get(kind, "IntReg")
    own = f"{name}Reg" if kind not in ("text", "buffer") else name
    order = f"<Endianess>{endian}</Endianess>" if node in ("FloatReg", "IntReg") else ""
    sign = f"<Sign>{'Signed' if kind == 'int' else 'Unsigned'}</Sign>" if node == "IntReg" else ""
    return (
        f'<{node} Name="{own}"><Address>{address}</Address><Length>{LENGTHS.get(kind, 4)}</Length>'
        f"<AccessMode>RW</AccessMode><pPort>{port}</pPort><Cachable>NoCache</Cachable>"
        f"{sign}{order}</{node}>"
    )


def feature_xml(name, kind):
    value = f"<pValue>{name}Reg</pValue>"
    if kind in ("text", "buffer"):
        return ""
    if kind in NODES:
        end = "<CommandValue>1</CommandValue>" if kind == "command" else ""
        return f'<{NODES[kind]} Name="{name}">{value}{end}</{NODES[kind]}>'
    entries = "".join(
        f'<EnumEntry Name="{entry}"><Value>{number}</Value></EnumEntry>'
        for number, entry in enumerate(kind.split(","))
    )
    return f'<Enumeration Name="{name}">{entries}{value}</Enumeration>'


def description(lacking, endian):
    present = {name: kind for name, kind in FEATURES.items() if name not in lacking}
    parts = [HEAD, *(f"<pFeature>{name}</pFeature>" for name in present), "</Category>"]
    for name, kind in present.items():
        parts.append(feature_xml(name, kind))
        parts.append(register_xml(name, kind, ADDRESSES[name], "Device", endian))
    for name, (number, kind, _, _) in {
        **CHUNKS,
        "ChunkImageChecksum": (0x14, "int", "<I", 0),
    }.items():
        port = f"Port{number:04X}"
        parts.append(feature_xml(name, kind) + register_xml(name, kind, 0, port, "LittleEndian"))
        parts.append(f'<Port Name="{port}"><ChunkID>{number:04X}</ChunkID></Port>')
    return "".join([*parts, '<Port Name="Device"/></RegisterDescription>']).encode()


def checksum(content):
    padded = content + b"\0" * (len(content) % 2)
    total = int.from_bytes(padded, "big") % 0xFFFF
    return 0xFFFF - total if total else 0


def serial_packet(ccd, scd, channel=0):
    body = struct.pack(">H", channel) + ccd
    checks = struct.pack(">HHH", 0x0100, checksum(body), checksum(body + scd))
    return checks + body + scd


class Peer:
    """The memory, its commands and its files; `order` is struct's letter of its byte order."""

    def __init__(self, order="<", lacking=()):
        self.order = order
        self.memory = bytearray(0x80000)
        self.heard, self.notes, self.images, self.saved = [], [], [], []
        self.files = {"DefectMap": bytes(range(250)), "EventLog": b""}
        self.status, self.cut_short, self.damage = "Success", 0, 0
        self.protected = set()
        xml = description(lacking, "LittleEndian" if order == "<" else "BigEndian")
        self.put(XML_AT, xml)
        self.put(MANIFEST, self.pack("Q", 1) + self.pack("IIQQ", 1 << 24, 0, XML_AT, len(xml)))
        for address, letter, value in (
            (0x000, "I", 0x00010003),
            (0x1C4, "Q", 1 << 1 | 1 << 2 | 1 << 9 | 1 << 11 | 1 << 13),
            (0x1CC, "I", 100),
            (0x1D0, "Q", MANIFEST),
            (0x1D8, "Q", SBRM),
        ):
            self.put(address, self.pack(letter, value))
        self.lay_out_stream()
        for name, text in (("Vendor", "Acme"), ("Model", "Slab"), ("SerialNumber", "S1")):
            full = f"Device{name}" if name == "SerialNumber" else f"Device{name}Name"
            self.put(ADDRESSES[full], text.encode())
        self.put(ADDRESSES["DeviceFirmwareVersion"], b"1.0")
        for name, value in (("Width", COLUMNS), ("Height", ROWS), ("BootId", 77)):
            self.set(name, value)
        self.set("SensorPixelWidth", 139.0)
        for number, name in enumerate(FEATURES):
            if name.startswith("Link"):
                self.set(name, number)

    def lay_out_stream(self):
        self.put(SBRM + 0x14, self.pack("II", 2048, 2048))
        self.put(SBRM + 0x20, self.pack("QIQI", SIRM, 0x30, EIRM, 0x0C))
        self.put(SIRM, self.pack("I", 0))
        self.put(SIRM + 8, self.pack("QII", 2 * ROWS * COLUMNS + 84, 52, 36))

    def pack(self, letters, *values):
        return struct.pack(self.order + letters, *values)

    def put(self, address, content):
        self.memory[address : address + len(content)] = content

    def letter(self, name):
        return {"float": "d", "int": "q"}.get(FEATURES[name], "I")

    def set(self, name, value):
        self.put(ADDRESSES[name], self.pack(self.letter(name), value))

    def get(self, name):
        value = struct.unpack_from(self.order + self.letter(name), self.memory, ADDRESSES[name])[0]
        kind = FEATURES[name]
        return value if kind in LENGTHS else kind.split(",")[value]

    # --- GenCP

    def answer(self, ccd, scd):
        """Execute one command and give CCD and SCD of its acknowledge."""
        _, command, _, request_id = struct.unpack(self.order + "4H", ccd)
        self.heard.append(command)
        address = struct.unpack_from(self.order + "Q", scd)[0]
        if command in (0x0802, 0x0808) and address in self.protected:
            return self.pack("4H", 0x8004, command | 1, 0, request_id), b""
        content = {
            0x0800: self.read_some,
            0x0806: self.read_some,
            0x0802: self.write_one,
            0x0808: self.write_some,
        }[command](scd)
        return self.pack("4H", 0, command | 1, len(content), request_id), content

    def read_some(self, scd):
        ranges = struct.iter_unpack(self.order + "QHH", scd)
        return b"".join(self.read(address, length) for address, _, length in ranges)

    def write_one(self, scd):
        self.write(struct.unpack_from(self.order + "Q", scd)[0], scd[8:])
        return self.pack("HH", 0, len(scd) - 8)

    def write_some(self, scd):
        written = b""
        while scd:
            address, _, length = struct.unpack_from(self.order + "QHH", scd)
            self.write(address, scd[12 : 12 + length])
            written += self.pack("HH", 0, length)
            scd = scd[12 + length :]
        return written

    def read(self, address, length):
        if address == ADDRESSES["DeviceTemperature"]:
            self.set("DeviceTemperature", {"Sensor": 30.0, "Board": 40.5}[self.temperature_of()])
        if address == ADDRESSES["FileSize"]:
            self.set("FileSize", len(self.files[self.get("FileSelector")]))
        return bytes(self.memory[address : address + length])

    def temperature_of(self):
        return self.get("DeviceTemperatureSelector")

    def write(self, address, content):
        self.put(address, content)
        for name, action in (
            ("FileOperationExecute", self.operate),
            ("AcquisitionStart", self.picture),
            ("UserSetSave", lambda: self.saved.append(self.get("UserSetSelector"))),
            ("UserSetLoad", self.forget),
        ):
            if address == ADDRESSES[name]:
                action()
                self.set(name, 0)
        if address == ADDRESSES["EventNotification"]:
            self.notes.append((self.get("EventSelector"), self.get("EventNotification")))

    # --- what the commands do

    def forget(self):
        self.set("ChunkModeActive", 0)
        self.set("DeviceTemperatureSelector", 1)
        self.set("BinningHorizontal", 2)

    def operate(self):
        what, name = self.get("FileOperationSelector"), self.get("FileSelector")
        at, length = self.get("FileAccessOffset"), self.get("FileAccessLength")
        length = max(0, length - self.cut_short)
        buffer = ADDRESSES["FileAccessBuffer"]
        if what == "Open" and self.get("FileOpenMode") == "Write":
            self.files[name] = b""
        if what == "Read":
            self.put(buffer, self.files[name][at : at + length])
        if what == "Write":
            self.files[name] = self.files[name][:at] + self.memory[buffer : buffer + length]
        self.notes.append(what)
        self.set("FileOperationResult", length)
        self.set("FileOperationStatus", ["Success", "Failure"].index(self.status))

    def picture(self):
        pattern = self.get("TestPattern")
        ramps = {
            "White": lambda row, column: 0xFFFF,
            "GreyHorizontalRamp": lambda row, column: column,
            "GreyVerticalRamp": lambda row, column: row,
            "GreyDiagonalRamp": lambda row, column: row + column,
        }
        at = ramps.get(pattern, lambda row, column: 500 if pattern == "Off" else 0)
        pixels = [at(row, column) for row in range(ROWS) for column in range(COLUMNS)]
        image = struct.pack(f"<{len(pixels)}H", *pixels)
        payload = image if not self.get("ChunkModeActive") else self.with_chunks(image)
        kind = 0x4001 if self.get("ChunkModeActive") else 0x0001
        head = struct.pack("<IHHQHHQ", 0x4C563355, 0, 52, 0, 0, kind, 1000)
        tail = struct.pack("<IHHQHHQII", 0x54563355, 0, 36, 0, 0, 0, len(payload), ROWS, 1)
        leader = head + struct.pack("<IIIIIHH", 0x01100007, COLUMNS, ROWS, 0, 0, 0, 0)
        self.images = [leader, payload, tail]

    def with_chunks(self, image):
        payload = image + struct.pack("<II", 1, len(image))
        for number, _, letter, value in CHUNKS.values():
            content = struct.pack(letter, value + (number == 0x13) * self.damage)
            payload += content + struct.pack("<II", number, len(content))
        checksum_ = zlib.crc32(image) ^ (self.damage < 0)
        return payload + struct.pack("<III", checksum_, 0x14, 4)


class PeerLink:
    """A USB cable to the peer, without the cable."""

    framing = Framing.USB3_VISION
    carries_images = True

    def __init__(self, peer):
        self.peer = peer
        self.answers = []
        self.events = queue.SimpleQueue()

    def send(self, packet):
        ccd, scd = self.peer.answer(packet[4:12], packet[12:])
        self.answers.append(b"U3VC" + ccd + scd)

    def receive(self, timeout_s):
        if not self.answers:
            raise LinkTimeout
        return self.answers.pop(0)

    def receive_event(self, timeout_s):
        try:
            return self.events.get(timeout=timeout_s)
        except queue.Empty as error:
            raise LinkTimeout from error

    def receive_image(self, buffer, timeout_s):
        if not self.peer.images:
            raise LinkTimeout
        transfer = self.peer.images.pop(0)
        buffer[: len(transfer)] = transfer
        return len(transfer)

    def reset_images(self):
        self.peer.images.clear()

    def close(self):
        self.answers.clear()


class ModelClock:
    def __init__(self):
        self.time = 0.0

    def now(self):
        return self.time

    def sleep(self, seconds):
        self.time += seconds


@pytest.fixture
def model_clock():
    return ModelClock()


@pytest.fixture
def make_peer():
    return Peer


@pytest.fixture
def wrap_serial():
    return serial_packet


@pytest.fixture
def peer():
    return Peer()


@pytest.fixture
def detector(peer, model_clock):
    detector = Detector(PeerLink(peer), model_clock)
    yield detector
    detector.close()


@pytest.fixture
def open_peer(model_clock):
    """A function that opens a detector on a peer that was prepared."""
    return lambda peer: Detector(PeerLink(peer), model_clock)


@pytest.fixture
def address_of():
    return ADDRESSES


@pytest.fixture
def bare_detector(model_clock):
    """A detector that gives images and nothing else."""
    kept = ("Device", "Width", "Height", "Sensor", "Trigger", "Exposure", "Acquisition")
    lacking = [name for name in FEATURES if not name.startswith(kept)]
    detector = Detector(
        PeerLink(Peer(lacking=[*lacking, "DeviceTemperatureSelector"])), model_clock
    )
    yield detector
    detector.close()

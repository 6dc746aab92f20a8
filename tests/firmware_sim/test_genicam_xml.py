"""The XML is read by EMVA's own reference library over the registers that it describes."""

import hashlib
import io
import zipfile

import pytest
from genicam import genapi

from firmware_sim.abrm import Abrm
from firmware_sim.bootstrap import (
    MANIFEST_ADDRESS,
    XML_ADDRESS,
    Bootstrap,
    EventInterface,
    usb_register_map,
)
from firmware_sim.errors import AccessDenied
from firmware_sim.feature_table import carried, features
from firmware_sim.features import Device, Kind, Writer
from firmware_sim.genicam_xml import genicam_xml
from firmware_sim.stream import StreamInterface

FEATURES = [
    "DeviceVendorName",
    "DeviceModelName",
    "DeviceSerialNumber",
    "DeviceFirmwareVersion",
    "DeviceUserID",
    "DeviceTemperatureSelector",
    "DeviceTemperature",
    "DeviceReset",
    "SensorWidth",
    "SensorHeight",
    "SensorPixelWidth",
    "SensorPixelHeight",
    "WidthMax",
    "HeightMax",
    "Width",
    "Height",
    "BinningHorizontalMode",
    "BinningHorizontal",
    "BinningVerticalMode",
    "BinningVertical",
    "PixelFormat",
    "TestPattern",
    "AcquisitionMode",
    "AcquisitionFrameCount",
    "AcquisitionStart",
    "AcquisitionStop",
    "ExposureTime",
    "TriggerSelector",
    "TriggerMode",
    "TriggerSource",
    "TriggerSoftware",
    "LineSelector",
    "LineMode",
    "LineStatus",
    "LineStatusAll",
    "EventSelector",
    "EventNotification",
    "ChunkModeActive",
    "ChunkSelector",
    "ChunkEnable",
    "PayloadSize",
    "TLParamsLocked",
    "UserSetSelector",
    "UserSetLoad",
    "UserSetSave",
    "UserSetDefault",
    "FileSelector",
    "FileOperationSelector",
    "FileOperationExecute",
    "FileOpenMode",
    "FileAccessBuffer",
    "FileAccessOffset",
    "FileAccessLength",
    "FileOperationStatus",
    "FileOperationResult",
    "FileSize",
    "ExposureNonce",
    "ExposureLeaseTime",
    "ExposureArm",
    "BootId",
    "InterlockStatus",
    "BeamEnable",
    "ExposureState",
    "LastExposureNonce",
    "LastExposureTime",
    "ExposureCount",
    "SensitivityRQA3",
    "LinkCommandCount",
    "LinkResendCount",
    "LinkChecksumErrorCount",
    "LinkMalformedCount",
    "LinkStatisticsReset",
]


class Port(genapi.AbstractPort):
    def __init__(self, registers):
        super().__init__()
        self.registers = registers

    def get_access_mode(self):
        return genapi.EAccessMode.RW

    def read(self, address, length):
        return self.registers.read(address, length)

    def write(self, address, content):
        try:
            self.registers.write(address, bytes(content))
        except AccessDenied as exc:
            raise OSError("access denied") from exc


@pytest.fixture
def device(unit):
    return Device(unit.panel, "BoneageDR", "HandPanel 2430 (simulated)", "BAS-00000007", "1.0.1")


@pytest.fixture
def registers(unit, device):
    stream = StreamInterface(lambda: device.payload_size)
    return usb_register_map(Bootstrap(Abrm(device, unit.session), stream, EventInterface()))


@pytest.fixture
def port(registers):
    return Port(registers)


@pytest.fixture
def nodes(port):
    count, entry = port.read(MANIFEST_ADDRESS, 8), port.read(MANIFEST_ADDRESS + 8, 64)
    assert int.from_bytes(count, "little") == 1
    address, size = (int.from_bytes(entry[at : at + 8], "little") for at in (8, 16))
    packed = port.read(address, size)
    assert hashlib.sha1(packed).digest() == entry[24:44]
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        xml = archive.read(archive.namelist()[0])
    node_map = genapi.NodeMap()
    node_map.load_xml_from_string(xml.decode())
    node_map.connect(port, "Device")
    return node_map


@pytest.mark.parametrize("name", FEATURES)
def test_host_finds_every_feature_by_name(nodes, name):
    assert nodes.get_node(name) is not None


def test_table_has_no_feature_that_nobody_asked_for(device):
    assert [feature.name for feature in features(device)] == FEATURES


def test_host_reads_what_the_panel_is(nodes):
    assert nodes.get_node("DeviceModelName").value == "HandPanel 2430 (simulated)"
    assert (nodes.get_node("Width").value, nodes.get_node("Height").value) == (8, 200)
    assert nodes.get_node("PayloadSize").value == 3200
    assert nodes.get_node("SensorPixelWidth").value == 100.0
    assert nodes.get_node("PixelFormat").value == "Mono16"
    assert nodes.get_node("BootId").value == 5
    assert 24.0 < nodes.get_node("DeviceTemperature").value < 30.0


def test_host_takes_a_dark_frame(nodes, unit, hands):
    nodes.get_node("ExposureTime").value = 20_000.0
    nodes.get_node("AcquisitionStart").execute()
    unit.step(0.03)
    assert len(hands.frames) == 1 and nodes.get_node("AcquisitionStart").is_done()


def test_host_arms_and_watches_the_exposure(nodes, unit, hands):
    unit.session.enable_heartbeat()
    nodes.get_node("TriggerMode").value = "On"
    nodes.get_node("AcquisitionStart").execute()
    nodes.get_node("ExposureNonce").value = 2**62 + 1
    nodes.get_node("ExposureArm").value = True
    assert nodes.get_node("ExposureState").value == "Armed"
    assert nodes.get_node("ExposureArm").value is True
    hands.program()
    unit.press_hand_switch(2)
    hands.listen(2.4)
    assert nodes.get_node("ExposureState").value == "Window"
    hands.listen(1.0)
    assert nodes.get_node("LastExposureNonce").value == 2**62 + 1
    assert nodes.get_node("LastExposureTime").value == 12_000.0
    assert nodes.get_node("ExposureArm").value is False


def test_host_that_may_not_arm_is_told(nodes):
    with pytest.raises(OSError, match="access denied"):
        nodes.get_node("ExposureArm").value = True


def test_host_sees_open_interlocks(nodes, unit):
    unit.open_door()
    unit.inject_fault("generator-fault")
    assert nodes.get_node("InterlockStatus").value == 3


def test_limits_are_told_to_the_host(nodes):
    lease = nodes.get_node("ExposureLeaseTime")
    assert (lease.min, lease.max, lease.unit) == (1000, 30_000, "ms")
    exposure = nodes.get_node("ExposureTime")
    assert (exposure.min, exposure.max, exposure.unit) == (5_000.0, 1_000_000.0, "us")


def test_locked_features_cannot_be_written_while_the_host_streams(nodes, port):
    width = nodes.get_node("Width")
    address = nodes.get_node("WidthReg").address
    nodes.get_node("TLParamsLocked").value = 1
    assert not genapi.is_writable(width.node.get_access_mode())
    with pytest.raises(AccessDenied):
        port.registers.write(address, (8).to_bytes(8, "little"))


def test_constant_features_cannot_be_written(nodes):
    for name in ("BootId", "BeamEnable", "PayloadSize", "DeviceSerialNumber"):
        assert not genapi.is_writable(nodes.get_node(name).node.get_access_mode())


def test_xml_for_the_serial_link_differs_only_in_byte_order(device):
    little, big = (genicam_xml(device, order) for order in ("little", "big"))
    numbers = [row for row in carried() if row.kind is not Kind.REGISTER]  # no order in bytes
    written_by_firmware = sum(row.written_by is Writer.FIRMWARE for row in numbers)
    assert little.replace(b"LittleEndian", b"BigEndian") == big.replace(
        b"LittleEndian", b"BigEndian"
    )
    assert big.count(b"LittleEndian") == written_by_firmware


def test_same_device_gives_the_same_file(unit, device, registers):
    stream = StreamInterface(lambda: device.payload_size)
    again = usb_register_map(Bootstrap(Abrm(device, unit.session), stream, EventInterface()))
    assert registers.read(XML_ADDRESS, 1000) == again.read(XML_ADDRESS, 1000)

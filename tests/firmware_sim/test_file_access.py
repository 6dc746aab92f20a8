"""Files through the features of FileAccessControl, and through EMVA's adapter."""

import struct
import zlib

import pytest
from genicam import genapi

from firmware_sim.flash import StoredFile


class File:
    """One file of the detector, as a host moves it."""

    def __init__(self, camera, name):
        self._camera = camera
        camera["FileSelector"].value = name

    def do(self, operation):
        self._camera["FileOperationSelector"].value = operation
        self._camera["FileOperationExecute"].execute()
        return self._camera["FileOperationStatus"].value

    def open(self, mode):
        self._camera["FileOpenMode"].value = mode
        return self.do("Open")

    def at(self, offset, length):
        self._camera["FileAccessOffset"].value = offset
        self._camera["FileAccessLength"].value = length

    def write(self, offset, content):
        self.at(offset, len(content))
        self._camera["FileAccessBuffer"].set(content)
        return self.do("Write")

    def read(self, offset, length):
        self.at(offset, length)
        assert self.do("Read") == "Success"
        moved = self._camera["FileOperationResult"].value
        return self._camera["FileAccessBuffer"].get(moved) if moved else b""

    def store(self, content):
        assert self.open("Write") == "Success"
        for at in range(0, len(content), 1000):
            assert self.write(at, content[at : at + 1000]) == "Success"
        return self.do("Close")

    @property
    def size(self):
        return self._camera["FileSize"].value


@pytest.fixture
def gain_map(camera):
    return File(camera, "GainMap")


CONTENT = bytes(range(256)) * 10


@pytest.mark.parametrize("name", ["DarkMaps", "GainMap", "DefectMap", "LagCoefficients"])
def test_map_that_was_stored_is_read_back(camera, name):
    file = File(camera, name)
    assert file.store(CONTENT) == "Success" and file.size == 2560
    file.open("Read")
    assert b"".join(file.read(at, 1000) for at in (0, 1000, 2000)) == CONTENT


def test_map_outlives_a_power_cycle(camera, gain_map):
    gain_map.store(CONTENT)
    camera.unit.restart_detector()
    assert File(camera, "GainMap").size == 2560


def test_map_that_was_not_closed_is_not_kept(camera, gain_map):
    gain_map.store(b"old")
    gain_map.open("Write")
    gain_map.write(0, b"half of the new")
    camera.unit.restart_detector()
    assert File(camera, "GainMap").size == 3


def test_large_file_keeps_the_detector_busy_when_it_is_closed(camera, gain_map):
    camera.unit.flash.store(StoredFile.GAIN_MAP, bytes(3_000_000))
    gain_map.open("ReadWrite")
    before_s = camera.unit.now_s
    assert gain_map.write(0, b"a") == "Success" and camera.unit.now_s == before_s
    assert gain_map.do("Close") == "Success"
    assert camera.unit.now_s - before_s == pytest.approx(0.32)


def test_part_of_a_file_can_be_changed(gain_map):
    gain_map.store(b"abcdef")
    gain_map.open("ReadWrite")
    gain_map.write(2, b"XY")
    assert gain_map.read(0, 100) == b"abXYef"


def test_deleted_file_is_empty(gain_map):
    gain_map.store(CONTENT)
    assert gain_map.do("Delete") == "Success" and gain_map.size == 0


def test_end_of_a_file_is_told_by_what_was_moved(gain_map):
    gain_map.store(b"abcdef")
    gain_map.open("Read")
    assert gain_map.read(4, 100) == b"ef" and gain_map.read(6, 100) == b""


REFUSED = {
    "read what is closed": lambda file: file.do("Read"),
    "write what is closed": lambda file: file.do("Write"),
    "close what is closed": lambda file: file.do("Close"),
    "open twice": lambda file: (file.open("Read"), file.open("Read"))[1],
    "write what is open for reading": lambda file: (file.open("Read"), file.do("Write"))[1],
    "delete what is open": lambda file: (file.open("Read"), file.do("Delete"))[1],
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_makes_no_sense_fails(gain_map, what):
    assert REFUSED[what](gain_map) == "Failure"


def test_gap_in_a_file_is_an_overflow(gain_map):
    gain_map.open("Write")
    assert gain_map.write(10, b"far away") == "Overflow"


def test_event_log_tells_what_happened(camera, hands):
    hands.program()
    hands.expose(nonce=3)
    log = File(camera, "EventLog")
    log.open("Read")
    text = log.read(0, 1000).decode()
    assert text.startswith("0.000 power-up, boot id 5\n")
    assert "armed, nonce 3, lease 30000 ms\n" in text
    assert "exposure, nonce 3, 12.000 ms\n" in text


def test_event_log_cannot_be_written(camera):
    assert File(camera, "EventLog").open("Write") == "Failure"
    assert File(camera, "EventLog").do("Delete") == "Failure"


def firmware(version=b"2.3.4", body=b"code" * 600):
    return struct.pack("<4sI16sII", b"HPFW", 1, version, len(body), zlib.crc32(body)) + body


def test_firmware_is_installed_by_a_reset_and_not_before(camera):
    assert File(camera, "FirmwareImage").store(firmware()) == "Success"
    assert camera["DeviceFirmwareVersion"].value == "1.0.1"
    camera["DeviceReset"].execute()
    camera.unit.step(0.1)
    assert camera["DeviceFirmwareVersion"].value == "2.3.4"


DAMAGED = {
    "not one at all": b"hello",
    "other magic": b"XXXX" + firmware()[4:],
    "cut short": firmware()[:-1],
    "a byte changed": firmware()[:-1] + b"?",
    "no version": firmware(version=b""),
}


@pytest.mark.parametrize("what", DAMAGED)
def test_damaged_firmware_is_refused_and_never_installed(camera, what):
    assert File(camera, "FirmwareImage").store(DAMAGED[what]) == "Failure"
    camera.unit.restart_detector()
    assert camera["DeviceFirmwareVersion"].value == "1.0.1"


def test_damaged_firmware_leaves_the_one_that_waits(camera):
    File(camera, "FirmwareImage").store(firmware())
    File(camera, "FirmwareImage").store(b"hello")
    camera.unit.restart_detector()
    assert camera["DeviceFirmwareVersion"].value == "2.3.4"


def test_reference_library_moves_a_file(camera):
    adapter = genapi.FileProtocolAdapter()
    adapter.attach(camera.nodes.pointer)
    adapter.open_file("DefectMap", "w")
    adapter.write(b"12 7\n", 0, "DefectMap")
    adapter.close_file("DefectMap")
    assert camera.unit.flash.read(StoredFile.DEFECT_MAP) == b"12 7\n"

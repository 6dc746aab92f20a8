import struct

import pytest

from firmware_sim.bootstrap import EIRM_ADDRESS, SBRM_ADDRESS, SIRM_ADDRESS
from firmware_sim.feature_table import features
from firmware_sim.features import address_of
from firmware_sim.u3v_server import U3vDevice
from firmware_sim.usb_device import Stall
from firmware_sim.usb_pipe import Request

SIZES = {0x18: 52, 0x1C: 2048, 0x20: 1, 0x24: 2048, 0x28: 0, 0x2C: 36}


class Host:
    """Speaks GenCP and endpoint requests straight into the device."""

    def __init__(self, device):
        self.device = device
        self.request_id = 0
        self.number = 0

    def command(self, command, content):
        self.request_id += 1
        head = struct.pack("<4sHHHH", b"U3VC", 0x4000, command, len(content), self.request_id)
        self.device.command(head + content)
        answer = self.take(0x81)
        return struct.unpack("<H", answer[4:6])[0], answer[12:]

    def read(self, address, length):
        status, content = self.command(0x0800, struct.pack("<QHH", address, 0, length))
        assert status == 0
        return int.from_bytes(content, "little")

    def write(self, address, value, length=4):
        content = struct.pack("<Q", address) + value.to_bytes(length, "little")
        return self.command(0x0802, content)[0]

    def take(self, address, length=4096):
        """Ask once; None when nothing waits."""
        self.number += 1
        taken = []
        self.device.pipes[address].request(
            Request(self.number, length, lambda status, transfer: taken.append(bytes(transfer)))
        )
        self.device.pipes[address].cancel(self.number)
        return taken[0] if taken else None

    def control(self, kind, request, value=0, index=0, length=0):
        return self.device.control(struct.pack("<BBHHH", kind, request, value, index, length), b"")

    def start_stream(self):
        for offset, value in SIZES.items():
            assert self.write(SIRM_ADDRESS + offset, value) == 0
        assert self.write(SIRM_ADDRESS + 4, 1) == 0

    def feature(self, name):
        table = features(self.device._device)
        return address_of([row.name for row in table].index(name))

    def take_dark_frame(self, unit):
        assert self.write(self.feature("AcquisitionStart"), 1) == 0
        unit.step(1.0)


@pytest.fixture
def host(unit):
    return Host(U3vDevice(unit))


def test_bootstrap_registers_lead_from_one_to_the_next(host):
    assert host.read(0x000, 4) == 0x00010003
    assert host.read(0x1D8, 8) == SBRM_ADDRESS
    assert host.read(SBRM_ADDRESS + 0x20, 8) == SIRM_ADDRESS
    assert host.read(SBRM_ADDRESS + 0x2C, 8) == EIRM_ADDRESS
    assert host.read(0x1CC, 4) == 300
    assert host.read(SIRM_ADDRESS + 0x08, 8) == 3200
    assert host.read(SBRM_ADDRESS + 0x40, 4) == 8


@pytest.mark.parametrize("address", [0x1EC, 0x208, 0x250])
def test_bootstrap_registers_that_the_panel_lacks_are_no_addresses(host, address):
    assert host.command(0x0800, struct.pack("<QHH", address, 0, 4))[0] == 0x8003


def test_timestamp_is_latched_on_demand(host, unit):
    unit.step(1.5)
    assert host.read(0x1F0, 8) == 0
    host.write(0x1F8, 1)
    assert host.read(0x1F0, 8) == 1_500_000_000


def test_user_name_is_kept(host):
    host.command(0x0802, struct.pack("<Q", 0x184) + b"room 2\0")
    assert host.read(0x184, 6) == int.from_bytes(b"room 2", "little")


def test_dark_frame_arrives_as_leader_payload_and_trailer(host, unit):
    host.start_stream()
    host.take_dark_frame(unit)
    leader, first, second, trailer = (host.take(0x83) for _ in range(4))
    assert leader[:4] == b"U3VL" and trailer[:4] == b"U3VT"
    assert len(first) + len(second) == 3200
    assert host.take(0x83) is None


def test_frame_without_an_enabled_stream_is_lost(host, unit):
    host.take_dark_frame(unit)
    assert host.take(0x83) is None


def test_stream_registers_are_locked_while_streaming(host):
    host.start_stream()
    assert host.write(SIRM_ADDRESS + 0x1C, 1024) == 0x8006


def test_stream_that_cannot_hold_a_frame_is_refused(host):
    assert host.write(SIRM_ADDRESS + 4, 1) == 0xA004
    assert host.write(SIRM_ADDRESS + 0x1C, 1001) == 0xA003


@pytest.mark.parametrize("address", [0x81, 0x83])
def test_halting_an_endpoint_drops_what_it_had_queued(host, unit, address):
    host.start_stream()
    host.take_dark_frame(unit)
    host.control(0x02, 3, 0, address)
    assert host.control(0x82, 0, 0, address, 2) == b"\1\0"
    host.control(0x02, 1, 0, address)
    assert host.control(0x82, 0, 0, address, 2) == b"\0\0"
    assert address != 0x83 or host.take(0x83) is None


def test_halted_command_endpoint_stalls(host):
    host.control(0x02, 3, 0, 0x01)
    assert not host.device.accepts(0x01)
    host.control(0x02, 1, 0, 0x01)
    assert host.read(0, 4) == 0x00010003


def test_host_that_falls_silent_loses_its_stream(host, unit):
    host.start_stream()
    host.write(0x1E0, 1, 8)
    host.write(0x204, 1)
    unit.step(3.1)
    assert host.read(0x204, 4) == 0 and host.read(SIRM_ADDRESS + 4, 4) == 0


def test_host_that_reads_now_and_then_keeps_its_stream(host, unit):
    host.start_stream()
    host.write(0x1E0, 1, 8)
    host.write(0x204, 1)
    for _ in range(10):
        unit.step(1.0)
        assert host.read(SIRM_ADDRESS + 4, 4) == 1


def test_next_host_finds_neither_stream_nor_acquisition_running(host, unit):
    host.start_stream()
    host.write(host.feature("AcquisitionStart"), 1)
    host.device.detach()
    host.device.attach()
    host.start_stream()
    assert host.write(host.feature("AcquisitionStart"), 1) == 0


def test_next_host_does_not_inherit_what_is_armed(host, unit, hands):
    hands.program()
    hands.arm()
    unit.press_hand_switch(2)
    hands.until_x_rays()
    host.device.attach()
    assert not unit.lines.beam_enable and not unit.lines.x_rays
    assert not unit.session.privilege


def test_unheard_host_gets_no_answer(host, unit):
    unit.inject_fault("dead-host")
    host.device.command(struct.pack("<4sHHHHQHH", b"U3VC", 0x4000, 0x0800, 12, 1, 0, 0, 4))
    assert host.take(0x81) is None


def test_short_frame_fault_cuts_the_payload(host, unit):
    host.start_stream()
    unit.inject_fault("short-frame", {"lines": 100})
    host.take_dark_frame(unit)
    assert [len(host.take(0x83)) for _ in range(3)] == [52, 1600, 32]


STANDARD_REQUESTS = {
    "device": ((0x80, 6, 0x0100, 0, 18), 18),
    "device, first 8": ((0x80, 6, 0x0100, 0, 8), 8),
    "configuration head": ((0x80, 6, 0x0200, 0, 9), 9),
    "BOS": ((0x80, 6, 0x0F00, 0, 255), 22),
    "language": ((0x80, 6, 0x0300, 0, 255), 4),
    "status of the device": ((0x80, 0, 0, 0, 2), 2),
    "status of an interface": ((0x81, 0, 0, 1, 2), 2),
    "get configuration": ((0x80, 8, 0, 0, 1), 1),
    "set configuration": ((0x00, 9, 1, 0, 0), 0),
    "set interface": ((0x01, 11, 0, 2, 0), 0),
    "get interface": ((0x81, 10, 0, 2, 1), 1),
    "set isochronous delay": ((0x00, 0x31, 40, 0, 0), 0),
}


@pytest.mark.parametrize("name", STANDARD_REQUESTS)
def test_standard_request_is_answered(host, name):
    setup, length = STANDARD_REQUESTS[name]
    assert len(host.control(*setup)) == length


@pytest.mark.parametrize(
    "setup", [(0x80, 6, 0x0600, 0, 10), (0xC0, 1, 0, 0, 4), (0x80, 99, 0, 0, 0), (0, 9, 7, 0, 0)]
)
def test_unknown_request_stalls(host, setup):
    with pytest.raises(Stall):
        host.control(*setup)

"""The panel on its serial line, asked byte by byte as a host would."""

import hashlib
import io
import struct
import zipfile
from contextlib import closing
from random import Random

import pytest
import serial
from genicam import genapi

from firmware_sim.bootstrap import SBRM_ADDRESS
from firmware_sim.events import DeviceEvent
from firmware_sim.feature_table import features
from firmware_sim.features import Kind, address_of
from firmware_sim.gencp_framing import SerialFraming
from firmware_sim.gencp_serial import GencpSerial
from firmware_sim.u3v_server import U3vDevice

BAUD = SBRM_ADDRESS + 4
BIT_9600, BIT_115200 = 0x01, 0x10
PRIVILEGE, CONFIGURATION, CHANNEL, HEARTBEAT = 0x204, 0x1E0, 0x1EC, 0x1E8


class Host:
    """A host at the other end of the line, which forgets nothing and checks little."""

    def __init__(self, where, baud=9600):
        self.port = serial.serial_for_url(where, baud, timeout=5.0)
        self.request_id = 0

    def close(self):
        self.port.close()

    def send(self, packet):
        self.port.write(packet)

    def receive(self):
        head = self.port.read(16)
        return head + self.port.read(int.from_bytes(head[12:14], "big"))

    def ask(self, packet):
        self.send(packet)
        return self.receive()

    def command(self, command, content, resend=0):
        self.request_id += not resend
        ccd = struct.pack(">HHHH", 0x4000 | resend, command, len(content), self.request_id)
        answer = self.ask(SerialFraming().wrap(ccd + content))
        return int.from_bytes(answer[8:10], "big"), answer[16:]

    def read(self, address, length=4):
        status, content = self.command(0x0800, struct.pack(">QHH", address, 0, length))
        assert status == 0
        return int.from_bytes(content, "big")

    def write(self, address, value, length=4):
        content = struct.pack(">Q", address) + value.to_bytes(length, "big")
        return self.command(0x0802, content)[0]

    def speed_up(self):
        assert self.write(BAUD, BIT_115200) == 0
        self.port.baudrate = 115200
        assert self.write(BAUD, BIT_115200) == 0


@pytest.fixture
def golden(vectors):
    return vectors("gencp.txt")


@pytest.fixture
def usb(unit):
    return U3vDevice(unit)


@pytest.fixture
def panel(unit, usb):
    with closing(GencpSerial(unit, "pty")) as panel:
        yield panel


@pytest.fixture
def host(panel):
    with closing(Host(panel.where)) as host:
        yield host


def feature(panel, name):
    return address_of([row.name for row in features(panel.device)].index(name))


def test_read_is_answered_byte_for_byte(host, golden):
    answer = host.ask(golden["serial read of address 0, 4 bytes, id 0"])
    assert answer == golden["serial acknowledge of version 1.3, id 0"]


def test_write_is_answered_byte_for_byte(host, golden):
    answer = host.ask(golden["serial write of 1 to 0x204, id 1"])
    assert answer == golden["serial acknowledge of 4 bytes written, id 1"]


def test_baud_switch_is_acknowledged_byte_for_byte(host, golden):
    answer = host.ask(golden["serial write of baud mask 0x10 to 0x10004, id 8"])
    assert answer[8:] == bytes.fromhex("0000 0803 0004 0008 0000 0004")


def test_map_is_big_endian_and_leads_on(host):
    assert host.read(0x1D8, 8) == SBRM_ADDRESS
    assert host.read(SBRM_ADDRESS) == 0xFF and host.read(BAUD) == BIT_9600
    manifest = host.read(0x1D0, 8)
    assert host.read(manifest, 8) == 1
    address = host.read(manifest + 16, 8)
    assert host.read(address, 2) == int.from_bytes(b"PK", "big")


def test_capability_tells_the_message_channel_and_no_more_than_there_is(host, usb):
    # GenCP 1.3.1, ABRM 0x1C4: bits 0-3 and 8-14.
    assert host.read(0x1C4, 8) == 0b0111_1111_0000_1111
    assert host.read(0x20C) == 0xFFFF_FFFF
    assert host.command(0x0800, struct.pack(">QHH", 0x210, 0, 11))[1] == b"GenCP 1.3.1"


def test_largest_read_fills_a_packet_of_1024(host):
    address = host.read(host.read(0x1D0, 8) + 16, 8)
    assert len(host.command(0x0800, struct.pack(">QHH", address, 0, 1008))[1]) == 1008
    assert host.command(0x0800, struct.pack(">QHH", address, 0, 1009))[0] == 0x8002


def test_feature_is_read_in_the_byte_order_of_the_line(panel, host, unit):
    assert host.read(feature(panel, "BootId"), 8) == unit.panel.boot_id


def test_noise_and_damage_are_met_with_silence(panel, host, golden):
    good = golden["serial read of address 0, 4 bytes, id 0"]
    damaged = good[:-1] + b"\x05"
    host.send(b"\xff\x01\x00noise" + damaged + good)
    assert host.receive() == golden["serial acknowledge of version 1.3, id 0"]
    assert panel.statistics.checksum_errors >= 1


def test_packet_that_breaks_off_is_given_up_after_100_ms(panel, host, unit, golden):
    packet = golden["serial write of 1 to 0x204, id 1"]
    panel.take(packet[:-1])
    unit.step(0.1)
    panel.take(packet[-1:])
    assert host.read(PRIVILEGE) == 0 and panel.statistics.malformed == 1


def test_packet_may_come_in_pieces_within_100_ms(panel, host, unit, golden):
    packet = golden["serial write of 1 to 0x204, id 1"]
    panel.take(packet[:7])
    unit.step(0.09)
    panel.take(packet[7:20])
    unit.step(0.09)
    panel.take(packet[20:])
    assert host.receive() == golden["serial acknowledge of 4 bytes written, id 1"]


def test_resent_command_is_not_executed_again(host):
    assert host.write(PRIVILEGE, 1) == 0
    content = struct.pack(">QI", PRIVILEGE, 0)
    assert host.command(0x0802, content, resend=0x8000)[0] == 0
    assert host.read(PRIVILEGE) == 1


class Port(genapi.AbstractPort):
    """GenApi's way to a memory, by the line."""

    def __init__(self, host):
        super().__init__()
        self.host = host

    def get_access_mode(self):
        return genapi.EAccessMode.RW

    def read(self, address, length):
        pieces = (
            self.host.command(0x0800, struct.pack(">QHH", address + at, 0, min(1008, length - at)))
            for at in range(0, length, 1008)
        )
        return b"".join(content for _, content in pieces)

    def write(self, address, content):
        status, _ = self.host.command(0x0802, struct.pack(">Q", address) + bytes(content))
        if status:
            raise OSError(f"status {status:#x}")


def test_reference_node_map_reads_every_feature_over_the_line(panel, host):
    port = Port(host)
    entry = port.read(host.read(0x1D0, 8) + 8, 64)
    address, size = struct.unpack(">QQ", entry[8:24])
    packed = port.read(address, size)
    assert hashlib.sha1(packed).digest() == entry[24:44]
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        xml = archive.read(archive.namelist()[0])
    nodes = genapi.NodeMap()
    nodes.load_xml_from_string(xml.decode())
    nodes.connect(port, "Device")
    rows = [row.name for row in features(panel.device) if row.kind is not Kind.COMMAND]
    shown = {name: nodes.get_node(name).to_string() for name in rows}
    assert (shown["DeviceSerialNumber"], shown["SensorHeight"]) == (panel.device.serial, "200")


def test_hostile_bytes_neither_break_the_panel_nor_arm_it(panel, unit, hands, golden):
    """Golden packets damaged, cut and mixed with noise, while somebody leans on the switch."""
    chance = Random(11)
    packets = [content for name, content in golden.items() if name.startswith("serial")]
    hands.program()
    unit.press_hand_switch(2)
    for _ in range(3000):
        packet = bytearray(chance.choice(packets) + chance.randbytes(chance.choice((0, 0, 5))))
        if chance.random() < 0.3:
            packet[chance.randrange(len(packet))] ^= 1 << chance.randrange(8)
        panel.take(bytes(packet[: chance.choice((len(packet), chance.randrange(len(packet))))]))
        unit.step(chance.choice((0.0, 0.001, 0.3)))
    assert unit.exposures == [] and panel.statistics.commands > 100


# The rate


def test_confirmed_rate_stays(host, unit):
    host.write(PRIVILEGE, 1)
    host.speed_up()
    unit.step(1.0)
    assert host.read(BAUD) == BIT_115200


def test_unconfirmed_rate_falls_back(panel, host, unit):
    host.write(BAUD, BIT_115200)
    host.port.baudrate = 115200
    assert host.read(0) == 0x00010003
    unit.step(0.25)
    host.port.baudrate = 9600
    assert host.read(BAUD) == BIT_9600


def test_repeated_switch_after_a_fall_back_is_a_new_one(panel, host, unit):
    host.write(BAUD, BIT_115200)
    unit.step(0.25)
    content = struct.pack(">QI", BAUD, BIT_115200)
    assert host.command(0x0802, content, resend=0x8000)[0] == 0
    with unit.lock:  # the rate changes after the acknowledge is out
        assert panel.baud.bit == BIT_115200


def test_host_at_the_wrong_rate_is_not_understood_and_hears_nothing(panel, host, golden):
    host.port.baudrate = 19200
    host.send(golden["serial read of address 0, 4 bytes, id 0"])
    host.port.timeout = 0.2
    assert host.port.read(1) == b"" and panel.statistics.commands == 0


def test_panel_at_another_rate_is_garbage_to_its_host(panel, host, unit, golden):
    host.port.baudrate = 57600
    panel._line.send(golden["serial acknowledge of version 1.3, id 0"])
    heard = host.port.read(20)
    assert len(heard) == 20 and heard != golden["serial acknowledge of version 1.3, id 0"]


def test_fast_line_whose_host_is_silent_becomes_slow_again(panel, host, unit):
    host.write(PRIVILEGE, 1)
    host.speed_up()
    unit.step(3.1)
    host.port.baudrate = 9600
    assert (host.read(BAUD), host.read(PRIVILEGE)) == (BIT_9600, 0)


def test_fast_line_becomes_slow_again_even_when_nobody_holds_the_panel(host, unit):
    host.speed_up()
    unit.step(3.1)
    host.port.baudrate = 9600
    assert host.read(BAUD) == BIT_9600


def test_heartbeat_is_mandatory_on_a_fast_line_only(host):
    assert host.write(CONFIGURATION, 1, 8) == 0 and host.write(CONFIGURATION, 0, 8) == 0
    host.speed_up()
    assert host.read(CONFIGURATION, 8) == 1
    assert host.write(CONFIGURATION, 0, 8) == 0x800F


def test_panel_given_back_goes_on_at_9600(host):
    host.write(PRIVILEGE, 1)
    host.speed_up()
    assert host.write(PRIVILEGE, 0) == 0
    host.port.baudrate = 9600
    assert host.read(BAUD) == BIT_9600


@pytest.mark.parametrize("value", [0, 0x03, 0x100])
def test_impossible_rate_is_refused(host, value):
    assert host.write(BAUD, value) == 0x8002


def test_line_that_carries_no_fast_rate_falls_back(panel, host, unit):
    unit.inject_fault("baud-fall-back")
    assert host.write(BAUD, BIT_115200) == 0
    host.port.baudrate = 115200
    host.send(SerialFraming().wrap(struct.pack(">HHHHQI", 0x4000, 0x0802, 12, 9, BAUD, 0x10)))
    host.port.timeout = 0.2
    assert host.port.read(1) == b""
    unit.step(0.25)
    host.port.timeout, host.port.baudrate = 5.0, 9600
    assert host.read(BAUD) == BIT_9600


# One host at a time, over both links


def test_serial_host_writes_features_only_while_it_holds_the_panel(panel, host):
    where = feature(panel, "TriggerMode")
    assert host.write(where, 1) == 0x8006
    host.write(PRIVILEGE, 1)
    assert host.write(where, 1) == 0


def test_panel_held_over_usb_is_only_read_on_the_line(panel, host, unit):
    unit.session.set_privilege(1)
    assert host.read(PRIVILEGE) == 1
    for address in (PRIVILEGE, HEARTBEAT, BAUD, feature(panel, "TriggerMode")):
        assert host.write(address, 1) == 0x8006


def test_panel_held_on_the_line_cannot_be_opened_over_usb(host, usb, unit):
    host.write(PRIVILEGE, 1)
    usb.command(struct.pack("<4sHHHHQI", b"U3VC", 0x4000, 0x0802, 12, 1, PRIVILEGE, 1))
    assert unit.session.access.holder is not unit.session


def test_host_that_left_usb_without_a_word_leaves_the_panel_to_the_line(host, usb, unit):
    usb.attach()
    unit.session.set_privilege(1)
    usb.detach()
    unit.settle()
    assert host.write(PRIVILEGE, 1) == 0


def test_exposure_armed_over_usb_is_left_to_its_heartbeat(usb, unit, hands):
    usb.attach()
    hands.arm()
    usb.detach()
    unit.step(0.19)
    assert unit.panel.under_exposure and unit.session.holds_device
    unit.step(0.02)
    assert not unit.panel.under_exposure and unit.session.privilege == 0


def test_host_that_comes_by_usb_changes_nothing_of_what_the_line_holds(panel, host, usb, unit):
    host.write(PRIVILEGE, 1)
    host.write(feature(panel, "TriggerMode"), 1)
    host.write(feature(panel, "AcquisitionStart"), 1)
    usb.attach()
    usb.detach()
    unit.step(0.1)
    assert unit.panel.acquiring and host.write(PRIVILEGE, 1) == 0


def test_panel_that_is_armed_cannot_be_taken_from_the_line(host, unit, hands):
    hands.arm()
    unit.session.access.holder = None  # a host that never opened the panel
    assert host.write(PRIVILEGE, 1) == 0x8006
    assert unit.panel.under_exposure


def test_line_is_no_heartbeat_of_an_exposure_armed_over_usb(host, unit, hands):
    hands.arm()
    unit.step(0.15)
    assert host.read(PRIVILEGE) == 1
    unit.step(0.1)
    assert not unit.panel.under_exposure


def test_panel_is_never_armed_from_the_line(panel, host, unit):
    unit.session.enable_heartbeat()
    host.write(PRIVILEGE, 1)
    for name, value, length in (
        ("TriggerMode", 1, 4),
        ("AcquisitionStart", 1, 4),
        ("ExposureNonce", 7, 8),
    ):
        assert host.write(feature(panel, name), value, length) == 0
    assert host.write(feature(panel, "ExposureArm"), 1) == 0x8006
    assert host.write(feature(panel, "ExposureArm"), 0) == 0
    assert not unit.panel.under_exposure


def test_lost_serial_host_ends_what_it_had_running(panel, host, unit):
    host.write(PRIVILEGE, 1)
    host.write(CONFIGURATION, 1, 8)
    host.write(feature(panel, "TriggerMode"), 1)
    host.write(feature(panel, "AcquisitionStart"), 1)
    unit.step(3.1)
    assert not unit.panel.acquiring and host.read(PRIVILEGE) == 0


def test_lost_serial_host_that_held_nothing_ends_nothing(panel, host, unit):
    host.speed_up()
    unit.panel.set_trigger_on(1)
    unit.panel.start_acquisition()
    unit.step(3.1)
    assert unit.panel.acquiring and panel.baud.is_first


def test_power_cut_brings_the_line_back_to_its_start(panel, host, unit):
    host.write(PRIVILEGE, 1)
    host.speed_up()
    unit.power_cycle()
    host.port.baudrate = 9600
    assert (host.read(PRIVILEGE), host.read(BAUD)) == (0, BIT_9600)


# Events and faults


def test_event_is_sent_on_the_channel_that_the_host_chose(panel, host, golden):
    assert host.write(CHANNEL, 1) == 0
    panel.events.notify(0x8001, 123456789, b"")
    assert host.receive() == golden["serial event 0x8001 at 123456789 ns"]
    host.send(golden["serial event acknowledge, channel 1, id 1"])
    assert host.read(CHANNEL) == 1 and panel.events.deadline_us() is None


def test_open_door_is_an_event_for_a_host_that_wants_to_know(panel, host, unit):
    host.write(CHANNEL, 1)
    unit.open_door()
    unit.close_door()
    panel.device.events.switch_on(DeviceEvent.INTERLOCK)
    unit.open_door()
    event = host.receive()
    assert event[16:20] == b"\0\0\x90\x03" and event[-8:] == (1).to_bytes(8, "little")


def test_lost_host_is_told_of_nothing_any_more(panel, host, unit):
    host.write(PRIVILEGE, 1)
    host.write(CHANNEL, 1)
    panel.device.events.switch_on(DeviceEvent.INTERLOCK)
    host.write(PRIVILEGE, 0)
    unit.open_door()
    assert host.read(CHANNEL) == 0


def test_unacknowledged_event_is_sent_again(panel, host, unit, golden):
    host.write(CHANNEL, 1)
    panel.events.notify(0x8001, 123456789, b"")
    unit.step(0.3)
    assert host.receive() == golden["serial event 0x8001 at 123456789 ns"]
    assert host.receive() == golden["serial resent event 0x8001 at 123456789 ns"]


def test_channel_is_a_16_bit_number(host):
    assert host.write(CHANNEL, 0x10000) == 0x8002


def test_packet_on_a_channel_that_nobody_chose_is_counted(panel, host, golden):
    host.send(golden["serial event acknowledge, channel 1, id 1"])
    assert host.read(0) == 0x00010003 and panel.statistics.malformed == 1


def test_wrong_checksum_is_one_of_the_faults(host, unit, golden):
    unit.inject_fault("wrong-crc", {"every": 1})
    answer = host.ask(golden["serial read of address 0, 4 bytes, id 0"])
    good = golden["serial acknowledge of version 1.3, id 0"]
    assert answer != good and answer[6:] == good[6:]


def test_duplicate_answer_is_one_of_the_faults(host, unit, golden):
    unit.inject_fault("duplicate", {"every": 1})
    answer = golden["serial acknowledge of version 1.3, id 0"]
    assert host.ask(golden["serial read of address 0, 4 bytes, id 0"]) == answer
    assert host.receive() == answer


def test_unheard_host_gets_no_answer(panel, unit, golden):
    unit.inject_fault("dead-host")
    panel.take(golden["serial read of address 0, 4 bytes, id 0"])
    assert panel.statistics.commands == 0

"""Every place where the simulated device reads bytes that a host sent. To add one, add a row."""

import struct
from contextlib import suppress

from firmware_sim.backdoor import answer as answer_back_door
from firmware_sim.cdc_acm import CdcAcmDevice
from firmware_sim.event_channel import SerialEventChannel
from firmware_sim.gencp_framing import NotAPacket
from firmware_sim.lines import ModelClock
from firmware_sim.serial_packets import LARGEST_PACKET, cut, cut_without_waiting
from firmware_sim.spellman_server import LONGEST_FRAME, SpellmanServer
from firmware_sim.spellman_server import split as split_frames
from firmware_sim.u3v_server import U3vDevice
from firmware_sim.unit import SimulatedUnit
from firmware_sim.usb_device import Stall
from firmware_sim.usbip_server import Urbs
from tests.campaigns.codecs import (
    Codec,
    Feed,
    repair_gencp_serial,
    repair_spellman,
    repair_usb3_vision,
    vectors,
)
from tests.campaigns.safety import NoPictures, TinyPanel

# GenCP 1.3.1: a register that failed in a way nobody foresaw.
ERROR = 0x8FFF


def _unit(model: str = "pmx") -> SimulatedUnit:
    return SimulatedUnit(TinyPanel(), imager=NoPictures(), generator_model=model)


def _take_commands() -> Feed:
    unit = _unit()
    device = U3vDevice(unit)

    def feed(packet: bytes) -> None:
        device.command(packet)
        unit.step(0.001)
        for pipe in device.pipes.values():
            for answer in pipe._transfers:
                assert bytes(answer[4:6]) != struct.pack("<H", ERROR), "a register failed"
            pipe.clear()

    return feed


def _take_control_requests() -> Feed:
    device = U3vDevice(_unit())
    return lambda packet: device.control(packet[:8].ljust(8, b"\0"), packet[8:])


def _take_line_requests() -> Feed:
    device = CdcAcmDevice("X-ray generator", "1")
    return lambda packet: device.control(packet[:8].ljust(8, b"\0"), packet[8:])


class _Host:
    """A connection on which a host says what it is given, and hears everything."""

    def __init__(self, content: bytes) -> None:
        self._left = content

    def setsockopt(self, level: int, option: int, value: int) -> None: ...

    def recv(self, length: int, flags: int) -> bytes:
        part, self._left = self._left[:length], self._left[length:]
        return part


def _take_urbs() -> Feed:
    unit = _unit()
    device = U3vDevice(unit)

    def feed(packet: bytes) -> None:
        urbs = Urbs(_Host(packet), device)  # type: ignore[arg-type]
        with suppress(EOFError):
            while True:
                urbs._take_one()
        device.detach()
        unit.step(0.001)

    return feed


def _cut_serial_bytes() -> Feed:
    rest = b""

    def feed(received: bytes) -> None:
        nonlocal rest
        rest = cut(rest + received).rest
        assert len(rest) <= LARGEST_PACKET
        cut_without_waiting(received)

    return feed


def _take_event_acknowledges() -> Feed:
    channel = SerialEventChannel(ModelClock(), lambda packet: None, lambda: 0)
    channel.open(1)
    return channel.take


def _take_frames(model: str) -> Feed:
    unit = _unit(model)
    server = SpellmanServer(unit, lambda answer: None)

    def feed(received: bytes) -> None:
        server.take(received)
        assert len(server._buffer) <= LONGEST_FRAME
        unit.step(0.001)

    return feed


def _hear_the_back_door() -> Feed:
    unit = _unit()

    def feed(content: bytes) -> None:
        status, _ = answer_back_door(unit, "PUT", "/hand-switch", content)
        assert status in (200, 400)

    return feed


_SERIAL, _USB = vectors("gencp.txt", "serial"), vectors("gencp.txt", "u3v")
# USB3 Vision: READMEM of the description, and a stacked write of two features.
_COMMANDS = (
    struct.pack("<4s4HQHH", b"U3VC", 0x4000, 0x0800, 12, 7, 0x10_0000, 0, 64),
    struct.pack("<4s4HQI", b"U3VC", 0x4000, 0x0802, 12, 8, 0x3_0040, 1),
    struct.pack("<4s4HQHHIQHHI", b"U3VC", 0x4000, 0x0808, 32, 9, 0x204, 0, 4, 1, 0x1E8, 0, 4, 200),
)
# USB 2.0, table 9-3: GET_DESCRIPTOR, SET_FEATURE of an endpoint, SET_CONFIGURATION.
_SETUPS = (
    bytes.fromhex("8006000100001200"),
    bytes.fromhex("0203000081000000"),
    bytes.fromhex("0009010000000000"),
    bytes.fromhex("2120000000000700") + bytes(7),
)
_URBS = vectors("usbip.txt", "get") + tuple(
    struct.pack(">5I2I3I8s", 1, 1, 0x10002, 0, 1, 0, len(command), 0, 0, 0, bytes(8)) + command
    for command in _COMMANDS
)

SIMULATOR_CODECS = (
    Codec("GenCP commands, USB3 Vision", _take_commands, _USB + _COMMANDS, (), repair_usb3_vision),
    Codec("GenCP bytes of a serial line", _cut_serial_bytes, _SERIAL, (), repair_gencp_serial),
    Codec(
        "GenCP event acknowledges",
        _take_event_acknowledges,
        _SERIAL,
        (NotAPacket,),
        repair_gencp_serial,
    ),
    Codec("USB requests of the detector", _take_control_requests, _SETUPS, (Stall,)),
    Codec("USB requests of the serial port", _take_line_requests, _SETUPS, (Stall,)),
    Codec("USB/IP transfers", _take_urbs, _URBS),
    Codec("Spellman frames", lambda: split_frames, vectors("pmx.txt"), (), repair_spellman),
    Codec("PMX commands", lambda: _take_frames("pmx"), vectors("pmx.txt"), (), repair_spellman),
    Codec(
        "XRB011 commands",
        lambda: _take_frames("xrb011"),
        vectors("pmx.txt"),
        (),
        repair_spellman,
    ),
    Codec("back door", _hear_the_back_door, (b'{"stage": 2}', b'{"stage": [1]}')),
)

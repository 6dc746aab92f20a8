"""A serial line as a USB device: the generator behind a CDC-ACM adapter (/dev/ttyACM0 on a host).

Sources: USB class definitions for communications devices 1.2, PSTN subclass 1.2.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass

from firmware_sim.usb_device import Speed, Stall, UsbIdentity
from firmware_sim.usb_pipe import InPipe
from firmware_sim.usb_requests import StandardRequests

# pid.codes keeps 1209:0002 for tests, beside the 0001 of the detector.
VENDOR_ID, PRODUCT_ID, VERSION = 0x1209, 0x0002, 0x0100
LINE_OUT, LINE_IN, NOTIFY_IN = 0x01, 0x81, 0x82
# CDC 1.2, tables 4 and 6: communications class, abstract control model; data class.
COMMUNICATIONS, DATA = (0x02, 0x02, 0x00), (0x0A, 0x00, 0x00)
# CDC PSTN 1.2, table 13: requests of the abstract control model.
SEND_BREAK, SET_LINE_CODING, GET_LINE_CODING, SET_CONTROL_LINE_STATE = 0x23, 0x20, 0x21, 0x22
CLASS_TYPE, TYPE_MASK = 0x20, 0x60
# CDC PSTN 1.2, table 17: baud, stop bits (0 is one), parity (0 is none), data bits.
LINE_CODING = struct.Struct("<IBBB")
DEVICE, CONFIGURATION, STRING, QUALIFIER, OTHER_SPEED = 1, 2, 3, 6, 7
US_ENGLISH = 0x0409
HIGH_SPEED_PACKET, FULL_SPEED_PACKET, NOTIFY_PACKET = 512, 64, 16
# CDC 1.2, section 5.2.3, and PSTN 1.2, section 5.3: header (1.10), call management (none), abstract
# control (line coding and state), union of interface 0 and 1.
_FUNCTIONAL = bytes.fromhex("0524001001 0524010001 04240202 0524060001")
# USB 2.0, table 9-10: bus powered, 100 mA.
_ATTRIBUTES, _POWER = 0x80, 50


@dataclass(frozen=True, slots=True)
class LineCoding:
    """What the host set the line to."""

    baud: int
    stop_bits: int
    parity: int
    data_bits: int


class CdcAcmDevice:
    """What the USB/IP server lends in place of a serial port.

    It hands on what the host sends once `start` was called; `send` gives it what the line says.
    """

    identity = UsbIdentity(
        VENDOR_ID, PRODUCT_ID, VERSION, COMMUNICATIONS, (COMMUNICATIONS, DATA), Speed.HIGH
    )

    def __init__(self, name: str, serial: str) -> None:
        self.pipes = {NOTIFY_IN: InPipe(NOTIFY_PACKET), LINE_IN: InPipe(HIGH_SPEED_PACKET)}
        self.line_coding = LineCoding(115_200, 0, 0, 8)
        self.terminal_ready = False
        self._receive: Callable[[bytes], None] = lambda content: None
        self._requests = StandardRequests(
            _Descriptors(name, serial), self.pipes, (LINE_OUT,), lambda: None
        )

    @property
    def active_configuration(self) -> int:
        """The configuration that the host chose, 0 for none."""
        return self._requests.configuration

    def start(self, receive: Callable[[bytes], None]) -> None:
        """Listen to the host from now on."""
        self._receive = receive

    def send(self, content: bytes) -> None:
        """Say something on the line; nobody hears it while no host has the device."""
        if self.active_configuration:
            self.pipes[LINE_IN].send(content)

    def attach(self) -> None:
        """Begin anew with a host that has just taken the device."""
        self._requests.reset()

    def detach(self) -> None:
        """Note that the host is gone."""
        self.terminal_ready = False
        self._requests.reset()

    def control(self, setup: bytes, sent: bytes) -> bytes:
        """Answer a request on endpoint 0. Raises Stall."""
        kind, request, value, _, length = struct.unpack("<BBHHH", setup)
        if kind & TYPE_MASK != CLASS_TYPE:
            return self._requests.answer(setup)
        if request == SET_LINE_CODING and len(sent) == LINE_CODING.size:
            self.line_coding = LineCoding(*LINE_CODING.unpack(sent))
            return b""
        if request == GET_LINE_CODING:
            coding = self.line_coding
            fields = (coding.baud, coding.stop_bits, coding.parity, coding.data_bits)
            return LINE_CODING.pack(*fields)[:length]
        if request == SET_CONTROL_LINE_STATE:
            self.terminal_ready = bool(value & 1)
            return b""
        if request == SEND_BREAK:
            return b""
        raise Stall

    def accepts(self, address: int) -> bool:
        """Say whether the line's OUT endpoint is meant, and not halted."""
        return self._requests.accepts(address)

    def bulk_out(self, address: int, sent: bytes) -> None:
        """Take what the host says on the line."""
        self._receive(sent)


@dataclass(frozen=True, slots=True)
class _Descriptors:
    name: str
    serial: str

    def find(self, kind: int, index: int) -> bytes | None:
        """Give a descriptor, or None where the device has to stall."""
        if kind == STRING:
            return self._string(index)
        whole = {
            DEVICE: _device(),
            QUALIFIER: _qualifier(),
            CONFIGURATION: _configuration(CONFIGURATION, HIGH_SPEED_PACKET),
            OTHER_SPEED: _configuration(OTHER_SPEED, FULL_SPEED_PACKET),
        }
        return whole.get(kind) if index == 0 else None

    def _string(self, index: int) -> bytes | None:
        if index == 0:
            return struct.pack("<BBH", 4, STRING, US_ENGLISH)
        text = {1: "BoneageDR", 2: self.name, 3: self.serial}.get(index)
        if text is None:
            return None
        encoded = text.encode("utf-16-le")[:252]
        return bytes((len(encoded) + 2, STRING)) + encoded


def _configuration(kind: int, packet: int) -> bytes:
    """Give the whole configuration: communications interface and data interface."""
    body = b"".join(
        (
            bytes((9, 4, 0, 0, 1, *COMMUNICATIONS, 0)),
            _FUNCTIONAL,
            struct.pack("<BBBBHB", 7, 5, NOTIFY_IN, 3, NOTIFY_PACKET, 9),
            bytes((9, 4, 1, 0, 2, *DATA, 0)),
            struct.pack("<BBBBHB", 7, 5, LINE_OUT, 2, packet, 0),
            struct.pack("<BBBBHB", 7, 5, LINE_IN, 2, packet, 0),
        )
    )
    head = struct.pack("<BBHBBBBB", 9, kind, 9 + len(body), 2, 1, 0, _ATTRIBUTES, _POWER)
    return head + body


def _device() -> bytes:
    names = (VENDOR_ID, PRODUCT_ID, VERSION, 1, 2, 3, 1)
    return struct.pack("<BBHBBBBHHHBBBB", 18, DEVICE, 0x0200, *COMMUNICATIONS, 64, *names)


def _qualifier() -> bytes:
    return struct.pack("<BBHBBBBBB", 10, QUALIFIER, 0x0200, *COMMUNICATIONS, 64, 1, 0)

"""The descriptors of a USB3 Vision device, as Aravis, cameleon and Linux take them."""

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from firmware_sim.usb_device import Speed

# pid.codes keeps 1209:0001 for tests.
VENDOR_ID, PRODUCT_ID = 0x1209, 0x0001
# USB 2.0, table 9-5, and USB 3.1, table 9-6.
DEVICE, CONFIGURATION, STRING, QUALIFIER, OTHER_SPEED, BOS = 1, 2, 3, 6, 7, 15
CONTROL_OUT, CONTROL_IN, EVENT_IN, STREAM_IN = 0x01, 0x81, 0x82, 0x83
IN_ENDPOINTS = (CONTROL_IN, EVENT_IN, STREAM_IN)
# USB3 Vision 1.0: class EF, subclass 05, protocols control, event, stream.
INTERFACES = ((0xEF, 0x05, 0x00), (0xEF, 0x05, 0x01), (0xEF, 0x05, 0x02))
DEVICE_CLASS = (0xEF, 0x02, 0x01)
DEVICE_VERSION = 0x0100
US_ENGLISH = 0x0409
# String numbers, as in the device-info descriptor below.
VENDOR, MODEL, SERIAL, GUID, VERSION, INFO, FAMILY, USER_NAME = 1, 2, 3, 4, 5, 6, 7, 9
_DEVICE_INFO = bytes.fromhex("142401 0300 0100 0000 0100 04 01 02 07 05 06 03 09")
_ASSOCIATION = bytes.fromhex("080B0003EF050002")
_BULK = 2
_SELF_POWERED = 0xC0
# USB 2.0, 5.8.3: largest bulk packet of a full-speed device.
_FULL_SPEED_PACKET = 64


@dataclass(frozen=True, slots=True)
class SpeedFigures:
    """What a speed changes: the standard, packets, the unit of current, USB3 Vision's numbers.

    `supported` is the mask of the device-info descriptor, `current` the value of SBRM 0x40.
    """

    bcd_usb: int
    control_packet: int
    packet_log2: int
    current_unit_ma: int
    supported: int
    current: int

    @property
    def packet(self) -> int:
        """Bytes of the largest bulk packet."""
        return 1 << self.packet_log2


# USB 2.0, 5.5.3, 5.8.3 and table 9-10; USB 3.1, 9.6.1 and 9.6.6; USB3 Vision 1.0, SBRM 0x40.
FIGURES = {
    Speed.HIGH: SpeedFigures(0x0200, 64, 9, 2, 0x0C, 4),
    Speed.SUPER: SpeedFigures(0x0310, 9, 10, 8, 0x08, 8),
}
_CURRENT_MA = 16


@dataclass(frozen=True, slots=True)
class Descriptors:
    """Everything GET_DESCRIPTOR can answer; `strings` gives the texts as they are now."""

    strings: Callable[[], Mapping[int, str]]
    speed: Speed = Speed.SUPER

    def find(self, kind: int, index: int) -> bytes | None:
        """Give a descriptor, or None where the device has to stall."""
        if kind == STRING:
            return self._string(index)
        if index != 0:
            return None
        return self._numbered().get(kind)

    def _numbered(self) -> dict[int, bytes]:
        at_any_speed = {
            DEVICE: _device(self.speed),
            CONFIGURATION: configuration(self.speed),
            BOS: _bos(),
        }
        if self.speed is Speed.SUPER:
            return at_any_speed
        # USB 2.0, 9.6.2 and 9.6.4: what a high-speed device would be at full speed.
        return at_any_speed | {QUALIFIER: _qualifier(), OTHER_SPEED: _other_speed()}

    def _string(self, index: int) -> bytes | None:
        if index == 0:
            return struct.pack("<BBH", 4, STRING, US_ENGLISH)
        strings = self.strings()
        if index not in strings:
            return None
        text = strings[index].encode("utf-16-le")[:252]
        return bytes((len(text) + 2, STRING)) + text


def configuration(speed: Speed = Speed.SUPER) -> bytes:
    """Give the whole configuration: control, event and stream interface in this order."""
    companion = bytes((6, 0x30, 0, 0, 0, 0)) if speed is Speed.SUPER else b""
    return _configuration(CONFIGURATION, speed, FIGURES[speed].packet, companion)


def _other_speed() -> bytes:
    return _configuration(OTHER_SPEED, Speed.HIGH, _FULL_SPEED_PACKET, b"")


def _configuration(kind: int, speed: Speed, packet: int, companion: bytes) -> bytes:
    def endpoint(address: int) -> bytes:
        return struct.pack("<BBBBHB", 7, 5, address, _BULK, packet, 0) + companion

    control, event, stream = (_interface(number) for number in range(3))
    parts = (
        _ASSOCIATION,
        control,
        _DEVICE_INFO + bytes((FIGURES[speed].supported,)),
        endpoint(CONTROL_IN),
        endpoint(CONTROL_OUT),
        event,
        endpoint(EVENT_IN),
        stream,
        endpoint(STREAM_IN),
    )
    body = b"".join(parts)
    power = _CURRENT_MA // FIGURES[speed].current_unit_ma
    head = struct.pack("<BBHBBBBB", 9, kind, 9 + len(body), 3, 1, 0, _SELF_POWERED, power)
    return head + body


def _device(speed: Speed) -> bytes:
    figures = FIGURES[speed]
    return struct.pack(
        "<BBHBBBBHHHBBBB",
        18,
        DEVICE,
        figures.bcd_usb,
        *DEVICE_CLASS,
        figures.control_packet,
        VENDOR_ID,
        PRODUCT_ID,
        DEVICE_VERSION,
        VENDOR,
        MODEL,
        SERIAL,
        1,
    )


def _qualifier() -> bytes:
    figures = FIGURES[Speed.HIGH]
    packets = (figures.control_packet, 1, 0)
    return struct.pack("<BBHBBBBBB", 10, QUALIFIER, figures.bcd_usb, *DEVICE_CLASS, *packets)


def _interface(number: int) -> bytes:
    endpoints = 2 if number == 0 else 1
    return bytes((9, 4, number, 0, endpoints, *INTERFACES[number], 0))


def _bos() -> bytes:
    usb2_extension = bytes((7, 0x10, 0x02, 0x02, 0, 0, 0))
    # USB 3.1, 9.6.2.2: super speed and high speed, full function from super speed on.
    super_speed = struct.pack("<BBBBHBBH", 10, 0x10, 0x03, 0, 0x000C, 3, 10, 0x07FF)
    return struct.pack("<BBHB", 5, BOS, 22, 2) + usb2_extension + super_speed

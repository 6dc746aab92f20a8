"""The descriptors of a super-speed USB3 Vision device, as Aravis, cameleon and Linux take them."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass

# pid.codes keeps 1209:0001 for tests.
VENDOR_ID, PRODUCT_ID = 0x1209, 0x0001
DEVICE, CONFIGURATION, STRING, QUALIFIER, BOS = 1, 2, 3, 6, 15
CONTROL_OUT, CONTROL_IN, EVENT_IN, STREAM_IN = 0x01, 0x81, 0x82, 0x83
SUPER_SPEED_PACKET = 1024
# USB3 Vision 1.0: class EF, subclass 05, protocols control, event, stream.
INTERFACES = ((0xEF, 0x05, 0x00), (0xEF, 0x05, 0x01), (0xEF, 0x05, 0x02))
DEVICE_CLASS = (0xEF, 0x02, 0x01)
DEVICE_VERSION = 0x0100
US_ENGLISH = 0x0409
# String numbers, as in the device-info descriptor below.
VENDOR, MODEL, SERIAL, GUID, VERSION, INFO, FAMILY, USER_NAME = 1, 2, 3, 4, 5, 6, 7, 9
_DEVICE_INFO = bytes.fromhex("142401 0300 0100 0000 0100 04 01 02 07 05 06 03 09 08")
_ASSOCIATION = bytes.fromhex("080B0003EF050002")
_BULK = 2
_SELF_POWERED = 0xC0


@dataclass(frozen=True, slots=True)
class Descriptors:
    """Everything GET_DESCRIPTOR can answer."""

    strings: Mapping[int, str]

    def find(self, kind: int, index: int) -> bytes | None:
        """Give a descriptor, or None where the device has to stall."""
        if kind == STRING:
            return self._string(index)
        if index != 0:
            return None
        return {DEVICE: _device(), CONFIGURATION: configuration(), BOS: _bos()}.get(kind)

    def _string(self, index: int) -> bytes | None:
        if index == 0:
            return struct.pack("<BBH", 4, STRING, US_ENGLISH)
        if index not in self.strings:
            return None
        text = self.strings[index].encode("utf-16-le")[:252]
        return bytes((len(text) + 2, STRING)) + text


def configuration() -> bytes:
    """Give the whole configuration: control, event and stream interface in this order."""
    control, event, stream = (_interface(number) for number in range(3))
    parts = (
        _ASSOCIATION,
        control,
        _DEVICE_INFO,
        _endpoint(CONTROL_IN),
        _endpoint(CONTROL_OUT),
        event,
        _endpoint(EVENT_IN),
        stream,
        _endpoint(STREAM_IN),
    )
    body = b"".join(parts)
    total = 9 + len(body)
    return struct.pack("<BBHBBBBB", 9, CONFIGURATION, total, 3, 1, 0, _SELF_POWERED, 2) + body


def _device() -> bytes:
    return struct.pack(
        "<BBHBBBBHHHBBBB",
        18,
        DEVICE,
        0x0310,
        *DEVICE_CLASS,
        9,
        VENDOR_ID,
        PRODUCT_ID,
        DEVICE_VERSION,
        VENDOR,
        MODEL,
        SERIAL,
        1,
    )


def _interface(number: int) -> bytes:
    endpoints = 2 if number == 0 else 1
    return bytes((9, 4, number, 0, endpoints, *INTERFACES[number], 0))


def _endpoint(address: int) -> bytes:
    companion = bytes((6, 0x30, 0, 0, 0, 0))
    return struct.pack("<BBBBHB", 7, 5, address, _BULK, SUPER_SPEED_PACKET, 0) + companion


def _bos() -> bytes:
    usb2_extension = bytes((7, 0x10, 0x02, 0x02, 0, 0, 0))
    # USB 3.1, 9.6.2.2: super speed and high speed, full function from super speed on.
    super_speed = struct.pack("<BBBBHBBH", 10, 0x10, 0x03, 0, 0x000C, 3, 10, 0x07FF)
    return struct.pack("<BBHB", 5, BOS, 22, 2) + usb2_extension + super_speed

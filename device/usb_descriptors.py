"""USB descriptors as pyusb wants them from a backend. Pure: bytes in, values out.

Source: USB 2.0 chapter 9, tables 9-8, 9-10, 9-12 and 9-13.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace

# USB 2.0, table 9-5.
INTERFACE = 4
ENDPOINT = 5

DEVICE_FIELDS = [
    "bLength",
    "bDescriptorType",
    "bcdUSB",
    "bDeviceClass",
    "bDeviceSubClass",
    "bDeviceProtocol",
    "bMaxPacketSize0",
    "idVendor",
    "idProduct",
    "bcdDevice",
    "iManufacturer",
    "iProduct",
    "iSerialNumber",
    "bNumConfigurations",
]
CONFIGURATION_FIELDS = [
    "bLength",
    "bDescriptorType",
    "wTotalLength",
    "bNumInterfaces",
    "bConfigurationValue",
    "iConfiguration",
    "bmAttributes",
    "bMaxPower",
]
INTERFACE_FIELDS = [
    "bLength",
    "bDescriptorType",
    "bInterfaceNumber",
    "bAlternateSetting",
    "bNumEndpoints",
    "bInterfaceClass",
    "bInterfaceSubClass",
    "bInterfaceProtocol",
    "iInterface",
]
ENDPOINT_FIELDS = [
    "bLength",
    "bDescriptorType",
    "bEndpointAddress",
    "bmAttributes",
    "wMaxPacketSize",
    "bInterval",
]


@dataclass(slots=True)
class Interface:
    """One alternate setting of an interface with its endpoints."""

    descriptor: SimpleNamespace
    endpoints: list[SimpleNamespace] = field(default_factory=list)


@dataclass(slots=True)
class Configuration:
    """A configuration; interfaces[i][a] is alternate setting a of the i-th interface."""

    descriptor: SimpleNamespace
    interfaces: list[list[Interface]] = field(default_factory=list)


def parse_device(content: bytes) -> dict[str, int]:
    """Read the 18 bytes of a device descriptor."""
    return dict(zip(DEVICE_FIELDS, struct.unpack("<BBHBBBBHHHBBBB", content), strict=True))


def parse_configuration(content: bytes) -> Configuration:
    """Read a whole configuration; descriptors of other kinds become `extra_descriptors`.

    Raises IndexError for one that is cut short.
    """
    try:
        return _parse_configuration(content)
    except struct.error as error:
        raise IndexError("a descriptor is cut short") from error


def _parse_configuration(content: bytes) -> Configuration:
    result = Configuration(_named(CONFIGURATION_FIELDS, "<BBHBBBBB", content))
    latest, interface = result.descriptor, None
    for descriptor in _descriptors(content[content[0] :]):
        if descriptor[1] == INTERFACE:
            interface = Interface(_named(INTERFACE_FIELDS, "<9B", descriptor))
            _add(result.interfaces, interface)
            latest = interface.descriptor
        elif descriptor[1] == ENDPOINT and interface is not None:
            latest = _named(ENDPOINT_FIELDS, "<BBBBHB", descriptor)
            latest.bRefresh, latest.bSynchAddress = 0, 0
            interface.endpoints.append(latest)
        else:
            latest.extra_descriptors.extend(descriptor)
    return result


def _descriptors(content: bytes) -> Iterator[bytes]:
    while content:
        length = content[0]
        if not 2 <= length <= len(content):
            raise IndexError("a descriptor is cut short")
        yield content[:length]
        content = content[length:]


def _named(names: list[str], layout: str, content: bytes) -> SimpleNamespace:
    values = struct.unpack_from(layout, content)
    return SimpleNamespace(**dict(zip(names, values, strict=True)), extra_descriptors=[])


def _add(interfaces: list[list[Interface]], interface: Interface) -> None:
    number = interface.descriptor.bInterfaceNumber
    for settings in interfaces:
        if settings[0].descriptor.bInterfaceNumber == number:
            settings.append(interface)
            return
    interfaces.append([interface])

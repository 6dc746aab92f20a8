import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.usb_descriptors import parse_configuration

# Written by hand from USB 2.0 chapter 9 and the USB3 Vision descriptor table.
CONFIGURATION = bytes.fromhex(
    "09 02 4e 00 02 01 00 80 32"  # configuration, two interfaces
    "08 0b 00 03 ef 05 00 00"  # interface association
    "09 04 00 00 02 ef 05 00 00"  # control interface
    "14 24 01 03 00 01 00 00 00 01 00 04 01 02 07 05 06 03 09 08"  # USB3 Vision device info
    "07 05 81 02 00 02 00"
    "07 05 01 02 00 02 00"
    "09 04 02 00 01 ef 05 02 00"  # stream interface
    "07 05 83 02 00 04 00"
    "06 30 0f 00 00 00"  # companion
)


def test_interfaces_and_endpoints_are_found():
    configuration = parse_configuration(CONFIGURATION)
    control, stream = (settings[0] for settings in configuration.interfaces)
    assert configuration.descriptor.bConfigurationValue == 1
    assert [e.bEndpointAddress for e in control.endpoints] == [0x81, 0x01]
    assert (stream.descriptor.bInterfaceNumber, stream.descriptor.bInterfaceProtocol) == (2, 2)
    assert stream.endpoints[0].wMaxPacketSize == 1024


def test_other_descriptors_stay_with_what_they_follow():
    configuration = parse_configuration(CONFIGURATION)
    assert len(configuration.descriptor.extra_descriptors) == 8
    assert len(configuration.interfaces[0][0].descriptor.extra_descriptors) == 20
    assert len(configuration.interfaces[1][0].endpoints[0].extra_descriptors) == 6


def test_past_the_end_is_an_index_error():
    with pytest.raises(IndexError):
        parse_configuration(CONFIGURATION).interfaces[2]


@given(st.binary(min_size=1, max_size=60))
def test_noise_is_an_index_error_and_never_crashes(noise):
    for content in (noise, CONFIGURATION[:9] + noise):
        with contextlib.suppress(IndexError):
            parse_configuration(content)

"""Super-speed bytes are those that Aravis, cameleon and Linux accepted; the high-speed ones are
written by hand after USB 2.0 chapter 9.
"""

from firmware_sim.usb_descriptors import (
    BOS,
    CONFIGURATION,
    DEVICE,
    OTHER_SPEED,
    QUALIFIER,
    STRING,
    Descriptors,
)
from firmware_sim.usb_device import Speed

TEXTS = {1: "maker", 4: "BDRS00000007"}
SUPER = Descriptors(lambda: TEXTS)
HIGH = Descriptors(lambda: TEXTS, Speed.HIGH)

SUPER_CONFIGURATION = """
09 02 74 00 03 01 00 c0 02
08 0b 00 03 ef 05 00 02
09 04 00 00 02 ef 05 00 00
14 24 01 03 00 01 00 00 00 01 00 04 01 02 07 05 06 03 09 08
07 05 81 02 00 04 00  06 30 00 00 00 00
07 05 01 02 00 04 00  06 30 00 00 00 00
09 04 01 00 01 ef 05 01 00
07 05 82 02 00 04 00  06 30 00 00 00 00
09 04 02 00 01 ef 05 02 00
07 05 83 02 00 04 00  06 30 00 00 00 00
"""
HIGH_CONFIGURATION = """
09 02 5c 00 03 01 00 c0 08
08 0b 00 03 ef 05 00 02
09 04 00 00 02 ef 05 00 00
14 24 01 03 00 01 00 00 00 01 00 04 01 02 07 05 06 03 09 0c
07 05 81 02 00 02 00
07 05 01 02 00 02 00
09 04 01 00 01 ef 05 01 00
07 05 82 02 00 02 00
09 04 02 00 01 ef 05 02 00
07 05 83 02 00 02 00
"""


def test_device_at_super_speed():
    expected = "12 01 10 03 ef 02 01 09 09 12 01 00 00 01 01 02 03 01"
    assert SUPER.find(DEVICE, 0) == bytes.fromhex(expected)


def test_device_at_high_speed():
    expected = "12 01 00 02 ef 02 01 40 09 12 01 00 00 01 01 02 03 01"
    assert HIGH.find(DEVICE, 0) == bytes.fromhex(expected)


def test_configuration_at_super_speed():
    assert SUPER.find(CONFIGURATION, 0) == bytes.fromhex(SUPER_CONFIGURATION)


def test_configuration_at_high_speed_has_no_companions():
    assert HIGH.find(CONFIGURATION, 0) == bytes.fromhex(HIGH_CONFIGURATION)


def test_qualifier_tells_of_full_speed():
    assert HIGH.find(QUALIFIER, 0) == bytes.fromhex("0a 06 00 02 ef 02 01 40 01 00")


def test_other_speed_is_the_same_configuration_in_small_packets():
    expected = bytes.fromhex(HIGH_CONFIGURATION.replace("02 00 02 00", "02 40 00 00"))
    assert HIGH.find(OTHER_SPEED, 0) == b"\x09\x07" + expected[2:]


def test_super_speed_device_has_neither_qualifier_nor_other_speed():
    assert SUPER.find(QUALIFIER, 0) is None and SUPER.find(OTHER_SPEED, 0) is None


def test_device_tells_at_either_speed_what_it_is_capable_of():
    expected = "05 0f 16 00 02  07 10 02 02 00 00 00  0a 10 03 00 0c 00 03 0a ff 07"
    assert SUPER.find(BOS, 0) == HIGH.find(BOS, 0) == bytes.fromhex(expected)


def test_strings_are_utf_16():
    assert SUPER.find(STRING, 0) == b"\x04\x03\x09\x04"
    assert SUPER.find(STRING, 1) == b"\x0c\x03m\0a\0k\0e\0r\0"


def test_what_does_not_exist_is_not_found():
    assert SUPER.find(STRING, 99) is None
    assert SUPER.find(CONFIGURATION, 1) is None

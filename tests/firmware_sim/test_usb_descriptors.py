"""Bytes are those that Aravis, cameleon and Linux accepted."""

from firmware_sim.usb_descriptors import (
    BOS,
    CONFIGURATION,
    DEVICE,
    QUALIFIER,
    STRING,
    Descriptors,
    configuration,
)

DESCRIPTORS = Descriptors({1: "maker", 4: "BDRS00000007"})


def pieces():
    whole, found = configuration(), []
    while whole:
        found.append(whole[: whole[0]])
        whole = whole[whole[0] :]
    return found


def test_device_descriptor_is_that_of_a_super_speed_composite_device():
    expected = "12 01 10 03 ef 02 01 09 09 12 01 00 00 01 01 02 03 01"
    assert DESCRIPTORS.find(DEVICE, 0).hex(" ") == expected


def test_configuration_tells_its_whole_length():
    whole = configuration()
    assert int.from_bytes(whole[2:4], "little") == len(whole) and whole[4] == 3


def test_interfaces_come_in_the_order_control_event_stream():
    interfaces = [piece for piece in pieces() if piece[1] == 4]
    assert [tuple(piece[5:8]) for piece in interfaces] == [
        (0xEF, 5, 0),
        (0xEF, 5, 1),
        (0xEF, 5, 2),
    ]


def test_device_info_stands_between_the_control_interface_and_its_endpoints():
    kinds = [piece[1] for piece in pieces()]
    assert kinds[:6] == [2, 0x0B, 4, 0x24, 5, 0x30]


def test_device_info_is_the_one_that_hosts_accepted():
    info = next(piece for piece in pieces() if piece[1] == 0x24)
    assert info.hex(" ") == "14 24 01 03 00 01 00 00 00 01 00 04 01 02 07 05 06 03 09 08"


def test_every_endpoint_is_bulk_and_has_its_companion():
    found = pieces()
    endpoints = [index for index, piece in enumerate(found) if piece[1] == 5]
    assert [found[index][2] for index in endpoints] == [0x81, 0x01, 0x82, 0x83]
    assert all(found[index + 1].hex(" ") == "06 30 00 00 00 00" for index in endpoints)
    assert all(found[index][3:6] == b"\x02\x00\x04" for index in endpoints)


def test_bos_has_22_bytes_and_two_capabilities():
    bos = DESCRIPTORS.find(BOS, 0)
    assert len(bos) == 22 and bos[:5].hex(" ") == "05 0f 16 00 02"


def test_strings_are_utf_16():
    assert DESCRIPTORS.find(STRING, 0) == b"\x04\x03\x09\x04"
    assert DESCRIPTORS.find(STRING, 1) == b"\x0c\x03m\0a\0k\0e\0r\0"


def test_what_does_not_exist_is_not_found():
    assert DESCRIPTORS.find(STRING, 99) is None
    assert DESCRIPTORS.find(QUALIFIER, 0) is None
    assert DESCRIPTORS.find(CONFIGURATION, 1) is None

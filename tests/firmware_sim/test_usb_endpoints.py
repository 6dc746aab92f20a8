"""Partial, exact and oversized reads of every endpoint, and their halts."""

import struct

import pytest

from firmware_sim.usb_device import Speed
from firmware_sim.usb_pipe import Request

READ_64 = struct.pack("<4sHHHHQHH", b"U3VC", 0x4000, 0x0800, 12, 9, 0x004, 0, 64)
SET_HALT, CLEAR_HALT = "02 03 0000", "02 01 0000"


def set_up(camera, request, endpoint):
    camera.device.control(bytes.fromhex(f"{request} {endpoint:02x}00 0000"), b"")


@pytest.fixture
def busy(camera):
    """Something waits at every endpoint: 76 bytes, 32 bytes, and a block."""
    camera.write(0x0001_2000, b"\1\0\0\0")
    camera["EventSelector"].value = "FrameSent"
    camera["EventNotification"].value = "On"
    camera["TestPattern"].value = "GreyVerticalRamp"
    camera.start_stream()
    camera["AcquisitionStart"].execute()
    camera.device.command(READ_64)
    return camera


WAITING = {0x81: 76, 0x82: 32, 0x83: 52}


@pytest.mark.parametrize("endpoint", WAITING)
@pytest.mark.parametrize("more", [0, 1, 5000])
def test_exact_or_larger_read_ends_with_the_transfer(busy, endpoint, more):
    length = WAITING[endpoint]
    assert len(busy.take(endpoint, length + more)) == length


@pytest.mark.parametrize("endpoint", WAITING)
def test_read_that_ends_inside_a_packet_overflows(busy, endpoint):
    done = []
    busy.device.pipes[endpoint].request(
        Request(1, 10, lambda status, transfer: done.append((status, len(transfer))))
    )
    assert done == [(-75, 10)]


def test_payload_may_be_fetched_packet_by_packet(busy):
    busy.take(0x83)
    pieces = [busy.take(0x83, 1024) for _ in range(4)]
    assert [len(piece) for piece in pieces] == [1024, 1024, 1024, 128]
    assert busy.take(0x83)[:4] == b"U3VT"


def test_packets_are_smaller_at_high_speed(make_camera):
    camera = make_camera(Speed.HIGH)
    camera["TestPattern"].value = "White"
    camera.start_stream()
    camera["AcquisitionStart"].execute()
    camera.take(0x83)
    assert len(camera.take(0x83, 512)) == 512


@pytest.mark.parametrize("endpoint", WAITING)
def test_halted_endpoint_forgets_what_waited_and_works_after_clearing(busy, endpoint):
    set_up(busy, SET_HALT, endpoint)
    assert busy.device.pipes[endpoint].halted and busy.take(endpoint) == b""
    set_up(busy, CLEAR_HALT, endpoint)
    assert busy.take(endpoint) is None
    busy.take(0x81)
    assert busy.read(0, 4) == b"\3\0\1\0"


def test_halt_of_one_endpoint_leaves_the_others(busy):
    set_up(busy, SET_HALT, 0x82)
    assert busy.take(0x81)[:4] == b"U3VC" and busy.take(0x83)[:4] == b"U3VL"


def test_stream_cannot_be_enabled_while_halted(camera):
    set_up(camera, SET_HALT, 0x83)
    with pytest.raises(OSError, match="0xa002"):
        camera.start_stream()


def test_stream_enabled_anew_begins_with_a_whole_new_block(busy):
    busy.take(0x81)
    busy.take(0x83)
    busy.start_stream()
    assert busy.take(0x83) is None
    busy["AcquisitionStart"].execute()
    assert busy.take(0x83)[:16].hex(" ", 4) == "5533564c 00003400 00000000 00000000"

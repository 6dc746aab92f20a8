"""Frames are written by hand from the Spellman manuals 118165-001 and 118150-001."""

import select
import time
from contextlib import closing
from random import Random

import pytest
import serial

from firmware_sim.errors import StartRefused
from firmware_sim.serial_line import SerialLine
from firmware_sim.spellman_server import Span, SpellmanServer, frame, split

VECTORS = {
    "10,800,": "02 31 30 2c 38 30 30 2c 6f 03",
    "22,": "02 32 32 2c 70 03",
    "99,1,": "02 39 39 2c 31 2c 45 03",
    "50,100,4095,2048,1,": "02 35 30 2c 31 30 30 2c 34 30 39 35 2c 32 30 34 38 2c 31 2c 5d 03",
}


@pytest.mark.parametrize("text", VECTORS)
def test_frame_is_that_of_the_manual(text):
    assert frame(text) == bytes.fromhex(VECTORS[text])


@pytest.mark.parametrize("text", VECTORS)
def test_frame_of_the_manual_is_understood(text):
    assert split(bytes.fromhex(VECTORS[text])) == ([text], b"")


def test_frames_are_found_in_pieces_and_noise():
    good = bytes.fromhex(VECTORS["22,"])
    assert split(b"\xffnoise" + good + good[:3]) == (["22,"], good[:3])
    assert split(good[:3]) == ([], good[:3])
    assert split(b"\x0250,1" + good) == (["22,"], b"")


@pytest.mark.parametrize("position", range(1, 5))
def test_frame_with_a_wrong_byte_is_ignored(position):
    damaged = bytearray.fromhex(VECTORS["22,"])
    damaged[position] ^= 0x08
    assert split(bytes(damaged))[0] == []


def test_check_byte_may_leave_the_last_comma_out():
    slm = bytes.fromhex("02 32 32 2c 5c 03")
    assert frame("22,", Span.WITHOUT_LAST_COMMA) == slm
    assert split(slm, Span.WITHOUT_LAST_COMMA) == (["22,"], b"")
    assert split(slm) == ([], b"")


# On the line


def serve_on(unit, where):
    server = SerialLine(where, "--generator", Random(1))
    server.start(SpellmanServer(unit, server.send).take)
    return server


@pytest.fixture
def server(unit):
    with closing(serve_on(unit, "pty")) as server:
        yield server


@pytest.fixture
def line(server):
    with serial.Serial(server.where, 115200, timeout=5.0) as port:
        yield port


def test_generator_answers_on_its_pty(line):
    line.write(frame("55,0,"))
    assert line.read_until(b"\x03") == frame("55,$,")


def test_line_is_raw(line):
    line.write(b"\x03\x04\x11\x13\r\n" + frame("53,"))
    assert line.read_until(b"\x03") == frame("53,0,")


def test_wrong_checksum_is_met_with_silence(line):
    line.write(b"\x0222,\x71\x03" + frame("53,"))
    assert line.read_until(b"\x03") == frame("53,0,")


def test_host_may_come_back(server, line):
    line.close()
    with serial.Serial(server.where, 115200, timeout=5.0) as again:
        again.write(frame("14,"))
        assert again.read_until(b"\x03") == frame("14,0,")


def test_silent_generator_says_nothing(unit, line):
    unit.inject_fault("generator-silent")
    line.write(frame("22,"))
    line.timeout = 0.1
    assert line.read(1) == b""


def test_port_that_does_not_exist_is_one_clear_sentence(unit, tmp_path):
    with pytest.raises(StartRefused, match="cannot open"):
        serve_on(unit, str(tmp_path / "nothing"))


def test_closing_hangs_the_line_up(unit):
    server = serve_on(unit, "pty")
    with serial.Serial(server.where, 115200) as port:
        server.close()
        watch = select.poll()
        watch.register(port.fileno(), 0)
        assert watch.poll(5000)[0][1] & select.POLLHUP


def test_closing_is_quick_even_when_nobody_reads(unit):
    server = serve_on(unit, "pty")
    with serial.Serial(server.where, 115200) as port:
        port.write(frame("22,") * 500)
        began = time.monotonic()
        server.close()
    assert time.monotonic() - began < 2.0

"""Frames are written by hand from the Spellman manuals 118165-001 and 118150-001."""

import select
import time

import pytest
import serial

from firmware_sim.errors import StartRefused
from firmware_sim.lines import Lines, ModelClock
from firmware_sim.spellman_server import PmxInterface, SpellmanServer, frame, split
from firmware_sim.tube import Tube

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


@pytest.fixture
def pmx():
    return PmxInterface(Tube(Lines(), ModelClock()))


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("55,0,", "55,$,"),
        ("55,1,", "55,3,"),
        ("50,12,4095,512,0,", "50,$,"),
        ("50,12,4095,512,1,", "50,3,"),
        ("50,12,4096,512,0,", "50,3,"),
        ("50,4,4095,512,0,", "50,3,"),
        ("50,12,4095,2100,0,", "50,3,"),
        ("50,12,4095,512,", "50,1,"),
        ("50,12,4095,x,0,", "50,1,"),
        ("22,1,", "22,1,"),
        ("14,", "14,0,"),
        ("15,", "15,0,"),
        ("60,", "60,0,"),
        ("34,", "34,2000,"),
        ("78,", "78,4095,0,"),
        ("99,1,", "99,2,"),
        ("11,5,", "11,2,"),
    ],
)
def test_command_is_answered(pmx, text, answer):
    assert pmx.answer(text) == answer


def test_set_points_are_read_back(pmx):
    pmx.answer("50,12,4000,512,0,")
    assert pmx.answer("14,") == "14,4000," and pmx.answer("15,") == "15,512,"


def test_status_has_26_arguments_and_says_that_nothing_is_set_up(pmx):
    arguments = pmx.answer("22,").split(",")[1:-1]
    assert len(arguments) == 26
    assert (arguments[0], arguments[1], arguments[2], arguments[13]) == ("0", "1", "0", "1")


def test_analog_read_backs_show_the_beam_while_it_is_on(unit, hands):
    pmx = PmxInterface(unit.tube)
    pmx.answer("50,400,4095,512,0,")
    assert pmx.answer("19,").split(",")[10] == "0"
    hands.arm()
    unit.press_hand_switch(2)
    hands.until_x_rays()
    arguments = pmx.answer("19,").split(",")[1:-1]
    assert len(arguments) == 16
    assert int(arguments[9]) * 0.013059 == pytest.approx(50.0, abs=0.01)
    assert int(arguments[10]) * 0.0522 == pytest.approx(25.0, abs=0.05)
    assert pmx.answer("22,").split(",")[1] == "1"
    assert pmx.answer("50,12,4095,512,0,") == "50,9,"


def test_last_exposure_voltage_is_kept(unit, hands):
    pmx = PmxInterface(unit.tube)
    hands.program()
    hands.expose()
    assert int(pmx.answer("60,").split(",")[1]) * 0.01306 == pytest.approx(50.0, abs=0.01)


def test_status_shows_prep_ready_and_fault(unit, hands):
    pmx = PmxInterface(unit.tube)
    hands.program()
    unit.press_hand_switch(1)
    assert pmx.answer("22,").split(",")[4] == "1" and pmx.answer("34,") == "34,2000,"
    unit.step(2.0)
    assert pmx.answer("22,").split(",")[13] == "1" and pmx.answer("34,") == "34,0,"
    unit.inject_fault("generator-fault")
    assert pmx.answer("22,").split(",")[3] == "1"


# On the line


@pytest.fixture
def server(unit):
    server = SpellmanServer(unit, "pty")
    yield server
    server.close()


@pytest.fixture
def line(server):
    with serial.Serial(server.path, 115200, timeout=5.0) as port:
        yield port


def test_generator_answers_on_its_pty(line):
    line.write(frame("55,0,"))
    assert line.read_until(b"\x03") == frame("55,$,")


def test_line_is_raw(line):
    line.write(b"\x03\x04\x11\x13\r\n" + frame("34,"))
    assert line.read_until(b"\x03") == frame("34,2000,")


def test_wrong_checksum_is_met_with_silence(line):
    line.write(b"\x0222,\x71\x03" + frame("34,"))
    assert line.read_until(b"\x03") == frame("34,2000,")


def test_host_may_come_back(server, line):
    line.close()
    with serial.Serial(server.path, 115200, timeout=5.0) as again:
        again.write(frame("14,"))
        assert again.read_until(b"\x03") == frame("14,0,")


def test_silent_generator_says_nothing(unit, line):
    unit.inject_fault("generator-silent")
    line.write(frame("22,"))
    line.timeout = 0.1
    assert line.read(1) == b""


def test_port_that_does_not_exist_is_one_clear_sentence(unit, tmp_path):
    with pytest.raises(StartRefused, match="cannot open"):
        SpellmanServer(unit, str(tmp_path / "nothing"))


def test_closing_hangs_the_line_up(unit):
    server = SpellmanServer(unit, "pty")
    with serial.Serial(server.path, 115200) as port:
        server.close()
        watch = select.poll()
        watch.register(port.fileno(), 0)
        assert watch.poll(5000)[0][1] & select.POLLHUP


def test_closing_is_quick_even_when_nobody_reads(unit):
    server = SpellmanServer(unit, "pty")
    with serial.Serial(server.path, 115200) as port:
        port.write(frame("22,") * 500)
        began = time.monotonic()
        server.close()
    assert time.monotonic() - began < 2.0

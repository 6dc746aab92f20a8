"""The PMX driver against hand-written frames on a pseudo terminal."""

import os
import socket
import threading
import tty

import pytest

import device.spellman.pmx as pmx_module
from device.errors import (
    GeneratorLost,
    GeneratorNotFound,
    GeneratorNotUnderstood,
    GeneratorRefused,
    GeneratorSilent,
    SetPointMismatch,
    TechniqueNotExact,
)
from device.spellman.pmx import open_pmx
from device.technique import HAND_PRESET, Technique


def frame(text):
    span = text.encode()
    return b"\x02" + span + bytes([(-sum(span) & 0x7F) | 0x40]) + b"\x03"


IDLE = "22,0,1,0,0,0,0,0,1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,"
READY = "22,0,1,0,1,0,0,0,1,0,0,0,0,1,0,0,0,0,0,0,0,0,0,0,0,0,0,"
GOOD = {"55,0,": "55,$,", "50,12,4095,512,0,": "50,$,", "14,": "14,4095,", "15,": "15,512,"}


class Line:
    """The generator's end of a pseudo terminal; answers by table, later answers by list."""

    def __init__(self, answers):
        self.answers = {ask: list(a) if isinstance(a, list) else a for ask, a in answers.items()}
        self.heard = []
        self.master, slave = os.openpty()
        tty.setraw(slave)
        self.path = os.ttyname(slave)
        self._slave = slave
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self):
        try:
            while True:
                for text in os.read(self.master, 4096).split(b"\x03")[:-1]:
                    self._answer(text[1:-1].decode())
        except OSError:
            return

    def _answer(self, ask):
        self.heard.append(ask)
        answer = self.answers.get(ask)
        if isinstance(answer, list):
            answer = answer.pop(0) if answer else None
        if answer is not None:
            os.write(self.master, answer if isinstance(answer, bytes) else frame(answer))

    def unplug(self):
        os.close(self._slave)
        self._slave = -1
        os.write(self.master, b"\x03")  # the reader of the master looks up
        os.close(self.master)

    def close(self):
        if self._slave >= 0:
            os.close(self._slave)
            self._thread.join(5)
            os.close(self.master)


@pytest.fixture
def connect(monkeypatch):
    monkeypatch.setattr(pmx_module, "REPLY_TIMEOUT_S", 0.05)
    monkeypatch.setattr(pmx_module, "WATCH_TIMEOUT_S", 0.05)
    opened = []

    def open_it(answers):
        line = Line(answers)
        pmx = open_pmx(line.path)
        opened.append((pmx, line))
        return pmx, line

    yield open_it
    for pmx, line in opened:
        pmx.close()
        line.close()


def test_programming_sets_mode_and_technique_and_reads_both_set_points_back(connect):
    pmx, line = connect(GOOD)
    held = pmx.program(HAND_PRESET)
    assert line.heard == ["55,0,", "50,12,4095,512,0,", "14,", "15,"]
    assert (held.kv, held.ma, held.ms) == pytest.approx((49.99995, 25.006, 12.0), abs=0.001)


@pytest.mark.parametrize(("question", "answer"), [("14,", "14,4094,"), ("15,", "15,0,")])
def test_a_set_point_that_was_not_taken_over_is_noticed(connect, question, answer):
    pmx, _ = connect({**GOOD, question: answer})
    with pytest.raises(SetPointMismatch):
        pmx.program(HAND_PRESET)


def test_a_fraction_of_a_millisecond_is_refused_and_nothing_is_sent(connect):
    pmx, line = connect(GOOD)
    with pytest.raises(TechniqueNotExact):
        pmx.program(Technique(50, 25, 12.5))
    assert line.heard == []


@pytest.mark.parametrize(("code", "words"), [(3, "out of range"), (9, "X-rays are on"), (77, "77")])
def test_a_refusal_keeps_its_code(connect, code, words):
    pmx, _ = connect({**GOOD, "50,12,4095,512,0,": f"50,{code},"})
    with pytest.raises(GeneratorRefused, match=words) as caught:
        pmx.program(HAND_PRESET)
    assert caught.value.reason == code


def test_the_status_is_read_by_position(connect):
    pmx, _ = connect({"22,": [IDLE, READY]})
    idle, ready = pmx.status(), pmx.watch()
    assert idle.interlock_closed and not (idle.ready or idle.fault or idle.xray_on)
    assert idle.setup_valid
    assert ready.preparing and ready.ready


@pytest.mark.parametrize("position", range(1, 27))
def test_each_flag_of_the_status_has_its_place(connect, position):
    flags = ["0"] * 26
    flags[position - 1] = "1"
    pmx, _ = connect({"22,": "22," + ",".join(flags) + ","})
    status = pmx.status()
    shown = {
        1: status.xray_on,
        2: status.interlock_closed,
        3: status.fault,
        4: status.preparing,
        13: status.ready,
        14: not status.setup_valid,
    }
    assert [place for place, on in shown.items() if on] == ([position] if position in shown else [])


def test_the_last_voltage_has_a_scale_of_its_own(connect):
    pmx, _ = connect({"60,": "60,3828,"})
    assert pmx.last_exposure_kv() == pytest.approx(49.99, abs=0.01)


def test_a_damaged_answer_is_asked_for_again(connect):
    damaged = bytearray(frame(IDLE))
    damaged[4] ^= 1
    pmx, line = connect({"22,": [bytes(damaged), IDLE]})
    assert pmx.status().interlock_closed
    assert len(line.heard) == 2


def test_noise_around_an_answer_is_passed_over(connect):
    pmx, _ = connect({"60,": b"\x03\x99" + frame("60,100,") + b"zz"})
    assert pmx.last_exposure_kv() == pytest.approx(1.306)


def test_answers_to_another_command_are_passed_over(connect):
    pmx, _ = connect({"60,": frame("14,9,") + frame("60,100,")})
    assert pmx.last_exposure_kv() == pytest.approx(1.306)


def test_silence_is_told_after_three_questions(connect):
    pmx, line = connect({})
    with pytest.raises(GeneratorSilent):
        pmx.status()
    assert len(line.heard) == 3


def test_watching_asks_only_once(connect):
    pmx, line = connect({})
    with pytest.raises(GeneratorSilent):
        pmx.watch()
    assert len(line.heard) == 1


@pytest.mark.parametrize("answer", ["22,1,2,3,", "22,$,", "60,,"])
def test_an_answer_of_another_shape_is_not_understood(connect, answer):
    pmx, _ = connect({"22,": answer, "60,": answer})
    with pytest.raises(GeneratorNotUnderstood):
        pmx.status() if answer.startswith("22") else pmx.last_exposure_kv()


def test_a_command_is_not_accepted_by_something_else(connect):
    pmx, _ = connect({**GOOD, "55,0,": "55,!,3,"})
    with pytest.raises(GeneratorNotUnderstood):
        pmx.program(HAND_PRESET)


def test_an_unplugged_line_is_lost_and_stays_lost(connect):
    pmx, line = connect({"22,": IDLE})
    pmx.status()
    line.unplug()
    for _ in range(2):
        with pytest.raises(GeneratorLost):
            pmx.status()


def test_a_closed_generator_is_lost(connect):
    pmx, _ = connect({"22,": IDLE})
    pmx.close()
    pmx.close()
    with pytest.raises(GeneratorLost):
        pmx.status()


@pytest.mark.parametrize(
    "port", ["/dev/no-such-port", "socket://127.0.0.1:1", "socket://nonsense", "loop+x://"]
)
def test_a_port_that_is_not_there_is_not_found(port):
    with pytest.raises(GeneratorNotFound):
        open_pmx(port)


def test_a_port_is_used_by_one_program_only(connect):
    _, line = connect({})
    with pytest.raises(GeneratorNotFound):
        open_pmx(line.path)


def test_a_generator_behind_a_terminal_server_answers_and_can_be_lost():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        pmx = open_pmx(f"socket://127.0.0.1:{listener.getsockname()[1]}")
        peer, _ = listener.accept()

    def answer_once():
        peer.recv(100)
        peer.sendall(frame(READY))

    thread = threading.Thread(target=answer_once)
    thread.start()
    assert pmx.status().ready
    thread.join()
    peer.shutdown(socket.SHUT_WR)
    with pytest.raises(GeneratorLost):
        pmx.status()
    pmx.close()
    peer.close()

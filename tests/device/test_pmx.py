"""The PMX driver against hand-written frames on a pseudo terminal."""

import socket
import threading

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
from device.spellman.pmx_readings import Auxiliary, Filament
from device.technique import HAND_PRESET, Technique


def frame(text):
    span = text.encode()
    return b"\x02" + span + bytes([(-sum(span) & 0x7F) | 0x40]) + b"\x03"


IDLE = "22,0,1,0,0,0,0,0,1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,"
READY = "22,0,1,0,1,0,0,0,1,0,0,0,0,1,0,0,0,0,0,0,0,0,0,0,0,0,0,"
DRIVER, OPEN = pmx_module, open_pmx
GOOD = {"55,0,": "55,$,", "50,12,4095,512,0,": "50,$,", "51,": "51,12,4095,512,0,"}


def test_programming_sets_mode_and_technique_and_reads_all_of_it_back(connect):
    pmx, line = connect(GOOD)
    held = pmx.program(HAND_PRESET)
    assert line.heard == ["55,0,", "50,12,4095,512,0,", "51,"]
    assert (held.kv, held.ma, held.ms) == pytest.approx((49.99995, 25.006, 12.0), abs=0.001)


@pytest.mark.parametrize(
    "held",
    ["51,13,4095,512,0,", "51,12,4094,512,0,", "51,12,4095,0,0,", "51,12,4095,512,1,"],
)
def test_a_set_point_that_was_not_taken_over_is_noticed(connect, held):
    pmx, _ = connect({**GOOD, "51,": held})
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
def test_each_flag_of_the_status_has_its_place(impatient, connect, position):
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


def test_a_damaged_answer_is_asked_for_again(impatient, connect):
    damaged = bytearray(frame(IDLE))
    damaged[4] ^= 1
    pmx, line = connect({"22,": [bytes(damaged), IDLE]})
    assert pmx.status().interlock_closed
    assert len(line.heard) == 2


def test_a_command_that_arrived_damaged_is_sent_again(connect):
    pmx, line = connect({**GOOD, "55,0,": ["55,1,", "55,$,"], "22,": ["22,1,", IDLE]})
    pmx.program(HAND_PRESET)
    assert line.heard[:2] == ["55,0,", "55,0,"]
    assert pmx.status().interlock_closed and line.heard[-2:] == ["22,", "22,"]


def test_a_command_that_always_arrives_damaged_is_refused(connect):
    pmx, line = connect({**GOOD, "55,0,": "55,1,"})
    with pytest.raises(GeneratorRefused, match="malformed"):
        pmx.program(HAND_PRESET)
    assert line.heard == ["55,0,"] * 3


ONE_NUMBER = {"60,": "last_exposure_kv", "62,": "filament_a", "14,": "kv_and_ma_counts"}


@pytest.mark.parametrize("code", [1, 2, 3, 9, 10, 11])
@pytest.mark.parametrize("question", ONE_NUMBER)
def test_a_code_of_refusal_is_never_a_reading(connect, question, code):
    pmx, line = connect({question: f"{question}{code},"})
    with pytest.raises(GeneratorRefused) as caught:
        getattr(pmx, ONE_NUMBER[question])()
    assert caught.value.reason == code and line.heard == [question] * 3


def test_a_question_that_arrived_damaged_is_asked_again_for_its_reading(connect):
    pmx, line = connect({"60,": ["60,1,", "60,3828,"]})
    assert pmx.last_exposure_kv() == pytest.approx(49.99, abs=0.01)
    assert line.heard == ["60,", "60,"]


@pytest.mark.parametrize("counts", [0, 4, 8, 12])
def test_a_small_number_that_is_no_code_is_a_reading(connect, counts):
    pmx, _ = connect({"60,": f"60,{counts},"})
    assert pmx.last_exposure_kv() == pytest.approx(counts * 0.01306)


def test_noise_around_an_answer_is_passed_over(connect):
    pmx, _ = connect({"60,": b"\x03\x99" + frame("60,100,") + b"zz"})
    assert pmx.last_exposure_kv() == pytest.approx(1.306)


def test_answers_to_another_command_are_passed_over(connect):
    pmx, _ = connect({"60,": frame("14,9,") + frame("60,100,")})
    assert pmx.last_exposure_kv() == pytest.approx(1.306)


def test_silence_is_told_after_three_questions(impatient, connect):
    pmx, line = connect({})
    with pytest.raises(GeneratorSilent):
        pmx.status()
    assert len(line.heard) == 3


def test_watching_asks_only_once(impatient, connect):
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


# --- for the service engineer


def test_what_it_measures_is_read_by_position_and_scale(connect):
    counts = "2409,336,2291,1062,2755,0,0,0,1391,3829,479,3842,4,2617,0,0"
    pmx, _ = connect({"19,": f"19,{counts},"})
    seen = pmx.read_backs()
    assert (seen.plus_15_v, seen.minus_15_v, seen.plus_24_v) == pytest.approx(
        (15.0, -15.0, 24.0), abs=0.01
    )
    assert (seen.first_3_v3, seen.second_3_v3) == pytest.approx((3.3, 3.3), abs=0.01)
    assert (seen.tube_kv, seen.tube_ma) == pytest.approx((50.0, 25.0), abs=0.02)
    assert (seen.filament_v, seen.filament_a) == pytest.approx((4.0, 4.1), abs=0.01)
    assert (seen.mains_dc_v, seen.filament_leak_ma) == pytest.approx((325.0, 0.104), abs=0.1)


def test_filament_current_and_choice_are_read(connect):
    pmx, _ = connect({"62,": "62,1122,", "53,": ["53,0,", "53,1,", "53,7,"]})
    assert pmx.filament_a() == pytest.approx(1.758, abs=0.001)
    assert (pmx.filament(), pmx.filament()) == (Filament.SMALL, Filament.LARGE)
    with pytest.raises(GeneratorNotUnderstood):
        pmx.filament()


def test_battery_and_anode_are_flags(connect):
    pmx, _ = connect({"78,": ["78,1,1,", "78,0,1,", "78,1,0,"]})
    assert pmx.auxiliary() == Auxiliary(clock_battery_good=True, anode_cool=True)
    assert pmx.auxiliary() == Auxiliary(clock_battery_good=False, anode_cool=True)
    assert pmx.auxiliary() == Auxiliary(clock_battery_good=True, anode_cool=False)


@pytest.mark.parametrize(
    ("position", "value", "words"),
    [
        (1, 1, "bus under voltage"),
        (8, 1, "no load"),
        (9, 1, "not up to speed in 2 s"),
        (10, 1, "more than two starts in 60 s"),
        (11, 3, "miswired: run and common wires exchanged"),
        (11, 7, "miswired: 7"),
        (13, 1, "the starter does not answer the generator"),
    ],
)
def test_each_fault_of_the_starter_has_its_name(connect, position, value, words):
    flags = [0] * 13
    flags[position - 1] = value
    pmx, _ = connect({"84,": f"84,{','.join(map(str, flags))},"})
    assert pmx.starter_faults() == (words,)


FAULT = "22,0,1,1,0,0,0,0,1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,"
NO_STARTER_FAULT = "84,0,0,0,0,0,0,0,0,0,0,0,0,0,"


@pytest.mark.parametrize(
    ("starter", "auxiliary", "words"),
    [
        ("84,0,0,0,0,0,0,0,1,0,0,0,0,0,", "78,1,1,", "high-speed starter: no load"),
        (NO_STARTER_FAULT, "78,1,0,", "the anode is at 90 % of its heat or more"),
        (NO_STARTER_FAULT, "78,1,1,", "see its display"),
        (None, None, "see its display"),
    ],
)
def test_a_fault_is_named_as_far_as_it_is_told(impatient, connect, starter, auxiliary, words):
    pmx, _ = connect({"22,": FAULT, "84,": starter, "78,": auxiliary})
    assert words in "; ".join(pmx.faults())


def test_without_a_fault_nothing_is_named_and_nothing_more_is_asked(connect):
    pmx, line = connect({"22,": IDLE})
    assert pmx.faults() == () and line.heard == ["22,"]


def test_watching_never_asks_for_names(connect):
    pmx, line = connect({"22,": FAULT})
    assert pmx.watch().fault and line.heard == ["22,"]


def test_pre_heat_and_ready_time_are_set(connect):
    pmx, line = connect({"33,2048,": "33,$,", "34,2500,": "34,$,"})
    pmx.set_pre_heat_a(3.0)
    pmx.set_ready_time_ms(2500)
    assert line.heard == ["33,2048,", "34,2500,"]


@pytest.mark.parametrize("time_ms", [1999, 5001])
def test_a_ready_time_outside_the_manuals_is_not_sent(connect, time_ms):
    pmx, line = connect({})
    with pytest.raises(GeneratorRefused):
        pmx.set_ready_time_ms(time_ms)
    assert line.heard == []


@pytest.mark.parametrize("current_a", [-0.1, 6.1])
def test_a_pre_heat_outside_the_scale_is_not_sent(connect, current_a):
    pmx, line = connect({})
    with pytest.raises(GeneratorRefused):
        pmx.set_pre_heat_a(current_a)
    assert line.heard == []


def test_the_commands_are_the_bytes_of_the_manual(connect, vectors):
    golden = vectors("pmx.txt")
    pmx, line = connect(
        {**GOOD, "33,1200,": "33,$,", "34,2000,": "34,$,", "14,": "14,4095,", "15,": "15,512,"}
        | {"19,": max((title for title in golden if title.startswith("19,")), key=len)}
        | {"53,": "53,0,", "60,": "60,3828,", "62,": "62,1122,", "78,": "78,1,1,"}
        | {"84,": NO_STARTER_FAULT, "22,": IDLE}
    )
    pmx.program(HAND_PRESET)
    pmx.set_pre_heat_a(1200 * 6.0 / 4095)
    pmx.set_ready_time_ms(2000)
    for question in (
        *(pmx.kv_and_ma_counts, pmx.read_backs, pmx.status, pmx.filament, pmx.last_exposure_kv),
        *(pmx.filament_a, pmx.auxiliary, pmx.starter_faults),
    ):
        question()
    assert len(line.bytes_heard) == 14
    assert set(line.bytes_heard) <= set(golden.values())

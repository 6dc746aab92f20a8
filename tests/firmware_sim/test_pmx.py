"""The PMX's commands as texts; the manual is Spellman 118165-001."""

import pytest

from firmware_sim.lines import Lines, ModelClock
from firmware_sim.pmx import PmxInterface, fault_list, highest_ma
from firmware_sim.spellman_server import frame, split
from firmware_sim.technique import Settings, check_settings
from firmware_sim.tube import ARC, OVER_DUTY, Tube


@pytest.fixture
def tube():
    return Tube(Lines(), ModelClock())


@pytest.fixture
def pmx(tube):
    return PmxInterface(tube)


def arguments(answer):
    return answer.split(",")[1:-1]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("55,0,", "55,$,"),
        ("55,1,", "55,$,"),
        ("55,2,", "55,$,"),
        ("55,3,", "55,3,"),
        ("50,12,4095,512,0,", "50,$,"),
        ("50,12,4095,512,1,", "50,3,"),
        ("50,12,4096,512,0,", "50,3,"),
        ("50,4,4095,512,0,", "50,3,"),
        ("50,401,4095,512,0,", "50,3,"),
        ("50,12,4095,2100,0,", "50,3,"),
        ("50,12,4095,512,", "50,1,"),
        ("50,12,4095,x,0,", "50,1,"),
        ("50,12,4095,-5,0,", "50,1,"),
        ("50,12,4095,00000000512,0,", "50,1,"),
        ("50,012,4095,0512,0,", "50,$,"),
        ("10,3275,", "10,3,"),
        ("10,4096,", "10,3,"),
        ("10,4095,", "10,10,"),
        ("11,19,", "11,3,"),
        ("11,512,", "11,10,"),
        ("33,1200,", "33,$,"),
        ("33,4096,", "33,3,"),
        ("34,2000,", "34,$,"),
        ("34,5000,", "34,$,"),
        ("34,1999,", "34,3,"),
        ("34,5001,", "34,3,"),
        ("34,", "34,1,"),
        ("71,4095,5,2048,0,", "71,11,"),
        ("74,5,", "74,11,"),
        ("74,6001,", "74,3,"),
        ("22,1,", "22,1,"),
        ("14,", "14,0,"),
        ("15,", "15,0,"),
        ("51,", "51,0,0,0,0,"),
        ("53,", "53,0,"),
        ("60,", "60,0,"),
        ("62,", "62,1122,"),
        ("78,", "78,1,1,"),
        ("84,", "84,0,0,0,0,0,0,0,0,0,0,0,0,0,"),
        ("99,1,", "99,2,"),
        ("", ",2,"),
    ],
)
def test_command_is_answered(pmx, text, answer):
    assert pmx.answer(text) == answer


def test_set_points_are_read_back(pmx):
    pmx.answer("50,12,4000,512,0,")
    assert pmx.answer("14,") == "14,4000," and pmx.answer("15,") == "15,512,"
    assert pmx.answer("51,") == "51,12,4000,512,0,"


def test_one_set_point_changes_without_the_others(pmx, tube):
    pmx.answer("50,12,4000,512,0,")
    assert (pmx.answer("10,4095,"), pmx.answer("11,600,")) == ("10,$,", "11,$,")
    assert tube.settings == Settings(12, 4095, 600)


def test_set_points_that_do_not_go_together_are_a_warning_and_an_invalid_set_up(pmx, tube):
    pmx.answer("50,12,4095,512,0,")
    assert pmx.answer("11,4095,") == "11,10,"
    assert tube.settings is None and arguments(pmx.answer("22,"))[13] == "1"
    assert pmx.answer("11,512,") == "11,$,"
    assert arguments(pmx.answer("22,"))[13] == "0"


def test_a_set_point_out_of_range_leaves_the_earlier_one(pmx, tube):
    pmx.answer("50,12,4095,512,0,")
    assert pmx.answer("11,5000,") == "11,3,"
    assert tube.settings == Settings(12, 4095, 512)


def test_two_point_mode_takes_the_highest_current_and_finds_the_time(pmx, tube):
    pmx.answer("55,1,")
    assert pmx.answer("10,4095,") == "10,10,"
    assert pmx.answer("74,5,") == "74,$,"
    assert tube.settings == Settings(5, 4095, 2048)
    assert pmx.answer("51,") == "51,5,4095,2048,0,"
    assert pmx.answer("50,12,4095,512,0,") == "50,11,"


def test_two_point_mode_ignores_the_current_that_was_set(pmx):
    pmx.answer("55,1,")
    pmx.answer("10,4095,")
    pmx.answer("74,50,")
    assert pmx.answer("11,512,") == "11,$," and pmx.answer("15,") == "15,2048,"


def test_mas_and_ma_mode_finds_the_time(pmx, tube):
    pmx.answer("55,2,")
    assert pmx.answer("71,4095,3,512,0,") == "71,$,"
    assert tube.settings == Settings(12, 4095, 512)
    assert pmx.answer("74,100,") == "74,$," and tube.settings == Settings(400, 4095, 512)
    assert pmx.answer("74,101,") == "74,10," and tube.settings is None


@pytest.mark.parametrize("text", ["71,4095,3,512,1,", "71,4095,101,512,0,", "71,4096,3,512,0,"])
def test_mas_and_ma_outside_the_limits_are_refused_whole(pmx, tube, text):
    pmx.answer("55,2,")
    assert pmx.answer(text) == "71,3," and tube.settings is None


def test_changing_the_mode_changes_no_set_point(pmx, tube):
    pmx.answer("50,12,4095,512,0,")
    assert pmx.answer("55,2,") == "55,$," and tube.settings is None
    pmx.answer("55,0,")
    assert tube.settings == Settings(12, 4095, 512)


def test_the_highest_current_is_always_within_the_limits():
    for kv_counts in range(3276, 4096):
        highest = highest_ma(kv_counts)
        check_settings(Settings(5, kv_counts, highest))
        assert highest >= 2048


def test_pre_heat_shows_in_the_filament(pmx):
    pmx.answer("33,2048,")
    assert int(arguments(pmx.answer("62,"))[0]) * 0.0015665 == pytest.approx(3.0, abs=0.002)
    assert arguments(pmx.answer("19,"))[13] == arguments(pmx.answer("62,"))[0]


def test_supplies_read_as_their_scales_say(pmx):
    values = [int(value) for value in arguments(pmx.answer("19,"))]
    assert len(values) == 16
    assert values[0] * 0.0062256 == pytest.approx(15.0, abs=0.01)
    assert values[1] * 0.0043663 - 16.4665 == pytest.approx(-15.0, abs=0.01)
    assert values[2] * 0.0104762 == pytest.approx(24.0, abs=0.01)
    assert values[3] * 0.00310847 == pytest.approx(3.3, abs=0.01)
    assert values[4] * 0.0011978 == pytest.approx(3.3, abs=0.01)


def test_status_has_26_arguments_and_says_that_nothing_is_set_up(pmx):
    values = arguments(pmx.answer("22,"))
    assert len(values) == 26
    assert (values[0], values[1], values[2], values[13]) == ("0", "1", "0", "1")


def test_a_nearly_full_anode_shows(pmx, tube):
    tube.duty.add(400.0, 28_000.0)
    assert pmx.answer("78,") == "78,1,0,"


def test_the_list_of_faults_is_in_the_manuals_order(tube):
    tube.latch(ARC)
    tube.latch(OVER_DUTY)
    assert fault_list(tube) == (0, 0, 0, 1, 0, 0, 0, 1)


def test_switching_off_forgets_what_was_set(pmx):
    pmx.answer("50,12,4095,512,0,")
    pmx.answer("34,5000,")
    pmx.power_cycle()
    assert pmx.answer("51,") == "51,0,0,0,0," and arguments(pmx.answer("22,"))[13] == "1"


# In the unit


def test_nothing_is_set_while_x_rays_are_on(unit, hands):
    pmx = unit.generator
    pmx.answer("50,400,4095,512,0,")
    hands.arm()
    unit.press_hand_switch(2)
    hands.until_x_rays()
    for text in ("10,4095,", "11,512,", "33,9,", "34,2000,", "50,12,4095,512,0,", "55,1,", "74,1,"):
        assert pmx.answer(text) == f"{text[:2]},9,"
    assert pmx.answer("71,4095,3,512,0,") == "71,9,"


def test_analog_read_backs_show_the_beam_while_it_is_on(unit, hands):
    pmx = unit.generator
    pmx.answer("50,400,4095,512,0,")
    assert arguments(pmx.answer("19,"))[9] == "0"
    hands.arm()
    unit.press_hand_switch(2)
    hands.until_x_rays()
    values = arguments(pmx.answer("19,"))
    assert int(values[9]) * 0.013059 == pytest.approx(50.0, abs=0.01)
    assert int(values[10]) * 0.052217 == pytest.approx(25.0, abs=0.05)
    assert int(values[13]) * 0.0015665 == pytest.approx(4.1, abs=0.01)
    assert arguments(pmx.answer("22,"))[0] == "1" and pmx.answer("60,") == "60,3828,"


def test_last_exposure_voltage_is_kept_until_the_next_prep(unit, hands):
    pmx = unit.generator
    hands.program()
    hands.expose()
    assert int(arguments(pmx.answer("60,"))[0]) * 0.01306 == pytest.approx(50.0, abs=0.01)
    unit.press_hand_switch(1)
    assert pmx.answer("60,") == "60,0,"


def test_status_shows_prep_ready_and_fault(unit, hands):
    pmx = unit.generator
    hands.program()
    unit.press_hand_switch(1)
    assert arguments(pmx.answer("22,"))[3] == "1"
    unit.step(2.0)
    assert arguments(pmx.answer("22,"))[12] == "1"
    unit.inject_fault("generator-fault")
    assert arguments(pmx.answer("22,"))[2] == "1"


@pytest.mark.parametrize(
    ("name", "values", "fault"),
    [
        ("arc", {"ms": 5}, "arc"),
        ("over-duty", {}, "over-duty"),
        ("hot-generator", {}, "over-duty"),
        ("rotor", {"kind": "no-load"}, "high-speed starter"),
        ("timer-stuck", {}, "backup timer ended the exposure"),
    ],
)
def test_a_rehearsed_fault_latches_shows_and_is_cleared(unit, hands, name, values, fault):
    unit.inject_fault(name, values)
    hands.program()
    hands.expose()
    assert unit.describe()["generator"]["fault"] == fault
    assert arguments(unit.generator.answer("22,"))[2] == "1"
    assert all(exposure.actual_ms <= 19.4 for exposure in unit.exposures)
    unit.clear_faults()
    assert arguments(unit.generator.answer("22,"))[2] == "0" and unit.panel.open_interlocks == 0


def test_the_starter_says_what_is_wrong_with_it(unit, hands):
    unit.inject_fault("rotor", {"kind": "no-load"})
    hands.program()
    hands.expose()
    assert unit.generator.answer("84,") == "84,0,0,0,0,0,0,0,1,0,0,0,0,0,"


def test_the_generators_own_contact_opens_its_interlock(unit, hands):
    unit.inject_fault("generator-interlock")
    hands.program()
    hands.expose()
    assert arguments(unit.generator.answer("22,"))[1] == "0" and unit.exposures == []
    assert fault_list(unit.tube)[1] == 1


# Frames of the manual, both ways


def test_every_question_and_answer_of_the_vectors_is_framed_as_there(vectors):
    for text, golden in vectors("pmx.txt").items():
        assert frame(text) == golden and split(golden) == ([text], b"")


@pytest.mark.parametrize(
    ("commands", "question"),
    [
        ((), "19,"),
        ((), "22,"),
        (("55,0,", "50,12,4095,512,0,"), "51,"),
        ((), "53,"),
        ((), "62,"),
        ((), "78,"),
    ],
)
def test_the_answer_is_one_of_the_vectors(pmx, vectors, commands, question):
    for command in commands:
        assert frame(pmx.answer(command)) in vectors("pmx.txt").values()
    assert frame(pmx.answer(question)) in vectors("pmx.txt").values()

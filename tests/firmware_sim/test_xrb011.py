"""The XRB011 monoblock: commands as texts (manual 118150-001), and what closes its loop."""

import pytest

from firmware_sim.errors import UnknownValue
from firmware_sim.faults import FaultPoints
from firmware_sim.lines import Lines, ModelClock
from firmware_sim.spellman_server import frame, split
from firmware_sim.tube import ARC, MAIN_TIMER_FAILED
from firmware_sim.unit import SimulatedUnit
from firmware_sim.xrb011 import WATCHDOG, Monoblock, Xrb011Interface


@pytest.fixture
def lines():
    return Lines(hand_switch_stage=2, beam_enable=True)


@pytest.fixture
def clock():
    return ModelClock()


@pytest.fixture
def tank(lines, clock):
    return Monoblock(lines, clock)


@pytest.fixture
def pulses(tank):
    pulses = []
    tank.on_pulse = pulses.append
    return pulses


@pytest.fixture
def xrb011(tank):
    return Xrb011Interface(tank)


@pytest.fixture
def programmed(xrb011):
    assert [xrb011.answer("10,500,"), xrb011.answer("11,100,")] == ["10,$,", "11,$,"]
    return xrb011


def pass_time(tank, clock, ms):
    for _ in range(ms):
        clock.now_us += 1000
        while tank.advance():
            pass


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("10,800,", "10,$,"),
        ("10,801,", "10,1,"),
        ("10,349,", "10,1,"),
        ("10,", "10,1,"),
        ("10,x,", "10,1,"),
        ("11,700,", "11,$,"),
        ("11,701,", "11,1,"),
        ("27,", "27,$,"),
        ("28,0,", "28,$,"),
        ("28,10,", "28,$,"),
        ("28,11,", "28,1,"),
        ("98,", "98,0,"),
        ("99,0,", "99,$,"),
        ("99,2,", "99,1,"),
        ("22,", "22,2,"),
    ],
)
def test_command_is_answered(xrb011, text, answer):
    assert xrb011.answer(text) == answer


def test_more_than_50_w_is_not_taken(xrb011):
    xrb011.answer("10,800,")
    assert xrb011.answer("11,700,") == "11,1,"


def test_a_locked_tank_refuses_another_watchdog_time(xrb011):
    xrb011.unlocked = False
    assert xrb011.answer("28,1,") == "28,1,"


def test_x_rays_come_with_99_1_and_go_with_99_0(programmed, tank, clock, pulses):
    programmed.answer("99,1,")
    assert programmed.answer("98,") == "98,1,"
    pass_time(tank, clock, 50)
    programmed.answer("99,0,")
    assert programmed.answer("98,") == "98,0,"
    assert [(pulse.actual_ms, pulse.settings.kv) for pulse in pulses] == [(50.0, 50.0)]
    assert pulses[0].mas == pytest.approx(0.005)


@pytest.mark.parametrize(
    "opened",
    [
        {"hand_switch_stage": 1},
        {"hand_switch_stage": 0},
        {"beam_enable": False},
        {"door_open": True},
    ],
)
def test_an_open_loop_gives_no_x_rays_and_nothing_is_remembered(
    programmed, tank, lines, clock, pulses, opened
):
    for name, value in opened.items():
        setattr(lines, name, value)
    assert programmed.answer("99,1,") == "99,$," and programmed.answer("98,") == "98,0,"
    lines.hand_switch_stage, lines.beam_enable, lines.door_open = 2, True, False
    pass_time(tank, clock, 1000)
    assert not lines.x_rays and pulses == []


@pytest.mark.parametrize(
    "opened", [{"hand_switch_stage": 1}, {"beam_enable": False}, {"door_open": True}]
)
def test_opening_the_loop_ends_x_rays_at_once_and_for_good(
    programmed, tank, lines, clock, pulses, opened
):
    programmed.answer("99,1,")
    pass_time(tank, clock, 20)
    for name, value in opened.items():
        setattr(lines, name, value)
    pass_time(tank, clock, 1)
    assert not lines.x_rays and pulses[0].actual_ms == 21.0
    lines.hand_switch_stage, lines.beam_enable, lines.door_open = 2, True, False
    pass_time(tank, clock, 100)
    assert len(pulses) == 1


def test_without_set_points_there_are_no_x_rays(xrb011):
    xrb011.answer("99,1,")
    assert xrb011.answer("98,") == "98,0,"


def test_a_silent_host_ends_x_rays_by_the_watchdog_and_latches(
    programmed, tank, clock, pulses, monkeypatch
):
    monkeypatch.setattr("firmware_sim.xrb011.BACKUP_LIMIT_MS", 9_000.0)
    programmed.answer("28,1,")
    programmed.answer("99,1,")
    pass_time(tank, clock, 900)
    programmed.answer("27,")
    pass_time(tank, clock, 1100)
    assert pulses[0].actual_ms == 1900.0 and tank.faults == [WATCHDOG]
    programmed.answer("99,1,")
    assert programmed.answer("98,") == "98,0,"


def test_the_loops_own_timer_ends_x_rays_after_500_ms(programmed, tank, clock, pulses):
    programmed.answer("99,1,")
    pass_time(tank, clock, 1000)
    assert pulses[0].actual_ms == 500.0 and tank.faults == [MAIN_TIMER_FAILED]


def test_an_arc_ends_x_rays_and_latches(programmed, tank, clock, pulses):
    tank.obey(FaultPoints(arcs_after_ms=4))
    programmed.answer("99,1,")
    pass_time(tank, clock, 10)
    assert pulses[0].actual_ms == 4.0 and tank.faults == [ARC]


def test_set_points_do_not_change_while_x_rays_are_on(programmed):
    programmed.answer("99,1,")
    assert programmed.answer("10,400,") == "10,1,"


def test_switching_off_ends_x_rays_and_forgets_set_points(programmed, tank, pulses):
    programmed.answer("99,1,")
    programmed.power_cycle()
    assert len(pulses) == 1 and tank.settings is None
    programmed.answer("99,1,")
    assert programmed.answer("98,") == "98,0,"


def test_frames_are_those_of_the_vectors(vectors):
    for text, golden in vectors("xrb011.txt").items():
        if not text.startswith("slm"):
            assert frame(text) == golden and split(golden) == ([text], b"")


# In the unit


@pytest.fixture
def bench(unit):
    bench = SimulatedUnit(
        unit.panel.geometry, 7, imager=unit.panel._imager, boot_id=5, generator_model="xrb011"
    )
    yield bench
    bench.close()


def test_its_x_rays_are_exposures_of_the_unit(bench):
    bench.generator.answer("10,500,")
    bench.generator.answer("11,100,")
    bench.press_hand_switch(2)
    bench.lines.beam_enable = True
    bench.generator.answer("99,1,")
    bench.step(0.1)
    bench.generator.answer("99,0,")
    (made,) = bench.exposures
    assert (made.kv, made.ma, made.actual_ms) == (50.0, 0.1, 100.0)
    assert made.mas == pytest.approx(0.01) and bench.lines.beam.mas == pytest.approx(0.01)


def test_its_hand_switch_asks_the_panel_for_the_beam(bench):
    bench.press_hand_switch(2)
    assert bench.lines.exposure_request
    bench.press_hand_switch(0)
    assert not bench.lines.exposure_request


def test_it_shows_on_the_back_door(bench):
    bench.inject_fault("generator-fault")
    shown = bench.describe()["generator"]
    assert shown["state"] == "standby" and shown["faults"] == ["generator fault"]


def test_a_generator_that_is_not_known_is_refused(unit):
    with pytest.raises(UnknownValue, match="pmx, xrb011"):
        SimulatedUnit(unit.panel.geometry, imager=unit.panel._imager, generator_model="ge")

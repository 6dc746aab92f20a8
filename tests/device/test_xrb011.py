"""The XRB011 driver: on hand-written frames, and on the simulated bench tank."""

import pytest

import device.spellman.xrb011 as xrb011_module
from device.errors import (
    BenchGenerator,
    GeneratorLost,
    GeneratorNotUnderstood,
    GeneratorRefused,
    GeneratorSilent,
)
from device.exposure import ExposureRequest, ExposureSequence
from device.generator import open_generator
from device.spellman.xrb011 import open_xrb011
from device.technique import HAND_PRESET
from firmware_sim.server import serve
from firmware_sim.unit import SimulatedUnit

DRIVER, OPEN = xrb011_module, open_xrb011
GOOD = {"98,": "98,0,", "99,0,": "99,$,", "28,1,": "28,$,", "27,": "27,$,"}
GOOD |= {"10,400,": "10,$,", "11,100,": "11,$,", "11,1,": "11,$,"}


def held():
    return True


class NoTime:
    """A clock on which a whole beam passes between two looks."""

    def __init__(self):
        self.seconds = 0.0

    def now(self):
        return self.seconds

    def sleep(self, seconds):
        self.seconds += seconds


def test_the_commands_are_the_bytes_of_the_manual(connect, vectors):
    tank, line = connect({**GOOD, "10,800,": "10,$,", "28,5,": "28,$,"})
    tank.set_points(80.0, 100)
    tank.set_watchdog_s(5)
    tank.tickle_watchdog()
    tank.status()
    tank.switch_off()
    golden = vectors("xrb011.txt")
    titles = ["11,1,", "10,800,", "11,100,", "28,5,", "27,", "98,", "99,0,"]
    assert line.bytes_heard == [golden[title] for title in titles]


def test_only_x_rays_are_told_contacts_are_unknown_and_all_else_counts_against_it(connect):
    tank, _ = connect({"98,": ["98,0,", "98,1,"]})
    off, on = tank.status(), tank.watch()
    assert (off.xray_on, on.xray_on) == (False, True)
    assert off.interlock_closed is None
    assert not (off.ready or off.setup_valid)
    assert tank.faults() == ()


@pytest.mark.parametrize("answer", ["98,7,", "98,$,", "98,0,0,"])
def test_an_x_ray_status_of_another_kind_is_not_understood(connect, answer):
    tank, _ = connect({"98,": answer})
    with pytest.raises(GeneratorNotUnderstood):
        tank.status()


def test_a_refused_question_is_no_x_ray_status(connect):
    tank, line = connect({"98,": "98,2,"})
    with pytest.raises(GeneratorRefused):
        tank.status()
    assert line.heard == ["98,"] * 3


@pytest.mark.parametrize(("kv", "ua"), [(34.9, 100), (80.1, 100), (50.0, 0), (80.0, 700)])
def test_set_points_outside_its_range_are_not_sent(connect, kv, ua):
    tank, line = connect({})
    with pytest.raises(GeneratorRefused):
        tank.set_points(kv, ua)
    assert line.heard == []


@pytest.mark.parametrize("seconds", [0, 11])
def test_the_watchdog_is_never_switched_off(connect, seconds):
    tank, line = connect({})
    with pytest.raises(GeneratorRefused):
        tank.set_watchdog_s(seconds)
    assert line.heard == []


def test_it_is_never_programmed_for_an_exposure(connect):
    tank, line = connect({})
    with pytest.raises(BenchGenerator):
        tank.program(HAND_PRESET)
    with pytest.raises(BenchGenerator):
        tank.last_exposure_kv()
    assert tank.bench_only and line.heard == []


def test_the_self_test_never_switches_x_rays_on(connect):
    tank, line = connect(GOOD)
    steps = list(tank.self_test())
    assert [step.name for step in steps] == ["link", "X-rays off", "watchdog", "set points"]
    assert all(step.passed for step in steps) and "99,1," not in line.heard


def test_the_bench_beam_is_switched_on_once_watched_and_switched_off(connect):
    x_rays = ["98,0,", "98,0,", "98,1,", "98,1,", "98,0,"]
    tank, line = connect({**GOOD, "99,1,": "99,$,", "98,": x_rays})
    steps = list(tank.bench_beam(held, NoTime(), beam_ms=40))
    assert [step.passed for step in steps] == [True] * 7, steps
    assert line.heard.count("99,1,") == 1 and line.heard[-2:] == ["99,0,", "98,"]


def test_a_watchdog_that_cannot_be_set_means_no_x_rays(connect):
    tank, line = connect({**GOOD, "28,1,": "28,1,"})
    *_, last, _ = tank.bench_beam(held, NoTime())
    assert (last.name, last.passed) == ("watchdog", False) and "E-GEN-4" in last.detail
    assert "99,1," not in line.heard


def test_without_a_hand_on_the_switch_nothing_is_switched_on(connect):
    tank, line = connect({**GOOD, "99,1,": "99,$,"})
    *_, last, _ = tank.bench_beam(lambda: False, NoTime())
    assert (last.name, last.passed) == ("hand switch", False) and "99,1," not in line.heard


def test_a_hand_that_lets_go_ends_the_beam(connect):
    tank, line = connect({**GOOD, "99,1,": "99,$,", "98,": ["98,0,"] * 2 + ["98,1,"] * 10})
    answers = iter([True, True, True, True, False])
    *_, last, _ = tank.bench_beam(lambda: next(answers), NoTime())
    assert (last.name, last.passed) == ("X-rays", False)
    assert "99,0," in line.heard[line.heard.index("99,1,") :]


def test_a_lost_answer_does_not_switch_on_twice_and_switches_off(impatient, connect):
    tank, line = connect(GOOD)
    *_, last, _ = tank.bench_beam(held, NoTime())
    assert (last.name, last.passed) == ("X-rays", False) and "E-GEN-3" in last.detail
    assert line.heard.count("99,1,") == 1
    assert "99,0," in line.heard[line.heard.index("99,1,") :]


def test_an_interrupted_beam_is_switched_off(connect):
    class Interrupted(NoTime):
        def sleep(self, seconds):
            raise KeyboardInterrupt

    tank, line = connect({**GOOD, "99,1,": "99,$,", "98,": ["98,0,"] * 2 + ["98,1,"]})
    with pytest.raises(KeyboardInterrupt):
        list(tank.bench_beam(held, Interrupted()))
    assert line.heard[-1] == "99,0,"


def test_x_rays_that_stay_on_are_told_last(connect):
    tank, _ = connect({**GOOD, "99,1,": "99,$,", "98,": ["98,0,", "98,0,"] + ["98,1,"] * 3})
    *_, last = tank.bench_beam(held, NoTime(), beam_ms=20)
    assert (last.name, last.passed) == ("X-rays off again", False)


@pytest.mark.parametrize("beam_ms", [0, 401])
def test_a_beam_longer_than_an_exposure_is_not_made(connect, beam_ms):
    tank, line = connect({**GOOD, "99,1,": "99,$,"})
    *_, last, _ = tank.bench_beam(held, NoTime(), beam_ms)
    assert not last.passed and "99,1," not in line.heard


def test_silence_and_a_closed_port_are_told(impatient, connect):
    tank, _ = connect({})
    with pytest.raises(GeneratorSilent):
        tank.switch_off()
    tank.close()
    with pytest.raises(GeneratorLost):
        tank.status()


# --- on the simulated bench tank


@pytest.fixture
def unit(unit):
    bench = SimulatedUnit(
        unit.panel.geometry, seed=1, imager=unit.panel._imager, generator_model="xrb011"
    )
    unit.close()
    return bench


def test_its_address_has_its_own_scheme(served):
    assert served.generator_url.startswith("xrb011:///")


def test_it_is_not_armed_and_nothing_is_programmed(unit, detector, generator, clock):
    sequence = ExposureSequence(detector, generator, clock)
    with pytest.raises(BenchGenerator) as caught:
        sequence.arm(ExposureRequest(1, HAND_PRESET))
    assert caught.value.code == "E-GEN-9"
    assert unit.tube.settings is None and unit.describe()["panel"]["state"] == "idle"


def test_the_self_test_passes_without_x_rays(unit, generator):
    assert all(step.passed for step in generator.self_test())
    assert unit.exposures == [] and unit.tube.settings.kv == 40.0


def test_from_one_full_power_to_another_nothing_is_refused(unit, generator):
    for kv, ua in ((70.0, 700), (80.0, 600), (40.0, 700)):
        generator.set_points(kv, ua)
        assert (unit.tube.settings.kv, unit.tube.settings.ua) == (kv, ua)


def test_the_bench_beam_is_as_long_as_asked(unit, generator, clock):
    unit.press_hand_switch(2)
    unit.lines.beam_enable = True
    steps = list(generator.bench_beam(held, clock, 200))
    assert all(step.passed for step in steps), steps
    (made,) = unit.exposures
    assert (made.kv, made.ma) == (40.0, 0.1) and made.actual_ms == pytest.approx(200.0, abs=1.0)


@pytest.mark.parametrize(("stage", "beam_enable"), [(2, False), (1, True), (0, False)])
def test_an_open_loop_gives_no_x_rays_whatever_the_software_says(
    unit, generator, clock, stage, beam_enable
):
    unit.press_hand_switch(stage)
    unit.lines.beam_enable = beam_enable
    *_, last, off = generator.bench_beam(held, clock)
    assert not last.passed and "loop open" in last.detail and off.passed
    assert unit.exposures == [] and not unit.lines.x_rays


def test_releasing_the_real_switch_ends_the_beam(unit, generator, clock):
    unit.press_hand_switch(2)
    unit.lines.beam_enable = True
    clock.after(0.1, lambda: unit.press_hand_switch(0))
    *_, last, off = generator.bench_beam(held, clock)
    assert not last.passed and off.passed
    assert unit.exposures[0].actual_ms == pytest.approx(100.0, abs=1.0)


def test_a_program_that_dies_leaves_x_rays_to_watchdog_and_timer(unit, generator, monkeypatch):
    unit.press_hand_switch(2)
    unit.lines.beam_enable = True
    generator.set_watchdog_s(1)
    generator.set_points(40.0, 100)
    unit.generator.answer("99,1,")
    generator.close()
    unit.step(2.0)
    assert unit.exposures[0].actual_ms <= 500.0 and not unit.lines.x_rays


def test_it_can_be_opened_over_a_url(unit, clock):
    with serve(unit) as served:
        tank = open_generator(served.generator_url)
        assert tank.bench_only
        tank.close()

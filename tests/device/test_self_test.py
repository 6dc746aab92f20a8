"""The generator's self-test: its steps, what each notices, and that no X-rays come of it."""

import pytest

import device.spellman.pmx
from device.errors import GeneratorSilent
from device.self_test import SelfTestStep, StepFailed, run_steps
from device.technique import HAND_PRESET, Technique

STEPS = ["link", "at rest", "no fault", "interlock", "supplies", "anode and battery"]
STEPS += ["set points"]


def raising(error):
    def check():
        raise error

    return check


def test_steps_are_made_one_at_a_time_up_to_the_first_that_fails():
    made = []
    steps = run_steps(
        (
            ("first", lambda: made.append(1) or "seen"),
            ("second", raising(StepFailed("not good"))),
            ("third", lambda: made.append(3) or "never"),
        )
    )
    assert next(steps) == SelfTestStep("first", True, "seen") and made == [1]
    assert list(steps) == [SelfTestStep("second", False, "not good")] and made == [1]


def test_an_error_of_the_unit_fails_its_step_with_its_code():
    (step,) = run_steps((("link", raising(GeneratorSilent("command 22"))),))
    assert not step.passed and step.detail.startswith("E-GEN-3: ")


def test_a_healthy_generator_passes_every_step_and_makes_no_x_rays(generator, unit):
    steps = list(generator.self_test())
    assert [step.name for step in steps] == STEPS
    assert all(step.passed for step in steps), steps
    assert unit.exposures == []


def failing_step(generator):
    *_, last = generator.self_test()
    assert not last.passed
    return last


def test_a_silent_generator_fails_at_the_link(generator, unit, monkeypatch):
    monkeypatch.setattr(device.spellman.pmx, "REPLY_TIMEOUT_S", 0.01)
    unit.inject_fault("generator-silent")
    assert failing_step(generator).name == "link"


def test_a_hand_on_the_switch_is_noticed_and_nothing_is_set(generator, unit):
    unit.press_hand_switch(1)
    assert failing_step(generator).name == "at rest" and unit.tube.settings is None


def test_a_latched_fault_is_noticed_and_named(generator, unit):
    unit.tube.latch("arc")
    step = failing_step(generator)
    assert step.name == "no fault" and "arc" in step.detail


def test_a_rotor_fault_is_named_by_its_kind(generator, unit, clock):
    generator.program(HAND_PRESET)
    unit.inject_fault("rotor", {"kind": "no-load"})
    unit.press_hand_switch(1)
    clock.sleep(3.0)
    unit.press_hand_switch(0)
    assert "no load" in failing_step(generator).detail


@pytest.mark.parametrize("fault", ["door-open", "generator-interlock"])
def test_an_open_contact_is_noticed(generator, unit, fault):
    unit.inject_fault(fault)
    assert failing_step(generator).name == "interlock"


def test_a_supply_that_is_off_is_noticed(generator, monkeypatch):
    monkeypatch.setattr("firmware_sim.pmx.SUPPLIES", (2409, 336, 1900, 1062, 2755))
    step = failing_step(generator)
    assert step.name == "supplies" and "+24 V reads 19.9 V" in step.detail


def test_a_hot_anode_is_noticed(generator, unit):
    unit.tube.duty.add(400.0, 29_000.0)
    assert failing_step(generator).name == "anode and battery"


def test_what_the_installer_set_is_left_as_it_was(generator, unit):
    unit.tube.ready_ms = 4000
    generator.program(Technique(45.0, 10.0, 20.0))
    before = unit.tube.settings
    assert all(step.passed for step in generator.self_test())
    assert (unit.tube.ready_ms, unit.tube.settings) == (4000, before)


def test_an_unprogrammed_generator_is_left_with_the_weakest_technique(generator, unit):
    assert all(step.passed for step in generator.self_test())
    assert (unit.tube.settings.time_ms, round(unit.tube.settings.kv)) == (5, 40)

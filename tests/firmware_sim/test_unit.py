import random
import time

import numpy as np
import pytest

from firmware_sim.errors import AccessDenied, UnknownValue
from firmware_sim.panel import PanelState
from firmware_sim.physics.geometry import SMALL_PANEL
from firmware_sim.tube import Settings, TubeState
from firmware_sim.unit import SimulatedUnit


def test_exposure_runs_from_hand_switch_to_frame(unit, hands):
    hands.program()
    hands.expose(nonce=11)
    (exposure,) = unit.exposures
    assert exposure.nonce == 11 and exposure.actual_ms == 12.0
    assert exposure.kv == pytest.approx(50.0, abs=0.01)
    assert exposure.mas == pytest.approx(0.3, rel=1e-3)
    assert int(hands.frames[0].pixels[0, 0]) == round(1000 * exposure.mas)


def test_minute_of_nothing_costs_next_to_nothing(unit):
    began = time.perf_counter()
    unit.step(60.0)
    assert time.perf_counter() - began < 0.05
    assert unit.now_s == 60.0


def test_small_steps_end_where_one_large_step_ends(unit, hands):
    unit.panel.start_acquisition()
    for _ in range(1000):
        unit.step(0.001)
    assert unit.now_s == 1.0 and len(hands.frames) == 1


@pytest.mark.parametrize("seconds", [-0.1, float("nan"), float("inf"), 1e9])
def test_impossible_step_is_refused(unit, seconds):
    with pytest.raises(UnknownValue):
        unit.step(seconds)


def test_real_time_moves_only_a_real_clock(unit):
    unit.keep_up(1.0)
    assert unit.now_s == 0.0
    unit.set_clock_mode("real")
    unit.keep_up(1.0)
    assert unit.now_s == 1.0


def test_same_seed_and_steps_give_the_same_bytes():
    def frame() -> np.ndarray:
        unit = SimulatedUnit(SMALL_PANEL, seed=3)
        frames = []
        unit.panel.on_frame = frames.append
        unit.step(1.0)
        unit.panel.start_acquisition()
        unit.step(1.0)
        unit.close()
        return frames[0].pixels

    assert np.array_equal(frame(), frame())


# What the firmware promises about X-rays


def test_hand_switch_alone_makes_no_x_rays(unit, hands):
    hands.program()
    unit.press_hand_switch(2)
    for _ in range(300):
        unit.step(0.1)
        assert not unit.lines.x_rays
    assert unit.exposures == []


def test_arming_alone_makes_no_x_rays(unit, hands):
    hands.program()
    hands.arm()
    hands.listen(29.0)
    assert unit.exposures == []


def test_releasing_the_switch_ends_the_beam_within_10_ms(unit, hands):
    hands.program(Settings(400, 4095, 512))
    hands.arm()
    unit.press_hand_switch(2)
    hands.until_x_rays()
    unit.step(0.1)
    unit.press_hand_switch(1)
    unit.step(0.01)
    assert not unit.lines.x_rays
    assert 100.0 <= unit.exposures[0].actual_ms <= 111.0


def test_opening_the_door_ends_the_beam_within_10_ms(unit, hands):
    hands.program(Settings(400, 4095, 512))
    hands.arm()
    unit.press_hand_switch(2)
    hands.until_x_rays()
    unit.step(0.1)
    unit.open_door()
    unit.step(0.01)
    assert not unit.lines.x_rays and not unit.lines.beam_enable
    assert unit.exposures[0].actual_ms <= 111.0


def test_silent_host_loses_beam_enable_within_250_ms(unit, hands):
    hands.program(Settings(400, 4095, 512))
    hands.arm()
    unit.press_hand_switch(2)
    hands.until_x_rays()
    unit.step(0.25)
    assert not unit.lines.beam_enable and not unit.lines.x_rays
    assert unit.exposures[0].actual_ms <= 250.0


def test_silent_host_disarms_the_panel_before_any_exposure(unit, hands):
    hands.program()
    hands.arm()
    unit.step(0.25)
    unit.press_hand_switch(2)
    unit.step(25.0)
    assert unit.panel.state is PanelState.IDLE and unit.exposures == []


def test_x_rays_never_outlast_the_window(unit, hands):
    unit.inject_fault("timer-stuck")
    hands.program(Settings(400, 4095, 512))
    hands.expose()
    assert unit.exposures[0].actual_ms <= 500.0


def test_backup_timer_ends_the_beam_and_latches(unit, hands):
    unit.inject_fault("timer-stuck")
    hands.program()
    hands.expose()
    assert unit.exposures[0].actual_ms == pytest.approx(1.2 * 12 + 5, abs=0.001)
    assert unit.tube.fault is not None and unit.panel.open_interlocks == 2
    with pytest.raises(AccessDenied):
        hands.arm(nonce=2)


def test_one_arming_gives_one_exposure_however_long_the_switch_is_held(unit, hands):
    hands.program()
    hands.expose(held_s=29.0)
    assert len(unit.exposures) == 1


def test_held_switch_gives_no_second_exposure_after_arming_again(unit, hands):
    hands.program()
    hands.arm(nonce=1)
    unit.press_hand_switch(2)
    hands.listen(4.0)
    hands.arm(nonce=2)
    hands.listen(29.0)
    assert len(unit.exposures) == 1


def test_second_exposure_waits_for_the_duty_pause(unit, hands):
    hands.program()
    hands.expose(nonce=1)
    hands.expose(nonce=2, held_s=25.0)
    first, second = unit.exposures
    assert second.at_s - first.at_s >= 20.0


def test_x_rays_are_on_only_when_everything_allows_them(unit, hands):
    """A short random walk over everything that people, host and wires can do."""
    chance = random.Random(20)
    nonce = 0
    hands.program(Settings(100, 4095, 512))
    for _ in range(4000):
        (act,) = chance.choices(("switch", "door", "arm", "hear", "silence"), (2, 2, 20, 80, 1))
        if act == "switch":
            unit.press_hand_switch(chance.choice((0, 1, 2, 2, 2)))
        elif act == "door":
            chance.choice((unit.open_door, unit.close_door, unit.close_door))()
        elif act == "silence":
            unit.step(0.3)
        elif act == "arm" and unit.panel.state is PanelState.IDLE and not unit.lines.door_open:
            nonce += 1
            hands.arm(nonce)
        unit.session.heard()
        unit.step(chance.choice((0.001, 0.02, 0.1, 0.15)))
        if unit.lines.x_rays:
            assert unit.lines.beam_enable and unit.lines.hand_switch_stage == 2
            assert not unit.lines.door_open and unit.panel.state is PanelState.WINDOW
    assert len(unit.exposures) > 3
    assert len({exposure.nonce for exposure in unit.exposures}) == len(unit.exposures)
    assert all(exposure.actual_ms <= 100.0 for exposure in unit.exposures)


# People and faults


def test_automatic_operator_presses_when_armed_and_lets_go_afterwards(
    automatic_unit, hands_of_automatic_unit
):
    hands_of_automatic_unit.program()
    hands_of_automatic_unit.arm()
    hands_of_automatic_unit.listen(4.0)
    assert len(automatic_unit.exposures) == 1 and len(hands_of_automatic_unit.frames) == 1
    assert automatic_unit.lines.hand_switch_stage == 0
    assert automatic_unit.tube.state is TubeState.STANDBY


def test_automatic_operator_leaves_an_unarmed_panel_alone(automatic_unit):
    automatic_unit.step(60.0)
    assert automatic_unit.lines.hand_switch_stage == 0


def test_unknown_hand_switch_stage_is_refused(unit):
    with pytest.raises(UnknownValue):
        unit.press_hand_switch(3)


def test_exposure_remembers_the_patient(unit, hands):
    unit.place_patient("flat")
    hands.program()
    hands.expose()
    assert unit.exposures[0].patient == "flat"


@pytest.mark.parametrize("moment", ["armed", "exposing", "readout"])
def test_cable_is_pulled_at_its_moment(unit, hands, moment):
    seen = []
    unit.cable.on_pull.append(lambda: seen.append((unit.panel.state, unit.lines.x_rays)))
    unit.inject_fault("cable-pull", {"at": moment})
    hands.program()
    hands.expose()
    expected = {
        "armed": (PanelState.ARMED, False),
        "exposing": (PanelState.WINDOW, True),
        "readout": (PanelState.READ_OUT, False),
    }
    assert seen == [expected[moment]]
    assert not unit.cable.plugged


def test_clearing_the_faults_puts_everything_right_again(unit, hands):
    unit.inject_fault("cable-pull")
    unit.inject_fault("door-open")
    unit.inject_fault("generator-fault")
    unit.clear_faults()
    assert unit.cable.plugged and unit.panel.open_interlocks == 0
    assert unit.describe()["faults"] == []


def test_boot_id_is_new_at_each_power_up(unit):
    imager = unit.panel._imager
    units = [SimulatedUnit(SMALL_PANEL, imager=imager) for _ in range(2)]
    boot_ids = {unit.panel.boot_id for unit in units}
    for unit in units:
        unit.close()
    assert len(boot_ids) == 2 and 0 not in boot_ids

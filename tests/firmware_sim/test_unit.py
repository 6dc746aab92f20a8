import time
from dataclasses import replace

import numpy as np
import pytest

from firmware_sim.errors import AccessDenied, UnknownValue
from firmware_sim.faults import MOMENTS
from firmware_sim.panel import PanelState
from firmware_sim.physics.geometry import SMALL_PANEL
from firmware_sim.tube import Settings, TubeState
from firmware_sim.unit import SimulatedUnit
from tests.firmware_sim.conftest import START_PRESET, TINY_PANEL, TellTaleImager


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


def test_stuck_timer_latches_although_somebody_else_ended_the_beam(unit, hands):
    unit.inject_fault("timer-stuck")
    hands.program(Settings(400, 4095, 512))
    hands.arm()
    unit.press_hand_switch(2)
    hands.until_x_rays()
    hands.listen(0.45)
    unit.press_hand_switch(0)
    assert 400.0 < unit.exposures[0].actual_ms < 485.0
    assert unit.tube.fault is not None and unit.panel.open_interlocks == 2


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


IN_AN_EXPOSURE = [moment for moment in MOMENTS if moment not in ("idle", "dark")]
AFTER_X_RAYS = ("exposing", "readout", "window", "settling")


@pytest.mark.parametrize("moment", IN_AN_EXPOSURE)
def test_cable_is_pulled_at_its_moment(unit, hands, moment):
    seen = []
    unit.cable.on_pull.append(
        lambda: seen.append((unit.panel.state, unit.lines.x_rays, unit.tube.state))
    )
    unit.inject_fault("cable-pull", {"at": moment})
    hands.program()
    hands.expose()
    expected = {
        "armed": (PanelState.ARMED, False, TubeState.PREPARING),
        "prep": (PanelState.ARMED, False, TubeState.PREPARING),
        "ready": (PanelState.PREPARING, False, TubeState.READY),
        "preparing": (PanelState.PREPARING, False, TubeState.READY),
        "exposing": (PanelState.WINDOW, True, TubeState.EXPOSING),
        "window": (PanelState.WINDOW, False, TubeState.SPENT),
        "settling": (PanelState.SETTLING, False, TubeState.SPENT),
        "readout": (PanelState.READ_OUT, False, TubeState.SPENT),
    }
    assert seen == [expected[moment]]
    assert not unit.cable.plugged


def test_cable_is_pulled_during_a_dark_frame(unit):
    unit.inject_fault("cable-pull", {"at": "dark"})
    unit.panel.start_acquisition()
    unit.step(0.1)
    assert not unit.cable.plugged


def test_cable_is_pulled_in_a_window_that_stays_dark(unit, hands):
    unit.inject_fault("no-x-rays")
    unit.inject_fault("cable-pull", {"at": "window"})
    hands.program()
    hands.expose()
    assert not unit.cable.plugged and unit.exposures == []


@pytest.mark.parametrize("moment", ["idle", "dark", "settling"])
def test_power_is_cut_around_a_dark_frame(unit, moment):
    unit.inject_fault("power-cycle", {"at": moment})
    unit.panel.start_acquisition()
    unit.step(1.0)
    assert unit.panel.boot_id != 5 and unit.panel.state is PanelState.IDLE


@pytest.mark.parametrize("moment", IN_AN_EXPOSURE)
def test_power_is_cut_at_its_moment_and_nothing_goes_on_by_itself(unit, hands, moment):
    unit.inject_fault("power-cycle", {"at": moment})
    hands.program()
    hands.expose(held_s=10.0)
    unit.press_hand_switch(2)
    hands.listen(30.0)
    assert unit.panel.boot_id != 5 and unit.panel.state is PanelState.IDLE
    assert len(unit.exposures) == (moment in AFTER_X_RAYS)


def test_power_cycle_keeps_what_is_physical_and_forgets_the_rest(unit, hands):
    unit.place_patient("flat")
    hands.program()
    hands.expose(nonce=11)
    unit.open_door()
    unit.power_cycle()
    assert unit.panel.boot_id != 5 and unit.panel.last_nonce == 0
    assert unit.panel.exposure_count == 1 and unit.patient == "flat"
    assert unit.lines.door_open and unit.tube.settings is None
    assert not unit.session.heartbeat_enabled and not unit.session.privilege


def test_power_cut_during_x_rays_ends_them_and_counts_them(unit, hands):
    hands.program(Settings(400, 4095, 512))
    hands.arm(nonce=11)
    unit.press_hand_switch(2)
    hands.until_x_rays()
    unit.step(0.1)
    unit.power_cycle()
    assert not unit.lines.x_rays and not unit.lines.beam_enable
    assert unit.exposures[0].nonce == 11 and unit.panel.exposure_count == 1


def test_power_cycle_cuts_the_host_off(unit):
    cut_off = []
    unit.cable.on_pull.append(lambda: cut_off.append(unit.cable.plugged))
    unit.power_cycle()
    assert cut_off == [True]


def test_window_never_opens_after_the_lease(unit, hands):
    hands.program()
    hands.arm()
    hands.listen(27.8)
    unit.press_hand_switch(2)
    hands.listen(5.0)
    assert unit.exposures == [] and unit.panel.state is PanelState.IDLE


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


def test_host_that_seems_lost_loses_its_session_once(unit, hands):
    hands.arm()
    unit.inject_fault("heartbeat-loss")
    assert unit.session.privilege == 0 and not unit.panel.under_exposure
    hands.arm(nonce=2)
    unit.open_door()
    unit.close_door()
    assert unit.session.privilege == 1


def test_what_will_be_seen_is_worked_out_before_any_exposure():
    imager = TellTaleImager()
    unit = SimulatedUnit(TINY_PANEL, 7, imager=imager, boot_id=5)
    unit.place_patient("phantom:seed=1")
    unit.tube.program(replace(START_PRESET, kv_counts=3686))
    unit.place_patient("flat")
    unit.close()
    assert imager.prepared == [
        ("phantom:seed=1", 50.0),
        ("phantom:seed=1", 45.006),
        ("flat", 45.006),
    ]

import pytest

from firmware_sim.errors import AccessDenied, OutOfRange
from firmware_sim.faults import FaultPoints
from firmware_sim.lines import Lines, ModelClock
from firmware_sim.tube import (
    ARC,
    MAIN_TIMER_FAILED,
    OVER_DUTY,
    OVER_MAS,
    OVER_POWER,
    ROTOR_FAULT,
    Settings,
    Tube,
    TubeState,
)

START_PRESET = Settings(12, 4095, 512)


@pytest.fixture
def lines():
    return Lines()


@pytest.fixture
def clock():
    return ModelClock()


@pytest.fixture
def tube(lines, clock):
    return Tube(lines, clock)


def pass_time(tube, clock, ms):
    for _ in range(ms):
        clock.now_us += 1000
        while tube.advance():
            pass


@pytest.mark.parametrize(
    "settings",
    [
        Settings(4, 4095, 512),
        Settings(401, 4095, 512),
        Settings(12, 3275, 512),
        Settings(12, 4096, 512),
        Settings(12, 4095, 19),
        Settings(12, 4095, 4096),
        Settings(12, 4095, 2049),
    ],
)
def test_technique_outside_the_limits_is_refused(tube, settings):
    with pytest.raises(OutOfRange):
        tube.program(settings)
    assert tube.settings is None


@pytest.mark.parametrize(
    "settings",
    [
        Settings(5, 3276, 20),
        Settings(400, 4095, 512),
        Settings(12, 4095, 2048),
        Settings(12, 3276, 2559),
    ],
)
def test_technique_at_the_limits_is_taken(tube, settings):
    tube.program(settings)
    assert tube.settings == settings


def test_counts_stand_for_the_start_preset():
    assert START_PRESET.kv == pytest.approx(50.0, abs=0.01)
    assert START_PRESET.ma == pytest.approx(25.0, abs=0.03)


def test_ready_comes_2_s_after_prep_began(tube, lines, clock):
    tube.program(START_PRESET)
    lines.hand_switch_stage = 1
    pass_time(tube, clock, 2000)
    assert tube.state is TubeState.PREPARING
    pass_time(tube, clock, 1)
    assert tube.state is TubeState.READY


def test_without_a_technique_there_is_no_prep(tube, lines, clock):
    lines.hand_switch_stage = 2
    pass_time(tube, clock, 3000)
    assert not lines.exposure_request


@pytest.mark.parametrize("missing", ["technique", "door"])
def test_what_was_missing_comes_too_late_for_a_switch_that_is_held(tube, lines, clock, missing):
    if missing == "door":
        tube.program(START_PRESET)
        lines.door_open = True
    lines.hand_switch_stage = 2
    pass_time(tube, clock, 10)
    tube.program(START_PRESET)
    lines.door_open = False
    pass_time(tube, clock, 3000)
    assert not lines.exposure_request
    lines.hand_switch_stage = 0
    pass_time(tube, clock, 10)
    lines.hand_switch_stage = 2
    pass_time(tube, clock, 3000)
    assert lines.exposure_request


def test_fault_that_comes_as_prep_runs_out_stays_when_the_switch_is_released(tube, lines, clock):
    tube.program(START_PRESET)
    lines.hand_switch_stage = 1
    pass_time(tube, clock, 29_999)
    clock.now_us += 1000
    tube.latch("arc")
    pass_time(tube, clock, 1)
    lines.hand_switch_stage = 0
    pass_time(tube, clock, 1)
    assert tube.fault == "arc"


def test_power_cut_ends_the_beam_and_leaves_a_held_switch_without_effect(tube, lines, clock):
    tube.program(Settings(400, 4095, 512))
    lines.hand_switch_stage, lines.beam_enable = 2, True
    pass_time(tube, clock, 2100)
    tube.power_cycle()
    assert not lines.x_rays and tube.settings is None
    tube.program(START_PRESET)
    pass_time(tube, clock, 30_000)
    assert not lines.exposure_request and not lines.x_rays


def test_power_cut_does_not_reset_what_the_independent_timer_latched(tube, lines, clock):
    tube.latch(MAIN_TIMER_FAILED)
    tube.power_cycle()
    assert tube.fault == MAIN_TIMER_FAILED and not lines.generator_healthy


def test_exposure_is_requested_only_at_stage_2(tube, lines, clock):
    tube.program(START_PRESET)
    lines.hand_switch_stage = 1
    pass_time(tube, clock, 3000)
    assert not lines.exposure_request
    lines.hand_switch_stage = 2
    pass_time(tube, clock, 1)
    assert lines.exposure_request and not lines.x_rays


def test_prep_held_for_30_s_is_a_fault_until_the_switch_is_released(tube, lines, clock):
    tube.program(START_PRESET)
    lines.hand_switch_stage = 1
    pass_time(tube, clock, 30_010)
    assert tube.fault is not None and not lines.generator_healthy
    lines.hand_switch_stage = 0
    pass_time(tube, clock, 1)
    assert tube.fault is None and lines.generator_healthy


def test_technique_cannot_change_while_x_rays_are_on(tube, lines, clock):
    tube.program(START_PRESET)
    lines.hand_switch_stage = 2
    lines.beam_enable = True
    pass_time(tube, clock, 2005)
    assert lines.x_rays
    with pytest.raises(AccessDenied):
        tube.program(START_PRESET)


def test_prep_lets_go_when_the_door_opens(tube, lines, clock):
    tube.program(START_PRESET)
    lines.hand_switch_stage = 1
    pass_time(tube, clock, 100)
    lines.door_open = True
    pass_time(tube, clock, 1)
    assert tube.state is TubeState.SPENT


def test_anode_warms_with_an_exposure_and_cools_afterwards(tube, lines, clock):
    tube.program(Settings(400, 4095, 512))
    lines.hand_switch_stage, lines.beam_enable = 2, True
    pass_time(tube, clock, 2500)
    warm = tube.duty.anode_heat_percent
    clock.now_us += 600_000_000
    assert warm == pytest.approx(100.0 * 500.0 / 30_000.0, rel=0.01)
    assert 0.0 < tube.duty.anode_heat_percent < 0.2 * warm


# What the generator watches by itself


@pytest.fixture
def pulses(tube):
    pulses = []
    tube.on_pulse = pulses.append
    return pulses


def expose(tube, lines, clock, settings=START_PRESET, ms=2600):
    tube.program(settings)
    lines.hand_switch_stage, lines.beam_enable = 2, True
    pass_time(tube, clock, ms)


def release(tube, lines, clock, ms=1):
    lines.hand_switch_stage = 0
    pass_time(tube, clock, ms)


def test_an_arc_ends_the_beam_at_once_and_latches(tube, lines, clock, pulses):
    tube.obey(FaultPoints(arcs_after_ms=3))
    expose(tube, lines, clock)
    assert [pulse.actual_ms for pulse in pulses] == [3.0]
    assert tube.faults == [ARC] and not lines.x_rays and not lines.generator_healthy
    release(tube, lines, clock)
    assert tube.fault == ARC


def test_a_latched_fault_lets_nothing_be_prepared_until_it_is_reset(tube, lines, clock):
    tube.latch(ARC)
    expose(tube, lines, clock)
    assert tube.state is TubeState.SPENT
    tube.reset_fault()
    pass_time(tube, clock, 3000)
    assert tube.state is TubeState.SPENT and not lines.x_rays
    release(tube, lines, clock)
    expose(tube, lines, clock)
    assert tube.last_pulse is not None


@pytest.mark.parametrize("points", [FaultPoints(duty_used_up=True), FaultPoints(inverter_hot=True)])
def test_prep_over_duty_or_too_hot_latches_over_duty(tube, lines, clock, pulses, points):
    tube.obey(points)
    expose(tube, lines, clock)
    assert tube.faults == [OVER_DUTY] and pulses == []


def test_five_seconds_of_x_rays_in_two_minutes_are_over_duty(tube, clock):
    for _ in range(12):
        tube.duty.add(420.0, 0.0)
    assert tube.duty.over()
    clock.now_us += 120_000_001
    assert not tube.duty.over()


def test_a_rotor_that_does_not_spin_up_latches_2_s_after_prep(tube, lines, clock, pulses):
    tube.obey(FaultPoints(rotor_fault="no-load"))
    expose(tube, lines, clock, ms=2001)
    assert tube.faults == [ROTOR_FAULT] and tube.rotor_fault == "no-load" and pulses == []


def test_a_stuck_timer_is_over_mas_too(tube, lines, clock, pulses):
    tube.obey(FaultPoints(main_timer_works=False))
    expose(tube, lines, clock)
    assert tube.faults == [MAIN_TIMER_FAILED, OVER_MAS]
    assert pulses[0].actual_ms <= 1.2 * 12 + 5.0 + 1.0


def test_an_attempt_above_5_kw_latches_over_power(tube, lines, clock, pulses):
    tube.refuse_set_up(Settings(12, 4095, 4095))
    lines.hand_switch_stage, lines.beam_enable = 2, True
    pass_time(tube, clock, 3000)
    assert tube.faults == [OVER_POWER] and pulses == []


@pytest.mark.parametrize("what", ["door", "contact", "switch", "beam enable"])
def test_whatever_opens_ends_the_beam_at_once(tube, lines, clock, pulses, what):
    expose(tube, lines, clock, Settings(400, 4095, 512), ms=2100)
    assert lines.x_rays
    lines.door_open = what == "door"
    lines.hand_switch_stage = 1 if what == "switch" else 2
    lines.beam_enable = what != "beam enable"
    tube.obey(FaultPoints(generator_contact_open=what == "contact"))
    pass_time(tube, clock, 1)
    assert not lines.x_rays and pulses[0].actual_ms == pytest.approx(100.0, abs=2.0)


def test_30_s_in_prep_end_an_exposure_that_began_late(tube, lines, clock, pulses):
    tube.program(Settings(400, 4095, 512))
    lines.hand_switch_stage, lines.beam_enable = 1, True
    pass_time(tube, clock, 29_900)
    lines.hand_switch_stage = 2
    pass_time(tube, clock, 200)
    assert pulses[0].actual_ms == pytest.approx(100.0, abs=2.0) and not lines.x_rays


def test_ready_time_may_be_longer(tube, lines, clock):
    tube.ready_ms = 4000
    tube.program(START_PRESET)
    lines.hand_switch_stage = 1
    pass_time(tube, clock, 3990)
    assert tube.state is TubeState.PREPARING
    pass_time(tube, clock, 20)
    assert tube.state is TubeState.READY


def test_switching_off_ends_the_beam_and_forgets_the_technique(tube, lines, clock, pulses):
    expose(tube, lines, clock, Settings(400, 4095, 512), ms=2100)
    tube.power_cycle()
    assert not lines.x_rays and len(pulses) == 1
    assert tube.settings is None
    pass_time(tube, clock, 30_000)
    assert len(pulses) == 1


def test_switching_off_does_not_reset_what_the_independent_timer_latched(tube, lines, clock):
    tube.obey(FaultPoints(main_timer_works=False))
    expose(tube, lines, clock)
    tube.power_cycle()
    assert tube.faults == [MAIN_TIMER_FAILED] and not lines.generator_healthy
    tube.reset_fault()
    assert lines.generator_healthy


def test_switching_off_resets_the_faults_of_the_manuals_list(tube, lines):
    tube.latch(ARC)
    tube.latch(OVER_DUTY)
    tube.power_cycle()
    assert tube.faults == [] and lines.generator_healthy


def test_the_anode_says_when_it_is_nearly_full(tube):
    tube.duty.add(400.0, 26_000.0)
    assert tube.duty.anode_is_cool
    tube.duty.add(400.0, 1_100.0)
    assert not tube.duty.anode_is_cool

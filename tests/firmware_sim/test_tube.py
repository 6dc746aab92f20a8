import pytest

from firmware_sim.errors import AccessDenied, OutOfRange
from firmware_sim.lines import Lines, ModelClock
from firmware_sim.tube import Settings, Tube, TubeState

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
    assert tube.state is TubeState.STANDBY and not lines.exposure_request


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
    warm = tube.anode_heat_percent
    clock.now_us += 600_000_000
    assert warm == pytest.approx(100.0 * 500.0 / 30_000.0, rel=0.01)
    assert 0.0 < tube.anode_heat_percent < 0.2 * warm

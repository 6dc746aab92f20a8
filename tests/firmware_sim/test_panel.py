import pytest

from firmware_sim.acquisition import AcquisitionSettings
from firmware_sim.climate import panel_temperature_c
from firmware_sim.errors import AccessDenied, OutOfRange
from firmware_sim.panel import PanelState


def test_start_without_trigger_gives_one_dark_frame(unit, hands):
    unit.panel.start_acquisition()
    unit.step(0.6)
    assert len(hands.frames) == 1
    assert unit.panel.state is PanelState.IDLE and not unit.panel.acquiring


def test_dark_frame_needs_its_integration_time_settling_and_read_out(unit, hands):
    unit.panel.set_integration_us(100_000.0)
    unit.panel.start_acquisition()
    unit.step(0.105)
    assert hands.frames == []
    unit.step(0.0044)
    assert len(hands.frames) == 1


def test_frames_are_numbered_from_0(unit, hands):
    for _ in range(3):
        unit.panel.start_acquisition()
        unit.step(1.0)
    assert [int(frame.pixels[0, 0]) for frame in hands.frames] == [0, 1, 2]


def test_frame_carries_the_time_at_which_it_began(unit, hands):
    unit.step(2.0)
    unit.panel.start_acquisition()
    unit.step(1.0)
    assert hands.frames[0].started_ns == 2_000_000_000


def test_second_start_is_refused_while_one_runs(unit):
    unit.panel.start_acquisition()
    with pytest.raises(AccessDenied):
        unit.panel.start_acquisition()


def test_stop_ends_a_dark_frame_without_an_image(unit, hands):
    unit.panel.start_acquisition()
    unit.step(0.2)
    unit.panel.stop_acquisition()
    unit.step(1.0)
    assert hands.frames == [] and not unit.panel.acquiring


def test_panel_arms_when_everything_is_right(unit, hands):
    hands.arm()
    assert unit.panel.state is PanelState.ARMED


REASONS_AGAINST_ARMING = {
    "trigger off": lambda unit: setattr(unit.panel, "settings", AcquisitionSettings()),
    "not started": lambda unit: unit.panel.stop_acquisition(),
    "no nonce": lambda unit: unit.panel.set_nonce(0),
    "door open": lambda unit: unit.open_door(),
    "generator fault": lambda unit: unit.inject_fault("generator-fault"),
    "no heartbeat": lambda unit: unit.session.disable_heartbeat(),
}


@pytest.mark.parametrize("reason", REASONS_AGAINST_ARMING)
def test_panel_refuses_to_arm(unit, hands, reason):
    hands.ready_to_arm()
    REASONS_AGAINST_ARMING[reason](unit)
    with pytest.raises(AccessDenied):
        unit.panel.arm()


def test_panel_refuses_the_nonce_of_an_earlier_exposure(unit, hands):
    hands.program()
    hands.expose(nonce=3)
    hands.ready_to_arm(nonce=3)
    with pytest.raises(AccessDenied):
        unit.panel.arm()


def test_panel_refuses_to_arm_twice(unit, hands):
    hands.arm()
    with pytest.raises(AccessDenied):
        unit.panel.arm()


def test_lease_ends_after_its_time(unit, hands):
    unit.panel.set_lease_ms(2000)
    hands.arm()
    hands.listen(1.95)
    assert unit.panel.state is PanelState.ARMED
    hands.listen(0.1)
    assert unit.panel.state is PanelState.IDLE


def test_door_disarms_an_armed_panel(unit, hands):
    hands.arm()
    unit.open_door()
    assert unit.panel.state is PanelState.IDLE
    assert unit.panel.open_interlocks == 1


def test_disarming_brings_the_panel_to_rest(unit, hands):
    hands.arm()
    unit.panel.disarm()
    assert unit.panel.state is PanelState.IDLE and unit.panel.acquiring


@pytest.mark.parametrize("name", ["set_nonce", "set_lease_ms", "set_trigger_on"])
def test_armed_panel_refuses_changes(unit, hands, name):
    hands.arm()
    with pytest.raises(AccessDenied):
        getattr(unit.panel, name)(1)


@pytest.mark.parametrize("lease_ms", [0, 999, 30_001])
def test_lease_outside_its_limits_is_refused(unit, lease_ms):
    with pytest.raises(OutOfRange):
        unit.panel.set_lease_ms(lease_ms)


def test_negative_number_of_an_exposure_is_refused(unit):
    with pytest.raises(OutOfRange):
        unit.panel.set_nonce(-1)


@pytest.mark.parametrize("integration_us", [4_999.0, 1_000_001.0, float("nan")])
def test_integration_outside_its_limits_is_refused(unit, integration_us):
    with pytest.raises(OutOfRange):
        unit.panel.set_integration_us(integration_us)


def test_window_opens_300_ms_after_the_exposure_request(unit, hands):
    hands.program()
    hands.arm()
    unit.press_hand_switch(2)
    hands.listen(2.299)
    assert unit.panel.state is PanelState.PREPARING and not unit.lines.beam_enable
    unit.step(0.001)
    assert unit.panel.state is PanelState.WINDOW


def test_frame_of_an_exposure_comes_after_window_settling_and_read_out(unit, hands):
    hands.program()
    hands.arm()
    unit.press_hand_switch(2)
    hands.listen(2.3 + 0.5 + 0.005)
    assert hands.frames == [] and unit.panel.state is PanelState.READ_OUT
    unit.step(0.0044)
    assert len(hands.frames) == 1


def test_panel_measures_how_long_x_rays_were_on(unit, hands):
    hands.program()
    hands.expose(nonce=9)
    assert unit.panel.last_exposure_us == 12_000.0
    assert unit.panel.last_nonce == 9 and unit.panel.exposure_count == 1


def test_window_without_x_rays_gives_a_dark_frame_and_counts_no_exposure(unit, hands):
    unit.inject_fault("no-x-rays")
    hands.program()
    hands.expose(nonce=4)
    assert [int(frame.pixels[0, 0]) for frame in hands.frames] == [0]
    assert unit.panel.last_nonce == 4 and unit.panel.last_exposure_us == 0.0
    assert unit.panel.exposure_count == 0 and unit.exposures == []


def test_stop_during_the_window_ends_x_rays_and_still_reads_out(unit, hands):
    hands.program()
    hands.arm()
    unit.press_hand_switch(2)
    hands.until_x_rays()
    unit.panel.stop_acquisition()
    unit.settle()
    assert not unit.lines.x_rays
    hands.listen(1.0)
    assert len(hands.frames) == 1 and not unit.panel.acquiring


def test_panel_stays_between_25_and_30_degrees():
    hours = range(0, 24 * 3600, 600)
    temperatures = [panel_temperature_c(second * 1_000_000, seed=3) for second in hours]
    assert min(temperatures) > 24.5 and max(temperatures) < 30.0

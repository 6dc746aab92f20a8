"""The safety search in its short form, and proof that its observer has teeth."""

import types

import pytest

import firmware_sim.session
from firmware_sim.panel import Panel, PanelState
from firmware_sim.tube import TubeState
from tests.campaigns.monitor import Violation, longest_on_time_us
from tests.campaigns.safety import Walk, search, search_bench, walk_on, watched_unit

SEED = 1


def test_ten_thousand_steps_find_no_violation():
    tally = search(10_000, SEED)
    assert tally["exposures"] > 100
    for end in ("the timer", "the backup timer", "the switch was released", "door_open"):
        assert tally[f"ended by: {end}"] > 0
    assert tally["power cycles"] > 10


def test_the_bench_generator_finds_no_violation_either():
    tally = search_bench(5_000, SEED, lambda done: None)
    assert tally["exposures"] > 50 and tally["power cycles"] > 5


def forget_beam_enable(unit):
    tank = type(unit.tube)
    return property(lambda self: tank._contacts_closed(self) and self._lines.hand_switch_stage == 2)


def test_a_bench_generator_without_beam_enable_is_found(monkeypatch):
    with watched_unit("xrb011") as (unit, host, monitor):
        monkeypatch.setattr(type(unit.tube), "loop_closed", forget_beam_enable(unit))
        with pytest.raises(Violation, match="without arming|without BeamEnable"):
            walk_on(Walk(unit, host, monitor, "teeth"), 5_000, "without BeamEnable")


def test_same_seed_walks_the_same_way():
    assert search(1_000, 5) == search(1_000, 5)


@pytest.mark.parametrize(("set_ms", "limit_us"), [(5, 11_000), (100, 125_000), (400, 485_000)])
def test_longest_on_time(set_ms, limit_us):
    assert longest_on_time_us(set_ms) == limit_us


# One rule of the firmware broken at a time


def forget_the_switch(unit, monkeypatch):
    tube, lines = unit.tube, unit.lines
    monkeypatch.setattr(tube, "_may_expose", lambda: tube._may_prepare() and lines.beam_enable)


def forget_the_door(unit, monkeypatch):
    monkeypatch.setattr(Panel, "open_interlocks", property(lambda panel: 0))


def forget_the_lease(unit, monkeypatch):
    panel = unit.panel
    monkeypatch.setattr(panel, "_must_not_expose", lambda: panel.open_interlocks != 0)


def forget_the_host(unit, monkeypatch):
    monkeypatch.setattr(firmware_sim.session, "ARMED_HEARTBEAT_MS", 1_000)


def forget_spent_nonces(unit, monkeypatch):
    check = Panel._check_ready_to_arm

    def check_without_memory(panel):
        panel._spent_nonces.clear()
        check(panel)

    monkeypatch.setattr(Panel, "_check_ready_to_arm", check_without_memory)


def forget_the_backup_timer(unit, monkeypatch):
    monkeypatch.setattr(unit.tube, "_backup_ends_us", lambda: 1 << 60)


def forget_to_latch(unit, monkeypatch):
    monkeypatch.setattr(unit.tube, "latch", lambda fault: None)


def forget_to_disarm_in_the_window(unit, monkeypatch):
    disarm = Panel.disarm

    def outside_the_window(panel):
        if panel.state is not PanelState.WINDOW:
            disarm(panel)

    monkeypatch.setattr(unit.panel, "disarm", types.MethodType(outside_the_window, unit.panel))


def keep_beam_enable_over_a_power_cut(unit, monkeypatch):
    power_up = Panel.power_up

    def leave_the_line(panel, boot_id):
        level = panel._lines.beam_enable
        power_up(panel, boot_id)
        panel._lines.beam_enable = level

    monkeypatch.setattr(Panel, "power_up", leave_the_line)


def need_no_release(unit, monkeypatch):
    tube = unit.tube

    def be_ready_again():
        if tube._may_prepare():
            tube.state = TubeState.STANDBY

    monkeypatch.setitem(tube._reactions, TubeState.SPENT, be_ready_again)


def hand_the_arming_on(unit, monkeypatch):
    monkeypatch.setattr(type(unit.session), "end", lambda session: session.heard())


BROKEN = {
    forget_the_switch: "switch",
    forget_the_door: "interlock",
    forget_the_lease: "lease",
    forget_the_host: "host",
    forget_spent_nonces: "nonce",
    forget_the_backup_timer: "X-rays for",
    forget_to_latch: "without a reset",
    forget_to_disarm_in_the_window: "still on after|outlasts",
    keep_beam_enable_over_a_power_cut: "BeamEnable",
    need_no_release: "one press",
    hand_the_arming_on: "host",
}


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.__name__)
def test_a_broken_rule_is_found(broken, monkeypatch):
    with watched_unit() as (unit, host, monitor):
        broken(unit, monkeypatch)
        with pytest.raises(Violation, match=BROKEN[broken]):
            walk_on(Walk(unit, host, monitor, "teeth"), 20_000, broken.__name__)

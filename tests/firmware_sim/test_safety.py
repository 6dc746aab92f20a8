"""Every set of open interlocks, in every state, with everything that can happen in it.

The observer of `tests/campaigns/monitor.py` watches the copper all the while and fails the test at
X-rays without arming, switch and closed interlocks, or at their outlasting a limit.
"""

from itertools import product

import pytest

from tests.campaigns.safety import watched_unit
from tests.firmware_sim.safety_matrix import (
    ACTIONS,
    INTERLOCKS,
    arm,
    do,
    open_interlocks,
    switch_on_anew,
)

SET_MS, ON_FOR_MS = 400, 100
BEFORE_X_RAYS = ("armed", "prep", "ready", "clearing")
STATES = ("idle", "dark frame", *BEFORE_X_RAYS, "dark window", "x-rays", "stuck timer", "read-out")


class Bench:
    """Brings a unit into a state by hand, door and wire alone."""

    def __init__(self, unit, host):
        self.unit = unit
        self.host = host
        self.host_lives = True

    def listen(self, seconds):
        """Let time pass while the host asks every 50 ms, if there still is one."""
        for _ in range(round(seconds * 20)):
            if self.host_lives:
                self.host.read("ExposureState")
            self.unit.step(0.05)

    def until_x_rays(self):
        for _ in range(4000):
            if self.unit.lines.x_rays:
                return
            self.host.read("ExposureState")
            self.unit.step(0.001)
        raise AssertionError("no X-rays")

    def program(self):
        assert self.host.ask_generator(f"50,{SET_MS},4095,512,0,") == ["$"]

    def reach(self, state):
        self.program()
        if state == "dark frame":
            self.host.write("AcquisitionStart", 1)
        elif state != "idle":
            arm(self)
            self._lead_to(state)

    def _lead_to(self, state):
        if state == "dark window":
            self.unit.inject_fault("no-x-rays")
        if state == "stuck timer":
            self.host.monitor.main_timer_works = False
            self.unit.inject_fault("timer-stuck")
        if state != "armed":
            self.unit.press_hand_switch(1 if state in ("prep", "ready") else 2)
            self.listen({"prep": 0.5, "ready": 2.1, "clearing": 2.1}.get(state, 0.0))
        if state == "dark window":
            self.listen(2.4)
        if state in ("x-rays", "stuck timer", "read-out"):
            self.until_x_rays()
            self.listen({"x-rays": 0.1, "stuck timer": 0.45, "read-out": 0.5}[state])


def is_exposed(state, interlocks, action):
    """Tell whether one exposure is right; more than one never is."""
    if state in ("x-rays", "stuck timer", "read-out"):
        return True
    return state in BEFORE_X_RAYS and not interlocks and action in ("nothing", "release")


def longest_ms(state, interlocks, action):
    """How long X-rays may have been on, given when they were disturbed."""
    set_ms = 1.2 * SET_MS + 5 if state == "stuck timer" else SET_MS
    on_for_ms = {"x-rays": ON_FOR_MS, "stuck timer": 450}.get(state)
    if on_for_ms is None or (action == "nothing" and not interlocks):
        return set_ms
    patience_ms = 250 if action == "silence" and not interlocks else 10
    return min(set_ms, on_for_ms + patience_ms)


@pytest.fixture(scope="module")
def bench():
    with watched_unit() as (unit, host, _monitor):
        yield Bench(unit, host)


@pytest.fixture
def fresh(bench):
    """The same unit, as if it had just been switched on and had rested."""
    switch_on_anew(bench, rested_s=25.0)
    return bench


@pytest.mark.parametrize(("state", "interlocks"), list(product(STATES, INTERLOCKS)))
@pytest.mark.parametrize("action", ACTIONS)
def test_x_rays_only_with_arming_switch_and_interlocks(fresh, state, interlocks, action):
    fresh.reach(state)
    open_interlocks(fresh, interlocks)
    do(fresh, action)
    fresh.listen(0.5)
    fresh.unit.press_hand_switch(2)
    fresh.listen(4.0)
    exposures = fresh.unit.exposures
    assert len(exposures) == is_exposed(state, interlocks, action)
    assert all(made.actual_ms <= longest_ms(state, interlocks, action) for made in exposures)


@pytest.mark.parametrize("interlocks", INTERLOCKS[1:])
@pytest.mark.parametrize("state", BEFORE_X_RAYS)
def test_closing_the_interlock_again_arms_nothing(fresh, state, interlocks):
    fresh.reach(state)
    open_interlocks(fresh, interlocks)
    fresh.unit.clear_faults()
    fresh.unit.close_door()
    for stage in (0, 1, 2):
        fresh.unit.press_hand_switch(stage)
        fresh.listen(3.0)
    assert fresh.unit.exposures == []


@pytest.mark.parametrize("state", STATES)
def test_a_host_that_comes_back_arms_nothing(fresh, state):
    fresh.reach(state)
    made = len(fresh.unit.exposures) + fresh.unit.lines.x_rays
    fresh.unit.step(0.3)
    fresh.host.connect()
    for stage in (0, 1, 2):
        fresh.unit.press_hand_switch(stage)
        fresh.listen(3.0)
    assert len(fresh.unit.exposures) == made

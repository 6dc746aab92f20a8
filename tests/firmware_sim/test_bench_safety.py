"""The bench generator in every state of a really armed panel, with every set of open interlocks.

Its host sends `99,1` at every turn, and the observer of `tests/campaigns/monitor.py` watches the
copper: the command alone never makes X-rays.
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

STATES = ("idle", "dark frame", "armed", "clearing", "window", "x-rays", "read-out")


class Bench:
    """Brings a unit with a bench generator into a state, by hand, door and wire alone."""

    def __init__(self, unit, host):
        self.unit = unit
        self.host = host
        self.host_lives = True

    def program(self):
        for command in ("10,500,", "11,100,"):
            assert self.host.ask_generator(command) == ["$"]

    def switch_on(self):
        assert self.host.ask_generator("99,1,") == ["$"]

    def listen(self, seconds):
        """Let time pass; the generator is told to make X-rays whether the panel's host lives."""
        for _ in range(round(seconds * 20)):
            if self.host_lives:
                self.host.read("ExposureState")
            self.switch_on()
            self.unit.step(0.05)

    def reach(self, state):
        self.program()
        if state == "dark frame":
            self.host.write("AcquisitionStart", 1)
        elif state != "idle":
            arm(self)
            self._lead_to(state)

    def _lead_to(self, state):
        if state == "armed":
            return
        self.unit.press_hand_switch(2)
        steps = {"clearing": 2, "window": 7, "x-rays": 7, "read-out": 7}[state]
        for _ in range(steps):
            self.host.read("ExposureState")
            self.unit.step(0.05)
        assert self.unit.lines.beam_enable is (state != "clearing")
        if state in ("x-rays", "read-out"):
            self.switch_on()
            assert self.unit.lines.x_rays
            self.listen({"x-rays": 0.05, "read-out": 0.5}[state])


def exposures_allowed(state, interlocks, action):
    """Give how many exposures there are, or may be where the host falls silent in the window."""
    if state in ("x-rays", "read-out"):
        return {1}
    if interlocks or state in ("idle", "dark frame"):
        return {0}
    if action == "silence":
        return {0, 1} if state == "window" else {0}
    allowing = ("nothing",) if state == "window" else ("nothing", "release")
    return {int(action in allowing)}


@pytest.fixture(scope="module")
def bench():
    with watched_unit("xrb011") as (unit, host, _monitor):
        yield Bench(unit, host)


@pytest.fixture
def fresh(bench):
    """The same unit, as if it had just been switched on."""
    switch_on_anew(bench, rested_s=1.0)
    return bench


@pytest.mark.parametrize(("state", "interlocks"), list(product(STATES, INTERLOCKS)))
@pytest.mark.parametrize("action", ACTIONS)
def test_the_command_makes_x_rays_only_with_arming_switch_and_interlocks(
    fresh, state, interlocks, action
):
    fresh.reach(state)
    open_interlocks(fresh, interlocks)
    do(fresh, action)
    fresh.listen(0.5)
    fresh.unit.press_hand_switch(2)
    fresh.listen(2.0)
    assert len(fresh.unit.exposures) in exposures_allowed(state, interlocks, action)
    assert all(made.actual_ms <= 500.0 for made in fresh.unit.exposures)


@pytest.mark.parametrize("state", STATES)
def test_a_host_that_comes_back_makes_no_x_rays(fresh, state):
    fresh.reach(state)
    made = len(fresh.unit.exposures) + fresh.unit.lines.x_rays
    fresh.unit.step(0.3)
    fresh.host.connect()
    for stage in (0, 1, 2):
        fresh.unit.press_hand_switch(stage)
        fresh.listen(1.0)
    assert len(fresh.unit.exposures) == made

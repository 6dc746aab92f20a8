"""The self-test of a unit finds what is wrong with it, and never makes X-rays."""

from contextlib import closing

import pytest

from device.detector import open_detector
from device.generator import open_generator
from examination.self_test import CHECKS, Outcome, UnderTest, run_checks
from firmware_sim.features import ExposureControl
from firmware_sim.physics.imager import SMALL_PANEL
from firmware_sim.server import serve
from firmware_sim.unit import SimulatedUnit
from tests.stepping_clock import SteppingClock


@pytest.fixture
def unit():
    return SimulatedUnit(SMALL_PANEL, seed=3)


@pytest.fixture
def bench(unit):
    clock = SteppingClock(unit)
    with (
        serve(unit) as served,
        closing(open_detector(served.detector_url, clock)) as detector,
        closing(open_generator(served.generator_url)) as generator,
    ):
        yield UnderTest(detector, generator)


@pytest.fixture
def open_door_alone():
    """A detector without exposure control, tested alone while the door is open."""
    unit = SimulatedUnit(SMALL_PANEL, seed=3, exposure_control=ExposureControl.ABSENT)
    unit.open_door()
    with (
        serve(unit) as served,
        closing(open_detector(served.detector_url, SteppingClock(unit))) as detector,
    ):
        yield UnderTest(detector, None)


def outcomes(bench, *names):
    return {check.name: check for check in run_checks(bench, names or tuple(CHECKS))}


def test_a_good_unit_passes_everything(bench):
    found = outcomes(bench)
    assert {check.outcome for check in found.values()} == {Outcome.PASSED}
    assert {"detector-identity", "link-quality", "test-pattern", "dark-noise"} <= set(found)
    assert any(name.startswith("generator-") for name in found)


def test_no_self_test_makes_x_rays_or_arms(bench, unit):
    unit.press_hand_switch(0)
    outcomes(bench)
    assert unit.exposures == [] and unit.panel.last_nonce == 0


def test_an_open_door_needs_attention(bench, unit):
    unit.open_door()
    check = outcomes(bench, "interlocks")["interlocks"]
    assert check.outcome is Outcome.ATTENTION and "door" in check.sentence


def test_a_panel_that_watches_no_contacts_is_no_all_clear(open_door_alone):
    check = outcomes(open_door_alone, "interlocks")["interlocks"]
    assert check.outcome is Outcome.NOT_OFFERED and "look at them yourself" in check.sentence


def test_a_hot_panel_fails(bench, unit):
    unit.inject_fault("hot-panel")
    assert outcomes(bench, "temperatures")["temperatures"].outcome is Outcome.FAILED


def test_a_bad_cable_shows_in_the_link_quality(bench, unit):
    unit.inject_fault("drop", {"every": 50})
    check = outcomes(bench, "link-quality")["link-quality"]
    assert check.outcome is Outcome.ATTENTION and check.figures["repeated"] > 0


def test_an_image_cut_short_fails_with_its_code(bench, unit):
    unit.inject_fault("short-frame")
    check = outcomes(bench, "test-pattern")["test-pattern"]
    assert (check.outcome, check.figures["code"]) == (Outcome.FAILED, "E-DET-6")


def test_link_quality_gives_its_percentiles_in_order(bench):
    figures = outcomes(bench, "link-quality")["link-quality"].figures
    assert 0 < figures["p50_ms"] <= figures["p95_ms"] <= figures["p99_ms"]


def test_a_latched_fault_of_the_generator_is_named(bench, unit):
    unit.inject_fault("generator-fault")
    found = outcomes(bench, "generator")
    assert any(check.outcome is Outcome.FAILED for check in found.values())


def test_what_was_not_named_is_said_to_be_not_done(bench):
    alone = outcomes(UnderTest(None, bench.generator), "dark-noise")["dark-noise"]
    assert (
        alone.outcome is Outcome.NOT_OFFERED
        and alone.sentence == "Not done: no detector was named."
    )


def test_without_a_detector_only_the_generator_is_tested(bench):
    alone = UnderTest(None, bench.generator)
    done = [c.name for c in run_checks(alone, tuple(CHECKS)) if c.outcome is Outcome.PASSED]
    assert done and all(name.startswith(("generator-", "interlocks")) for name in done)

"""X-rays on the bench: only with a bench generator, a row in the journal, and a held switch."""

from contextlib import closing, contextmanager
from datetime import UTC, datetime
from itertools import count

import pytest

from device.detector import open_detector
from device.errors import Exposed
from device.generator import open_generator
from examination.bench_beam import BenchRoom, make_bench_beam
from examination.errors import NoBenchGenerator
from examination.self_test import Outcome, UnderTest
from firmware_sim.server import serve
from firmware_sim.unit import SimulatedUnit
from records.database import Database
from records.journal import ExposureEvent, Journal
from tests.campaigns.copper import ProbedLines
from tests.campaigns.safety import NoPictures, TinyPanel
from tests.stepping_clock import SteppingClock

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LONG_ENOUGH_MS = 180.0


@pytest.fixture
def unit():
    return unit_with("xrb011")


def unit_with(generator_model):
    return SimulatedUnit(
        TinyPanel(), imager=NoPictures(), lines=ProbedLines(), generator_model=generator_model
    )


@pytest.fixture
def clock(unit):
    return SteppingClock(unit)


@pytest.fixture
def journal(tmp_path):
    with closing(Database(tmp_path / "records.db")) as database:
        yield Journal(database)


@contextmanager
def opened(unit, clock, journal, is_held):
    """The bench with its panel."""
    with (
        serve(unit) as served,
        closing(open_generator(served.generator_url)) as generator,
        closing(open_detector(served.detector_url, clock)) as detector,
    ):
        yield room_of(UnderTest(detector, generator), clock, journal, is_held)


def room_of(bench, clock, journal, is_held):
    numbers = count(7)
    return BenchRoom(bench, journal, clock, lambda: NOON, lambda: next(numbers), is_held)


@pytest.fixture
def room(unit, clock, journal):
    with opened(unit, clock, journal, nobody_is_asked) as room:
        yield room


@pytest.fixture
def room_without_panel(unit, clock, journal):
    unit.lines.beam_enable = True  # a jumper instead of a panel
    with serve(unit) as served, closing(open_generator(served.generator_url)) as generator:
        yield room_of(UnderTest(None, generator), clock, journal, lambda: True)


def nobody_is_asked():
    raise AssertionError("the panel knows it")


def ignore(_check):
    return None


def test_a_held_switch_gives_x_rays_and_the_journal_has_them(unit, clock, journal, room):
    clock.after(2.0, lambda: unit.press_hand_switch(2))
    checks = make_bench_beam(room, ignore)
    assert {check.outcome for check in checks} == {Outcome.PASSED}, checks
    (made,), (entry,) = unit.exposures, journal.entries()
    assert made.nonce == entry.exposure.nonce == 7 and made.actual_ms > LONG_ENOUGH_MS
    assert (entry.exposure.purpose, entry.was_exposed) == ("bench", Exposed.YES)
    ended = entry.detail(ExposureEvent.ENDED)
    assert ended["exposure_ms"] == pytest.approx(made.actual_ms, abs=1.0)
    assert entry.exposure.boot_id == room.bench.detector.identity.boot_id


def test_the_row_is_there_before_the_x_rays(unit, clock, journal, room):
    rows = []
    unit.lines.probes.append(
        lambda name, level: rows.append(len(journal.entries())) if name == "x_rays" else None
    )
    clock.after(1.0, lambda: unit.press_hand_switch(2))
    make_bench_beam(room, ignore)
    assert rows == [1, 1]


def test_a_switch_that_nobody_holds_gives_no_x_rays(unit, journal, room):
    checks = make_bench_beam(room, ignore)
    assert [check.name for check in checks if check.outcome is Outcome.FAILED] == [
        "bench-hand switch"
    ]
    (entry,) = journal.entries()
    assert unit.exposures == [] and entry.was_exposed is Exposed.NO
    assert unit.describe()["panel"]["state"] == "idle"


def test_a_switch_let_go_in_the_beam_ends_it_and_the_panel_tells_what_was(
    unit, clock, journal, room
):
    unit.press_hand_switch(2)
    clock.after(0.42, lambda: unit.press_hand_switch(0))
    checks = make_bench_beam(room, ignore)
    assert [check.name for check in checks if check.outcome is Outcome.FAILED] == ["bench-X-rays"]
    (made,), (entry,) = unit.exposures, journal.entries()
    assert made.actual_ms < LONG_ENOUGH_MS and entry.was_exposed is Exposed.YES


def test_an_open_door_means_no_x_rays(unit, journal, room):
    unit.open_door()
    unit.press_hand_switch(2)
    make_bench_beam(room, ignore)
    assert unit.exposures == [] and journal.entries()[0].was_exposed is Exposed.NO


def test_without_a_panel_the_row_says_so(unit, journal, room_without_panel):
    unit.press_hand_switch(2)
    make_bench_beam(room_without_panel, ignore)
    (entry,) = journal.entries()
    assert (entry.exposure.detector_serial, entry.exposure.boot_id) == ("none", 0)
    assert len(unit.exposures) == 1 and entry.was_exposed is Exposed.YES


def test_an_interrupted_beam_is_off_and_noted_as_unknown(unit, clock, journal, room_without_panel):
    def interrupt():
        raise KeyboardInterrupt

    unit.press_hand_switch(2)
    clock.after(0.05, interrupt)
    with pytest.raises(KeyboardInterrupt):
        make_bench_beam(room_without_panel, ignore)
    (entry,) = journal.entries()
    assert entry.last_event is ExposureEvent.ENDED and entry.was_exposed is Exposed.UNKNOWN
    assert not unit.lines.x_rays


def test_the_units_own_generator_makes_no_bench_beam(journal):
    unit = unit_with("pmx")
    with (
        opened(unit, SteppingClock(unit), journal, nobody_is_asked) as room,
        pytest.raises(NoBenchGenerator),
    ):
        make_bench_beam(room, ignore)
    assert journal.entries() == [] and unit.exposures == []

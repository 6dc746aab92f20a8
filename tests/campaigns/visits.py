"""The search through visits: the real driver, the real journal, and everything that can go wrong.

Each visit plans an exposure in the journal, arms, and waits, while doors open, cables come out,
power fails, the program dies or the operator lets go. An observer on the copper holds every X-ray
against the journal's file, read apart from the program.
"""

import random
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from device.errors import DeviceError, Exposed
from device.exposure import HAND_PRESET, ExposureRequest, Technique
from examination.examination import Unit
from examination.exposures import plan_exposure
from firmware_sim.faults import MOMENTS
from records.database import Database
from records.journal import ExposureEvent, Journal
from tests.campaigns.copper import ProbedLines
from tests.campaigns.site import Site, opened_site

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TECHNIQUES = (HAND_PRESET, Technique(50.0, 25.0, 300.0))
FAULTS = ("dead-host", "generator-fault", "timer-stuck", "no-x-rays", "door-open")
PURPOSE = "search"


class VisitViolation(AssertionError):
    """An exposure that nobody asked for, or that nobody wrote down."""


class Witness:
    """Holds every X-ray against what was asked for and what stands in the journal's file."""

    def __init__(self, lines: ProbedLines, journal_file: Path) -> None:
        self.asked_for: int | None = None
        self.made: list[int] = []
        self._found: VisitViolation | None = None
        self._lines = lines
        self._file = journal_file
        lines.probes.append(self._edge)

    def check(self) -> None:
        """Raise what was found; the driver takes whatever is raised on the copper for a failure."""
        if self._found is not None:
            raise self._found

    def rows(self) -> set[int]:
        """Read the numbers in the journal, as another program would."""
        reader = sqlite3.connect(f"file:{self._file}?mode=ro", uri=True)
        try:
            return {number for (number,) in reader.execute("SELECT nonce FROM exposures")}
        finally:
            reader.close()

    def _edge(self, name: str, level: Any) -> None:
        if name != "x_rays" or not level:
            return
        self._require(self.asked_for is not None, "X-rays that nobody asked for")
        assert self.asked_for is not None
        self._require(self.asked_for not in self.made, "an exposure was repeated")
        self._require(self.asked_for in self.rows(), "X-rays without a journal row")
        self._require(self._lines.hand_switch_stage == 2, "X-rays without the hand switch")
        self.made.append(self.asked_for)

    def _require(self, kept: object, broken: str) -> None:
        if not kept:
            what = f"{broken} (asked for: {self.asked_for}, made: {self.made})"
            self._found = VisitViolation(what)
            raise self._found


class Visits:
    """Visit after visit on one site."""

    def __init__(self, site: Site, folder: Path, witness: Witness, seed: int) -> None:
        self.site = site
        self.tally: Counter[str] = Counter()
        self._folder = folder
        self._witness = witness
        self._chance = random.Random(f"visits/{seed}")
        self._journal = Journal(Database(folder / "records.db"))
        self._nonce = 0
        self._exposed = Exposed.UNKNOWN

    def visit(self) -> None:
        """Do one visit to its good or bad end, and see that nothing goes on afterwards."""
        self._nonce += 1
        request = ExposureRequest(self._nonce, self._chance.choice(TECHNIQUES))
        made = len(self._witness.made)
        try:
            self.expose(request)
        except DeviceError as error:
            self._witness.check()
            self._note_end(request.nonce, error)
        self._check_told(len(self._witness.made) - made)
        self._let_nothing_happen()
        self._put_right()

    def expose(self, request: ExposureRequest) -> None:
        """Plan, arm and wait, with disturbances."""
        self._exposed = Exposed.NO
        unit = self._unit()
        plan_exposure(unit, request, PURPOSE, None)
        self._disturb(self._chance.choice((0, 0, 1, 1, 2, 3)))
        self._witness.asked_for = request.nonce
        self.site.sequence.arm(request)
        self._exposed = Exposed.UNKNOWN
        self._journal.note(request.nonce, unit.now(), ExposureEvent.ARMED)
        self._press(self._chance.uniform(0.0, 1.5))
        self.site.sequence.await_frame(self._chance.choice((3.5, 8.0)), lambda stage: None)
        self._exposed = Exposed.YES
        self._journal.note(request.nonce, unit.now(), ExposureEvent.STORED, {})
        self.tally["images"] += 1

    # What people, cables and programs do

    def _press(self, after_s: float) -> None:
        clock, unit = self.site.clock, self.site.unit
        clock.after(after_s, lambda: unit.press_hand_switch(self._chance.choice((1, 2, 2, 2))))
        clock.after(after_s + 2.2, lambda: unit.press_hand_switch(2))

    def _disturb(self, times: int) -> None:
        for _ in range(times):
            self.site.clock.after(self._chance.uniform(0.0, 4.0), self._chance.choice(self._acts()))

    def _acts(self) -> tuple[Callable[[], object], ...]:
        unit = self.site.unit
        return (
            unit.open_door,
            unit.close_door,
            lambda: unit.press_hand_switch(0),
            lambda: unit.press_hand_switch(1),
            lambda: unit.inject_fault(self._chance.choice(FAULTS)),
            lambda: unit.inject_fault("cable-pull", {"at": self._chance.choice(MOMENTS)}),
            lambda: unit.inject_fault("power-cycle", {"at": self._chance.choice(MOMENTS)}),
            lambda: unit.inject_fault("short-frame", {"lines": 2}),
            self.site.detector.hang_up,  # the program dies
            self._cancel,
        )

    def _cancel(self) -> None:
        try:
            self.site.sequence.disarm()
        except DeviceError:
            self.tally["cancelled without a cable"] += 1

    # Afterwards

    def _note_end(self, nonce: int, error: DeviceError) -> None:
        self._exposed = error.exposed
        self.tally[f"ended with {error.code}"] += 1
        detail = {"code": error.code, "exposed": error.exposed.value}
        self._journal.note(nonce, self._unit().now(), ExposureEvent.ENDED, detail)

    def _check_told(self, made: int) -> None:
        self.tally["exposures"] += made
        told = (Exposed.YES, Exposed.UNKNOWN) if made else (Exposed.NO, Exposed.UNKNOWN)
        right = made <= 1 and (self._exposed in told or (self._exposed is Exposed.YES and made))
        if not right:
            raise VisitViolation(f"{made} exposures, and the journal says {self._exposed.value}")

    def _let_nothing_happen(self) -> None:
        """Let a person play with the switch: without arming there are no X-rays."""
        self.site.clock.forget_plans()
        self.site.unit.step(0.3)
        self._witness.asked_for = None
        self.site.unit.clear_faults()
        self.site.unit.close_door()
        self.site.unit.press_hand_switch(0)
        self.site.unit.step(20.0)
        for stage in (1, 2, 0):
            self.site.unit.press_hand_switch(stage)
            self.site.unit.step(2.5)

    def _put_right(self) -> None:
        self.site.detector.close()
        self.site.open_anew()

    def _unit(self) -> Unit:
        site = self.site
        return Unit(
            detector=site.detector,
            generator=site.generator,
            sequence=site.sequence,
            journal=self._journal,
            frames=(self._folder / "frames",),
            clock=site.clock,
            now=lambda: NOON + timedelta(seconds=site.clock.now()),
            draw_nonce=lambda: self._nonce,
        )


def search_visits(count: int, seed: int, told: Callable[[int], None]) -> Counter[str]:
    """Do so many visits. Raises VisitViolation."""
    lines = ProbedLines()
    with tempfile.TemporaryDirectory() as folder, opened_site(lines) as site:
        witness = Witness(lines, Path(folder, "records.db"))
        visits = Visits(site, Path(folder), witness, seed)
        for number in range(count):
            told(number)
            visits.visit()
        numbers = [exposure.nonce for exposure in site.unit.exposures]
        if len(set(numbers)) != len(numbers) or not set(numbers) <= witness.rows():
            raise VisitViolation(f"the unit exposed {numbers}")
    return visits.tally

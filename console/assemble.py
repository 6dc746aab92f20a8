"""The only place that builds and connects the parts."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import gettempdir

from pydicom.dataset import Dataset

from acquisition.calibration import Calibration, load
from console.diagnostics import UnitKeeper
from console.settings import Settings
from console.site_model import open_model
from console.version import __version__
from device.clock import Clock
from device.detector import Detector, open_detector
from device.exposure import ExposureSequence, ExposureStage
from device.generator import open_generator
from examination.bench_beam import BenchRoom
from examination.consistent import Site
from examination.examination import Question, Room, State, Unit, Verdict
from examination.self_test import UnderTest
from examination.stopwatch import Stopwatch
from examination.visits_on_record import earlier_on_record
from growth.judgement import Customs
from growth.visit_rules import read_rules
from pacs.dataset import to_bytes, to_jpeg_ls_bytes
from records.database import Database, exclusive_use
from records.examinations import Visits
from records.journal import Journal
from records.reports import Reports
from reports.paper import paper_of
from reports.wording import wording_of

_NONCE_BITS = 63
# Where a raw frame goes when the data directory does not take it: the dose was given.
_LAST_RESORT = Path(gettempdir()) / "boneage-frames"
# How DICOM images are written, by the setting `dicom_compression`.
_DICOM_WRITERS: dict[str, Callable[[Dataset], bytes]] = {
    "none": to_bytes,
    "jpeg-ls": to_jpeg_ls_bytes,
}


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the unit is: the URLs of detector and generator."""

    detector: str
    generator: str


@dataclass(frozen=True, slots=True)
class Person:
    """Who works with the unit: how they decide, and what they are shown meanwhile."""

    decide: Callable[[Question], Verdict]
    watch: Callable[[ExposureStage | State], None]


@contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    """Open the records of this site."""
    database = Database(settings.data_directory / "records.db")
    try:
        yield database
    finally:
        database.close()


@contextmanager
def open_reports(settings: Settings) -> Iterator[Reports]:
    """Open the reports of this site and what happened to them."""
    with open_database(settings) as database:
        yield _reports(settings, database)


@contextmanager
def open_site(settings: Settings) -> Iterator[tuple[Reports, Site]]:
    """Open the reports of this site, and what it judges growth by."""
    with open_database(settings) as database:
        reports, visits = _reports(settings, database), Visits(database)
        yield reports, Site(customs_of(settings), partial(earlier_on_record, visits, reports))


def _reports(settings: Settings, database: Database) -> Reports:
    return Reports(database, settings.data_directory / "reports")


@contextmanager
def open_unit(
    settings: Settings, database: Database, addresses: Addresses, clock: Clock
) -> Iterator[Unit]:
    """Open detector and generator for one command; a second one is refused."""
    with ExitStack() as opened:
        opened.enter_context(exclusive_use(settings.data_directory))
        detector = open_detector(addresses.detector, clock)
        opened.callback(detector.close)
        generator = open_generator(addresses.generator)
        opened.callback(generator.close)
        yield Unit(
            detector=detector,
            generator=generator,
            sequence=ExposureSequence(detector, generator, clock),
            journal=Journal(database),
            frames=(settings.data_directory / "frames", _LAST_RESORT),
            clock=clock,
            now=_now,
            draw_nonce=_draw_nonce,
        )


@contextmanager
def open_room(
    settings: Settings, addresses: Addresses, clock: Clock, person: Person
) -> Iterator[Room]:
    """Open everything that a visit needs, with the calibration of the connected panel."""
    stopwatch, customs = Stopwatch(clock), customs_of(settings)
    with (
        open_database(settings) as database,
        open_unit(settings, database, addresses, clock) as unit,
    ):
        calibration = calibration_of(settings, unit.detector)
        model = open_model(settings)
        stopwatch.lap("connect")
        yield Room(
            unit=unit,
            calibration=calibration,
            model=model,
            software_version=__version__,
            visits=Visits(database),
            reports=_reports(settings, database),
            stopwatch=stopwatch,
            decide=person.decide,
            watch=person.watch,
            write_dicom=_DICOM_WRITERS[settings.dicom_compression],
            customs=customs,
            words=wording_of(settings.language),
            paper=paper_of(settings.paper),
        )


@contextmanager
def open_under_test(settings: Settings, addresses: Addresses, clock: Clock) -> Iterator[UnderTest]:
    """Open the devices that are named, either may be missing, for a self-test."""
    with ExitStack() as opened:
        opened.enter_context(exclusive_use(settings.data_directory))
        detector = generator = None
        if addresses.detector:
            detector = open_detector(addresses.detector, clock)
            opened.callback(detector.close)
        if addresses.generator:
            generator = open_generator(addresses.generator)
            opened.callback(generator.close)
        yield UnderTest(detector, generator)


@contextmanager
def open_bench_room(
    settings: Settings,
    database: Database,
    addresses: Addresses,
    clock: Clock,
    switch_is_held: Callable[[], bool],
) -> Iterator[BenchRoom]:
    """Open what a bench beam needs; a bench without a detector asks the person once."""
    said: list[bool] = []

    def is_held() -> bool:
        if not said:
            said.append(switch_is_held())
        return said[0]

    with open_under_test(settings, addresses, clock) as bench:
        yield BenchRoom(bench, Journal(database), clock, _now, _draw_nonce, is_held)


@contextmanager
def open_keeper(
    settings: Settings, database: Database, addresses: Addresses, clock: Clock
) -> Iterator[UnitKeeper]:
    """Open the model, and keep the unit for the service."""
    keeper = UnitKeeper(
        lambda: open_unit(settings, database, addresses, clock),
        lambda unit: calibration_of(settings, unit.detector),
        open_model(settings).identity,
    )
    try:
        yield keeper
    finally:
        keeper.close()


def customs_of(settings: Settings) -> Customs:
    """Read how this site judges growth; raises VisitRuleWrong."""
    return Customs(settings.growth_reference, read_rules(settings.next_visit_rules))


def calibration_of(settings: Settings, detector: Detector) -> Calibration:
    """Load the calibration of a panel; raises CalibrationMissing or CalibrationCorrupt."""
    return load(calibration_folder(settings, detector))


def calibration_folder(settings: Settings, detector: Detector) -> Path:
    """Return where the calibration of a panel, with its firmware and image size, is kept."""
    identity = detector.identity
    name = f"{identity.serial}_{identity.firmware_version}_{detector.rows}x{detector.columns}"
    kept = "".join(letter if letter.isalnum() or letter in "-_." else "_" for letter in name)
    return settings.data_directory / "calibrations" / kept


def _now() -> datetime:
    return datetime.now().astimezone()


def _draw_nonce() -> int:
    return secrets.randbits(_NONCE_BITS) or 1

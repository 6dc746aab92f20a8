"""The quality control of a detector on the command line: on a real unit, or a simulated one."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import typer

from acquisition.detector_quality.record import as_record
from console.asking import confirm, somebody_is_there
from console.assemble import Addresses, calibration_of, open_database, open_unit
from console.demo import Staging, prepare_calibration
from console.errors import ChecksFailed, NobodyAtTheBench
from console.quality_series import quality_report
from console.settings import Settings
from console.simulated_device import BackDoorClock, SimulatedDevice, start_simulated_device
from console.stopping import StoppableClock, Stopping
from console.telling import Telling
from device.clock import Clock
from device.exposure import ExposureStage
from examination.detector_qc import measure_detector
from examination.examination import Unit
from examination.quality_frames import ADDED_ALUMINIUM_MM, REFERENCE, Bench, OnPanel
from examination.service_exposure import Watch, unwatched
from records.database import Database
from records.detector_quality import QualityEntry, QualitySeries
from records.files import check_writable, write_atomically
from reports.figures import measured

RECORD: Final = "detector-quality.json"
REPORT: Final = "detector-quality.pdf"
# The generator rests 20 s after the last flat of a calibration.
_REST_S: Final = 30.0

LAY: Final = {
    OnPanel.NOTHING: "Take everything off the panel, and leave the filter before the tube.",
    OnPanel.EDGE_UPRIGHT: (
        f"Put {ADDED_ALUMINIUM_MM:g} mm aluminium before the tube. Lay the edge plate over the "
        "right half of the panel, its edge upright through the middle, turned by 2 degrees."
    ),
    OnPanel.EDGE_ACROSS: (
        "Lay the edge plate over the lower half of the panel, its edge from left to right through "
        "the middle, turned by 2 degrees."
    ),
}
# What the simulated unit's back door lays down instead.
_SIMULATED: Final = {
    OnPanel.NOTHING: "flat:beam=RQA3",
    OnPanel.EDGE_UPRIGHT: "edge:angle=2,beam=RQA3",
    OnPanel.EDGE_ACROSS: "edge:angle=92,beam=RQA3",
}
# What somebody with a hand on the switch has to know.
_SAID: Final = (ExposureStage.RESTING, ExposureStage.ARMED, ExposureStage.READING_OUT)

Lay = Callable[[OnPanel, str], None]


@dataclass(frozen=True, slots=True)
class Site:
    """Where a quality control is made, and how it is told."""

    settings: Settings
    telling: Telling
    out: Path


def control_unit(
    site: Site,
    addresses: Addresses,
    kerma_ugy: float | None,
    stopping: Stopping,
) -> Path:
    """Measure the detector of a real unit with a person at it; return the PDF's place.

    Raises ChecksFailed, once everything is kept, where figures lie outside their limits.
    """
    _require_somebody()

    def watch(stage: ExposureStage) -> None:
        stopping.watch(stage)
        if stage in _SAID:
            site.telling.watch(stage)

    site.telling.say(_reference_in_words(kerma_ugy))
    return _control(site, addresses, StoppableClock(stopping), _ask_to_lay, watch, kerma_ugy)


def control_simulated(site: Site, staging: Staging) -> Path:
    """Measure the detector of a simulated unit, in manual time; return the PDF's place."""
    with start_simulated_device(staging.options()) as simulated:
        prepare_calibration(site.settings, simulated, site.telling)
        simulated.back_door.step(_REST_S)
        clock = BackDoorClock(simulated.back_door)
        return _control(site, simulated.addresses, clock, _laid_by(simulated), unwatched, None)


def _control(
    site: Site,
    addresses: Addresses,
    clock: Clock,
    lay: Lay,
    watch: Watch,
    kerma_ugy: float | None,
) -> Path:
    check_writable(site.out)
    with (
        open_database(site.settings) as database,
        open_unit(site.settings, database, addresses, clock) as unit,
        _bars(site.telling, lay) as (told, lay_between_bars),
    ):
        bench = Bench(lay_between_bars, told, watch, kerma_ugy)
        record = _measured(site.settings, unit, bench)
        report = _keep(database, record, site.out)
    _judge(record, site.telling)
    return report


def _measured(settings: Settings, unit: Unit, bench: Bench) -> dict[str, Any]:
    return as_record(measure_detector(unit, calibration_of(settings, unit.detector), bench))


def _keep(database: Database, record: dict[str, Any], out: Path) -> Path:
    """Put the record into the series first; then its files can be made again at any time."""
    series = QualitySeries(database)
    entry = _entry_of(record)
    series.add(entry)
    text = json.dumps(record, indent=1, ensure_ascii=False) + "\n"
    write_atomically(out / RECORD, text.encode())
    write_atomically(out / REPORT, quality_report(series, entry.id))
    return out / REPORT


def _entry_of(record: dict[str, Any]) -> QualityEntry:
    """Give a record its number in the series."""
    made = datetime.fromisoformat(record["made"])
    serial = record["detector"]["serial"]
    return QualityEntry(str(uuid4()), serial, made, record["passed"], record)


def _judge(record: dict[str, Any], telling: Telling) -> None:
    for judged in record["judgements"]:
        telling.say(judgement_in_words(judged))
    outside = [judged["name"] for judged in record["judgements"] if not judged["passed"]]
    if outside:
        raise ChecksFailed(
            f"{len(outside)} of {len(record['judgements'])} figures lie outside their limits: "
            f"{', '.join(outside)}. The record is kept."
        )


def judgement_in_words(judged: dict[str, Any]) -> str:
    """Return one line: the figure, its limits, and whether it lies within."""
    low, high = judged["lowest"], judged["highest"]
    limits = [
        f"{side} {limit:g}"
        for side, limit in (("at least", low), ("at most", high))
        if limit is not None
    ]
    verdict = "good" if judged["passed"] else "OUTSIDE"
    found = measured(judged["value"], judged["unit"])
    return f"  {verdict:<8}{judged['name']}: {found} ({' and '.join(limits)})"


def _reference_in_words(kerma_ugy: float | None) -> str:
    said = f"{REFERENCE.kv:g} kV, {REFERENCE.ma:g} mA, {REFERENCE.ms:g} ms"
    if kerma_ugy is None:
        return f"The air kerma is computed; measured at {said}, give it with --kerma-ugy."
    return f"Air kerma at the panel, {said} and the filter: {kerma_ugy:g} uGy."


def _require_somebody() -> None:
    if not somebody_is_there():
        raise NobodyAtTheBench(
            "Nothing was exposed: somebody at a terminal has to lay the edge on the panel."
        )


def _ask_to_lay(what: OnPanel, why_again: str) -> None:
    if why_again:
        typer.echo(why_again, err=True)
    if not confirm(f"{LAY[what]} Is it so, and nobody in the beam?"):
        raise NobodyAtTheBench("The quality control was broken off; it left nothing armed.")


def _laid_by(simulated: SimulatedDevice) -> Lay:
    def lay(what: OnPanel, _why_again: str) -> None:
        simulated.back_door.put("patient", spec=_SIMULATED[what])

    return lay


@contextmanager
def _bars(telling: Telling, lay: Lay) -> Iterator[tuple[Callable[[str, int, int], None], Lay]]:
    """Show progress between questions: a bar on the screen would write over what is asked."""
    with ExitStack() as shown:
        running: list[Callable[[str, int, int], None]] = []

        def told(kind: str, done: int, wanted: int) -> None:
            if not running:
                running.append(shown.enter_context(telling.progress("measuring")))
            running[0](kind, done, wanted)

        def lay_between(what: OnPanel, why_again: str) -> None:
            shown.close()
            running.clear()
            lay(what, why_again)

        yield told, lay_between

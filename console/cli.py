"""The command line `boneage`: parse, call one function, tell the outcome."""

import math
import os
import signal
import sys
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import typer

from acquisition.calibration import save
from acquisition.calibration_report import save_report
from acquisition.dose import technique_for
from acquisition.errors import AcquisitionError
from acquisition.quality import Finding, Severity
from console.assemble import (
    Addresses,
    Person,
    calibration_folder,
    open_database,
    open_room,
    open_unit,
)
from console.demo import Panel, Staging, run_demo
from console.errors import ConsoleError, FileSystemRefused
from console.settings import read_settings
from console.simulated_device import simulator_command
from console.stopping import StoppableClock, Stopping
from console.telling import Telling, sentence_of
from console.version import __version__
from device.clock import SystemClock
from device.errors import DeviceError
from device.exposure import ExposureStage
from device.technique import HAND_PRESET, Technique
from examination.calibrate import calibrate_unit
from examination.errors import ExaminationError
from examination.examination import Decision, Ordered, State, Verdict
from examination.order import Order, child_from, read_order
from examination.result import RADIOGRAPH, RESULT, read_result
from examination.run import run_visit
from growth.child import DAYS_PER_YEAR
from records.errors import RecordsError
from records.journal import Journal

# A process has one set of signals.
STOPPING = Stopping()

OUR_ERRORS = (DeviceError, AcquisitionError, RecordsError, ExaminationError, ConsoleError)

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # brackets in a URL are no markup
)

DetectorUrl = Annotated[
    str, typer.Option(help="usb://, usb://VID:PID[/serial] or usbip://HOST:PORT/BUSID")
]
GeneratorUrl = Annotated[
    str, typer.Option(help="pmx:///dev/ttyUSB1, pmx+socket://HOST:PORT or pmx+rfc2217://HOST:PORT")
]
Cm = Annotated[float | None, typer.Option(help="in cm")]


def main() -> None:
    """Run a command; an error of ours becomes one sentence with its code, and exit code 1."""
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, STOPPING.request)
    try:
        app()
    except OUR_ERRORS as error:
        typer.echo(sentence_of(error), err=True)
        sys.exit(1)
    except OSError as error:  # a path too long, a loop of links, a folder in the way
        refused = FileSystemRefused(f"A file or folder cannot be used: {error}.")
        typer.echo(sentence_of(refused), err=True)
        sys.exit(1)


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    add_help_option=False,
)
def sim(context: typer.Context) -> None:
    """Run the simulated device as a process of its own; `boneage sim --help` lists its options."""
    command = simulator_command(context.args)
    os.execv(command[0], command)


@app.command()
def visit(
    detector: DetectorUrl,
    generator: GeneratorUrl,
    out: Annotated[Path, typer.Option(help="folder for this visit's files")],
    patient: Annotated[Path | None, typer.Option(help="patient file (JSON)")] = None,
    kv: Annotated[float, typer.Option(help="tube voltage in kV")] = HAND_PRESET.kv,
    ma: Annotated[float, typer.Option(help="tube current in mA")] = HAND_PRESET.ma,
    ms: Annotated[float, typer.Option(help="exposure time in ms")] = HAND_PRESET.ms,
) -> None:
    """Examine a child: program, arm, wait 30 s for the hand switch, correct, check, deliver."""
    started = _now()
    order = read_order(patient, Technique(kv, ma, ms), started.date())
    telling = Telling()
    person = Person(lambda findings, picture: _ask(telling, findings, picture), _watch(telling))
    addresses = Addresses(detector, generator)
    with open_room(read_settings(), addresses, StoppableClock(STOPPING), person) as room:
        run_visit(room, Ordered(str(uuid4()), started, out.resolve(), order))
        telling.exposure_index(read_result(out))
        telling.times(room.stopwatch.laps)
    typer.echo(out / RADIOGRAPH)


@app.command()
def calibrate(
    detector: DetectorUrl,
    generator: GeneratorUrl,
    out: Annotated[Path, typer.Option(help="folder for a copy of the maps and the report")],
) -> None:
    """Take dark and flat frames with nothing on the panel; the hand switch makes every flat."""
    settings, telling = read_settings(), Telling()
    with (
        open_database(settings) as database,
        open_unit(settings, database, Addresses(detector, generator), SystemClock()) as unit,
        telling.progress("calibrating") as told,
    ):
        telling.say("Take everything off the panel. Press the hand switch for every flat frame.")
        calibration = calibrate_unit(unit, told)
        save(calibration, calibration_folder(settings, unit.detector))
    save(calibration, out)
    typer.echo(save_report(calibration, out))


@app.command()
def demo(
    out: Annotated[Path, typer.Option(help="folder for the visit's files")] = Path("out/demo"),
    sex: Annotated[str, typer.Option(help="F or M")] = "F",
    birth_date: Annotated[str, typer.Option(help="YYYY-MM-DD, from the bone age if absent")] = "",
    visit_date: Annotated[str, typer.Option(help="YYYY-MM-DD, today if not given")] = "",
    height_cm: Cm = None,
    weight_kg: Annotated[float | None, typer.Option(help="in kg")] = None,
    mother_cm: Cm = None,
    father_cm: Cm = None,
    bone_age_years: Annotated[float, typer.Option(help="of the phantom", min=0, max=19)] = 9.2,
    radiograph: Annotated[Path | None, typer.Option(help="an image becomes the patient")] = None,
    dose_ugy: Annotated[float, typer.Option(help="air kerma at the panel in uGy", min=0)] = 9.5,
    seed: Annotated[int, typer.Option(help="seed of panel and phantom", min=0)] = 1,
    panel: Annotated[Panel, typer.Option(help="which simulated panel")] = Panel.FULL,
    *,
    json_: Annotated[bool, typer.Option("--json", help="print result.json")] = False,
) -> None:
    """Run a whole visit on the simulated device, from the hand switch to the corrected image."""
    today = _day(visit_date, _now().date())
    if not math.isfinite(dose_ugy) or not math.isfinite(bone_age_years):
        raise typer.BadParameter("dose and bone age are numbers", param_hint="--dose-ugy")
    said = {
        "id": f"DEMO-{seed}",
        "name": "Simulated patient",
        "sex": sex,
        "birth_date": birth_date or f"{today - timedelta(days=bone_age_years * DAYS_PER_YEAR)}",
        "height_cm": height_cm,
        "weight_kg": weight_kg,
        "mother_cm": mother_cm,
        "father_cm": father_cm,
    }
    order = Order(child_from(said, today), technique_for(dose_ugy), today)
    spec = f"phantom:sex={sex},bone_age={bone_age_years},seed={seed}"
    if radiograph is not None:
        spec = f"radiograph:{radiograph.resolve()}"
    run_demo(read_settings(), Staging(panel, seed, spec), order, out.resolve(), Telling())
    typer.echo((out / RESULT).read_text() if json_ else out / RADIOGRAPH)


@app.command()
def journal() -> None:
    """List every exposure of this site: when, with what, and how it ended."""
    settings = read_settings()
    with open_database(settings) as database:
        entries = Journal(database).entries()
        typer.echo(f"{len(entries)} exposures in {settings.data_directory}", err=True)
        for entry in entries:
            planned = entry.exposure
            typer.echo(
                f"{planned.planned:%Y-%m-%d %H:%M:%S}  {planned.nonce:016x}  {planned.purpose:<12}"
                f"{planned.kv:g} kV {planned.ma:g} mA {planned.ms:g} ms  "
                f"exposed: {entry.was_exposed.value:<8}{entry.last_event.value}"
            )


def _watch(telling: Telling) -> Callable[[ExposureStage | State], None]:
    """Show each step, and stop there if somebody wants to."""

    def watch(step: ExposureStage | State) -> None:
        telling.watch(step)
        STOPPING.watch(step)

    return watch


def _ask(telling: Telling, findings: Sequence[Finding], picture: Path) -> Verdict:
    """Let the person at the terminal decide.

    Without a terminal the image is delivered as it is, and the result says that nobody accepted it.
    """
    telling.say(f"  the image: {picture}")
    telling.findings(findings)
    if not sys.stdin.isatty():
        return Verdict(Decision.ACCEPT, "nobody: there was no terminal to ask at")
    advises_repeat = any(finding.severity is Severity.REPEAT for finding in findings)
    if typer.confirm("Accept this image?", default=not advises_repeat):
        return Verdict(Decision.ACCEPT, "the operator")
    return Verdict(Decision.REPEAT, "the operator")


def _day(said: str, today: date) -> date:
    try:
        return date.fromisoformat(said) if said else today
    except ValueError as exc:
        raise typer.BadParameter("a date looks like 2026-11-23", param_hint="--visit-date") from exc


def _now() -> datetime:
    return datetime.now().astimezone()


def _show_version(wanted: bool) -> None:  # noqa: FBT001 (Typer hands the flag to its callback)
    if wanted:
        typer.echo(f"boneage {__version__}, reading model: none yet")
        raise typer.Exit


@app.callback()
def boneage(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the versions."),
    ] = False,
) -> None:
    """Software of a small digital X-ray unit for a child's left hand."""

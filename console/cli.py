"""The command line `boneage`: parse, call one function, tell the outcome."""

import json
import math
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import asdict
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import typer

from acquisition.calibration import save
from acquisition.calibration_report import save_report
from acquisition.dose import technique_for
from acquisition.errors import AcquisitionError
from acquisition.quality import Finding, Severity
from bone_age.errors import BoneAgeError
from bone_age.model import load_model
from bone_age.reading import BoneAgeReading, Sex
from console.app import serve as listen
from console.assemble import (
    Addresses,
    Person,
    calibration_folder,
    open_database,
    open_keeper,
    open_room,
    open_unit,
)
from console.demo import Panel, Staging, run_demo
from console.errors import ConsoleError, FileSystemRefused, SettingWrong, Stopped
from console.read_files import SEX_WRONG, Row, Wanted, as_csv, read_all, read_list, read_one
from console.reprint import print_report
from console.settings import read_settings
from console.simulated_device import simulator_command, start_simulated_device
from console.stopping import StoppableClock, Stopping
from console.telling import Telling, growth_in_words, sentence_of
from console.version import __version__
from device.clock import SystemClock
from device.errors import DeviceError
from device.exposure import ExposureStage
from device.technique import HAND_PRESET, Technique
from examination.calibrate import calibrate_unit
from examination.deliver import REPORT, RESULT, read_result
from examination.errors import ExaminationError, OrderWrong
from examination.examination import Decision, Ordered, State, Verdict
from examination.order import order_from, read_order
from examination.run import run_visit
from growth.assess import assess
from growth.assessment import as_record
from growth.child import DAYS_PER_YEAR
from growth.errors import GrowthError
from pacs.errors import PacsError
from records.errors import RecordsError
from records.files import write_atomically
from records.journal import Journal
from reports.errors import ReportError

# A process has one set of signals.
STOPPING = Stopping()

OUR_ERRORS = (
    *(DeviceError, AcquisitionError, BoneAgeError, GrowthError, ReportError, PacsError),
    *(RecordsError, ExaminationError, ConsoleError),
)

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
Kg = Annotated[float | None, typer.Option(help="in kg")]
SexOption = Annotated[str, typer.Option("--sex", help="F or M")]
BirthDate = Annotated[str, typer.Option(help="YYYY-MM-DD, from the bone age if absent")]
VisitDate = Annotated[str, typer.Option(help="YYYY-MM-DD, today if not given")]
HeightPosition = Annotated[str | None, typer.Option(help="standing or recumbent")]


class Language(StrEnum):
    """The languages of the report."""

    ENGLISH = "en"


LanguageOption = Annotated[Language, typer.Option(help="of the report")]

# interfaces.md: the reading of a single image was refused.
REFUSED = 3
NO_UNIT = (
    "It is not known where the unit is: set detector and generator in the settings file "
    "(--config), or use --simulated."
)


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
    """Examine a child: arm, wait 30 s for the hand switch, correct, check, read, assess, report."""
    started = _now()
    order = read_order(patient, Technique(kv, ma, ms), started.date())
    telling = Telling()
    person = Person(lambda findings, picture: _ask(telling, findings, picture), _watch(telling))
    addresses = Addresses(detector, generator)
    with open_room(read_settings(), addresses, StoppableClock(STOPPING), person) as room:
        finished = run_visit(room, Ordered(str(uuid4()), started, out.resolve(), order))
        telling.exposure_index(read_result(out))
        telling.reading(finished.reading)
        telling.times(room.stopwatch.laps)
    typer.echo(out / REPORT)
    _exit_if_refused(finished.reading)


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
    sex: SexOption = "F",
    birth_date: BirthDate = "",
    visit_date: VisitDate = "",
    height_cm: Cm = None,
    weight_kg: Kg = None,
    mother_cm: Cm = None,
    father_cm: Cm = None,
    height_position: HeightPosition = None,
    bone_age_years: Annotated[float, typer.Option(help="of the phantom", min=0, max=19)] = 9.2,
    radiograph: Annotated[Path | None, typer.Option(help="an image becomes the patient")] = None,
    dose_ugy: Annotated[float, typer.Option(help="air kerma at the panel in uGy", min=0)] = 9.5,
    seed: Annotated[int, typer.Option(help="seed of panel and phantom", min=0)] = 1,
    panel: Annotated[Panel, typer.Option(help="which simulated panel")] = Panel.FULL,
    language: LanguageOption = Language.ENGLISH,
    *,
    json_: Annotated[bool, typer.Option("--json", help="print result.json")] = False,
) -> None:
    """Run a whole visit on the simulated device, from the hand switch to the report."""
    today = _day(visit_date, _now().date())
    if today.year < 1900:
        raise typer.BadParameter("the visit lies before X-rays", param_hint="--visit-date")
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
        "height_position": height_position,
    }
    order = order_from(said, technique_for(dose_ugy), today)
    spec = f"phantom:sex={sex},bone_age={bone_age_years},seed={seed}"
    if radiograph is not None:
        spec = f"radiograph:{radiograph.resolve()}"
    finished = run_demo(
        read_settings(), Staging(panel, seed, spec), order, out.resolve(), Telling()
    )
    typer.echo((out / RESULT).read_text(encoding="utf-8") if json_ else out / REPORT)
    _exit_if_refused(finished.reading)


@app.command()
def read(
    files: Annotated[list[Path] | None, typer.Argument(help="PNG, JPEG, WebP or DICOM")] = None,
    sex: Annotated[str, typer.Option(help="F or M")] = "",
    list_: Annotated[Path | None, typer.Option("--list", help="CSV: path,sex[,id]")] = None,
    out: Annotated[Path | None, typer.Option(help="CSV of the readings, with --list")] = None,
    *,
    json_: Annotated[bool, typer.Option("--json", help="one object per line")] = False,
) -> None:
    """Read the bone age of image files; sex and pixels are all that the reading sees."""
    if (list_ is None) == (not files) or (list_ is None) != (out is None):
        raise typer.BadParameter("give FILES and --sex, or --list and --out")
    model = load_model(read_settings().model_directory)
    if list_ is not None and out is not None:
        if out.exists() and out.samefile(list_):
            raise typer.BadParameter("--out would overwrite the list")
        wanted = read_list(list_)
        with Telling().progress("reading") as told:
            write_atomically(out, as_csv(_counted(read_all(model, wanted), len(wanted), told)))
        return
    if sex not in [each.value for each in Sex]:
        raise OrderWrong(SEX_WRONG)
    wanted = [Wanted(path.stem, str(path), sex) for path in files or ()]
    is_single = len(wanted) == 1  # then a file that is no picture is an error, not a row
    rows = (read_one(model, one) for one in wanted) if is_single else read_all(model, wanted)
    for row in rows:
        typer.echo(json.dumps(row.as_record(), ensure_ascii=False) if json_ else row.in_words())
        if is_single and row.refused:
            raise typer.Exit(REFUSED)


def _counted(rows: Iterator[Row], wanted: int, told: Callable[[str, int, int], None]) -> list[Row]:
    done = []
    for row in rows:
        done.append(row)
        told("images", len(done), wanted)
    return done


@app.command()
def growth(
    sex: SexOption,
    birth_date: Annotated[str, typer.Option(help="YYYY-MM-DD")],
    visit_date: VisitDate = "",
    height_cm: Cm = None,
    weight_kg: Kg = None,
    mother_cm: Cm = None,
    father_cm: Cm = None,
    height_position: HeightPosition = None,
    bone_age_months: Annotated[float | None, typer.Option(help="in months")] = None,
    *,
    json_: Annotated[bool, typer.Option("--json", help="print the assessment as JSON")] = False,
) -> None:
    """Compare a child's sizes and bone age with the references of WHO, CDC and China."""
    said = {
        "id": "-",
        "name": "-",
        "sex": sex,
        "birth_date": birth_date,
        "height_cm": height_cm,
        "weight_kg": weight_kg,
        "mother_cm": mother_cm,
        "father_cm": father_cm,
        "height_position": height_position,
    }
    order = order_from(said, HAND_PRESET, _day(visit_date, _now().date()))
    assessment = assess(order.child, order.visit_date, bone_age_months, order.height_position)
    record = as_record(assessment)
    if json_:
        typer.echo(json.dumps(record, indent=1, ensure_ascii=False))
        return
    for line in growth_in_words(record, asdict(order.child) | {"sex": sex}, bone_age_months):
        typer.echo(line)


@app.command()
def report(
    result: Annotated[Path, typer.Argument(help="a visit's result.json, its picture beside it")],
    out: Annotated[Path, typer.Option(help="the PDF")],
    language: LanguageOption = Language.ENGLISH,
) -> None:
    """Print the report of a visit again; the same result gives the same bytes."""
    write_atomically(out, print_report(result))
    typer.echo(out)


@app.command()
def serve(
    config: Annotated[Path | None, typer.Option(help="settings in a TOML file")] = None,
    *,
    simulated: Annotated[bool, typer.Option(help="with a simulated device of its own")] = False,
) -> None:
    """Serve the diagnostics of the unit on this computer until the command is stopped."""
    settings, telling = read_settings(config), Telling()
    with ExitStack() as opened:
        addresses = Addresses(settings.detector, settings.generator)
        if simulated:
            options = ["--usbip", "127.0.0.1:0", "--control", "127.0.0.1:0"]
            addresses = opened.enter_context(start_simulated_device(options)).addresses
        if not (addresses.detector and addresses.generator):
            raise SettingWrong(NO_UNIT)
        keeper = opened.enter_context(open_keeper(settings, addresses, SystemClock()))
        with suppress(Stopped):  # being stopped is how it ends
            listen(keeper, settings.port, telling.serving)


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


def _exit_if_refused(reading: BoneAgeReading) -> None:
    if reading.refused:
        raise typer.Exit(REFUSED)


def _day(said: str, today: date) -> date:
    try:
        return date.fromisoformat(said) if said else today
    except ValueError as exc:
        raise typer.BadParameter("a date looks like 2026-11-23", param_hint="--visit-date") from exc


def _now() -> datetime:
    return datetime.now().astimezone()


def _show_version(wanted: bool) -> None:  # noqa: FBT001 (Typer hands the flag to its callback)
    if wanted:
        model = load_model(read_settings().model_directory).identity
        typer.echo(f"boneage {__version__}, reading model {model.name} {model.version}")
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

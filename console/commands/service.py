"""Commands for whoever looks after a unit: simulate, calibrate, serve, list exposures."""

import json
import os
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Annotated

import typer

from acquisition.calibration import Calibration, load, save
from acquisition.calibration_report import save_report
from acquisition.errors import CalibrationError
from console.app import serve as listen
from console.asking import confirm, somebody_is_there
from console.assemble import (
    Addresses,
    calibration_folder,
    open_bench_room,
    open_database,
    open_keeper,
    open_under_test,
    open_unit,
)
from console.commands.options import STOPPING, DetectorUrl, GeneratorUrl
from console.errors import BenchBeamNotConfirmed, ChecksFailed, SettingWrong, Stopped
from console.self_tests import wanted_checks
from console.settings import read_settings
from console.simulated_device import simulator_command, start_simulated_device
from console.stopping import StoppableClock
from console.telling import Telling, print_checks
from device.clock import SystemClock
from device.spellman.xrb011 import BENCH_BEAM_MS, BENCH_KV, BENCH_UA
from examination.bench_beam import bench_generator, make_bench_beam
from examination.calibrate import (
    better_of,
    calibrate_unit,
    calibration_from_panel,
    keep_on_panel,
    renew_darks_of_unit,
)
from examination.examination import Unit
from examination.self_test import CHECKS, Check, Outcome, run_checks
from examination.service_exposure import Told
from records.detector_quality import QualitySeries
from records.errors import RecordsUnreadable
from records.files import check_writable
from records.journal import Journal, JournalEntry

NO_UNIT = (
    "It is not known where the unit is: set detector and generator in the settings file "
    "(--config), or use --simulated."
)


def sim(context: typer.Context) -> None:
    """Run the simulated device as a process of its own; `boneage sim --help` lists its options."""
    command = simulator_command(context.args)
    os.execv(command[0], command)


def calibrate(
    detector: DetectorUrl,
    generator: GeneratorUrl,
    out: Annotated[Path, typer.Option(help="folder for a copy of the maps and the report")],
    *,
    dark_only: Annotated[
        bool, typer.Option("--dark-only", help="renew the dark maps: no X-rays, a minute or so")
    ] = False,
    from_panel: Annotated[
        bool, typer.Option("--from-panel", help="take over what the panel keeps of itself")
    ] = False,
) -> None:
    """Take dark and flat frames with nothing on the panel; the hand switch makes every flat.

    14 presses and 7 minutes. The maps are kept on this computer and in the panel, where it has
    files for them.
    """
    if dark_only and from_panel:
        raise typer.BadParameter("choose one of the two", param_hint="--dark-only --from-panel")
    settings, telling = read_settings(), Telling()
    with (
        open_database(settings) as database,
        open_unit(settings, database, Addresses(detector, generator), SystemClock()) as unit,
        telling.progress("calibrating") as told,
    ):
        folder = calibration_folder(settings, unit.detector)
        if from_panel:
            calibration = _taken_over(unit, folder, told)
            check_writable(out)
        elif dark_only:
            known = load(folder)
            check_writable(out)
            calibration = renew_darks_of_unit(unit, known, told)
        else:
            for place in (folder, out):  # 14 presses are not to be in vain
                check_writable(place)
            telling.say("Take everything off the panel. Press the hand switch for every flat.")
            calibration = calibrate_unit(unit, told, _earlier(folder))
        save(calibration, folder)
        save(calibration, out)
        report = save_report(calibration, out)
        if not (from_panel or keep_on_panel(unit, calibration, told)):
            telling.say("The panel has no files for its maps; they are on this computer only.")
    typer.echo(report)


def _earlier(folder: Path) -> Calibration | None:
    """Load the calibration so far; one that cannot be read teaches nothing."""
    try:
        return load(folder)
    except CalibrationError:
        return None


def _taken_over(unit: Unit, folder: Path, told: Told) -> Calibration:
    """Read the panel's own calibration; this computer's stays if it is as good and as new."""
    return better_of(unit, calibration_from_panel(unit, told), _earlier(folder))


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
        database = opened.enter_context(open_database(settings))
        keeper = opened.enter_context(open_keeper(settings, database, addresses, SystemClock()))
        with suppress(Stopped):  # being stopped is how it ends
            listen(keeper, QualitySeries(database), settings.port, telling.serving)


def journal() -> None:
    """List every exposure of this site: when, with what, and how it ended.

    A damaged one is marked among the others, and ends the command with an error.
    """
    settings = read_settings()
    with open_database(settings) as database:
        entries = Journal(database).listed()
    typer.echo(f"{len(entries)} exposures in {settings.data_directory}", err=True)
    for entry in entries:
        typer.echo(_line_of(entry))
    damage = [entry for entry in entries if isinstance(entry, RecordsUnreadable)]
    if damage:
        raise damage[0]


def _line_of(entry: JournalEntry | RecordsUnreadable) -> str:
    """Return an exposure in one line, a damaged one as what is wrong with it."""
    if isinstance(entry, RecordsUnreadable):
        return f"DAMAGED  {entry}"
    planned, last = entry.exposure, entry.last_event
    return (
        f"{planned.planned:%Y-%m-%d %H:%M:%S}  {planned.nonce:016x}  {planned.purpose:<12}"
        f"{planned.kv:g} kV {planned.ma:g} mA {planned.ms:g} ms  exposed: "
        f"{entry.was_exposed.value:<8}{'how it ended is unknown' if last is None else last.value}"
    )


def diagnose(
    detector: DetectorUrl = "",
    generator: GeneratorUrl = "",
    check: Annotated[
        list[str] | None, typer.Option(help=f"one of {', '.join(CHECKS)}; may be repeated")
    ] = None,
    *,
    json_: Annotated[bool, typer.Option("--json", help="print the results as JSON")] = False,
    bench_beam: Annotated[
        bool, typer.Option("--bench-beam", help="make X-rays with a bench generator (xrb011)")
    ] = False,
) -> None:
    """Test a detector, a generator or both without X-rays: link, images, noise, set points."""
    if not (detector or generator):
        raise typer.BadParameter("name a detector, a generator or both", param_hint="--detector")
    wanted = wanted_checks(check or ())
    telling, addresses = Telling(), Addresses(detector, generator)
    if bench_beam:
        checks = _make_bench_beam(addresses, telling)
    else:
        with open_under_test(read_settings(), addresses, StoppableClock(STOPPING)) as devices:
            checks = list(telling.followed(run_checks(devices, wanted)))
    _tell_results(checks, "json" if json_ else "table")


def _make_bench_beam(addresses: Addresses, telling: Telling) -> list[Check]:
    """Make the bench beam when the person at the terminal says so, and not otherwise."""
    settings = read_settings()
    with open_database(settings) as database:
        clock = StoppableClock(STOPPING)
        with open_bench_room(settings, database, addresses, clock, _says_held) as room:
            bench_generator(room.bench)
            _confirm_x_rays()
            if room.bench.detector is not None:
                telling.say("Press the hand switch and hold it.")
            return make_bench_beam(room, telling.check)


def _confirm_x_rays() -> None:
    said = f"{BENCH_KV:g} kV, {BENCH_UA} uA, {BENCH_BEAM_MS} ms"
    question = f"This makes X-rays ({said}) while you hold the hand switch. Is nobody in the beam?"
    if not (somebody_is_there() and confirm(question)):
        raise BenchBeamNotConfirmed("No X-rays were made: nobody at a terminal said yes.")


def _says_held() -> bool:
    return confirm("Hold the hand switch now. Do you hold it?")


def _tell_results(checks: list[Check], form: str) -> None:
    failed = [each.name for each in checks if each.outcome is Outcome.FAILED]
    nothing_done = all(each.outcome is Outcome.NOT_OFFERED for each in checks)
    if form == "json":
        record = {
            "passed": not (failed or nothing_done),
            "checks": [each.as_record() for each in checks],
        }
        typer.echo(json.dumps(record, indent=1, ensure_ascii=False))
    else:
        print_checks(checks)
    if failed:
        raise ChecksFailed(f"{len(failed)} of {len(checks)} checks failed: {', '.join(failed)}.")
    if nothing_done:
        raise ChecksFailed("Nothing could be checked on what was named.")

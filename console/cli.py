"""The command line `boneage`: every command, and one sentence for every error."""

import signal
import sys
from collections.abc import Callable
from typing import Annotated

import typer

from acquisition.errors import AcquisitionError
from bone_age.errors import BoneAgeError
from console.commands import (
    growth,
    local_calibration,
    models,
    quality,
    readings,
    service,
    signing,
    visits,
)
from console.commands.options import STOPPING
from console.errors import ConsoleError, FileSystemRefused, Stopped
from console.settings import read_settings
from console.site_model import open_model
from console.telling import sentence_of
from console.version import __version__
from device.errors import DeviceError
from examination.errors import ExaminationError
from growth.errors import GrowthError
from pacs.errors import PacsError
from records.errors import RecordsError
from reports.errors import ReportError

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

COMMANDS: tuple[Callable[..., None], ...] = (
    *(visits.visit, visits.demo),
    *(readings.read, readings.evaluate),
    *(growth.growth, growth.score),
    *(signing.report, signing.sign, signing.amend, signing.verify),
    *(service.calibrate, service.diagnose, service.serve, service.journal, quality.qc),
)
for command in COMMANDS:
    app.command()(command)
app.command("dose-study")(readings.dose_study)
app.add_typer(models.app, name="model")
app.add_typer(local_calibration.app, name="local-calibration")
app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    add_help_option=False,
)(service.sim)


def main() -> None:
    """Run a command; an error of ours becomes one sentence with its code, and exit code 1."""
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, STOPPING.request)
    try:
        app()
    except (*OUR_ERRORS, Stopped) as error:
        typer.echo(sentence_of(error), err=True)
        sys.exit(1)
    except OSError as error:  # a path too long, a loop of links, a folder in the way
        refused = FileSystemRefused(f"A file or folder cannot be used: {error}.")
        typer.echo(sentence_of(refused), err=True)
        sys.exit(1)


def _show_version(wanted: bool) -> None:  # noqa: FBT001 (Typer hands the flag to its callback)
    if wanted:
        model = open_model(read_settings()).identity
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

"""Commands for a site's own calibration of the reading: fit and lock it, use it, look at it."""

from pathlib import Path
from typing import Annotated

import typer

from bone_age.local_calibration import FittedModel, LocalCalibration
from bone_age.local_file import (
    check_fits,
    check_site,
    install_calibration,
    locked_bytes,
    read_locked,
    remove_calibration,
)
from bone_age.local_fit import Circumstances, SiteReading, fit_calibration, left_aside
from bone_age.model import ReadingModel
from bone_age.signatures import signing_key
from console.calibration_telling import calibration_in_words, far_in_words
from console.commands.options import now
from console.labelled_list import read_labelled_list, site_readings
from console.read_files import Row, read_all
from console.settings import read_settings
from console.site_model import calibration_keys, calibration_place, open_uncorrected_model
from console.telling import Telling, told_along
from console.version import __version__
from records.files import check_writable, write_atomically

app = typer.Typer(
    no_args_is_help=True,
    help="A site's own calibration of the reading: fit, show, verify, install, remove.",
)

CalibrationFile = Annotated[Path, typer.Argument(help="the file that `fit` wrote")]


@app.command()
def fit(
    list_: Annotated[Path, typer.Option("--list", help="CSV: path,sex,bone_age_months[,id]")],
    site: Annotated[str, typer.Option(help="as it will stand in reports")],
    key: Annotated[Path, typer.Option(help="the site's private ed25519 key in PEM")],
    out: Annotated[Path, typer.Option(help="the locked calibration")],
) -> None:
    """Fit a correction to the site's own readers, and lock it where it pays."""
    if any(out.exists() and out.samefile(one) for one in (list_, key)):
        raise typer.BadParameter("--out would overwrite the list or the key")
    settings, telling, name = read_settings(), Telling(), _site(site)
    private, labelled = signing_key(key), read_labelled_list(list_)
    check_writable(out.parent)
    model = open_uncorrected_model(settings)
    coming = read_all(model, [one.wanted for one in labelled])
    with telling.progress("reading") as told:
        rows = list(told_along(coming, len(labelled), "images", told))
    readings = list(site_readings(labelled, rows, model.interval.coverage))
    for line in far_in_words(left_aside(readings)):
        telling.say(line)
    said = fit_calibration(readings, _circumstances(name, model, rows, readings))
    write_atomically(out, locked_bytes(said, private))
    _tell(said)
    typer.echo(out)


@app.command()
def show(
    path: Annotated[Path | None, typer.Argument(help="the installed one if not given")] = None,
) -> None:
    """Show what a calibration does, what it rests on, and who has signed it."""
    settings = read_settings()
    locked = read_locked(path or calibration_place(settings), calibration_keys(settings))
    _tell(locked.said)
    typer.echo(f"  signed with    {locked.signed_by}")
    typer.echo(f"  SHA-256        {locked.sha256}")


@app.command()
def verify(path: CalibrationFile) -> None:
    """Check all that `install` checks; install nothing."""
    settings = read_settings()
    locked = read_locked(path, calibration_keys(settings))
    _site(locked.said.site)
    check_fits(locked, open_uncorrected_model(settings).identity)
    typer.echo(
        f"The calibration of {locked.said.site} is as {locked.signed_by} locked it, and fits the "
        f"model in use. SHA-256 {locked.sha256}"
    )


@app.command()
def install(path: CalibrationFile) -> None:
    """Use a calibration for every reading of this site from now on."""
    settings = read_settings()
    place, model = calibration_place(settings), open_uncorrected_model(settings).identity
    _site(read_locked(path, calibration_keys(settings)).said.site)
    locked = install_calibration(path, place, calibration_keys(settings), model)
    _tell(locked.said)
    typer.echo(f"Every reading is corrected by it from now on. SHA-256 {locked.sha256}")


@app.command()
def remove() -> None:
    """Read without a calibration from now on."""
    remove_calibration(calibration_place(read_settings()))
    typer.echo("The local calibration is removed; bone ages are the model's own from now on.")


def _site(said: str) -> str:
    """Return the site's name if a report can hold it on one line."""
    try:
        return check_site(said)
    except ValueError as exc:
        raise typer.BadParameter(str(exc), param_hint="--site") from exc


def _circumstances(
    site: str, model: ReadingModel, rows: list[Row], readings: list[SiteReading]
) -> Circumstances:
    refused = sum(1 for row in rows if row.refused)
    identity = model.identity
    return Circumstances(
        site=site,
        fitted_on=now().date().isoformat(),
        software_version=__version__,
        model=FittedModel(
            identity.name, identity.version, identity.sha256, identity.package_sha256
        ),
        refused=refused,
        doubtful=len(rows) - refused - len(readings),
    )


def _tell(said: LocalCalibration) -> None:
    for line in calibration_in_words(said):
        typer.echo(line)

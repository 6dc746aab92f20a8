"""What several commands share: their options, the stop signals, and how a day is read."""

from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bone_age.reading import BoneAgeReading
from console.stopping import Stopping
from device.generator import GENERATOR_URLS
from device.link import LINK_URLS

# A process has one set of signals.
STOPPING = Stopping()

DetectorUrl = Annotated[str, typer.Option(help=", ".join(LINK_URLS))]
GeneratorUrl = Annotated[str, typer.Option(help=", ".join(GENERATOR_URLS))]
Cm = Annotated[float | None, typer.Option(help="in cm")]
Kg = Annotated[float | None, typer.Option(help="in kg")]
SexOption = Annotated[str, typer.Option("--sex", help="F or M")]
BirthDate = Annotated[str, typer.Option(help="YYYY-MM-DD, from the bone age if absent")]
ThicknessMm = Annotated[
    float | None,
    typer.Option(help="of the palm, 8 to 60; chooses the preset instead of the age"),
]
VisitDate = Annotated[str, typer.Option(help="YYYY-MM-DD, today if not given")]
HeightPosition = Annotated[str | None, typer.Option(help="standing or recumbent")]

Processes = Annotated[
    int | None, typer.Option(help="how many at once, else one for each core", min=1)
]


class Language(StrEnum):
    """The languages of the report."""

    ENGLISH = "en"


LanguageOption = Annotated[Language, typer.Option(help="of the report")]

# README.md, exit codes: the reading of a single image was refused.
REFUSED = 3


def exit_if_refused(reading: BoneAgeReading) -> None:
    """End the command with the exit code of a refused reading, if it was refused."""
    if reading.refused:
        raise typer.Exit(REFUSED)


def check_not_the_list(out: Path, list_: Path) -> None:
    """Refuse to write the readings over the list that they are of."""
    if out.exists() and out.samefile(list_):
        raise typer.BadParameter("--out would overwrite the list")


def day_of(said: str, today: date) -> date:
    """Read a date of the command line; an empty one is today."""
    try:
        return date.fromisoformat(said) if said else today
    except ValueError as exc:
        raise typer.BadParameter("a date looks like 2026-11-23", param_hint="--visit-date") from exc


def now() -> datetime:
    """Return the time of day with its zone."""
    return datetime.now().astimezone()

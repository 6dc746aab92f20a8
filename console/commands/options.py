"""What several commands share: their options, the stop signals, and how a day is read."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from bone_age.reading import BoneAgeReading
from console.stopping import Stopping
from console.unfinished_table import unfinished
from device.generator import GENERATOR_URLS
from device.link import LINK_URLS
from reports.wording import LANGUAGES

# A process has one set of signals.
STOPPING = Stopping()
# Our choice: a visit after it is a slip, and no next visit leaves the calendar.
_LAST_YEAR = 2999

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
TannerStage = Annotated[int | None, typer.Option(help="1 to 5, as entered")]
Menarche = Annotated[str, typer.Option(help="its age in years, yes or no, as entered")]
Treatment = Annotated[str, typer.Option(help="as entered")]
EarlierVisits = Annotated[Path | None, typer.Option(help="CSV or JSON of earlier visits")]
HeightPosition = Annotated[str | None, typer.Option(help="standing or recumbent")]

Processes = Annotated[
    int | None, typer.Option(help="how many at once, else one for each core", min=1)
]

GestationOption = Annotated[
    str, typer.Option(help="completed weeks and days at birth, like 31+4; never guessed")
]


def _known_language(language: str | None) -> str | None:
    if language is not None and language not in LANGUAGES:
        raise typer.BadParameter(f"the report is written in {', '.join(LANGUAGES)}")
    return language


LanguageOption = Annotated[
    str | None,
    typer.Option(
        help=f"of the report, {' or '.join(LANGUAGES)}, else the site's",
        callback=_known_language,
    ),
]


class PaperName(StrEnum):
    """The sheets of `reports.paper`."""

    A4 = "a4"
    LETTER = "letter"


PaperOption = Annotated[PaperName | None, typer.Option(help="else the site's")]

# README.md, exit codes: the reading of a single image was refused.
REFUSED = 3


def exit_if_refused(reading: BoneAgeReading) -> None:
    """End the command with the exit code of a refused reading, if it was refused."""
    if reading.refused:
        raise typer.Exit(REFUSED)


def check_overwrites_none(out: Path, read: Iterable[Path]) -> None:
    """Refuse to write readings over the list that they are of, or over an image of it."""
    written = {_file_at(path) for path in (out, unfinished(out))} - {None}
    for path in read:
        if _file_at(path) in written:
            raise typer.BadParameter(f"--out would overwrite {path}")


def _file_at(path: Path) -> tuple[int, int] | None:
    """Return which file it is, however it is called; None where there is none."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return (found.st_dev, found.st_ino)


def gestation_of(said: str) -> dict[str, int]:
    """Read weeks and days of gestation; nothing where nothing was said."""
    if not said:
        return {}
    found = re.fullmatch(r"([0-9]{2})(?:\+([0-9]))?", said)
    if found is None:
        raise typer.BadParameter("gestation looks like 31+4", param_hint="--gestation")
    return {"gestation_weeks": int(found[1]), "gestation_days": int(found[2] or 0)}


def day_of(said: str, today: date) -> date:
    """Read a date of the command line; an empty one is today."""
    try:
        day = date.fromisoformat(said) if said else today
    except ValueError as exc:
        raise typer.BadParameter("a date looks like 2026-11-23", param_hint="--visit-date") from exc
    if day.year > _LAST_YEAR:
        raise typer.BadParameter(f"the year is beyond {_LAST_YEAR}", param_hint="--visit-date")
    return day


def entered_as(tanner_stage: int | None, menarche: str, treatment: str) -> dict[str, Any]:
    """Return what the command line tells of puberty and treatment, as in a patient file."""
    told = {"tanner_stage": tanner_stage, "treatment": treatment or None}
    if menarche in ("", "yes", "no"):
        return told | ({"menarche": menarche == "yes"} if menarche else {})
    try:
        return told | {"menarche_age_years": float(menarche)}
    except ValueError as exc:
        raise typer.BadParameter(
            "it must be yes, no or an age in years like 12.5", param_hint="--menarche"
        ) from exc


def now() -> datetime:
    """Return the time of day with its zone."""
    return datetime.now().astimezone()

"""Read the bone age of image files: one row for each, whatever becomes of it."""

import csv
import io
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from acquisition.errors import AcquisitionError
from acquisition.ordinary_files import read_text
from acquisition.radiograph import read_picture
from bone_age.model import ReadingModel
from bone_age.read import read_picture_bone_age
from bone_age.reading import BoneAgeReading, Region, Sex
from console.errors import ListUnusable, Stopped
from reports.figures import by_region, years_and_months

SEX_WRONG = "The sex must be F or M; it is never guessed."


@dataclass(frozen=True, slots=True)
class Wanted:
    """One image to read: as it was written down, also where that is wrong."""

    id: str
    path: str
    sex: str


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one image; a refused one has reasons and no figures."""

    id: str
    path: str
    sex: str
    bone_age_months: float | None
    low_months: float | None
    high_months: float | None
    refused: bool
    reasons: tuple[str, ...]
    seconds: float
    doubts: tuple[str, ...] = ()
    spread_months: float | None = None
    fingers_months: float | None = None
    carpals_months: float | None = None
    radius_and_ulna_months: float | None = None
    uncorrected_months: float | None = None

    def as_record(self) -> dict[str, Any]:
        """Return the row as plain data."""
        return asdict(self)

    def in_words(self) -> str:
        """Return the row as one line for a person."""
        if self.bone_age_months is None or self.low_months is None or self.high_months is None:
            return f"{self.path}: no bone age was read. {' '.join(self.reasons)}"
        said, low, high = map(
            years_and_months, (self.bone_age_months, self.low_months, self.high_months)
        )
        number = (
            f"{self.path}: bone age {said} ({low} to {high}), {self.bone_age_months:.1f} months"
        )
        if self.uncorrected_months is not None:
            without = years_and_months(self.uncorrected_months)
            number += f", without the local calibration {without}"
        doubts = [f"DOUBTFUL: {doubt}" for doubt in self.doubts]
        return " ".join([number, *doubts, *by_region(self._regions())])

    def _regions(self) -> dict[Region, float]:
        said = {
            Region.FINGERS: self.fingers_months,
            Region.CARPALS: self.carpals_months,
            Region.WRIST: self.radius_and_ulna_months,
        }
        return {region: months for region, months in said.items() if months is not None}


def read_list(path: Path) -> list[Wanted]:
    """Read a CSV file of images: `path,sex[,id]`. Raises ListUnusable.

    A relative path counts from the current folder, else from the folder of the list. Without an id
    the file's name without its ending stands in.
    """
    return [_wanted(row, path.parent) for row in rows_of_list(path)]


def rows_of_list(path: Path) -> Iterator[dict[str, str]]:
    """Read a CSV file with `path` and `sex`, row by row, with all its columns.

    Raises ListUnusable.
    """
    try:
        lines = read_text(path, "utf-8-sig")
    except OSError as exc:
        raise ListUnusable(f"The list {path} cannot be read: {exc.strerror}.") from exc
    except ValueError as exc:
        raise ListUnusable(f"The list {path} cannot be read; use a CSV file in UTF-8.") from exc
    rows = csv.DictReader(io.StringIO(lines, newline=""), restval="")
    if not {"path", "sex"} <= set(rows.fieldnames or ()):
        raise ListUnusable(f"The list {path} needs a first line with path,sex and perhaps id.")
    try:
        yield from rows
    except csv.Error as exc:
        raise ListUnusable(f"The list {path} is damaged: {exc}.") from exc


def _wanted(row: Mapping[str, str], beside: Path) -> Wanted:
    return Wanted(
        id=row.get("id") or Path(row["path"]).stem,
        path=_found(row["path"], beside),
        sex=row["sex"].strip(),
    )


def read_all(model: ReadingModel, wanted: Iterable[Wanted]) -> Iterator[Row]:
    """Read images in order; one that cannot be read becomes a refused row."""
    return (read_or_refuse(model, one) for one in wanted)


def read_or_refuse(model: ReadingModel, wanted: Wanted) -> Row:
    """Read one image; one that cannot be read becomes a refused row."""
    started = time.monotonic()
    try:
        return read_one(model, wanted)
    except Stopped:
        raise
    except AcquisitionError as error:
        return refused_row(wanted, (str(error),), since(started))
    except Exception as error:  # one image that nobody foresaw must not cost all others
        why = f"The image cannot be read: {type(error).__name__}: {error}"
        return refused_row(wanted, (why,), since(started))


def read_one(model: ReadingModel, wanted: Wanted) -> Row:
    """Read one image. Raises AcquisitionError for a file that is no picture."""
    started = time.monotonic()
    try:
        sex = Sex(wanted.sex)
    except ValueError:
        return refused_row(wanted, (SEX_WRONG,), since(started))
    reading = read_picture_bone_age(model, read_picture(Path(wanted.path)), sex)
    return row_of(wanted, reading, since(started))


def row_of(wanted: Wanted, reading: BoneAgeReading, seconds: float) -> Row:
    """Return the row of what was read of an image."""
    if reading.bone_age_months is None or reading.interval_months is None:
        return refused_row(wanted, reading.reasons, seconds)
    low, high = reading.interval_months
    regions = {each.region: round(each.bone_age_months, 2) for each in reading.regions}
    applied = reading.local_calibration
    return Row(
        **asdict(wanted),
        bone_age_months=round(reading.bone_age_months, 2),
        low_months=round(low, 2),
        high_months=round(high, 2),
        refused=False,
        reasons=(),
        seconds=seconds,
        doubts=reading.doubts,
        spread_months=None if reading.spread_months is None else round(reading.spread_months, 2),
        fingers_months=regions.get(Region.FINGERS),
        carpals_months=regions.get(Region.CARPALS),
        radius_and_ulna_months=regions.get(Region.WRIST),
        uncorrected_months=None if applied is None else round(applied.uncorrected_months, 2),
    )


def cells_of(row: Row) -> dict[str, str]:
    """Return a row as the texts of a CSV file; several reasons or doubts stand in one field."""
    said = {name: "; ".join(getattr(row, name)) for name in ("reasons", "doubts")}
    cells = row.as_record() | said | {"refused": str(row.refused).lower()}
    return {name: "" if value is None else str(value) for name, value in cells.items()}


def refused_row(wanted: Wanted, reasons: tuple[str, ...], seconds: float) -> Row:
    """Return the row of an image of which nothing was read."""
    return Row(
        **asdict(wanted),
        bone_age_months=None,
        low_months=None,
        high_months=None,
        refused=True,
        reasons=reasons,
        seconds=seconds,
    )


def since(started: float) -> float:
    """Return the seconds since a moment of the monotonic clock, as rows tell them."""
    return round(time.monotonic() - started, 3)


def _found(said: str, beside: Path) -> str:
    """Return a path of a list: from the folder of the list, else from the current folder."""
    at_list = beside / said
    # os.path tells of no file where a name holds a NUL; Path would raise.
    return str(at_list) if os.path.exists(at_list) else said

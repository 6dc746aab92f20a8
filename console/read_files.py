"""Read the bone age of image files: one row for each, whatever becomes of it."""

import csv
import io
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TextIO

from acquisition.errors import AcquisitionError
from acquisition.ordinary_files import read_text
from acquisition.radiograph import read_picture
from bone_age.model import ReadingModel
from bone_age.read import read_picture_bone_age
from bone_age.reading import Sex
from console.errors import ListUnusable, Stopped
from records.errors import FileNotStored
from records.files import check_writable
from reports.figures import years_and_months

Told = Callable[[str, int, int], None]

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
        return " ".join([number, *(f"DOUBTFUL: {doubt}" for doubt in self.doubts)])


def read_list(path: Path) -> list[Wanted]:
    """Read a CSV file of images: `path,sex[,id]`. Raises ListUnusable.

    A relative path counts from the current folder, else from the folder of the list. Without an id
    the file's name without its ending stands in.
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
        said = [{name: value for name, value in row.items() if name} for row in rows]
    except csv.Error as exc:
        raise ListUnusable(f"The list {path} is damaged: {exc}.") from exc
    return [
        Wanted(
            id=row.get("id") or Path(row["path"]).stem,
            path=_found(row["path"], path.parent),
            sex=row["sex"].strip(),
        )
        for row in said
    ]


def read_all(model: ReadingModel, wanted: Sequence[Wanted]) -> Iterator[Row]:
    """Read images in order; one that cannot be read becomes a refused row."""
    for one in wanted:
        started = time.monotonic()
        try:
            yield read_one(model, one)
        except Stopped:
            raise
        except AcquisitionError as error:
            yield _refused(one, (str(error),), started)
        except Exception as error:  # one image that nobody foresaw must not cost all others
            why = f"The image cannot be read: {type(error).__name__}: {error}"
            yield _refused(one, (why,), started)


def read_one(model: ReadingModel, wanted: Wanted) -> Row:
    """Read one image. Raises AcquisitionError for a file that is no picture."""
    started = time.monotonic()
    try:
        sex = Sex(wanted.sex)
    except ValueError:
        return _refused(wanted, (SEX_WRONG,), started)
    reading = read_picture_bone_age(model, read_picture(Path(wanted.path)), sex)
    if reading.bone_age_months is None or reading.interval_months is None:
        return _refused(wanted, reading.reasons, started)
    low, high = reading.interval_months
    return Row(
        **asdict(wanted),
        bone_age_months=round(reading.bone_age_months, 2),
        low_months=round(low, 2),
        high_months=round(high, 2),
        refused=False,
        reasons=(),
        seconds=_since(started),
        doubts=reading.doubts,
    )


def write_rows(path: Path, rows: Iterable[Row], wanted: int, told: Told) -> None:
    """Write each row into a CSV file as soon as it is known; an end before its time costs no row.

    Several reasons or doubts stand in one field, with semicolons. Raises FileNotStored, or Stopped
    with how many rows are there.
    """
    check_writable(path.parent)
    written = 0
    with _begun(path) as file:
        table = csv.DictWriter(file, list(Row.__slots__), lineterminator="\n")
        table.writeheader()
        try:
            for row in rows:
                table.writerow(_cells(row))
                file.flush()
                written += 1
                told("images", written, wanted)
        except Stopped as exc:
            raise Stopped(f"Stopped; {path} holds {written} of {wanted} images.") from exc


def _begun(path: Path) -> TextIO:
    try:
        return path.open("w", encoding="utf-8", newline="")
    except OSError as exc:
        raise FileNotStored(f"The file {path} could not be written: {exc.strerror}.") from exc


def _cells(row: Row) -> dict[str, Any]:
    said = {name: "; ".join(getattr(row, name)) for name in ("reasons", "doubts")}
    return row.as_record() | said | {"refused": str(row.refused).lower()}


def _refused(wanted: Wanted, reasons: tuple[str, ...], started: float) -> Row:
    return Row(
        **asdict(wanted),
        bone_age_months=None,
        low_months=None,
        high_months=None,
        refused=True,
        reasons=reasons,
        seconds=_since(started),
    )


def _since(started: float) -> float:
    return round(time.monotonic() - started, 3)


def _found(said: str, beside: Path) -> str:
    """Return a path of a list: from the folder of the list, else from the current folder."""
    at_list = beside / said
    # os.path tells of no file where a name holds a NUL; Path would raise.
    return str(at_list) if os.path.exists(at_list) else said

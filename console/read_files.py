"""Read the bone age of image files: one row for each, whatever becomes of it."""

import csv
import io
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from acquisition.errors import AcquisitionError
from acquisition.ordinary_files import read_text
from acquisition.radiograph import patient_sex_told, read_picture
from bone_age.model import ReadingModel
from bone_age.read import read_picture_bone_age
from bone_age.reading import BoneAgeReading, ModelIdentity, Region, Sex
from console.errors import ListUnusable
from reports.figures import by_region, years_and_months

SEX_WRONG = "The sex must be F or M; it is never guessed."
SEX_CONTRADICTED = (
    "The file says that its patient's sex is {told}, but {asked} was given: find out which is "
    "right, for the bone age differs by years."
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One image to read: as it was written down, also where that is wrong."""

    id: str
    path: str
    sex: str


@dataclass(frozen=True, slots=True)
class ReadHow:
    """What all readings of a model have in common."""

    interval_coverage: float
    method: str
    model: ModelIdentity

    def as_record(self) -> dict[str, Any]:
        """Return it as plain data."""
        model = {name: getattr(self.model, name) for name in ("name", "version", "sha256")}
        coverage, method = self.interval_coverage, self.method
        return {"interval_coverage": coverage, "method": method, "model": model}


def how_it_reads(model: ReadingModel) -> ReadHow:
    """Return what stands beside every reading of the model."""
    return ReadHow(model.interval.coverage, model.method, model.identity)


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

    def in_words(self, how: ReadHow) -> str:
        """Return the row as one line for a person."""
        if self.bone_age_months is None or self.low_months is None or self.high_months is None:
            return f"{self.path}: no bone age was read. {' '.join(self.reasons)}"
        said, low, high = map(
            years_and_months, (self.bone_age_months, self.low_months, self.high_months)
        )
        interval = f"{100 * how.interval_coverage:.0f} % interval {low} to {high}"
        number = f"{self.path}: bone age {said} ({interval}), {self.bone_age_months:.1f} months"
        if self.uncorrected_months is not None:
            without = years_and_months(self.uncorrected_months)
            number += f", without the local calibration {without}"
        number += f"; {how.method}, {how.model.name} {how.model.version}."
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

    A relative path counts from the folder of the list alone: another folder may hold another
    child's film of the same name. Without an id the file's name without its ending stands in.
    """
    wanted = [_wanted(row, path.parent) for row in rows_of_list(path)]
    if not wanted:
        raise ListUnusable(f"The list {path} names no image.")
    return wanted


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
    rows = csv.reader(io.StringIO(lines, newline=""), strict=True)
    begins = 1
    try:
        names = next(rows, [])
        _check_columns(path, names)
        begins = rows.line_num + 1
        for cells in rows:
            _check_one_line(cells)
            if cells:
                yield dict.fromkeys(names, "") | dict(zip(names, cells, strict=False))
            begins = rows.line_num + 1
    except csv.Error as exc:
        raise ListUnusable(f"The list {path} is damaged in line {begins}: {exc}.") from exc


def _check_columns(path: Path, names: Sequence[str]) -> None:
    _check_one_line(names)
    if not {"path", "sex"} <= set(names):
        raise ListUnusable(f"The list {path} needs a first line with path,sex and perhaps id.")
    for name, times in Counter(names).items():
        if name and times > 1:
            raise ListUnusable(f"The list {path} has {times} columns called {name}: keep one.")


def _check_one_line(cells: Iterable[str]) -> None:
    """Raise csv.Error where a quotation mark has joined lines: images would be lost."""
    if any("\n" in cell or "\r" in cell for cell in cells):
        raise csv.Error("a cell goes on in the next line, as after a stray quotation mark")


def _wanted(row: Mapping[str, str], beside: Path) -> Wanted:
    return Wanted(
        id=row.get("id") or Path(row["path"]).stem,
        path=str(beside / row["path"]),
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
    path = Path(wanted.path)
    picture, told = read_picture(path), patient_sex_told(path)
    if told is not None and told != sex.value:
        why = SEX_CONTRADICTED.format(told=told, asked=sex.value)
        return refused_row(wanted, (why,), since(started))
    reading = read_picture_bone_age(model, picture, sex)
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

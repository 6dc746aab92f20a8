"""Earlier visits as they are told: rows of a CSV or JSON file, or of a patient file."""

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from acquisition.ordinary_files import read_text
from growth.assess import PLAUSIBLE_SIZE
from growth.child import DAYS_PER_YEAR
from growth.errors import EarlierUnreadable, EarlierVisitWrong
from growth.references import Position
from growth.visits import EarlierVisit

# Our choice: more than a visit a fortnight until 18 years; it catches another kind of file.
MOST_VISITS: Final = 500
# Bone age is read up to 20 years.
_OLDEST_MONTHS: Final = 240.0
# Our choice: nobody of 5 years has bones of less than 20 months; the figure is one of years.
_YEARS_BELOW_MONTHS, _YEARS_FROM_AGE = 20.0, 5.0
# Our choice: a few lines of the report.
_LONGEST_METHOD: Final = 300

_COLUMNS: Final = (
    *("date", "height_cm", "height_position", "weight_kg"),
    *("bone_age_months", "bone_age_interval_months", "bone_age_method"),
)
# In a CSV the interval has two columns.
_LOW, _HIGH = "bone_age_low_months", "bone_age_high_months"
_CSV_COLUMNS: Final = (*(name for name in _COLUMNS if "interval" not in name), _LOW, _HIGH)
_CSV_NUMBERS: Final = ("height_cm", "weight_kg", "bone_age_months", _LOW, _HIGH)

_TOO_MANY: Final = "more cells than columns"

# Makes the error of a row, from the field that is wrong and why.
Wrong = Callable[[str, str], EarlierVisitWrong]


def read_earlier_visits(path: Path, birth_date: date) -> tuple[EarlierVisit, ...]:
    """Read a file of earlier visits: a JSON list, or CSV with a heading.

    Raises EarlierUnreadable, and EarlierVisitWrong with the line or number of the visit.
    """
    try:
        content = read_text(path, "utf-8-sig")
        rows = list(_rows_of(content))
    except UnicodeDecodeError as exc:
        raise EarlierUnreadable(
            f"The earlier visits in {path} cannot be read: save the file as CSV in UTF-8."
        ) from exc
    except (OSError, ValueError, RecursionError, csv.Error) as exc:
        why = exc.strerror if isinstance(exc, OSError) else exc
        raise EarlierUnreadable(f"The earlier visits in {path} cannot be read: {why}.") from exc
    return _visits_of(rows, birth_date)


def earlier_visits_from(told: Any, birth_date: date) -> tuple[EarlierVisit, ...]:
    """Check the list of a patient file and return its visits; raises EarlierVisitWrong."""
    if not isinstance(told, list):
        raise EarlierVisitWrong("earlier_visits must be a list.")
    return _visits_of(list(_numbered(told)), birth_date)


def _rows_of(content: str) -> Iterator[tuple[str, Any]]:
    """Yield each row with the words for where it stands."""
    if content.lstrip().startswith(("[", "{")):
        told = json.loads(content, object_pairs_hook=_once)
        if not isinstance(told, list):
            raise ValueError("it must hold one JSON list")
        yield from _numbered(told)
        return
    lines = csv.DictReader(content.splitlines(), restkey=_TOO_MANY, strict=True)
    _check_heading(lines.fieldnames or ())
    for row in lines:
        yield f"line {lines.line_num}", _typed(row)


def _numbered(told: Sequence[Any]) -> Iterator[tuple[str, Any]]:
    for number, row in enumerate(told, 1):
        yield f"number {number}", row


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(pairs)
    if len(told) < len(pairs):
        raise ValueError("a field is there twice")
    return told


def _check_heading(heading: Sequence[str]) -> None:
    unknown = [name for name in heading if name not in _CSV_COLUMNS]
    if unknown:
        raise ValueError(f"nobody knows the column {ascii(unknown[0])}")
    if "date" not in heading or len(set(heading)) < len(heading):
        raise ValueError("its first line must name the columns, each once, and date among them")


def _typed(row: Mapping[str | None, Any]) -> dict[str, Any]:
    """Return a row of a CSV as JSON would have it; what is no number stays as it is."""
    cells = {f"{name}": cell for name, cell in row.items() if cell}
    told = {name: _typed_cell(name, cell) for name, cell in cells.items()}
    low, high = told.pop(_LOW, None), told.pop(_HIGH, None)
    if low is not None or high is not None:
        told["bone_age_interval_months"] = [low, high]
    return told


def _typed_cell(name: str, cell: Any) -> Any:
    if name not in _CSV_NUMBERS:
        return cell.strip() or None if isinstance(cell, str) else cell
    try:
        return cell if "_" in cell else float(cell)
    except ValueError:
        return cell.strip() or None


def _visits_of(rows: Sequence[tuple[str, Any]], birth_date: date) -> tuple[EarlierVisit, ...]:
    if len(rows) > MOST_VISITS:
        raise EarlierVisitWrong(f"More than {MOST_VISITS} earlier visits are told.")
    return tuple(
        earlier_visit(row, f"The earlier visits, {where}", birth_date) for where, row in rows
    )


def earlier_visit(row: Any, where: str, birth_date: date) -> EarlierVisit:
    """Check what is told of one visit, with the words for where it stands; or EarlierVisitWrong."""

    def wrong(name: str, why: str) -> EarlierVisitWrong:
        return EarlierVisitWrong(f"{where}, {name}: {why}.")

    if not isinstance(row, dict):
        raise wrong("visit", "it must be an object with a date")
    unknown = [name for name in row if name not in _COLUMNS]
    if _TOO_MANY in unknown:
        raise wrong("cells", "there are more than columns; put quotes round a text with a comma")
    if unknown:
        raise wrong(ascii(unknown[0]), "nobody knows this name")
    visit = EarlierVisit(
        date=_date(row, wrong),
        height_cm=_number(row, "height_cm", PLAUSIBLE_SIZE["height_cm"], wrong),
        height_position=_position(row, wrong),
        weight_kg=_number(row, "weight_kg", PLAUSIBLE_SIZE["weight_kg"], wrong),
        bone_age_months=_number(row, "bone_age_months", (0.0, _OLDEST_MONTHS), wrong),
        bone_age_interval_months=_interval(row, wrong),
        bone_age_method=_method(row, wrong),
    )
    _check_bone_age(visit, birth_date, wrong)
    return visit


def _date(row: Mapping[str, Any], wrong: Wrong) -> date:
    try:
        return date.fromisoformat(row.get("date", ""))
    except (TypeError, ValueError) as exc:
        raise wrong("date", "it must be a date like 2025-05-03") from exc


def _number(
    row: Mapping[str, Any], name: str, limits: tuple[float, float], wrong: Wrong
) -> float | None:
    value = row.get(name)
    return None if value is None else _within(value, name, limits, wrong)


def _within(value: Any, name: str, limits: tuple[float, float], wrong: Wrong) -> float:
    low, high = limits
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not low <= value <= high:
        raise wrong(name, f"it must be a number between {low:g} and {high:g}")
    return float(value)


def _position(row: Mapping[str, Any], wrong: Wrong) -> Position | None:
    told = row.get("height_position")
    try:
        return None if told is None else Position(told)
    except ValueError as exc:
        raise wrong("height_position", "it must be standing or recumbent") from exc


def _interval(row: Mapping[str, Any], wrong: Wrong) -> tuple[float, float] | None:
    name = "bone_age_interval_months"
    told, months = row.get(name), row.get("bone_age_months")
    if told is None:
        return None
    if not isinstance(told, list) or len(told) != 2:
        raise wrong(name, "it must be the two ends of the interval")
    low, high = (_within(end, name, (0.0, 2 * _OLDEST_MONTHS), wrong) for end in told)
    if not isinstance(months, int | float) or not low <= months <= high:
        raise wrong(name, "bone_age_months must lie within it")
    return low, high


def _method(row: Mapping[str, Any], wrong: Wrong) -> str | None:
    told = row.get("bone_age_method")
    if told is None:
        return None
    if not isinstance(told, str) or not told.isprintable() or not told.strip():
        raise wrong("bone_age_method", "it must be a printable text")
    if len(told) > _LONGEST_METHOD:
        raise wrong("bone_age_method", f"it may have at most {_LONGEST_METHOD} characters")
    return told.strip()


def _check_bone_age(visit: EarlierVisit, birth_date: date, wrong: Wrong) -> None:
    months = visit.bone_age_months
    if months is None:
        return
    age_years = (visit.date - birth_date).days / DAYS_PER_YEAR
    if months < _YEARS_BELOW_MONTHS and age_years >= _YEARS_FROM_AGE:
        raise wrong(
            "bone_age_months",
            f"{months:g} at an age of {age_years:.1f} years looks like years; it is told in months",
        )

"""Read a labelled list, as it is and changed, and work out how well the model reads it."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any, Final

from acquisition.array_files import sha256
from bone_age.dose_ladder import dose_steps
from bone_age.evaluation import Case, evaluate
from bone_age.verdict import repeatability, verdicts
from console.batch import read_side_by_side
from console.dose_file import of_list, read_doses
from console.labelled_list import Labelled, read_labelled_list
from console.read_files import Row
from console.settings import Settings
from console.site_model import open_model, what_reads
from console.stressing import stress_part
from console.telling import Told, told_along
from console.version import __version__
from records.files import write_atomically
from reports.evaluation_pdf import render_evaluation

RECORD, PDF = "evaluation.json", "evaluation.pdf"
# Beyond these no figure means anything; the same list then gives the same bytes.
_DIGITS: Final = 4


def cases_of(labelled: Sequence[Labelled], rows: Iterable[Row]) -> Iterator[Case]:
    """Put what was read beside what people told."""
    for one, row in zip(labelled, rows, strict=True):
        span = None
        if row.low_months is not None and row.high_months is not None:
            span = (row.low_months, row.high_months)
        yield Case(
            id=one.wanted.id,
            sex=one.sex,
            labelled_months=one.bone_age_months,
            read_months=row.bone_age_months,
            interval_months=span,
            reasons=row.reasons,
            doubts=row.doubts,
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants evaluated: the list, how many images to stress, a dose study, when.

    `most_error_months` is the mean absolute error that is asked for.
    """

    list: Path
    stress: int
    doses: Path | None
    most_error_months: float
    made: datetime


def evaluate_list(settings: Settings, asked: Asked, told: Told, processes: int) -> dict[str, Any]:
    """Return the whole evaluation as plain data; the same list, model and time give the same.

    Raises what reading the lists and opening the model raise, and SideProcessFailed.
    """
    labelled = read_labelled_list(asked.list)
    exposed = read_doses(asked.doses) if asked.doses else []
    model = open_model(settings)
    read_with = what_reads(model)
    proven = read_side_by_side(settings, [one.wanted for one in labelled], read_with, processes)
    rows = (each.row for each in proven)
    cases = list(told_along(cases_of(labelled, rows), len(labelled), "images", told))
    evaluation = evaluate(cases)
    pairs = [(one, case) for one, case in zip(labelled, cases, strict=True) if case.read_months]
    stress = None
    if asked.stress:
        stress = stress_part(settings, read_with, pairs[: asked.stress], processes, told)
    found = list(verdicts(evaluation, model.interval.coverage, asked.most_error_months))
    again = stress["repeatability"] if stress else None
    if again is not None:
        found.append(repeatability(again.standard_deviation_months, again.children))
    record: dict[str, Any] = as_plain(
        {
            "made": asked.made.isoformat(timespec="seconds"),
            "list_sha256": sha256(asked.list.read_bytes()),
            "software": __version__,
            "model": model.identity,
            "method": model.method,
            "interval_coverage": model.interval.coverage,
            "verdicts": found,
            "evaluation": evaluation,
            "stress": stress,
            "doses": dose_steps(of_list(exposed, cases)),
            "cases": cases,
        }
    )
    return record


def write_evaluation(folder: Path, record: Mapping[str, Any]) -> Path:
    """Write the record as JSON and as PDF; return the path of the PDF."""
    content = json.dumps(record, indent=1, ensure_ascii=False)
    write_atomically(folder / RECORD, content.encode())
    write_atomically(folder / PDF, render_evaluation(record))
    return folder / PDF


def as_plain(value: Any) -> Any:
    """Return values, dataclasses among them, as JSON knows them, figures to four digits."""
    if hasattr(value, "__dataclass_fields__"):
        return as_plain(asdict(value))
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {key: as_plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [as_plain(each) for each in value]
    return round(value, _DIGITS) if isinstance(value, float) else value

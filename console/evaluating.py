"""Read a labelled list, as it is and changed, and work out how well the model reads it."""

import csv
import io
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any, Final

from acquisition.array_files import sha256
from acquisition.ordinary_files import read_text
from acquisition.radiograph import read_picture
from bone_age.evaluation import Case, evaluate
from bone_age.model import ReadingModel
from bone_age.read import read_picture_bone_age
from bone_age.stress import Picture, changed, posed
from bone_age.stress_figures import (
    Exposed,
    Reread,
    dose_ladder,
    repeatability_of,
    stress_curves,
)
from bone_age.verdict import repeatability, verdicts
from console.errors import ListUnusable
from console.labelled_list import Labelled, read_labelled_list
from console.read_files import Row, read_all
from console.telling import Told, told_along
from console.version import __version__
from records.files import write_atomically
from reports.evaluation_pdf import render_evaluation

RECORD, PDF = "evaluation.json", "evaluation.pdf"
# Beyond these no figure means anything; the same list then gives the same bytes.
_DIGITS: Final = 4


@dataclass(frozen=True, slots=True)
class Stressed:
    """What was read of one image, changed in every way and at ten poses; None where refused."""

    changed: Mapping[tuple[str, float], float | None]
    posed: tuple[float | None, ...]


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


def read_stressed(model: ReadingModel, one: Labelled) -> Stressed:
    """Read one image in every changed way and at ten poses; its file was read before."""
    picture, seed = read_picture(Path(one.wanted.path)), zlib.crc32(one.wanted.id.encode())

    def months(picture: Picture) -> float | None:
        return read_picture_bone_age(model, picture, one.sex).bone_age_months

    return Stressed(
        changed={(name, amount): months(made) for name, amount, made in changed(picture, seed)},
        posed=tuple(months(pose) for pose in posed(picture, seed)),
    )


def stress_part(
    model: ReadingModel, labelled: Sequence[Labelled], cases: Sequence[Case], count: int, told: Told
) -> dict[str, Any]:
    """Change and read the first so many images that were read as they are."""
    pairs = [(one, case) for one, case in zip(labelled, cases, strict=True) if case.read_months]
    chosen = pairs[:count]
    reading = (read_stressed(model, one) for one, _ in chosen)
    stressed = list(told_along(reading, len(chosen), "changed images", told))
    reread = {
        key: [
            Reread(case.id, case.labelled_months, case.read_months, each.changed[key])
            for (_, case), each in zip(chosen, stressed, strict=True)
        ]
        for key in (stressed[0].changed if stressed else ())
    }
    return {
        "images": len(chosen),
        "curves": stress_curves([case for _, case in chosen], reread) if stressed else (),
        "repeatability": repeatability_of(each.posed for each in stressed),
    }


def read_doses(path: Path, cases: Sequence[Case]) -> list[Exposed]:
    """Read what `boneage dose-study` wrote of images of the list. Raises ListUnusable."""
    by_id = {case.id: case for case in cases}
    try:
        rows = list(csv.DictReader(io.StringIO(read_text(path, "utf-8-sig"), newline="")))
        return [_exposed(row, by_id[row["id"]]) for row in rows]
    except OSError as exc:
        raise ListUnusable(f"The doses {path} cannot be read: {exc.strerror}.") from exc
    except KeyError as exc:
        why = "it lacks a column, or has an image that the list has not"
        raise ListUnusable(f"The doses {path} do not fit the list: {why} ({exc}).") from exc
    except (TypeError, ValueError, csv.Error) as exc:
        raise ListUnusable(f"The doses {path} are damaged: {exc}.") from exc


def _exposed(row: Mapping[str, str], case: Case) -> Exposed:
    months, low, high, index = (
        float(row[name]) if row[name] else None
        for name in ("bone_age_months", "low_months", "high_months", "exposure_index")
    )
    return Exposed(
        dose_ugy=float(row["dose_ugy"]),
        exposure_index=index,
        reread=Reread(case.id, case.labelled_months, case.read_months, months),
        width_months=None if low is None or high is None else high - low,
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants evaluated: the list, how many images to stress, a dose study, when."""

    list: Path
    stress: int
    doses: Path | None
    made: datetime


def evaluate_list(model: ReadingModel, asked: Asked, told: Told) -> dict[str, Any]:
    """Return the whole evaluation as plain data; the same list, model and time give the same."""
    labelled = read_labelled_list(asked.list)
    rows = read_all(model, [one.wanted for one in labelled])
    cases = list(told_along(cases_of(labelled, rows), len(labelled), "images", told))
    evaluation = evaluate(cases)
    stress = stress_part(model, labelled, cases, asked.stress, told) if asked.stress else None
    doses = read_doses(asked.doses, cases) if asked.doses else []
    found = list(verdicts(evaluation, model.interval.coverage))
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
            "doses": dose_ladder(doses),
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

"""Read what `boneage dose-study` wrote."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from acquisition.ordinary_files import read_text
from bone_age.dose_ladder import Exposed
from bone_age.evaluation import Case
from console.errors import ListUnusable

_FIGURES: Final = (
    *("exposure_index", "bone_age_months", "low_months", "high_months"),
    *("file_months", "label_months"),
)
# The study writes six digits, a reading has a tenth.
_SAME_MONTHS: Final = 0.01


def read_doses(path: Path) -> list[Exposed]:
    """Read the rows of a finished study. Raises ListUnusable."""
    try:
        rows = csv.DictReader(io.StringIO(read_text(path, "utf-8-sig"), newline=""))
        return [_exposed(row) for row in rows]
    except OSError as exc:
        raise ListUnusable(f"The doses {path} cannot be read: {exc.strerror}.") from exc
    except KeyError as exc:
        raise ListUnusable(f"The doses {path} lack the column {exc}.") from exc
    except (TypeError, ValueError, csv.Error) as exc:
        raise ListUnusable(f"The doses {path} are damaged: {exc}.") from exc


def of_list(exposed: Sequence[Exposed], cases: Sequence[Case]) -> list[Exposed]:
    """Take the bone ages that a list tells of the images of a study.

    Raises ListUnusable for images of another list, and where another model read their files.
    """
    by_id = {case.id: case for case in cases}
    for one in exposed:
        if one.id not in by_id:
            raise ListUnusable(f"The doses have the image {one.id}, which the list has not.")
        if not _is_same(one.file_months, by_id[one.id].read_months):
            raise ListUnusable(f"The doses are of another model, or of another image {one.id}.")
    return [replace(one, label_months=by_id[one.id].labelled_months) for one in exposed]


def _exposed(row: Mapping[str, str]) -> Exposed:
    index, months, low, high, of_file, label = (
        float(row[name]) if row[name] else None for name in _FIGURES
    )
    return Exposed(
        id=row["id"],
        dose_ugy=float(row["dose_ugy"]),
        exposure_index=index,
        months=months,
        width_months=None if low is None or high is None else high - low,
        file_months=of_file,
        label_months=label,
    )


def _is_same(of_file: float | None, read: float | None) -> bool:
    if of_file is None or read is None:
        return of_file is read
    return abs(of_file - read) < _SAME_MONTHS

"""Lists of images whose bone age people have told."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bone_age.local_fit import SiteReading
from bone_age.reading import Sex
from console.errors import ListUnusable
from console.read_files import Row, Wanted, read_list, rows_of_list

# The atlas ends at 19 years (Greulich and Pyle 1959); as the packages of models have it.
_OLDEST_MONTHS: Final = 240.0


@dataclass(frozen=True, slots=True)
class Labelled:
    """One image, and its bone age as people read it."""

    wanted: Wanted
    bone_age_months: float

    @property
    def sex(self) -> Sex:
        """Return the sex, which `read_labelled_list` has checked."""
        return Sex(self.wanted.sex)


def read_labelled_list(path: Path) -> list[Labelled]:
    """Read a CSV file `path,sex,bone_age_months[,id]` of one image for each child.

    Raises ListUnusable, which names the image: nothing is left out quietly.
    """
    wanted = read_list(path)
    labels = [row.get("bone_age_months") for row in rows_of_list(path)]
    if None in labels:
        raise ListUnusable(f"The list {path} needs a first line with path,sex,bone_age_months.")
    _check_once(path, wanted)
    _check_sex(path, wanted)
    return [
        Labelled(one, label_months(path, one, str(label)))
        for one, label in zip(wanted, labels, strict=True)
    ]


def _check_sex(path: Path, wanted: Iterable[Wanted]) -> None:
    for one in wanted:
        if one.sex not in [each.value for each in Sex]:
            raise ListUnusable(f"The list {path} has no sex F or M for {one.id}.")


def _check_once(path: Path, wanted: Iterable[Wanted]) -> None:
    for names in (Counter(one.id for one in wanted), Counter(one.path for one in wanted)):
        for name, times in names.items():
            if times > 1:
                raise ListUnusable(
                    f"The list {path} names {name} {times} times: one image for each child, each "
                    "with an id of its own."
                )


def label_months(path: Path, wanted: Wanted, said: str) -> float:
    """Return the bone age in months that a list tells of an image; raises ListUnusable."""
    try:
        months = float(said)
    except ValueError:
        months = math.nan
    if not 0 <= months <= _OLDEST_MONTHS:
        raise ListUnusable(
            f"The list {path} says {said[:40]!r} for {wanted.id}: a bone age is 0 to "
            f"{_OLDEST_MONTHS:g} months."
        )
    return months


def site_readings(
    labelled: Iterable[Labelled], rows: Iterable[Row], coverage: float
) -> Iterator[SiteReading]:
    """Join what was told and what was read; refused and doubtful ones are left out."""
    for one, row in zip(labelled, rows, strict=True):
        if row.bone_age_months is None or row.low_months is None or row.high_months is None:
            continue
        if not row.doubts:
            yield SiteReading(
                id=row.id,
                sex=Sex(row.sex),
                read_months=row.bone_age_months,
                interval_months=(row.low_months, row.high_months),
                coverage=coverage,
                bone_age_months=one.bone_age_months,
            )

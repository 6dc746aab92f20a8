"""The stages of bones as a physician enters them: a CSV file, or text on the command line."""

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path

from acquisition.ordinary_files import read_text
from growth.errors import StageUnusable
from growth.scoring import Sheet, bones_of, permitted_stages


def stages_said(said: str) -> dict[str, str]:
    """Return the stages of `radius=7,ulna=8,...`, or of the CSV file of that name.

    Raises StageUnusable.
    """
    return _each_once(_pairs(said) if "=" in said else _rows(Path(said)))


def blank_sheet() -> str:
    """Return an empty CSV file with every bone and the stages that each sheet knows of it."""
    sheets = {"rus-chn": Sheet.RUS_CHN, "tw3": Sheet.TW3}
    file = io.StringIO()
    table = csv.writer(file, lineterminator="\n")
    table.writerow(["bone", "stage", *(f"{name} stages" for name in sheets)])
    for bone in bones_of(Sheet.RUS_CHN):
        ends = [permitted_stages(sheet, bone) for sheet in sheets.values()]
        table.writerow([bone, "", *(f"{stages[0]} to {stages[-1]}" for stages in ends)])
    return file.getvalue()


def _each_once(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    stages: dict[str, str] = {}
    for bone, stage in pairs:
        if bone in stages:
            raise StageUnusable(f"The sheet names the {bone[:40]} twice.")
        stages[bone] = stage
    return stages


def _pairs(said: str) -> Iterator[tuple[str, str]]:
    for one in said.split(","):
        bone, sign, stage = one.partition("=")
        if not sign:
            raise StageUnusable(f"Stages look like radius=7,ulna=8, not like {one.strip()[:40]!r}.")
        yield bone.strip().lower(), stage.strip()


def _rows(path: Path) -> Iterator[tuple[str, str]]:
    try:
        rows = csv.DictReader(io.StringIO(read_text(path, "utf-8-sig"), newline=""), restval="")
        if not {"bone", "stage"} <= set(rows.fieldnames or ()):
            raise StageUnusable(f"The sheet {path} needs a first line with bone,stage.")
        told = ((row["bone"].strip().lower(), row["stage"].strip()) for row in rows)
        yield from (pair for pair in told if any(pair))
    except OSError as exc:
        raise StageUnusable(f"The sheet {path} cannot be read: {exc.strerror}.") from exc
    except (ValueError, csv.Error) as exc:
        raise StageUnusable(f"The sheet {path} cannot be read; use a CSV file in UTF-8.") from exc

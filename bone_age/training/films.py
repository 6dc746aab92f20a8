"""The films with their labels, and the split that holds for ever."""

import csv
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

LABELS: Final = "labels.csv"


class Part(Enum):
    """What a film may be used for."""

    HELD_OUT = "held out"
    TUNE = "tune"
    CALIBRATE = "calibrate"
    TRAIN = "train"


_PART_OF_TENTH = {0: Part.HELD_OUT, 1: Part.TUNE, 2: Part.CALIBRATE}


@dataclass(frozen=True, slots=True)
class Label:
    """One child's film: its id, sex and the bone age that radiologists read."""

    film_id: str
    is_female: float
    bone_age_months: float


@dataclass(frozen=True, slots=True)
class Films:
    """Crops of one part: `pixels` (n, size, size) uint8, the others (n,) float32.

    `refused` counts the films beside them in which no hand was found.
    """

    pixels: NDArray[np.uint8]
    is_female: NDArray[np.float32]
    bone_age_months: NDArray[np.float32]
    refused: int = 0


def together(several: Sequence[Films]) -> Films:
    """Return the films of several parts as one."""
    return Films(
        np.concatenate([films.pixels for films in several]),
        np.concatenate([films.is_female for films in several]),
        np.concatenate([films.bone_age_months for films in several]),
        sum(films.refused for films in several),
    )


def part_of(film_id: str) -> Part:
    """Return the part of the fixed split that a film belongs to, from its id alone."""
    tenth = int(hashlib.sha256(film_id.encode("ascii")).hexdigest(), 16) % 10
    return _PART_OF_TENTH.get(tenth, Part.TRAIN)


def read_labels(folder: Path, part: Part) -> list[Label]:
    """Read `labels.csv` of a data folder and keep the rows of one part."""
    with (folder / LABELS).open(newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if part_of(row["id"]) is part]
    return [Label(r["id"], float(r["sex"] == "F"), float(r["bone_age_months"])) for r in rows]

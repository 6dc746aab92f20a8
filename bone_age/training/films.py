"""The films with their labels, and the split that holds for ever."""

import csv
import hashlib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray


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
    """Decoded films of one part: `pixels` (n, size, size) uint8, the others (n,) float32."""

    pixels: NDArray[np.uint8]
    is_female: NDArray[np.float32]
    bone_age_months: NDArray[np.float32]


def part_of(film_id: str) -> Part:
    """Return the part of the fixed split that a film belongs to, from its id alone."""
    tenth = int(hashlib.sha256(film_id.encode("ascii")).hexdigest(), 16) % 10
    return _PART_OF_TENTH.get(tenth, Part.TRAIN)


def read_labels(folder: Path, part: Part) -> list[Label]:
    """Read `labels.csv` of a data folder and keep the rows of one part."""
    with (folder / "labels.csv").open(newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if part_of(row["id"]) is part]
    return [Label(r["id"], float(r["sex"] == "F"), float(r["bone_age_months"])) for r in rows]


def load_films(folder: Path, part: Part, size: int) -> Films:
    """Decode the square films of one part, scaled to size x size pixels.

    A film that is named in the labels but missing from the archives is left out.
    """
    labels = {label.film_id: label for label in read_labels(folder, part)}
    kept: list[Label] = []
    pixels: list[NDArray[np.uint8]] = []
    for film_id, encoded in _archived(folder):
        if film_id in labels:
            kept.append(labels[film_id])
            pixels.append(_decode(encoded, size))
    return Films(
        np.stack(pixels),
        np.array([label.is_female for label in kept], np.float32),
        np.array([label.bone_age_months for label in kept], np.float32),
    )


def _archived(folder: Path) -> Iterator[tuple[str, bytes]]:
    for archive in sorted(folder.glob("square299-*.zip")):
        with zipfile.ZipFile(archive) as films:
            for name in sorted(films.namelist()):
                yield Path(name).stem, films.read(name)


def _decode(encoded: bytes, size: int) -> NDArray[np.uint8]:
    image = cv2.imdecode(np.frombuffer(encoded, np.uint8), cv2.IMREAD_GRAYSCALE)
    if image is None:
        raise ValueError("A film of the archive cannot be decoded.")
    return cv2.resize(image, (size, size), interpolation=cv2.INTER_AREA).astype(np.uint8)

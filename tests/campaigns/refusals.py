"""Spoilt and foreign pictures: does the reader refuse them?

Ten kinds of pictures with fixed seeds, five of them made from real films of one part of the fixed
split, and radiographs of other parts of the body by category. Neither the films nor these
radiographs are part of the project. Held-out films are opened only where they are named.
"""

import csv
import os
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from bone_age.model import load_model
from bone_age.read import read_picture_bone_age
from bone_age.reading import Sex
from bone_age.training.crops import decode
from bone_age.training.delivered import Chance, Picture, chance_of, compressed, delivered
from bone_age.training.films import Part, part_of
from bone_age.training.spoilt_films import Film, upright
from bone_age.training.unreadable import FEWEST_OF_CATEGORY, SPOILT
from console.settings import RELEASED_MODEL
from tests.campaigns import foreign_pictures
from tests.campaigns.kernel.machine import CannotRun

_ROOT: Final = Path(__file__).parents[2]
_DATA: Final = _ROOT.parent / "shared" / "data"
MODEL = Path(os.environ.get("BONEAGE_MODEL_DIRECTORY", RELEASED_MODEL))
FILMS = Path(os.environ.get("BONEAGE_FILMS", _DATA / "radiographs"))
OTHERS = Path(os.environ.get("BONEAGE_OTHER_RADIOGRAPHS", _DATA / "other_radiographs"))
# Pass lines.
LEAST_REFUSED, LEAST_REFUSED_OF_CATEGORY = 0.95, 0.9
POOLED: Final = "smaller categories"
# Adult hands, and hands with hardware: neither refusal nor acceptance is asked.
GREY_ZONE: Final = "grey zone"

FOREIGN: Final[dict[str, Callable[[Chance], Picture]]] = {
    "foot or other phantom": foreign_pictures.phantom_without_hand,
    "blank": foreign_pictures.blank,
    "noise": foreign_pictures.noise,
    "page of text": foreign_pictures.page_of_text,
    "photograph": foreign_pictures.photograph,
}
Shown = tuple[str, str, Callable[[], Picture]]


def judge_refusals(
    count: int, seed: int, told: Callable[[int], None], part: Part = Part.TUNE
) -> Counter[str]:
    """Show so many pictures of each kind, then the radiographs of other parts of the body.

    Raises AssertionError where too few of a kind are refused.
    """
    if not (FILMS / "midsize.zip").exists():
        raise CannotRun(f"The films are not in {FILMS}; name their folder in BONEAGE_FILMS.")
    model, tally, read = load_model(MODEL), Counter[str](), []
    shown = [*foreign(count, seed), *spoilt(count, seed, part), *other_radiographs(count)]
    for number, (kind, name, picture) in enumerate(shown):
        told(number * count // len(shown))
        refused = read_picture_bone_age(model, picture(), Sex.FEMALE).refused
        tally[kind] += 1
        tally[f"{kind} refused"] += refused
        read += [] if refused else [f"{kind} was read: {name}"]
    failures = list(_too_few_refused(tally))
    assert not failures, "\n".join([*failures, *read])
    return tally


def foreign(count: int, seed: int) -> Iterator[Shown]:
    """Return the pictures that hold no hand, of each kind so many."""
    for kind, make in FOREIGN.items():
        for number in range(count):
            name = f"{kind}/{seed}/{number}"
            yield kind, name, partial(_foreign, make, name)


def _foreign(make: Callable[[Chance], Picture], name: str) -> Picture:
    chance = chance_of(name)
    return delivered(make(chance), chance)


def spoilt(count: int, seed: int, part: Part) -> Iterator[Shown]:
    """Return spoilt films of one part, of each kind so many, half of them squashed to squares."""
    films = list(whole_films(part, count, seed))
    for kind, make in SPOILT.items():
        for number, (name, film) in enumerate(films):
            yield kind, name, partial(_spoilt, make, film, f"{kind}/{seed}/{number}")


def _spoilt(make: Callable[[Film, Chance], Picture], film: Film, name: str) -> Picture:
    chance = chance_of(name)
    return delivered(make(film, chance), chance)


def whole_films(part: Part, count: int, seed: int) -> Iterator[tuple[str, Film]]:
    """Yield so many films of one part, upright, from both kinds of archives in turn."""
    with (
        zipfile.ZipFile(FILMS / "midsize.zip") as midsize,
        zipfile.ZipFile(FILMS / "square299-0.zip") as square,
    ):
        archives = [(archive, _of_part(archive, part, seed)) for archive in (midsize, square)]
        number = 0
        while number < count:
            archive, names = archives[number % 2]
            name = next(names)
            film = upright(decode(archive.read(name)))
            if film is not None:
                yield name, film
                number += 1


def _of_part(archive: zipfile.ZipFile, part: Part, seed: int) -> Iterator[str]:
    names = sorted(name for name in archive.namelist() if name.endswith(".webp"))
    mine = [name for name in names if part_of(Path(name).stem) is part]
    return iter([str(name) for name in np.random.default_rng(seed).permutation(mine)])


def other_radiographs(count: int) -> Iterator[Shown]:
    """Return radiographs of other parts of the body, of each category so many at most.

    Each is compressed once more, as the films above are.
    """
    if not (OTHERS / "manifest.csv").exists():
        return
    with (OTHERS / "manifest.csv").open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    by_kind: dict[str, list[str]] = defaultdict(list)
    sizes = Counter(row["category"] for row in rows if row["grey_zone"] == "0")
    for row in rows:
        large = sizes[row["category"]] >= FEWEST_OF_CATEGORY
        kind = row["category"] if large else POOLED
        by_kind[GREY_ZONE if row["grey_zone"] == "1" else kind].append(row["file"])
    for kind, names in by_kind.items():
        for name in names[:: max(1, len(names) // count)]:
            yield f"other: {kind}", name, partial(_other, name)


def _other(name: str) -> Picture:
    with zipfile.ZipFile(OTHERS / "images.zip") as images:
        grey = decode(images.read(name)).astype(np.float32) / 255
    return compressed(grey, chance_of(name))


def _too_few_refused(tally: Counter[str]) -> Iterator[str]:
    kinds = [kind for kind in tally if not kind.endswith(" refused") and GREY_ZONE not in kind]
    for kind in kinds:
        least = LEAST_REFUSED_OF_CATEGORY if kind.startswith("other: ") else LEAST_REFUSED
        if tally[f"{kind} refused"] < least * tally[kind]:
            yield f"{kind}: {tally[f'{kind} refused']} of {tally[kind]} refused"

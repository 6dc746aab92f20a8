"""What the refuser learns from: good films, spoilt ones, and radiographs of no child's hand.

Good films are delivered as the spoilt ones are, or it would learn to tell the delivery.
"""

import csv
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from acquisition.film_view import find_on_film, look_at_film
from acquisition.hand import Hand
from bone_age.readable import why_film_not_read
from bone_age.training import spoilt_films
from bone_age.training.crops import (
    Crop,
    Folders,
    crop_to_keep,
    decode,
    keep_crops,
    make_side_by_side,
)
from bone_age.training.delivered import Chance, Picture, chance_of, compressed, delivered
from bone_age.training.films import Part, part_of
from bone_age.training.spoilt_films import Film, upright

WHOLE: Final = "whole"
SPOILT: Final[dict[str, Callable[[Film, Chance], Picture]]] = {
    "two hands": spoilt_films.two_hands,
    "fingers cut off": spoilt_films.fingers_cut_off,
    "wrist cut off": spoilt_films.wrist_cut_off,
    "blurred or under-exposed": spoilt_films.blurred_or_underexposed,
    "covered": spoilt_films.covered,
}
# How many films of the train tenths are shown of each kind; what the rules tell easily needs few.
_FILMS_OF: Final = {
    WHOLE: 1500,
    "two hands": 150,
    "fingers cut off": 1500,
    "wrist cut off": 1000,
    "blurred or under-exposed": 150,
    "covered": 1200,
}
OTHER: Final = "other"
# Adult hands, and hands with hardware, need neither refusal nor acceptance: nothing learns them.
_GREY_ZONE: Final = "1"
# Categories of fewer images are counted as one kind.
FEWEST_OF_CATEGORY: Final = 20
# Each of the few radiographs is delivered so many times, turned otherwise.
DELIVERIES: Final = 3


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """Crops of pictures of some kinds: `kinds` (n,), `pixels` (n, size, size) uint8.

    `has_hand` (n,) tells where there is a crop at all, `passes` (n,) where the rules let
    it pass.
    """

    kinds: NDArray[np.str_]
    pixels: NDArray[np.uint8]
    has_hand: NDArray[np.bool_]
    passes: NDArray[np.bool_]

    def of(self, kind: str) -> NDArray[np.uint8]:
        """Return the crops of one kind."""
        crops: NDArray[np.uint8] = self.pixels[self.has_hand & (self.kinds == kind)]
        return crops


def make_shown(folders: Folders, others: Path, kinds: Sequence[str], processes: int) -> None:
    """Make what is not yet kept of some kinds; may be stopped and called again."""
    missing = [kind for kind in kinds if not _path(folders, kind).exists()]
    make_side_by_side(partial(_make, folders, others), missing, folders, processes)


def kinds_with(others: Path | None) -> tuple[str, ...]:
    """Return the kinds that can be made, with a folder of other radiographs or without one."""
    return (*_FILMS_OF, *(() if others is None else (OTHER,)))


def load_shown(folders: Folders, kinds: Sequence[str]) -> Shown:
    """Return what `make_shown` kept."""
    kept = [np.load(_path(folders, kind)) for kind in kinds]
    return Shown(*(np.concatenate([one[name] for one in kept]) for name in Shown.__slots__))


def _path(folders: Folders, kind: str) -> Path:
    return folders.crops / f"shown-{kind.replace(' ', '_')}-{folders.size}.npz"


def _make(folders: Folders, others: Path, kind: str) -> None:
    pictures = _others(others) if kind == OTHER else _films(folders.films, kind)
    seen = [(name, *_seen(picture, folders.size)) for name, picture in pictures]
    names, crops, passes = zip(*seen, strict=True)
    beside = {"kinds": np.array(names), "passes": np.array(passes)}
    keep_crops(_path(folders, kind), folders.size, crops, **beside)


def _seen(picture: NDArray[np.generic], size: int) -> tuple[Crop | None, bool]:
    """Return the crop of a picture, if a hand is found, and whether the rules refuse nothing."""
    hand = find_on_film(picture)
    if not isinstance(hand, Hand):
        return None, False
    passes = not why_film_not_read(look_at_film(picture, hand))
    return crop_to_keep(picture, hand, size), passes


def _films(films: Path, kind: str) -> Iterator[tuple[str, Picture]]:
    """Yield films of the train tenths, delivered whole or spoilt, every third one a midsize one."""
    midsize = _shuffled([films / "midsize.zip"], chance_of(kind))
    squares = _shuffled(sorted(films.glob("square299-*.zip")), chance_of(kind))
    for number in range(_FILMS_OF[kind]):
        film = next(squares if number % 3 else midsize, None)
        hand = None if film is None else upright(film)
        if hand is not None:
            chance = chance_of(f"{kind}/{number}")
            yield kind, delivered(SPOILT.get(kind, _whole)(hand, chance), chance)


def _shuffled(archives: Sequence[Path], chance: Chance) -> Iterator[NDArray[np.generic]]:
    """Yield the films of the train tenths in an order of chance."""
    with ExitStack() as opened:
        films = [opened.enter_context(zipfile.ZipFile(path)) for path in archives if path.exists()]
        named = [(archive, name) for archive in films for name in sorted(archive.namelist())]
        train = [one for one in named if part_of(Path(one[1]).stem) is Part.TRAIN]
        for place in chance.permutation(len(train)):
            archive, name = train[place]
            yield decode(archive.read(name))


def _whole(film: Film, _: Chance) -> Picture:
    return film.grey


def _others(folder: Path) -> Iterator[tuple[str, Picture]]:
    with (folder / "manifest.csv").open(newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["grey_zone"] != _GREY_ZONE]
    with zipfile.ZipFile(folder / "images.zip") as images:
        for row in rows:
            grey = np.asarray(decode(images.read(row["file"])), np.float32) / np.float32(255)
            for delivery in range(DELIVERIES):
                chance = chance_of(f"{row['file']}/{delivery}")
                turned = np.ascontiguousarray(np.rot90(grey, int(chance.integers(4))))
                plain = compressed(grey, chance)
                yield (
                    f"{OTHER}: {row['category']}",
                    delivered(turned, chance) if delivery else plain,
                )

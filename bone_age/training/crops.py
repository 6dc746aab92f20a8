"""Crops of the films and of phantoms, made once and kept: what the net sees, as when it reads."""

import os
import zipfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from acquisition.hand import Hand, find_hand
from bone_age.crop import crop_hand
from bone_age.training.films import Films, Label, Part, part_of, read_labels
from bone_age.training.phantoms import PHANTOM_SHARDS, phantom_pictures

Crop = NDArray[np.uint8]
_Wanted = TypeVar("_Wanted")


@dataclass(frozen=True, slots=True)
class Shard:
    """The crops of one part of an archive of films or of a lot of phantoms.

    `ids` (n,); `pixels` (n, size, size) uint8; `has_hand` (n,) tells where none was found.
    """

    ids: NDArray[np.str_]
    pixels: NDArray[np.uint8]
    has_hand: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Folders:
    """Where `labels.csv` and the archives of films lie, and where their crops are kept.

    The crops are squares of `size` pixels; each part of the split has files of its own, so that
    whoever learns never opens what is held out.
    """

    films: Path
    crops: Path
    size: int


def sources_in(films: Path, lots: int) -> tuple[str, ...]:
    """Return the names of all archives of films, and of some lots of phantoms."""
    return (*(path.stem for path in sorted(films.glob("*.zip"))), *PHANTOM_SHARDS[:lots])


def make_crops(
    folders: Folders, parts: Sequence[Part], sources: Sequence[str], processes: int
) -> None:
    """Crop what is not yet kept of some parts of the sources; may be stopped and called again."""
    wanted = [(source, part) for part in parts for source in sources]
    missing = [one for one in wanted if not _path(folders, *one).exists()]
    make_side_by_side(partial(_make_shard, folders), missing, folders, processes)


def make_side_by_side(
    make: Callable[[_Wanted], None], wanted: Sequence[_Wanted], folders: Folders, processes: int
) -> None:
    """Make files in the folder of the crops with so many processes, of one thread each."""
    folders.crops.mkdir(parents=True, exist_ok=True)
    # A fork would inherit the threads of torch and OpenCV, locked for ever.
    with ProcessPoolExecutor(processes, get_context("spawn"), cv2.setNumThreads, (1,)) as workers:
        list(workers.map(make, wanted))


def load_crops(folders: Folders, part: Part, sources: str) -> Films:
    """Return the crops of one part whose shards' names match the pattern `sources`.

    Films in which no hand was found are counted and left out, as the reader refuses them. Raises
    ValueError where nothing is left.
    """
    labels = {label.film_id: label for label in read_labels(folders.films, part)}
    found: list[tuple[Label, NDArray[np.uint8]]] = []
    refused = 0
    for path in sorted(folders.crops.glob(_file_name(folders, sources, part))):
        shard = _load(path)
        for film_id, pixels, has_hand in zip(shard.ids, shard.pixels, shard.has_hand, strict=True):
            label = labels.get(str(film_id)) or _phantom_label(str(film_id), part)
            if label is not None and has_hand:
                found.append((label, pixels))
            refused += label is not None and not has_hand
    if not found:
        raise ValueError(
            f"There are no crops of {sources} for the part {part.value!r} in {folders.crops}."
        )
    return Films(
        np.stack([pixels for _, pixels in found]),
        np.array([label.is_female for label, _ in found], np.float32),
        np.array([label.bone_age_months for label, _ in found], np.float32),
        refused,
    )


def _phantom_label(film_id: str, part: Part) -> Label | None:
    """Read a phantom's truth from its id, `phantom-F-103.2-7`: sex, months, seed."""
    if not film_id.startswith("phantom-") or part_of(film_id) is not part:
        return None
    _, sex, months, _ = film_id.split("-")
    return Label(film_id, float(sex == "F"), float(months))


def _file_name(folders: Folders, source: str, part: Part) -> str:
    return f"{source}-{part.name.lower()}-{folders.size}.npz"


def _path(folders: Folders, source: str, part: Part) -> Path:
    return folders.crops / _file_name(folders, source, part)


def _load(path: Path) -> Shard:
    with np.load(path) as stored:
        return Shard(stored["ids"], stored["pixels"], stored["has_hand"])


def _make_shard(folders: Folders, wanted: tuple[str, Part]) -> None:
    source, part = wanted
    pictures = (
        phantom_pictures(source, part)
        if source in PHANTOM_SHARDS
        else _archived(folders.films / f"{source}.zip", part)
    )
    ids: list[str] = []
    crops: list[Crop | None] = []
    for film_id, picture in pictures:
        ids.append(film_id)
        crops.append(_crop(picture, folders.size))
    keep_crops(_path(folders, source, part), folders.size, crops, ids=np.array(ids))


def keep_crops(path: Path, size: int, crops: Sequence[Crop | None], **beside: Any) -> None:
    """Write crops, None where there is no hand, and arrays beside them; never a half of them."""
    nothing = np.zeros((size, size), np.uint8)
    unfinished = path.with_suffix(".tmp.npz")
    np.savez_compressed(
        unfinished,
        pixels=np.array([nothing if crop is None else crop for crop in crops], np.uint8),
        has_hand=np.array([crop is not None for crop in crops]),
        **beside,
    )
    os.replace(unfinished, path)


def _archived(archive: Path, part: Part) -> Iterator[tuple[str, NDArray[np.generic]]]:
    with zipfile.ZipFile(archive) as films:
        for name in sorted(films.namelist()):
            if part_of(Path(name).stem) is part:
                yield Path(name).stem, decode(films.read(name))


def decode(encoded: bytes) -> NDArray[np.generic]:
    """Return the greys of a film of an archive; raises ValueError where there are none."""
    image = cv2.imdecode(np.frombuffer(encoded, np.uint8), cv2.IMREAD_GRAYSCALE)
    if image is None:
        raise ValueError("A film of the archive cannot be decoded.")
    return image


def _crop(picture: NDArray[np.generic], size: int) -> Crop | None:
    hand = find_hand(picture)
    return crop_to_keep(picture, hand, size) if isinstance(hand, Hand) else None


def crop_to_keep(picture: NDArray[np.generic], hand: Hand, size: int) -> Crop:
    """Return the crop that the net sees, in whole greys."""
    return np.asarray(np.rint(crop_hand(picture, hand, size) * 255), np.uint8)

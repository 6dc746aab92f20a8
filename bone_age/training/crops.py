"""Crops of the films and of phantoms, made once and kept: what the net sees, as when it reads."""

import os
import zipfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from acquisition.hand import Hand, find_hand
from bone_age.crop import crop_hand
from bone_age.training.films import Films, Label, Part, part_of, read_labels
from bone_age.training.phantoms import PHANTOM_SHARDS, phantom_pictures


@dataclass(frozen=True, slots=True)
class Shard:
    """The crops of one archive of films or of one lot of phantoms.

    `ids` (n,); `pixels` (n, size, size) uint8; `has_hand` (n,) tells where none was found.
    """

    ids: NDArray[np.str_]
    pixels: NDArray[np.uint8]
    has_hand: NDArray[np.bool_]


def sources_in(films: Path) -> tuple[str, ...]:
    """Return the names of all archives of films, and of all lots of phantoms."""
    return (*(path.stem for path in sorted(films.glob("*.zip"))), *PHANTOM_SHARDS)


def make_crops(films: Path, kept: Path, sources: Sequence[str], size: int, processes: int) -> None:
    """Crop the sources that are not yet kept; may be stopped and called again."""
    kept.mkdir(parents=True, exist_ok=True)
    missing = [source for source in sources if not _path(kept, source, size).exists()]
    count = len(missing)
    # A fork would inherit the threads of torch and OpenCV, locked for ever.
    with ProcessPoolExecutor(processes, get_context("spawn")) as workers:
        list(workers.map(_make_shard, [films] * count, [kept] * count, missing, [size] * count))


def load_crops(films: Path, kept: Path, size: int, part: Part, sources: str) -> Films:
    """Return the crops of one part whose shards' names match the pattern `sources`.

    Films in which no hand was found are counted and left out, as the reader refuses them. Raises
    ValueError where nothing is left.
    """
    labels = {label.film_id: label for label in read_labels(films, part)}
    found: list[tuple[Label, NDArray[np.uint8]]] = []
    refused = 0
    for path in sorted(kept.glob(f"{sources}-{size}.npz")):
        shard = _load(path)
        for film_id, pixels, has_hand in zip(shard.ids, shard.pixels, shard.has_hand, strict=True):
            label = labels.get(str(film_id)) or _phantom_label(str(film_id), part)
            if label is not None and has_hand:
                found.append((label, pixels))
            refused += label is not None and not has_hand
    if not found:
        raise ValueError(f"There are no crops of {sources} for the part {part.value!r} in {kept}.")
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


def _path(kept: Path, source: str, size: int) -> Path:
    return kept / f"{source}-{size}.npz"


def _load(path: Path) -> Shard:
    with np.load(path) as stored:
        return Shard(stored["ids"], stored["pixels"], stored["has_hand"])


def _make_shard(films: Path, kept: Path, source: str, size: int) -> None:
    cv2.setNumThreads(1)
    pictures = (
        phantom_pictures(source) if source in PHANTOM_SHARDS else _archived(films / f"{source}.zip")
    )
    ids: list[str] = []
    crops: list[NDArray[np.uint8] | None] = []
    for film_id, picture in pictures:
        ids.append(film_id)
        crops.append(_crop(picture, size))
    nothing = np.zeros((size, size), np.uint8)
    unfinished = kept / f"{source}.tmp.npz"
    np.savez_compressed(
        unfinished,
        ids=np.array(ids),
        pixels=np.stack([nothing if crop is None else crop for crop in crops]),
        has_hand=np.array([crop is not None for crop in crops]),
    )
    os.replace(unfinished, _path(kept, source, size))


def _archived(archive: Path) -> Iterator[tuple[str, NDArray[np.generic]]]:
    with zipfile.ZipFile(archive) as films:
        for name in sorted(films.namelist()):
            yield Path(name).stem, _decode(films.read(name))


def _decode(encoded: bytes) -> NDArray[np.generic]:
    image = cv2.imdecode(np.frombuffer(encoded, np.uint8), cv2.IMREAD_GRAYSCALE)
    if image is None:
        raise ValueError("A film of the archive cannot be decoded.")
    return image


def _crop(picture: NDArray[np.generic], size: int) -> NDArray[np.uint8] | None:
    hand = find_hand(picture)
    if not isinstance(hand, Hand):
        return None
    return np.asarray(np.rint(crop_hand(picture, hand, size) * 255), np.uint8)

"""How quick and how large the reader is: one film, a list of films, memory, package.

The model in use is measured. PyTorch's own time is that for nets of the released shape with weights
drawn by chance, which needs the extra `train`. Films of the tune tenth are read where they are
there (`BONEAGE_FILMS`), phantoms elsewhere.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from acquisition.film_view import find_on_film
from acquisition.hand import Hand
from acquisition.radiograph import read_picture
from bone_age.crop import Crop
from bone_age.model import ReadingModel
from bone_age.reading import Sex
from bone_age.training.films import Part, read_labels
from console.read_files import Wanted, read_one
from console.settings import Settings, read_settings
from console.site_model import open_model
from firmware_sim.patients.ossification import Sex as PhantomSex
from firmware_sim.patients.phantom import HandRequest, phantom_hand
from firmware_sim.physics.attenuation import log_signal
from firmware_sim.physics.beam import BeamQuality
from firmware_sim.physics.geometry import SMALL_PANEL
from tests.benchmarks.list_run import read_a_list
from tests.benchmarks.rows import Row, at_least, at_most
from tests.campaigns.reader import FILMS, MIDSIZE, Archives

MOST_READING_S, MOST_OF_TORCH, LEAST_A_SECOND = 0.5, 0.9, 6.0
MOST_PACKAGE_MB, MOST_MEMORY_MB = 20.0, 700.0
READ_ONE_BY_ONE, PAIRS, LISTED, PHANTOMS = 15, 15, 60, 20
WITHOUT_TORCH: Final = (
    "The reader is not compared with PyTorch: the extra `train` is not installed.\n"
)
_BYTES_IN_MB: Final = 1e6


@dataclass(frozen=True, slots=True)
class Pictures:
    """What is read, and what to call it."""

    wanted: Sequence[Wanted]
    kind: str


def measure() -> Iterator[Row]:
    """Give the rows of every model that can be measured here."""
    settings = read_settings()
    with tempfile.TemporaryDirectory() as folder:
        pictures = pictures_in(Path(folder))
        yield from of_model(settings, settings.model_directory.name, pictures)
        if find_spec("torch") is None or find_spec("onnx") is None:
            sys.stderr.write(WITHOUT_TORCH)
            return
        yield _of_nets_by_chance(_new_site(settings, Path(folder)), pictures)


def pictures_in(folder: Path) -> Pictures:
    """Write films where they are there, else phantoms of all ages, into a folder."""
    if (FILMS / "labels.csv").exists():
        return Pictures(list(_films(folder)), "films")
    return Pictures(list(_phantoms(folder)), "phantoms")


def _films(folder: Path) -> Iterator[Wanted]:
    """Write the first films of the tune tenth that keep their aspect."""
    with Archives() as archives:
        labels = [
            one for one in read_labels(FILMS, Part.TUNE) if archives.has(MIDSIZE, one.film_id)
        ]
        for label in labels[:LISTED]:
            path = folder / f"{label.film_id}.webp"
            path.write_bytes(archives.content_in(MIDSIZE, label.film_id))
            yield Wanted(label.film_id, str(path), "F" if label.is_female else "M")


def _phantoms(folder: Path) -> Iterator[Wanted]:
    """Write phantoms from 2 to 17 years; the whole row of them stands in the list three times."""
    shown = [("FM"[number % 2], 2.0 + 15.0 * number / PHANTOMS) for number in range(PHANTOMS)]
    for again in range(LISTED // PHANTOMS):
        for number, (sex, years) in enumerate(shown):
            path = folder / f"phantom-{number}.png"
            if not again:
                cv2.imwrite(str(path), _phantom(sex, years, number))
            yield Wanted(f"{number}-{again}", str(path), sex)


def _phantom(sex: str, bone_age_years: float, seed: int) -> NDArray[np.uint8]:
    request = HandRequest(PhantomSex(sex), bone_age_years, seed)
    tissue = phantom_hand(request, SMALL_PANEL).tissue()
    grey = -log_signal(tissue.bone_mm, tissue.soft_mm, BeamQuality.UNIT, 50.0)
    return np.clip(grey * 100, 0, 255).astype(np.uint8)


def of_model(settings: Settings, name: str, pictures: Pictures) -> Iterator[Row]:
    """Measure the model of a site."""
    yield one_reading(open_model(settings), name, pictures)
    run = read_a_list(settings, pictures.wanted)
    figures = f"{len(pictures.wanted)} {pictures.kind}, 2 processes, after {run.start_s:.1f} s"
    requirement = f"at least {LEAST_A_SECOND:g} images a second"
    yield at_least(
        f"{name}: boneage read --list", requirement, run.a_second, LEAST_A_SECOND, figures
    )
    each = " + ".join(f"{one:.0f}" for one in run.most_mb)
    figures = f"most at one moment, the command and its 2 processes (PSS): {each} MB"
    requirement = f"at most {MOST_MEMORY_MB:g} MB"
    most = sum(run.most_mb)
    yield at_most(f"{name}: memory of a list", requirement, most, MOST_MEMORY_MB, figures)
    size = sum(one.stat().st_size for one in settings.model_directory.iterdir()) / _BYTES_IN_MB
    requirement = f"at most {MOST_PACKAGE_MB:g} MB"
    yield at_most(f"{name}: package", requirement, size, MOST_PACKAGE_MB, "MB, every file of it")


def one_reading(model: ReadingModel, name: str, pictures: Pictures) -> Row:
    """Read pictures one by one, each for the first time, with a model that is loaded."""
    spent = []
    for one in pictures.wanted[:READ_ONE_BY_ONE]:
        began = time.perf_counter()
        read_one(model, one)
        spent.append(time.perf_counter() - began)
    figures = f"s, from the file to the row, median of {len(spent)} {pictures.kind}"
    middle = statistics.median(spent)
    requirement = f"at most {MOST_READING_S:g} s"
    return at_most(f"{name}: one reading", requirement, middle, MOST_READING_S, figures)


def _new_site(settings: Settings, folder: Path) -> Settings:
    """Return a site without a calibration of its own, which would be of another model."""
    places = {"data_directory": folder / "site", "model_directory": folder / "chance-1"}
    return settings.model_copy(update=places)


def _of_nets_by_chance(site: Settings, pictures: Pictures) -> Row:
    from tests.benchmarks.nets_by_chance import nets_by_chance, write_package

    released = nets_by_chance()
    write_package(released, site.model_directory)
    return beside_torch(open_model(site), by_torch(released), pictures)


def by_torch(released: Callable[..., object]) -> Callable[[Crop], object]:
    """Read a crop and its mirror image in PyTorch, with one thread as the reader has."""
    import torch

    torch.set_num_threads(1)

    def read(crop: Crop) -> object:
        pair = np.stack([crop, crop[:, ::-1]])[:, None]
        with torch.inference_mode():
            return released(torch.from_numpy(pair), torch.ones(2))

    return read


def beside_torch(
    model: ReadingModel, torch_reads: Callable[[Crop], object], pictures: Pictures
) -> Row:
    """Compare the nets' time alone, in alternating pairs: a disturbance meets both alike."""
    crops = list(_crops(model, pictures))
    works = (lambda crop: model.read(crop, Sex.FEMALE), torch_reads)
    for work in works:
        work(crops[0])  # both have then taken their memory
    pairs = [[_seconds(work, crops[at % len(crops)]) for work in works] for at in range(PAIRS)]
    ratio = statistics.median(ours / theirs for ours, theirs in pairs)
    ours, theirs = (1e3 * statistics.median(column) for column in zip(*pairs, strict=True))
    figures = f"net alone, one thread each: {ours:.0f} ms, PyTorch {theirs:.0f} ms, {PAIRS} pairs"
    requirement = f"at most {MOST_OF_TORCH:g} x the same nets in PyTorch"
    return at_most("the nets alone, weights by chance", requirement, ratio, MOST_OF_TORCH, figures)


def _crops(model: ReadingModel, pictures: Pictures) -> Iterator[Crop]:
    for one in pictures.wanted[:3]:
        picture = read_picture(Path(one.path))
        hand = find_on_film(picture)
        if isinstance(hand, Hand):
            yield model.crop(picture, hand)


def _seconds(work: Callable[[Crop], object], crop: Crop) -> float:
    began = time.perf_counter()
    work(crop)
    return time.perf_counter() - began

"""Read images of a list once more, changed in every way and at ten poses."""

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from acquisition.radiograph import read_picture
from bone_age.evaluation import Case
from bone_age.model import ReadingModel
from bone_age.read import read_picture_bone_age
from bone_age.stress import POSES, STRESSES, Picture, changed, posed
from bone_age.stress_figures import Reread, repeatability_of, stress_curves
from console.labelled_list import Labelled
from console.settings import Settings
from console.side_by_side import Lost, side_by_side
from console.site_model import open_the_same_model
from console.telling import Told, told_along


@dataclass(frozen=True, slots=True)
class Stressed:
    """What was read of one image, changed in every way and at ten poses; None where refused."""

    changed: Mapping[tuple[str, float], float | None]
    posed: tuple[float | None, ...]


def stress_part(
    settings: Settings,
    read_with: str,
    chosen: Sequence[tuple[Labelled, Case]],
    processes: int,
    told: Told,
) -> dict[str, Any]:
    """Change and read images that were read as they are. Raises SideProcessFailed."""
    reading = _side_by_side(settings, read_with, [one for one, _ in chosen], processes)
    stressed = list(told_along(reading, len(chosen), "changed images", told))
    reread = {
        key: [
            Reread(case.id, case.labelled_months, case.read_months, each.changed[key])
            for (_, case), each in zip(chosen, stressed, strict=True)
        ]
        for key in (stressed[0].changed if stressed else ())
    }
    return {
        "images": len(chosen),
        "curves": stress_curves([case for _, case in chosen], reread) if stressed else (),
        "repeatability": repeatability_of(each.posed for each in stressed),
    }


def read_stressed(model: ReadingModel, one: Labelled) -> Stressed:
    """Read one image in every changed way and at ten poses; its file was read before."""
    picture, seed = read_picture(Path(one.wanted.path)), zlib.crc32(one.wanted.id.encode())

    def months(picture: Picture) -> float | None:
        return read_picture_bone_age(model, picture, one.sex).bone_age_months

    return Stressed(
        changed={(name, amount): months(made) for name, amount, made in changed(picture, seed)},
        posed=tuple(months(pose) for pose in posed(picture, seed)),
    )


def _side_by_side(
    settings: Settings, read_with: str, images: Sequence[Labelled], processes: int
) -> Iterator[Stressed]:
    """Give what is read of each image; one that ends its process is refused in every way."""
    opening = partial(_open_reader, settings, read_with)
    with side_by_side(opening, min(processes, len(images))) as crew:
        for outcome in crew.in_order(images):
            yield _nothing() if isinstance(outcome, Lost) else outcome


def _open_reader(settings: Settings, read_with: str) -> Callable[[Labelled], Stressed]:
    return partial(read_stressed, open_the_same_model(settings, read_with))


def _nothing() -> Stressed:
    keys = [(stress.name, amount) for stress in STRESSES for amount in stress.amounts]
    return Stressed(dict.fromkeys(keys), (None,) * POSES)

"""From finished trainings to a released model: the ONNX file, its facts and its figures."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from bone_age.description import Description, Details, Interval, Standard, own_interface
from bone_age.model import Net, start_net
from bone_age.package import draft_package, seal, write_description
from bone_age.reading import Sex
from bone_age.training.export import export, round_to_bytes
from bone_age.training.figures import figures
from bone_age.training.films import Films
from bone_age.training.interval import COVERAGE, Read, spreads, usual_distance_months
from bone_age.training.judge import batch_of
from bone_age.training.kinds import KINDS
from bone_age.training.released import Released

ONNX_FILE, FIGURES = "reader.onnx", "FIGURES.md"
# The terms of the films (Halabi et al., Radiology 2019;290:498).
LICENCE_IN_SHORT: Final = "non-commercial research and education, with citation"
READER: Final = "convolutional nets on hand and wrist"
# PyTorch and onnxruntime may differ by this much, in months, over so many films.
PARITY_MONTHS: Final = 0.01
PARITY_FILMS: Final = 200


def release(
    released: Released,
    folder: Path,
    unlearnt: Films,
    held_out: Mapping[str, Films],
    beside: Sequence[Path] = (),
) -> None:
    """Write a model's package into a folder whose name is NAME-VERSION.

    Card and licence are a person's to write; `boneage model pack` takes them in. The interval
    comes from `unlearnt`; `held_out` has the films of the table, by their name; the files `beside`
    come along. Raises ValueError where PyTorch and onnxruntime disagree.
    """
    folder.mkdir(parents=True, exist_ok=True)
    # A card computes convolutions with fewer digits than the reader's processor.
    released = released.to("cpu").eval()
    pixels = unlearnt.pixels.shape[-1]
    round_to_bytes(released)
    export(released, pixels, folder / ONNX_FILE)
    net = start_net((folder / ONNX_FILE).read_bytes(), own_interface(pixels, released.details()))
    _check_parity(released, net, unlearnt)
    known = read_with(net, "unlearnt", unlearnt)
    interval = Interval(COVERAGE, spreads=spreads(known))
    apart = round(usual_distance_months(known), 1) if known.regions_months.size else None
    write_description(
        folder, _description(folder.name, pixels, interval, released.details(apart), unlearnt)
    )
    read = [read_with(net, name, films) for name, films in held_out.items()]
    (folder / FIGURES).write_text(figures(folder.name, interval, read), encoding="utf-8")
    for path in beside:
        shutil.copy(path, folder / _named(path))
    seal(draft_package(folder))


def _named(record: Path) -> str:
    """Name what lies beside the net: that of a net by its run, that of all nets as it is."""
    of_one_net = record.parent.name.partition("-")[0] in KINDS
    return f"{record.parent.name}-{record.name}" if of_one_net else record.name


def _description(
    folder: str, pixels: int, interval: Interval, details: Details, unlearnt: Films
) -> Description:
    labels = unlearnt.bone_age_months
    name, _, version = folder.rpartition("-")
    return Description(
        name=name,
        version=version,
        licence=LICENCE_IN_SHORT,
        standard=Standard.GREULICH_PYLE,
        reader=READER,
        net=ONNX_FILE,
        interface=own_interface(pixels, details),
        interval=interval,
        range_months=(float(labels.min()), float(labels.max())),
    )


def read_with(net: Net, name: str, films: Films) -> Read:
    """Read films as the released model does."""
    said = [
        net.read(pixels.astype(np.float32) / 255, Sex.FEMALE if is_female else Sex.MALE)
        for pixels, is_female in zip(films.pixels, films.is_female, strict=True)
    ]
    return Read(
        name,
        films,
        np.array([one.months for one in said]),
        np.array([one.spread_months for one in said], np.float64),
        np.array([one.regions_months for one in said]).reshape(len(said), -1),
    )


def _check_parity(released: Released, net: Net, films: Films) -> None:
    part = slice(PARITY_FILMS)
    some = Films(films.pixels[part], films.is_female[part], films.bone_age_months[part])
    difference = np.abs(read_with(net, "parity", some).months - _by_torch(released, some))
    if difference.max() > PARITY_MONTHS:
        raise ValueError(f"The exported net reads up to {difference.max():.3f} months differently.")


@torch.no_grad()
def _by_torch(released: Released, films: Films) -> NDArray[np.float32]:
    """Read films and their mirror images in PyTorch: months (n,)."""
    images, sex, _ = batch_of(films, slice(None), torch.device("cpu"))
    read = [
        (released(one[None], told[None])[0] + released(one[None].flip(3), told[None])[0]) / 2
        for one, told in zip(images, sex, strict=True)
    ]
    return torch.cat(read).numpy()

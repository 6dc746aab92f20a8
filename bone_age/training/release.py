"""From a finished training to a released model: the ONNX file, its facts and its figures."""

import copy
import math
import shutil
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from bone_age.description import Description, Interval, Standard, own_interface
from bone_age.model import Net, start_net
from bone_age.package import draft_package, seal, write_description
from bone_age.reading import Sex
from bone_age.training.device import full_precision
from bone_age.training.films import Films
from bone_age.training.judge import device_of, read_films
from bone_age.training.net import ReadingNet

ONNX_FILE, FIGURES = "reader.onnx", "FIGURES.md"
COVERAGE: Final = 0.9
# The terms of the films (Halabi et al., Radiology 2019;290:498).
LICENCE_IN_SHORT: Final = "non-commercial research and education, with citation"
READER: Final = "a convolutional net on the whole hand and wrist"
# Bands of bone age in years, as in the evaluation protocol of the reports on such readers.
BANDS_YEARS: Final = ((0, 2), (2, 6), (6, 10), (10, 14), (14, 20))
# PyTorch and onnxruntime may differ by this much, in months, over so many films.
PARITY_MONTHS: Final = 0.01
PARITY_FILMS: Final = 200

Months = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Read:
    """Films that the net did not learn from, and what the released reader makes of them."""

    name: str
    films: Films
    months: Months

    @property
    def errors(self) -> Months:
        """Return read minus labelled, in months."""
        return self.months - self.films.bone_age_months


def release(
    net: ReadingNet,
    folder: Path,
    calibrate: Films,
    held_out: dict[str, Films],
    beside: Sequence[Path] = (),
) -> None:
    """Write a model's package into a folder whose name is NAME-VERSION.

    Card and licence are a person's to write; `boneage model pack` takes them in. The interval
    comes from `calibrate`; `held_out` has the films of the table, by their name; the files `beside`
    come along. Raises ValueError where PyTorch and onnxruntime disagree.
    """
    folder.mkdir(parents=True, exist_ok=True)
    # A card computes convolutions with fewer digits than the reader's processor.
    net = copy.deepcopy(net).to("cpu")
    pixels = calibrate.pixels.shape[-1]
    export(net, pixels, folder / ONNX_FILE)
    released = start_net((folder / ONNX_FILE).read_bytes(), own_interface(pixels))
    _check_parity(net, released, calibrate)
    half_width = half_width_months(_read(released, "calibrate", calibrate).errors)
    labels = calibrate.bone_age_months
    name, _, version = folder.name.rpartition("-")
    description = Description(
        name=name,
        version=version,
        licence=LICENCE_IN_SHORT,
        standard=Standard.GREULICH_PYLE,
        reader=READER,
        net=ONNX_FILE,
        interface=released.interface,
        interval=Interval(round(half_width, 2), COVERAGE),
        range_months=(float(labels.min()), float(labels.max())),
    )
    write_description(folder, description)
    read = [_read(released, name, films) for name, films in held_out.items()]
    (folder / FIGURES).write_text(_figures(folder.name, half_width, read), encoding="utf-8")
    for path in beside:
        shutil.copy(path, folder / path.name)
    seal(draft_package(folder))


def export(net: ReadingNet, pixels: int, path: Path) -> None:
    """Write the net as ONNX for any number of pictures: image, is_female -> months.

    Its weights keep their names, unfolded, so that a later training can start from the file.
    """
    net.eval()
    with warnings.catch_warnings():
        # The newer exporter needs another package; torch is pinned, and parity is checked.
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.onnx.export(
            net,
            (torch.zeros(2, 1, pixels, pixels), torch.zeros(2)),
            str(path),
            input_names=["image", "is_female"],
            output_names=["months"],
            dynamic_axes={"image": {0: "n"}, "is_female": {0: "n"}, "months": {0: "n"}},
            opset_version=18,
            training=torch.onnx.TrainingMode.PRESERVE,
            do_constant_folding=False,
            dynamo=False,
        )


def half_width_months(errors: Months) -> float:
    """Return the half width that holds `COVERAGE` of new children, by split conformal prediction.

    Lei et al., J Am Stat Assoc 2018;113:1094: the ceil((n + 1) coverage)-th smallest error.
    """
    ordered = np.sort(np.abs(errors))
    return float(ordered[min(math.ceil((len(ordered) + 1) * COVERAGE), len(ordered)) - 1])


def _read(released: Net, name: str, films: Films) -> Read:
    months = [
        released.read(pixels.astype(np.float32) / 255, Sex.FEMALE if is_female else Sex.MALE)
        for pixels, is_female in zip(films.pixels, films.is_female, strict=True)
    ]
    return Read(name, films, np.array(months))


def _check_parity(net: ReadingNet, released: Net, films: Films) -> None:
    part = slice(PARITY_FILMS)
    some = Films(films.pixels[part], films.is_female[part], films.bone_age_months[part])
    by_torch = read_films(net, some, films.pixels.shape[-1], full_precision(device_of(net)))
    difference = np.abs(_read(released, "parity", some).months - by_torch)
    if difference.max() > PARITY_MONTHS:
        raise ValueError(f"The exported net reads up to {difference.max():.3f} months differently.")


def _figures(model: str, half_width: float, read: list[Read]) -> str:
    lines = [
        f"# Figures of {model}",
        "",
        "Read with onnxruntime from films that took no part in the training: `python -m",
        "bone_age.training release`. Months; a negative bias reads too young. Covered: inside the",
        "reading's interval. No hand was found, and nothing read, in "
        + ", ".join(f"{one.films.refused} of the {one.name}" for one in read)
        + ".",
        "",
        "| films | sex | bone age | n | mean absolute error | root mean square | bias | covered |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for one in read:
        lines += [
            _row(one, half_width, sex, band) for sex in "*FM" for band in (None, *BANDS_YEARS)
        ]
    return "\n".join(lines) + "\n"


def _row(read: Read, half_width: float, sex: str, band: tuple[int, int] | None) -> str:
    films = read.films
    chosen = np.full(len(read.months), sex == "*") | (films.is_female == float(sex == "F"))
    if band is not None:
        years = films.bone_age_months / 12
        chosen &= (band[0] <= years) & (years < band[1])
    errors = read.errors[chosen]
    span = "all" if band is None else f"{band[0]} to {band[1]} y"
    who = {"*": "both", "F": "girls", "M": "boys"}[sex]
    if not len(errors):
        return f"| {read.name} | {who} | {span} | 0 | | | | |"
    error, square = np.abs(errors).mean(), math.sqrt(np.square(errors).mean())
    inside = (np.abs(errors) <= half_width).mean()
    return (
        f"| {read.name} | {who} | {span} | {len(errors)} | {error:.2f} | {square:.2f} "
        f"| {errors.mean():+.2f} | {100 * inside:.0f} % |"
    )

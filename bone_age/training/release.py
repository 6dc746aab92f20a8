"""From a finished training to a released model: the ONNX file, its facts and its figures."""

import hashlib
import json
import math
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray

from bone_age.model import FACTS, load_model, read_crop, start_session
from bone_age.reading import Sex
from bone_age.training.films import Films
from bone_age.training.loop import read_films
from bone_age.training.net import ReadingNet

ONNX_FILE, FIGURES = "reader.onnx", "FIGURES.md"
COVERAGE: Final = 0.9
# Bands of bone age in years, as in the evaluation protocol of the reports on such readers.
BANDS_YEARS: Final = ((0, 2), (2, 6), (6, 10), (10, 14), (14, 20))
# PyTorch and onnxruntime may differ by this much, in months.
PARITY_MONTHS: Final = 0.01

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


def release(net: ReadingNet, folder: Path, calibrate: Films, held_out: dict[str, Films]) -> None:
    """Write a model's folder, whose name is NAME-VERSION.

    The interval comes from `calibrate`; `held_out` has the films of the table, by their name.
    Raises ValueError where PyTorch and onnxruntime disagree.
    """
    folder.mkdir(parents=True, exist_ok=True)
    pixels = calibrate.pixels.shape[-1]
    export(net, pixels, folder / ONNX_FILE)
    content = (folder / ONNX_FILE).read_bytes()
    session = start_session(content)
    _check_parity(net, session, calibrate)
    half_width = half_width_months(_read(session, "calibrate", calibrate).errors)
    labels = calibrate.bone_age_months
    name, _, version = folder.name.rpartition("-")
    facts = {
        "name": name,
        "version": version,
        "file": ONNX_FILE,
        "sha256": hashlib.sha256(content).hexdigest(),
        "pixels": pixels,
        "error_months": round(half_width, 2),
        "coverage": COVERAGE,
        "range_months": [float(labels.min()), float(labels.max())],
    }
    (folder / FACTS).write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    load_model(folder)
    read = [_read(session, name, films) for name, films in held_out.items()]
    (folder / FIGURES).write_text(_figures(folder.name, half_width, read), encoding="utf-8")


def export(net: ReadingNet, pixels: int, path: Path) -> None:
    """Write the net as ONNX for any number of pictures: image, is_female -> months."""
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
            dynamo=False,
        )


def half_width_months(errors: Months) -> float:
    """Return the half width that holds `COVERAGE` of new children, by split conformal prediction.

    Lei et al., J Am Stat Assoc 2018;113:1094: the ceil((n + 1) coverage)-th smallest error.
    """
    ordered = np.sort(np.abs(errors))
    return float(ordered[min(math.ceil((len(ordered) + 1) * COVERAGE), len(ordered)) - 1])


def _read(session: onnxruntime.InferenceSession, name: str, films: Films) -> Read:
    months = [
        read_crop(session, pixels.astype(np.float32) / 255, Sex.FEMALE if is_female else Sex.MALE)
        for pixels, is_female in zip(films.pixels, films.is_female, strict=True)
    ]
    return Read(name, films, np.array(months))


def _check_parity(net: ReadingNet, session: onnxruntime.InferenceSession, films: Films) -> None:
    some = Films(films.pixels[:32], films.is_female[:32], films.bone_age_months[:32])
    images = some.pixels[:, None].astype(np.float32) / 255
    inputs = {"image": images, "is_female": some.is_female}
    difference = np.abs(session.run(["months"], inputs)[0] - read_films(net, some, torch.float32))
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

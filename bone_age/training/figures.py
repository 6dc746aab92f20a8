"""The table of a released model: its errors on held-out films, by sex and bone age."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bone_age.description import Interval
from bone_age.evaluation import BANDS_YEARS, band_in_words
from bone_age.reading import Sex
from bone_age.training.interval import Read


def figures(model: str, interval: Interval, read: Sequence[Read]) -> str:
    """Return the table of a released model as a page of Markdown."""
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
        lines += [_row(one, interval, sex, band) for sex in "*FM" for band in (None, *BANDS_YEARS)]
    return "\n".join(lines) + "\n"


def _row(read: Read, interval: Interval, sex: str, band: tuple[int, int] | None) -> str:
    films = read.films
    chosen = np.full(len(read.months), sex == "*") | (films.is_female == float(sex == "F"))
    if band is not None:
        years = films.bone_age_months / 12
        chosen &= (band[0] <= years) & (years < band[1])
    errors = read.errors[chosen]
    span = "all" if band is None else band_in_words(band)
    who = {"*": "both", "F": "girls", "M": "boys"}[sex]
    if not len(errors):
        return f"| {read.name} | {who} | {span} | 0 | | | | |"
    error, square = np.abs(errors).mean(), math.sqrt(np.square(errors).mean())
    inside = (np.abs(errors) <= _half_widths(read, interval)[chosen]).mean()
    return (
        f"| {read.name} | {who} | {span} | {len(errors)} | {error:.2f} | {square:.2f} "
        f"| {errors.mean():+.2f} | {100 * inside:.0f} % |"
    )


def _half_widths(read: Read, interval: Interval) -> NDArray[np.float64]:
    return np.array(
        [
            interval.half_width_months(Sex.FEMALE if is_female else Sex.MALE, months, spread)
            for is_female, months, spread in zip(
                read.films.is_female, read.months, read.spread_months, strict=True
            )
        ]
    )

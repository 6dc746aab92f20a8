"""What `model.json` of a package says: how its net is fed, how it answers, how far it may be off.

`docs/models.md` explains every entry to those who write one by hand.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from bone_age.reading import Sex


class Framing(StrEnum):
    """What of the picture the net sees."""

    HAND = "hand"
    FILM = "film"


class Layout(StrEnum):
    """The order of a picture's axes: number, channels, rows, columns; or the channels last."""

    NCHW = "NCHW"
    NHWC = "NHWC"


class Standard(StrEnum):
    """The standard that a bone age follows; growth and report know what follows from this one."""

    GREULICH_PYLE = "Greulich-Pyle"


class Unit(StrEnum):
    """What the net counts in."""

    MONTHS = "months"
    YEARS = "years"


@dataclass(frozen=True, slots=True)
class PictureInput:
    """The picture as the net wants it: greys 0 (air) to 1 (bone), less `mean`, over `std`.

    `mean` and `std` have one number for each of the 1 (grey) or 3 (RGB) `channels`. With
    `mirrored_too` the net reads the mirror image as well, and the mean counts.
    """

    input: str
    width: int
    height: int
    framing: Framing
    channels: int
    layout: Layout
    mean: tuple[float, ...]
    std: tuple[float, ...]
    mirrored_too: bool


@dataclass(frozen=True, slots=True)
class SexInput:
    """Where the net is told the sex, and as which number."""

    input: str
    female: float
    male: float


@dataclass(frozen=True, slots=True)
class Answer:
    """Where the net answers: bone age = (its number * `scale` + `offset`), in `unit`."""

    output: str
    unit: Unit
    scale: float
    offset: float


@dataclass(frozen=True, slots=True)
class Details:
    """What else the net tells, by the names of its outputs; `None` for what it does not.

    `spread` is the standard deviation of its distribution over bone ages, in the answer's unit;
    `nets` (n, any) what each of several nets reads, and `regions` (n, 3) what fingers, carpals and
    radius with ulna say, both counted as the answer is; `looked_at` (n, rows, columns) how much
    each part of the picture moved the reading. `regions_apart_months` is how far the regions of
    hardly any child lie apart. `readable` is the chance that the picture shows what the net can
    read, a whole hand with its wrist; below one half nothing is read.
    """

    spread: str | None = None
    nets: str | None = None
    regions: str | None = None
    regions_apart_months: float | None = None
    looked_at: str | None = None
    readable: str | None = None


NO_DETAILS: Final = Details()


@dataclass(frozen=True, slots=True)
class Interface:
    """How a net is fed and how it answers; without `sex` it reads girls and boys alike."""

    picture: PictureInput
    sex: SexInput | None
    answer: Answer
    details: Details = NO_DETAILS


# Our choice: readers scatter by 7 months (Kaplowitz 2011); no honest interval is narrower.
LEAST_ERROR_MONTHS: Final = 1.0
# The atlas ends at 19 years (Greulich and Pyle 1959).
OLDEST_MONTHS: Final = 240.0

# Bone ages in months, rising, and a figure for each; between them a straight line.
Line = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Interval:
    """The half width that held `coverage` of the children it was measured on.

    Either `error_months` for every child, or `spreads`: how many of the net's own spreads, for
    girls and for boys by the bone age that was read.
    """

    coverage: float
    error_months: float | None = None
    spreads: tuple[Line, Line] | None = None

    def half_width_months(self, sex: Sex, months: float, spread_months: float | None) -> float:
        """Return the half width for a child of whom `months` were read."""
        if self.spreads is None or spread_months is None:
            return float(self.error_months or 0.0)
        ages, figures = np.array(self.spreads[0 if sex is Sex.FEMALE else 1]).T
        return float(np.interp(months, ages, figures)) * spread_months


@dataclass(frozen=True, slots=True)
class Description:
    """Everything that `model.json` says.

    `standard` and `reader` say how a bone age came about, `net` is the ONNX file beside it;
    `range_months` are the least and greatest bone age among the
    children that the interval was measured on.
    """

    name: str
    version: str
    licence: str
    standard: Standard
    reader: str
    net: str
    interface: Interface
    interval: Interval
    range_months: tuple[float, float]


def own_interface(pixels: int, details: Details = NO_DETAILS) -> Interface:
    """Return the interface of the nets that this project trains, for squares of `pixels`."""
    return Interface(
        PictureInput(
            input="image",
            width=pixels,
            height=pixels,
            framing=Framing.HAND,
            channels=1,
            layout=Layout.NCHW,
            mean=(0.0,),
            std=(1.0,),
            mirrored_too=True,
        ),
        SexInput("is_female", female=1.0, male=0.0),
        Answer("months", Unit.MONTHS, scale=1.0, offset=0.0),
        details,
    )

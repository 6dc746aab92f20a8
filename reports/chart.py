"""What a chart is: axes, lines of a reference, points of the child, and words for it."""

from dataclasses import dataclass
from enum import Enum

from reports.adult_height_part import HeightBar
from reports.axes import Axis

Points = tuple[tuple[float, float], ...]


class Mark(Enum):
    """How the points of a series are drawn."""

    MEASURED = "a filled dot, joined"
    AT_BONE_AGE = "an open diamond"
    AT_BONE_AGE_READ_OTHERWISE = "a small open square"
    NOT_CORRECTED = "an open circle"
    BETWEEN = "a level line from visit to visit"
    READ = "a filled diamond, joined"
    READ_OTHERWISE = "an open square"
    EQUAL = "a broken line"
    MEAN = "a thin line"


@dataclass(frozen=True, slots=True)
class Series:
    """Points of one kind and their name in the legend, empty where it has none."""

    mark: Mark
    name: str
    points: Points


@dataclass(frozen=True, slots=True)
class ReferenceLine:
    """A line of a reference; `label` stands at its end, `sds` says how far from the median."""

    label: str
    sds: float
    points: Points


@dataclass(frozen=True, slots=True)
class Band:
    """What lies between two lines through ages: (age, low, high)."""

    name: str
    points: tuple[tuple[float, float, float], ...]


@dataclass(frozen=True, slots=True)
class EndBar:
    """An adult height at the end of a chart; its letter is explained below."""

    letter: str
    name: str
    bar: HeightBar


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart: everything that is drawn, and what is said of it.

    `message` stands in the frame where there is nothing of the child to draw. `spans` are
    intervals (age, low, high). `alternative` is the chart in one sentence.
    """

    title: str
    x: Axis
    y: Axis
    alternative: str
    notes: tuple[str, ...] = ()
    message: str = ""
    band: Band | None = None
    lines: tuple[ReferenceLine, ...] = ()
    series: tuple[Series, ...] = ()
    spans: tuple[tuple[float, float, float], ...] = ()
    bars: tuple[EndBar, ...] = ()

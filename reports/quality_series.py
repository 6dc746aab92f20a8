"""The page of a detector's quality control on its series: judged figures and limits over time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from reportlab.lib.colors import Color
from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from acquisition.detector_quality.record_shape import why_damaged
from reports import typeset
from reports.axes import Axis, fitting_axis, time_axis
from reports.inks import QUIET
from reports.plots import PALETTE, Curve, plot, points_of
from reports.quality_sheet import Record, dqe_of, reference_level
from reports.sheet import BAD, WIDTH, side_by_side
from reports.wording import en_quality

_SIZE: Final = (WIDTH / 2 - 3 * mm, 62 * mm)
# More dots than this run into one another (our choice).
_MOST_DOTS: Final = 60
_FIRST: Final = QUIET


@dataclass(frozen=True, slots=True)
class _Followed:
    """What is followed over time: `judged` begins the names of its judgements in a record.

    `least` is the least height of its axis.
    """

    title: str
    judged: str
    least: float
    value: Callable[[Record], float | None]


def series_page(series: Sequence[Record]) -> list[Flowable]:
    """Return what has become of each judged figure; records that are damaged are left out."""
    whole = [record for record in series if why_damaged(record) is None]
    plots = [_plot(followed, whole) for followed in _FOLLOWED]
    pairs = [side_by_side(plots[at : at + 2]) for at in range(0, len(plots), 2)]
    said = en_quality.FIRST_OF_SERIES if len(whole) == 1 else en_quality.TREND_NOTE
    notes = [typeset.note(said.format(count=len(whole)))]
    if len(whole) < len(series):
        damaged = en_quality.DAMAGED_OF_SERIES.format(count=len(series) - len(whole))
        notes.append(typeset.note(damaged))
    return [typeset.heading(en_quality.TREND), *pairs, *notes]


def _plot(followed: _Followed, series: Sequence[Record]) -> Flowable:
    x, y, curves = _curves(followed, series)
    return plot(followed.title, x, y, curves, _SIZE)


def _curves(followed: _Followed, series: Sequence[Record]) -> tuple[Axis, Axis, list[Curve]]:
    """Return both axes, the course of the figure, its first level, and its limits."""
    x, moments = time_axis([datetime.fromisoformat(record["made"]) for record in series])
    points = points_of(moments, [followed.value(record) for record in series])
    limits = _limits(followed, series[-1])
    figures = [figure for _, figure in points]
    y = fitting_axis("", [*figures, *limits] or [0.0], followed.least)
    curves = [Curve("", points, PALETTE[0], dots=len(points) <= _MOST_DOTS)]
    if len(points) > 1:
        curves.append(_level(en_quality.FIRST, figures[0], x, _FIRST))
    names = (en_quality.LIMIT, "")  # two limits share a name
    curves += [_level(name, limit, x, BAD) for name, limit in zip(names, limits, strict=False)]
    return x, y, curves


def _level(name: str, height: float, x: Axis, color: Color) -> Curve:
    return Curve(name, ((x.low, height), (x.high, height)), color, dashed=True)


def _limits(followed: _Followed, record: Record) -> list[float]:
    """Return the limits that a record's own judgement was held against."""
    judged = _judgement(followed.judged, record)
    limits = (judged["lowest"], judged["highest"]) if judged else ()
    return [limit for limit in limits if limit is not None]


def _judgement(name: str, record: Record) -> Record | None:
    return next((each for each in record["judgements"] if each["name"].startswith(name)), None)


def _judged(title: str, name: str, least: float) -> _Followed:
    """Follow the very figure that is judged."""

    def value(record: Record) -> float | None:
        judged = _judgement(name, record)
        return judged["value"] if judged else None

    return _Followed(title, name, least, value)


def _worst_mtf(record: Record) -> float | None:
    found = [_at_one(edge["mtf"], edge["frequencies_per_mm"]) for edge in record["edges"]]
    return min((value for value in found if value is not None), default=None)


def _reference_dqe(record: Record) -> float | None:
    level = reference_level(record)
    return _at_one(dqe_of(level), level["frequencies_per_mm"])


def _at_one(values: Sequence[float | None], frequencies: Sequence[float]) -> float | None:
    """Return the value at 1 per mm, or at the highest frequency of a coarser panel."""
    return values[min(range(len(frequencies)), key=lambda index: abs(frequencies[index] - 1.0))]


# MTF and DQE are followed on coarse panels too, which are not judged by them.
_FOLLOWED: Final = (
    _Followed(en_quality.TREND_MTF, "MTF across columns at 1 lp/mm", 0.1, _worst_mtf),
    _Followed(en_quality.TREND_DQE, "DQE at 1 lp/mm", 0.2, _reference_dqe),
    _judged(en_quality.TREND_SENSITIVITY, "Sensitivity against the factory's", 4.0),
    _judged(en_quality.TREND_NOISE, "Electronic noise of a pixel", 2.0),
    _judged(en_quality.TREND_UNIFORMITY, "SNR non-uniformity, local", 5.0),
    _judged(en_quality.TREND_DEFECTS, "Defective pixels outside lines", 0.02),
)

"""Earlier visits of a child as they were told, put in order: nothing is lost without a word."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any, Final

from growth.references import Position


@dataclass(frozen=True, slots=True)
class EarlierVisit:
    """What was found on one day; None where it was not measured, read or told.

    `bone_age_method` says how, and by whom or what, the bone age was read.
    """

    date: datetime.date
    height_cm: float | None = None
    height_position: Position | None = None
    weight_kg: float | None = None
    bone_age_months: float | None = None
    bone_age_interval_months: tuple[float, float] | None = None
    bone_age_method: str | None = None


@dataclass(frozen=True, slots=True)
class _Figure:
    """A figure of a visit, what belongs to it, and how far two tellings of it may lie apart."""

    name: str
    words: str
    unit: str
    same_within: float
    beside: tuple[str, ...] = ()


# Our choice: people tell sizes to a tenth and bone ages to a month; closer ones are the same one.
_FIGURES: Final = (
    _Figure("height_cm", "height", "cm", 0.051, ("height_position",)),
    _Figure("weight_kg", "weight", "kg", 0.051),
    _Figure(
        "bone_age_months",
        "bone age",
        "months",
        0.51,
        ("bone_age_interval_months", "bone_age_method"),
    ),
)


def put_in_order(
    earlier: Sequence[EarlierVisit], birth_date: datetime.date, today: datetime.date
) -> tuple[tuple[EarlierVisit, ...], tuple[str, ...]]:
    """Return the earlier visits by day, one for each, and what a reader must know of the others.

    What cannot be used is named with its figures. Of a day that is told twice the figures are put
    together; those that contradict one another are not used.
    """
    usable = [visit for visit in earlier if birth_date <= visit.date < today]
    remarks = [_unusable(visit, birth_date) for visit in earlier if visit not in usable]
    if any(later.date < former.date for former, later in pairwise(usable)):
        remarks.append("The earlier visits were not told by date; they were put in order.")
    visits = []
    for _, same in groupby(sorted(usable, key=_day), key=_day):
        visit, said = _put_together(list(same))
        visits.append(visit)
        remarks += said
    return tuple(visits), tuple(remarks)


def _day(visit: EarlierVisit) -> datetime.date:
    return visit.date


def _unusable(visit: EarlierVisit, birth_date: datetime.date) -> str:
    day, told = visit.date, _told(visit)
    if day < birth_date:
        return f"The visit of {day} lies before the birth and was not used ({told})."
    return f"The visit of {day} is not earlier than this one and was not used ({told})."


def _told(visit: EarlierVisit) -> str:
    told = [
        f"{figure.words} {getattr(visit, figure.name):g} {figure.unit}"
        for figure in _FIGURES
        if getattr(visit, figure.name) is not None
    ]
    return ", ".join(told) or "no figure"


def _put_together(same: list[EarlierVisit]) -> tuple[EarlierVisit, list[str]]:
    """Make one visit of all that are of one day."""
    if len(same) == 1:
        return same[0], []
    kept: dict[str, Any] = {}
    contradictions = []
    for figure in _FIGURES:
        contradiction = _contradiction(figure, same)
        if contradiction is None:
            kept |= _kept(figure, same)
        else:
            contradictions.append(contradiction)
    day = same[0].date
    told_again = f"The visit of {day} is told {len(same)} times; the figures were put together."
    return EarlierVisit(day, **kept), contradictions or [told_again]


def _contradiction(figure: _Figure, same: list[EarlierVisit]) -> str | None:
    day, told = same[0].date, _known(figure.name, same)
    if told and max(told) - min(told) > figure.same_within:
        return (
            f"On {day} the {figure.words} is told as {min(told):g} and as {max(told):g} "
            f"{figure.unit}; neither is used."
        )
    if figure.name == "height_cm" and len(set(_known("height_position", same))) > 1:
        return f"On {day} the height is told both lying and standing; it is not used."
    return None


def _kept(figure: _Figure, same: list[EarlierVisit]) -> dict[str, Any]:
    """Return a figure with what belongs to it, of the telling that knows most about it."""
    telling = max(same, key=lambda visit: _how_much(figure, visit))
    beside = {name: next(iter(_known(name, [telling, *same])), None) for name in figure.beside}
    return {figure.name: getattr(telling, figure.name)} | beside


def _how_much(figure: _Figure, visit: EarlierVisit) -> int:
    if getattr(visit, figure.name) is None:
        return -1
    return sum(getattr(visit, name) is not None for name in figure.beside)


def _known(name: str, visits: Sequence[EarlierVisit]) -> list[Any]:
    told = (getattr(visit, name) for visit in visits)
    return [value for value in told if value is not None]

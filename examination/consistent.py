"""Whether the figures of a result belong together: one that was edited by hand may not."""

from collections.abc import Iterator, Mapping
from math import isclose
from typing import Any, Final

from examination.errors import ResultContradictory
from examination.growth_again import child_of
from growth.assess import assess
from growth.assessment import as_record
from growth.errors import GrowthError
from growth.references import Position, Reference
from reports.errors import WRONG_SHAPE, ResultUnusable
from reports.figures import visit_day

# A reading is written to a tenth of a month; what follows from it may be off by as little. Our
# choice for the SD score: Brush's smallest standard deviation is 3.9 months.
_TOLERANCES: Final = {"bone_age_minus_age_months": 0.06, "bone_age_sds": 0.02}
_AS_WRITTEN: Final = 1e-6


def check_consistent(result: Mapping[str, Any]) -> None:
    """Refuse a result whose growth is not that of its patient and reading.

    Height, weight, age, sex, parents, gestation and bone age are assessed anew, and every figure is
    compared that both assessments have. Raises ResultContradictory, or ResultUnusable for a result
    of another shape.
    """
    try:
        _check_interval(result.get("reading") or {})
        growth = result.get("growth") or {}
        if growth:
            _compare(growth, _assessed_anew(result, growth))
    except (*WRONG_SHAPE, GrowthError) as exc:
        raise ResultUnusable(f"The result cannot be signed: {exc} is wrong or missing.") from exc


def _check_interval(reading: Mapping[str, Any]) -> None:
    months, interval = reading.get("bone_age_months"), reading.get("interval_months")
    if months is not None and interval and not interval[0] <= months <= interval[1]:
        raise ResultContradictory(
            f"The interval of this result, {interval[0]:g} to {interval[1]:g} months, does not "
            f"hold its bone age of {months:g} months; correct it before anybody signs it."
        )


def _assessed_anew(result: Mapping[str, Any], growth: Mapping[str, Any]) -> dict[str, Any]:
    reading = result.get("reading") or {}
    position = growth.get("position")
    assessment = assess(
        child_of(result),
        visit_day(result["visit"]),
        reading.get("bone_age_months"),
        None if position is None else Position(position),
        Reference(growth.get("headline", Reference.WHO.value)),
    )
    return as_record(assessment)


def _compare(said: Mapping[str, Any], anew: Mapping[str, Any]) -> None:
    told, expected = dict(_figures("", said)), dict(_figures("", anew))
    for path in (path for path in told if path in expected):
        if not _is_same(path, told[path], expected[path]):
            raise ResultContradictory(
                "The growth assessment of this result is not that of its child and reading: "
                f"{path} is {told[path]} and would be {expected[path]}; assess the growth anew "
                "(boneage growth --json) before anybody signs it."
            )


def _figures(path: str, entry: Any) -> Iterator[tuple[str, Any]]:
    """Return every figure of a record by its place in it, None where it was refused."""
    match entry:
        case Mapping():
            for name, inner in entry.items():
                yield from _figures(f"{path}.{name}" if path else name, inner)
        case list():
            for place, inner in enumerate(entry):
                yield from _figures(f"{path}[{place}]", inner)
        case None | int() | float():
            yield path, entry


def _is_same(path: str, told: float | None, expected: float | None) -> bool:
    if told is None or expected is None:
        return told is expected
    return isclose(told, expected, rel_tol=0, abs_tol=_TOLERANCES.get(path, _AS_WRITTEN))

"""Whether the figures of a result belong together: one that was edited by hand may not."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from math import isclose
from typing import Any, Final

from examination.errors import ResultContradictory
from examination.growth_again import child_of, growth_again
from examination.on_record import OnRecord, looked_up_for, on_record_as_told
from growth.ages import months_later
from growth.child import Child
from growth.errors import GrowthError
from growth.judgement import Customs
from growth.references import Reference
from reports.errors import WRONG_SHAPE, ResultUnusable
from reports.figures import visit_day

_LAST_DIGITS: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Site:
    """How a site judges growth, and how it finds the visits of a child that it has on record."""

    customs: Customs
    look_up: Callable[[Child, date], OnRecord]


def check_consistent(result: Mapping[str, Any]) -> None:
    """Refuse a result whose growth is not that of its patient and reading.

    The child is checked as in an order, its growth is judged anew and every entry compared. Raises
    OrderWrong, ResultContradictory, or ResultUnusable for another shape.
    """
    try:
        check_reading(result)
        difference = _difference(result)
    except (*WRONG_SHAPE, GrowthError) as exc:
        raise ResultUnusable(f"The result cannot be signed: {exc} is wrong or missing.") from exc
    if difference:
        raise ResultContradictory(
            "The growth assessment of this result is not that of its child and reading: "
            f"{difference}. Print the result again (boneage report): growth is then judged anew."
        )


def check_reading(result: Mapping[str, Any]) -> None:
    """Refuse a reading that is not of this child, or whose interval does not hold it.

    Raises OrderWrong or ResultContradictory.
    """
    child, reading = child_of(result), result.get("reading") or {}
    months, interval = reading.get("bone_age_months"), reading.get("interval_months")
    if "refused" in reading and bool(reading["refused"]) != (months is None):
        raise ResultContradictory(
            "The reading of this result is refused and has a bone_age_months, or has neither; "
            "correct it before anybody signs it."
        )
    if months is not None and reading.get("sex") not in (None, child.sex.value):
        raise ResultContradictory(
            "The bone age of this result was read as that of the other sex; read the image again "
            "(boneage read) before anybody signs it."
        )
    if months is not None and interval and not interval[0] <= months <= interval[1]:
        raise ResultContradictory(
            f"The interval of this result, {interval[0]:g} to {interval[1]:g} months, does not "
            f"hold its bone age of {months:g} months; correct it before anybody signs it."
        )


def with_its_growth(result: Mapping[str, Any], site: Site) -> dict[str, Any]:
    """Return a result whose growth is that of its child: as it is, or judged anew.

    The reference that stood first stays first. The visits on record are looked up again where they
    were another child's. Raises what `growth_again` raises.
    """
    if not _difference(result):
        return dict(result)
    child, on, growth = child_of(result), visit_day(result["visit"]), result.get("growth") or {}
    corrected = dict(result) | {"patient": result["patient"] | {"age_years": _age_years(child, on)}}
    if (result.get("on_record") or {}).get("of") != looked_up_for(child, on):
        corrected["on_record"] = on_record_as_told(site.look_up(child, on), child, on)
    headline = Reference(growth.get("headline", site.customs.headline.value))
    return corrected | {"growth": growth_again(corrected, replace(site.customs, headline=headline))}


def _difference(result: Mapping[str, Any]) -> str:
    """Return the first entry of a result that is not its child's, empty without one."""
    growth, patient = result.get("growth") or {}, result["patient"]
    child, on = child_of(result), visit_day(result["visit"])
    told = {"growth": growth, "age_years": patient.get("age_years")}
    anew = {"growth": _growth_anew(result, growth, on), "age_years": _age_years(child, on)}
    if "on_record" in result:
        told["on_record"] = result["on_record"].get("of")
        anew["on_record"] = looked_up_for(child, on)
    was, would_be = dict(_figures("", told)), dict(_figures("", anew))
    for path in {**was, **would_be}:
        if not _is_same(was.get(path), would_be.get(path)):
            return f"{path} is {was.get(path)} and would be {would_be.get(path)}"
    return ""


def _is_same(one: Any, other: Any) -> bool:
    """Tell whether two entries are equal; computers differ in the last digits of a logarithm."""
    if isinstance(one, float) and isinstance(other, float):
        return isclose(one, other, rel_tol=_LAST_DIGITS, abs_tol=_LAST_DIGITS)
    return bool(one == other)


def _growth_anew(result: Mapping[str, Any], growth: Mapping[str, Any], on: date) -> dict[str, Any]:
    """Return the growth that a result must have, by the reference and the rule of its own day.

    No result holds the rules for the next visit: the day must be as many months away as it says.
    """
    headline = Reference(growth.get("headline", Reference.WHO.value))
    anew, suggested = growth_again(result, Customs(headline, ())), growth.get("next_visit")
    if suggested is None:
        return anew
    day = months_later(on, suggested["months"]).isoformat()
    is_told = day in suggested["rule"] and str(suggested["months"]) in suggested["rule"]
    rule = suggested["rule"] if is_told else f"one that names {day}"
    return anew | {"next_visit": {"months": suggested["months"], "date": day, "rule": rule}}


def _age_years(child: Child, on: date) -> float:
    return round(child.age_years(on), 2)


def _figures(path: str, entry: Any) -> Iterator[tuple[str, Any]]:
    """Return every figure and sentence of a record by its place in it."""
    match entry:
        case Mapping():
            for name, inner in entry.items():
                yield from _figures(f"{path}.{name}" if path else name, inner)
        case list():
            for place, inner in enumerate(entry):
                yield from _figures(f"{path}[{place}]", inner)
        case _:
            yield path, entry

"""The visits of a child as the charts need them: this one, and the earlier ones that were told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from growth.ages import ExactAge, exact_age
from growth.references import Measure, Reference


@dataclass(frozen=True, slots=True)
class SeenVisit:
    """What one visit found; ages in months, None where it was not measured or read.

    `plotted_months` is the age at which sizes were scored and are drawn: the corrected one of a
    small child that was born early. `method` is how the bone age was read, None where nobody told.
    `unscored` are the sizes that the site's reference refuses to
    score, with the reason where one is known: they are not laid on its lines either.
    """

    date: str
    age: ExactAge
    age_months: float
    plotted_months: float
    height_cm: float | None
    weight_kg: float | None
    bmi_kg_m2: float | None
    bone_age_months: float | None
    interval_months: tuple[float, float] | None
    method: str | None
    unscored: Mapping[Measure, str]

    @property
    def is_corrected(self) -> bool:
        """Tell whether sizes are drawn at the corrected age."""
        return self.plotted_months != self.age_months


@dataclass(frozen=True, slots=True)
class ReadVisits:
    """Visits with a bone age: those read like this one, and those read otherwise or untold how."""

    alike: tuple[SeenVisit, ...]
    otherwise: tuple[SeenVisit, ...]


def by_method(visits: Sequence[SeenVisit]) -> ReadVisits:
    """Return the visits with a bone age by whether they were read like the last one.

    Where the last visit has none, the last that was told how it was read takes its place.
    """
    read = [visit for visit in visits if visit.bone_age_months is not None]
    told = [visit for visit in read if visit.method is not None or visit is visits[-1]]
    alike = tuple(visit for visit in told if _are_alike(visit, told[-1]))
    return ReadVisits(alike, tuple(visit for visit in read if visit not in alike))


def _are_alike(one: SeenVisit, last: SeenVisit) -> bool:
    return one is last or (one.method is not None and one.method == last.method)


def visits_seen(
    growth: Mapping[str, Any],
    patient: Mapping[str, Any],
    reading: Mapping[str, Any] | None,
    day: str,
) -> tuple[SeenVisit, ...]:
    """Return all visits, the oldest first and this one last; older results know this one only."""
    follow_up, born = growth.get("follow_up"), date.fromisoformat(patient["birth_date"])
    *earlier, this = follow_up["visits"] if follow_up else [_this(growth, reading, day)]
    reference = growth.get("headline", Reference.WHO.value)
    return (
        *(_seen(each, born, _corrected_then(each), _unscored(each, reference)) for each in earlier),
        _seen(this, born, _corrected_now(growth), _unscored_now(growth, reference)),
    )


def _corrected_then(visit: Mapping[str, Any]) -> float | None:
    months = visit.get("corrected_age_months")
    return None if months is None else float(months)


def _corrected_now(growth: Mapping[str, Any]) -> float | None:
    corrected = growth.get("corrected_age")
    return float(corrected["decimal_months"]) if corrected else None


def _unscored_now(growth: Mapping[str, Any], reference: str) -> dict[Measure, str]:
    scores = {measure: growth[measure.value][reference] for measure in Measure}
    return {
        measure: score.get("reason", "")
        for measure, score in scores.items()
        if score["sds"] is None
    }


def _unscored(visit: Mapping[str, Any], reference: str) -> dict[Measure, str]:
    """Return the sizes of an earlier visit that have no score; results may know of height alone."""
    scores = {measure: visit.get(f"{measure.value}_sds") or {} for measure in Measure}
    return {measure: "" for measure in Measure if scores[measure].get(reference, 0.0) is None}


def _this(growth: Mapping[str, Any], reading: Mapping[str, Any] | None, day: str) -> dict[str, Any]:
    return {
        "date": day,
        "age_months": growth["age"]["decimal_months"],
        "height_cm": growth["height"]["cm"],
        "weight_kg": growth["weight"]["kg"],
        "bmi_kg_m2": growth["bmi"]["kg_m2"],
        "bone_age_months": reading["bone_age_months"] if reading else None,
        "bone_age_interval_months": reading.get("interval_months") if reading else None,
    }


def _seen(
    visit: Mapping[str, Any],
    born: date,
    corrected_months: float | None,
    unscored: Mapping[Measure, str],
) -> SeenVisit:
    age, bounds = float(visit["age_months"]), visit.get("bone_age_interval_months")
    return SeenVisit(
        date=visit["date"],
        age=exact_age(born, date.fromisoformat(visit["date"])),
        age_months=age,
        plotted_months=age if corrected_months is None else corrected_months,
        height_cm=visit.get("height_cm"),
        weight_kg=visit.get("weight_kg"),
        bmi_kg_m2=visit.get("bmi_kg_m2"),
        bone_age_months=visit.get("bone_age_months"),
        interval_months=(float(bounds[0]), float(bounds[1])) if bounds else None,
        method=visit.get("bone_age_method"),
        unscored=unscored,
    )

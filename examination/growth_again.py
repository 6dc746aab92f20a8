"""The growth of a result judged anew, from what it tells of child, day, reading and visits."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bone_age.reading import Sex
from examination.visits_on_record import read_by
from growth.child import Child, Gestation
from growth.earlier_file import earlier_visit
from growth.entered import entered_from
from growth.judgement import Customs, Told, judge_growth, judgement_record
from growth.references import Position
from growth.scoring import sheet_told
from growth.visits import EarlierVisit
from reports.figures import visit_day


def growth_again(result: Mapping[str, Any], customs: Customs) -> dict[str, Any]:
    """Return the "growth" entry that a corrected result must have.

    Earlier visits are those that the result tells of. Raises GrowthError, or what plain data of
    another shape raises.
    """
    child, growth = child_of(result), result["growth"]
    on = visit_day(result["visit"])
    told = Told(
        visits=[*_earlier(growth, child), _today(result, child, on)],
        entered=entered_from(growth.get("entered") or {}, child.sex, child.age_years(on)),
        scored=sheet_told(growth, child.sex),
    )
    return judgement_record(judge_growth(child, told, customs))


def child_of(result: Mapping[str, Any]) -> Child:
    """Return the child that a result is of."""
    patient = result["patient"]
    weeks = patient.get("gestation_weeks")
    return Child(
        id=patient["id"],
        name=patient["name"],
        sex=Sex(patient["sex"]),
        birth_date=date.fromisoformat(patient["birth_date"]),
        height_cm=patient.get("height_cm"),
        weight_kg=patient.get("weight_kg"),
        mother_cm=patient.get("mother_cm"),
        father_cm=patient.get("father_cm"),
        gestation=None if weeks is None else Gestation(weeks, patient.get("gestation_days") or 0),
    )


def _earlier(growth: Mapping[str, Any], child: Child) -> list[EarlierVisit]:
    course = growth.get("follow_up") or {}
    told = [
        {name: visit[name] for name in _TOLD_OF_A_VISIT if visit.get(name) is not None}
        for visit in course.get("visits", ())[:-1]
    ]
    return [earlier_visit(each, "The earlier visits, on record", child.birth_date) for each in told]


_TOLD_OF_A_VISIT = (
    *("date", "height_cm", "height_position", "weight_kg"),
    *("bone_age_months", "bone_age_interval_months", "bone_age_method"),
)


def _today(result: Mapping[str, Any], child: Child, on: date) -> EarlierVisit:
    reading, position = result.get("reading") or {}, result["growth"].get("position")
    months, interval = reading.get("bone_age_months"), reading.get("interval_months")
    return EarlierVisit(
        date=on,
        height_cm=child.height_cm,
        height_position=None if position is None else Position(position),
        weight_kg=child.weight_kg,
        bone_age_months=months,
        bone_age_interval_months=None if months is None or not interval else tuple(interval),
        bone_age_method=None if months is None else read_by(reading),
    )

"""The growth of a result judged anew, from what it tells of child, day, reading and visits."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from examination.order import child_from, position_told
from examination.visits_on_record import in_course, this_visit
from growth.child import Child
from growth.earlier_file import earlier_visits_from
from growth.entered import ENTERED_FIELDS, entered_from
from growth.judgement import Customs, Told, judge_growth, judgement_record
from growth.scoring import sheet_told
from reports.figures import visit_day

# What a result tells of its patient beside the child: as in a patient file, and the age.
_NOT_OF_THE_CHILD: Final = frozenset(
    {*ENTERED_FIELDS, "height_position", "scoring", "earlier_visits", "age_years"}
)


def growth_again(result: Mapping[str, Any], customs: Customs) -> dict[str, Any]:
    """Return the "growth" entry that a result must have: that of a visit is the same again.

    Nothing is taken from the entry that is there. Raises OrderWrong, GrowthError, or what plain
    data of another shape raises.
    """
    child, on = child_of(result), visit_day(result["visit"])
    return judgement_record(judge_growth(child, _told(result, child, on), customs))


def child_of(result: Mapping[str, Any]) -> Child:
    """Return the child that a result is of, checked as in an order; raises OrderWrong."""
    patient = result["patient"]
    told = {name: said for name, said in patient.items() if name not in _NOT_OF_THE_CHILD}
    return child_from(told, visit_day(result["visit"]))


def _told(result: Mapping[str, Any], child: Child, on: date) -> Told:
    patient, reading = result["patient"], result.get("reading") or {}
    on_record = result.get("on_record") or {}
    told, known = (
        earlier_visits_from(visits, child.birth_date)
        for visits in (patient.get("earlier_visits") or [], on_record.get("visits") or [])
    )
    today = this_visit(child, on, position_told(patient.get("height_position")), reading)
    return Told(
        visits=[*in_course(told, known), today],
        entered=entered_from(patient, child.sex, child.age_years(on)),
        remarks=on_record.get("remarks") or [],
        scored=sheet_told(patient, child.sex),
        doubts=reading.get("doubts") or [],
    )

"""Earlier visits of a child as this site has them on record.

Each comes from the newest version of its report that somebody signed, else from its `result.json`.
"""

from bisect import insort
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from examination.deliver import read_result
from examination.examination import State
from examination.on_record import OnRecord
from examination.report_states import newest_released
from growth.child import Child
from growth.earlier_file import earlier_visit
from growth.errors import EarlierVisitWrong
from growth.references import Position
from growth.visits import EarlierVisit
from records.errors import HistoryAltered, RecordsUnreadable
from records.examinations import Visit, Visits
from records.reports import KeptReport, Reports

# A visit whose folder was given away keeps its row and has no files of its own.
_NO_FOLDER: Final = Path()
_ROW_DAMAGED: Final = "An earlier visit of this patient number was not used: its record is damaged."
# What reading a result may raise that is missing, cut short, altered or of another kind.
_DAMAGES: Final = (
    OSError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    RecursionError,
    EarlierVisitWrong,
    HistoryAltered,
    RecordsUnreadable,
)


def in_course(
    told: Sequence[EarlierVisit], on_record: Sequence[EarlierVisit]
) -> list[EarlierVisit]:
    """Return the visits that somebody told of with those on record among them by their day."""
    course = list(told)
    for visit in on_record:
        insort(course, visit, key=lambda each: each.date)
    return course


def this_visit(
    child: Child, on: date, position: Position | None, reading: Mapping[str, Any]
) -> EarlierVisit:
    """Return what was found today, in the form of an earlier visit, from a result's "reading"."""
    months, interval = reading.get("bone_age_months"), reading.get("interval_months")
    return EarlierVisit(
        date=on,
        height_cm=child.height_cm,
        height_position=position,
        weight_kg=child.weight_kg,
        bone_age_months=months,
        bone_age_interval_months=None if months is None or not interval else tuple(interval),
        bone_age_method=None if months is None else read_by(reading),
    )


def earlier_on_record(visits: Visits, reports: Reports, child: Child, day: date) -> OnRecord:
    """Return the finished visits of the same patient number before the day of a visit.

    One whose sex or birth date differs, and one that cannot be read, is named and not used. What
    an amendment corrected counts as corrected, the patient number too.
    """
    rows = visits.of_patient(child.id, State.FINISHED.value)
    outcomes = [_outcome(row, reports, child, day) for row in rows]
    return OnRecord(
        tuple(visit for outcome in outcomes for visit in outcome.visits),
        tuple(remark for outcome in outcomes for remark in outcome.remarks),
    )


def _outcome(
    row: Visit | RecordsUnreadable, reports: Reports, child: Child, today: date
) -> OnRecord:
    """Return the visit of a row, or the sentence that says why it is not used."""
    if isinstance(row, RecordsUnreadable):
        return OnRecord(remarks=(_ROW_DAMAGED,))
    if row.folder == _NO_FOLDER:
        return OnRecord()
    try:
        released = _released(reports, row.id)
        if released is not None:
            return _from_report(released, row, child, today)
        return _from_folder(row, child, today)
    except _DAMAGES:
        day = row.order.get("visit_date") or row.started.date()
        return OnRecord(remarks=(_result_damaged(day),))


def _released(reports: Reports, visit_id: str) -> KeptReport | None:
    """Return the version that counts, of a history that nobody altered; raises HistoryAltered."""
    released = newest_released(reports, visit_id)
    if released is not None:
        reports.check_unaltered(visit_id)
    return released


def _from_report(report: KeptReport, row: Visit, child: Child, today: date) -> OnRecord:
    """Return the visit as its report was signed: number, child and day may be corrected ones."""
    patient, day = report.result["patient"], report.result["visit"]["date"]
    if date.fromisoformat(day) >= today or patient["id"] != child.id:
        return OnRecord()
    if not _is_of(patient, child):
        return OnRecord(remarks=(_another_child(day),))
    found = _from_result(report.result, row, child)
    told = (*_another_number(row, child, day), *found.remarks, *_which_version(report, day))
    return replace(found, remarks=told)


def _another_number(row: Visit, child: Child, day: str) -> tuple[str, ...]:
    """Say that the visit came to this child by a correction of its patient number."""
    if row.order["child"]["id"] == child.id:
        return ()
    return (
        f"The visit of {day} was ordered under another patient number; its report was corrected to "
        "this one.",
    )


def _which_version(report: KeptReport, day: str) -> tuple[str, ...]:
    """Name a version that is not the first: it differs from what the visit left in its folder."""
    if report.version == 1:
        return ()
    version = report.version
    return (f"The figures of the visit of {day} are those of version {version} of its report.",)


def _from_folder(row: Visit, child: Child, today: date) -> OnRecord:
    ordered, day = row.order["child"], row.order["visit_date"]
    # A draft that names this child counts for nothing before it is signed.
    if date.fromisoformat(day) >= today or ordered["id"] != child.id:
        return OnRecord()
    if not _is_of(ordered, child):
        return OnRecord(remarks=(_another_child(day),))
    return _from_result(read_result(row.folder), row, child)


def _another_child(day: object) -> str:
    return (
        f"The visit of {day} on record was not used: it has this patient number, but another sex "
        "or birth date."
    )


def _result_damaged(day: object) -> str:
    return f"The visit of {day} on record was not used: its result is missing or damaged."


def _is_of(told: Mapping[str, Any], child: Child) -> bool:
    return (told["sex"], told["birth_date"]) == (child.sex.value, child.birth_date.isoformat())


def _from_result(result: Mapping[str, Any], row: Visit, child: Child) -> OnRecord:
    """Return the visit of a result; raises ValueError for one that is not the row's."""
    patient, reading = result["patient"], result["reading"]
    if result["visit"]["id"] != row.id or not _is_of(patient, child):
        raise ValueError("the result is of another visit")
    visit = earlier_visit(_told(result), "The earlier visits, on record", child.birth_date)
    return OnRecord((visit,), (*_another_name(patient, visit, child), *_doubts(reading, visit)))


def _told(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return a result in the words of a patient file's earlier visits."""
    patient, reading = result["patient"], result["reading"]
    told = {
        "date": result["visit"]["date"],
        "height_cm": patient.get("height_cm"),
        "height_position": result["growth"].get("position"),
        "weight_kg": patient.get("weight_kg"),
    }
    if reading["refused"]:
        return told
    return told | {
        "bone_age_months": reading["bone_age_months"],
        "bone_age_interval_months": reading.get("interval_months"),
        "bone_age_method": read_by(reading),
    }


def read_by(reading: Mapping[str, Any]) -> str:
    """Return method, model and local calibration: only equal ones are compared like with like.

    A person's reading has no model.
    """
    model, local = reading.get("model"), reading.get("local_calibration")
    parts = [str(reading["method"])]
    if model is not None:
        parts.append(f"{model['name']} {model['version']} ({model['sha256'][:8]})")
    if local is not None:
        parts.append(f"local calibration of {local['site']} ({local['sha256'][:8]})")
    return ", ".join(parts)


def _another_name(patient: Mapping[str, Any], visit: EarlierVisit, child: Child) -> tuple[str, ...]:
    if patient["name"] == child.name:
        return ()
    return (f"The visit of {visit.date} has another name; check that it is the same child.",)


def _doubts(reading: Mapping[str, Any], visit: EarlierVisit) -> tuple[str, ...]:
    if reading["refused"]:
        return ()
    doubts = reading.get("doubts", ())
    return tuple(f"The bone age of {visit.date} was doubtful: {one}" for one in doubts)

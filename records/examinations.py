"""The visits: one row each, with the state that they have reached."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, String, case, func, select, update
from sqlalchemy.orm import InstrumentedAttribute

from records.database import Database, ReportRow, VisitRow
from records.errors import RecordsUnreadable
from records.rows import values_of


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit as it is on record; `order` and `state` are the examination's own words."""

    id: str
    folder: Path
    started: datetime
    ended: datetime | None
    state: str
    order: dict[str, Any]
    failure: str | None


class Visits:
    """The visits in a database; a change is durable when the call returns."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, visit: Visit) -> None:
        """Put a new visit on record."""
        with self._database.transaction() as session:
            session.add(
                VisitRow(
                    id=visit.id,
                    folder=str(visit.folder),
                    started=visit.started,
                    state=visit.state,
                    order=visit.order,
                )
            )

    def move(self, visit_id: str, state: str) -> None:
        """Write down the state that a visit has reached."""
        self._change(visit_id, state=state)

    def end(self, visit_id: str, state: str, ended: datetime, failure: str | None) -> None:
        """Close a visit, with the reason where it failed."""
        self._change(visit_id, state=state, ended=ended, failure=failure)

    def in_folder(self, folder: Path) -> Visit | None:
        """Return the newest visit whose files are in a folder. Raises RecordsUnreadable."""
        query = select(VisitRow).where(VisitRow.folder == str(folder)).order_by(VisitRow.started)
        with self._database.transaction() as session:
            visits = [_visit(row) for row in session.scalars(query)]
        return visits[-1] if visits else None

    def of_patient(self, patient_id: str, state: str) -> list[Visit | RecordsUnreadable]:
        """Return the visits in a state of one patient number, oldest first.

        Their order has it, or a document of their report, where it was corrected. Of a damaged one,
        what is wrong with it; one whose order is no JSON is nobody's.
        """
        corrected = select(ReportRow.visit_id).where(
            _text_at(ReportRow.result, "$.patient.id") == patient_id
        )
        is_theirs = _text_at(VisitRow.order, "$.child.id") == patient_id
        query = select(VisitRow).where(
            is_theirs | VisitRow.id.in_(corrected), VisitRow.state == state
        )
        with self._database.transaction() as session:
            return [
                _visit_or_damage(row) for row in session.scalars(query.order_by(VisitRow.started))
            ]

    def let_go(self, folder: Path) -> None:
        """Free a folder for another visit; the rows of its earlier visits stay, under no folder."""
        with self._database.transaction() as session:
            session.execute(
                update(VisitRow).where(VisitRow.folder == str(folder)).values(folder="")
            )

    def _change(self, visit_id: str, **values: Any) -> None:
        with self._database.transaction() as session:
            session.execute(update(VisitRow).where(VisitRow.id == visit_id).values(**values))


def _text_at(record: InstrumentedAttribute[dict[str, Any]], path: str) -> ColumnElement[str]:
    """Return a text inside a kept record, null in one that is no JSON."""
    # A function that meets text that is no JSON would end the whole query.
    return case((func.json_valid(record) == 1, func.json_extract(record, path, type_=String)))


def _visit(row: VisitRow) -> Visit:
    values = values_of(row)
    return Visit(**values | {"folder": Path(values["folder"])})


def _visit_or_damage(row: VisitRow) -> Visit | RecordsUnreadable:
    try:
        return _visit(row)
    except RecordsUnreadable as exc:
        return exc

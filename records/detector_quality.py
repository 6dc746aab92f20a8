"""The series of quality controls of the site's detectors; rows are only ever added."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, true

from records.database import Database, DetectorQualityRow
from records.rows import values_of


@dataclass(frozen=True, slots=True)
class QualityEntry:
    """One quality control; `record` is what `acquisition.detector_quality.record` wrote.

    It is empty where its text was damaged.
    """

    id: str
    detector_serial: str
    made: datetime
    passed: bool
    record: dict[str, Any]


class QualitySeries:
    """The quality controls in a database; an entry is durable when the call returns."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, entry: QualityEntry) -> None:
        """Put a quality control on record."""
        with self._database.transaction() as session:
            names = entry.__slots__
            session.add(DetectorQualityRow(**{name: getattr(entry, name) for name in names}))

    def entries(self, detector_serial: str | None = None) -> list[QualityEntry]:
        """Return all quality controls, or those of one detector, oldest first."""
        of_one = DetectorQualityRow.detector_serial == detector_serial
        return self._read(of_one if detector_serial is not None else true())

    def find(self, entry_id: str) -> QualityEntry | None:
        """Return one quality control by its number."""
        found = self._read(DetectorQualityRow.id == entry_id)
        return found[0] if found else None

    def up_to(self, entry: QualityEntry) -> list[QualityEntry]:
        """Return the series of an entry's detector as it stood when the entry was made."""
        return [one for one in self.entries(entry.detector_serial) if one.made <= entry.made]

    def _read(self, wanted: ColumnElement[bool]) -> list[QualityEntry]:
        query = select(DetectorQualityRow).where(wanted).order_by(DetectorQualityRow.made)
        with self._database.transaction() as session:
            return [_entry(row) for row in session.scalars(query)]


def _entry(row: DetectorQualityRow) -> QualityEntry:
    record: Any = row.record
    readable = record if isinstance(record, dict) else {}
    return QualityEntry(**values_of(row, unread=("record",)), record=readable)

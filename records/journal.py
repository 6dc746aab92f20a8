"""The exposure journal: what was planned, and what became of it. Rows are only ever added."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, and_, select, true

from device.errors import Exposed
from records.database import Database, ExposureEventRow, ExposureRow
from records.errors import RecordsUnreadable
from records.rows import damaged, values_of


class ExposureEvent(Enum):
    """What can happen to an exposure, in the order in which it happens."""

    ARMING = "arming"
    ARMED = "armed"
    STORED = "stored"
    KEPT = "kept"
    ENDED = "ended"
    INTERRUPTED = "interrupted"
    ACCEPTED = "accepted"
    UNREVIEWED = "unreviewed"
    REJECTED = "rejected"


# A frame that came with a failure is KEPT, not STORED: nobody goes on from it.
_ENDINGS = (ExposureEvent.STORED, ExposureEvent.ENDED, ExposureEvent.INTERRUPTED)

# What the exposures of a calibration are for.
CALIBRATION = "calibration"

Happened = tuple[datetime, ExposureEvent, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class PlannedExposure:
    """An exposure as planned: who asked for it and with which technique."""

    nonce: int
    visit_id: str | None
    purpose: str
    planned: datetime
    detector_serial: str
    boot_id: int
    kv: float
    ma: float
    ms: float


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A planned exposure and everything that happened to it, oldest first."""

    exposure: PlannedExposure
    events: Sequence[Happened]

    @property
    def last_event(self) -> ExposureEvent | None:
        """What happened last; None where nobody can say any more."""
        return self.events[-1][1] if self.events else None

    @property
    def was_exposed(self) -> Exposed:
        """Tell whether X-rays were made, as far as anybody knows."""
        said = [detail["exposed"] for _, _, detail in self.events if "exposed" in detail]
        if said:
            return Exposed(said[-1])  # what was found out last
        is_stored = self.detail(ExposureEvent.STORED) is not None
        return Exposed.YES if is_stored else Exposed.UNKNOWN

    def detail(self, event: ExposureEvent) -> dict[str, Any] | None:
        """Return what was written with an event, or None if it never happened."""
        found = [detail for _, happened, detail in self.events if happened is event]
        return found[-1] if found else None


class Journal:
    """The journal in a database; a note is durable when the call returns."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def plan(self, exposure: PlannedExposure, last_nonce: int) -> None:
        """Write a planned exposure down, before anything is armed.

        `last_nonce` is the panel's last exposure so far: what it still shows if nothing happens.
        """
        names = exposure.__slots__
        with self._database.transaction() as session:
            session.add(ExposureRow(**{name: getattr(exposure, name) for name in names}))
            session.flush()
            session.add(
                _event(
                    exposure.nonce,
                    exposure.planned,
                    ExposureEvent.ARMING,
                    {"last_nonce": last_nonce},
                )
            )

    def note(
        self, nonce: int, at: datetime, event: ExposureEvent, detail: dict[str, Any] | None = None
    ) -> None:
        """Add what happened to an exposure."""
        with self._database.transaction() as session:
            session.add(_event(nonce, at, event, detail or {}))

    def entries(self, visit_id: str | None = None) -> list[JournalEntry]:
        """Return all exposures, or those of one visit, oldest first. Raises RecordsUnreadable."""
        return self._read(ExposureRow.visit_id == visit_id if visit_id else true())

    def listed(self) -> list[JournalEntry | RecordsUnreadable]:
        """Return all exposures, oldest first; of a damaged one, what is wrong with it."""
        return self._read_each(true())

    def open_entries(self) -> list[JournalEntry]:
        """Return the exposures whose end nobody wrote down: the program was interrupted."""
        ends = [event.value for event in _ENDINGS]
        ended = select(ExposureEventRow.nonce).where(ExposureEventRow.event.in_(ends))
        return self._read(ExposureRow.nonce.not_in(ended))

    def unclear_entries(self, boot_id: int) -> list[JournalEntry]:
        """Return exposures of one power-up of a panel of which nobody knows whether they were."""
        ended = self._read(ExposureRow.boot_id == boot_id)
        return [entry for entry in ended if entry.was_exposed is Exposed.UNKNOWN]

    def entries_of_boot(self, serial: str, boot_id: int) -> list[JournalEntry]:
        """Return the exposures of one power-up of a panel, oldest first."""
        same_panel = ExposureRow.detector_serial == serial
        return self._read(and_(same_panel, ExposureRow.boot_id == boot_id))

    def entries_touched_since(self, serial: str, moment: datetime) -> list[JournalEntry]:
        """Return the exposures of a panel to which anything happened since a moment."""
        touched = select(ExposureEventRow.nonce).where(ExposureEventRow.at >= moment)
        same_panel = ExposureRow.detector_serial == serial
        return self._read(and_(same_panel, ExposureRow.nonce.in_(touched)))

    def exposures_since(self, serial: str, moment: datetime, until: datetime | None = None) -> int:
        """Count the exposures that may have been made on a panel since a moment.

        `until` is the moment at which the last one that counts was planned, None for any.
        The flats of calibrations do not count: who makes them makes a new calibration.
        """
        same_panel = ExposureRow.detector_serial == serial
        no_flat = ExposureRow.purpose != CALIBRATION
        no_later = true() if until is None else ExposureRow.planned <= until
        after = and_(ExposureRow.planned >= moment, no_later)
        since = self._read(and_(same_panel, no_flat, after))
        return sum(entry.was_exposed is not Exposed.NO for entry in since)

    def _read(self, wanted: ColumnElement[bool]) -> list[JournalEntry]:
        entries = list[JournalEntry]()
        for entry in self._read_each(wanted):
            if isinstance(entry, RecordsUnreadable):
                raise entry
            entries.append(entry)
        return entries

    def _read_each(self, wanted: ColumnElement[bool]) -> list[JournalEntry | RecordsUnreadable]:
        query = (
            select(ExposureRow, ExposureEventRow)
            .outerjoin(ExposureEventRow, ExposureEventRow.nonce == ExposureRow.nonce)
            .where(wanted)
            .order_by(ExposureRow.planned, ExposureRow.nonce, ExposureEventRow.id)
        )
        with self._database.transaction() as session:
            rows = groupby(session.execute(query), key=itemgetter(0))
            return [_entry(row, [event for _, event in events]) for row, events in rows]


def _entry(
    row: ExposureRow, events: Sequence[ExposureEventRow | None]
) -> JournalEntry | RecordsUnreadable:
    try:
        exposure = PlannedExposure(**values_of(row))
        return JournalEntry(exposure, tuple(_happened(one) for one in events if one is not None))
    except RecordsUnreadable as damage:
        return damage


def _event(
    nonce: int, at: datetime, event: ExposureEvent, detail: dict[str, Any]
) -> ExposureEventRow:
    return ExposureEventRow(nonce=nonce, at=at, event=event.value, detail=detail)


def _happened(row: ExposureEventRow) -> Happened:
    values = values_of(row)
    try:
        event = ExposureEvent(values["event"])
    except ValueError as exc:
        raise damaged(row, "event") from exc
    said = values["detail"].get("exposed", Exposed.UNKNOWN.value)
    if said not in [exposed.value for exposed in Exposed]:
        raise damaged(row, "detail")
    return values["at"], event, values["detail"]

"""The reports: every version of each, what happened to them, and the files that they are made of.

A file is kept under its own SHA-256 before a row names it, so a kill leaves a file that nobody
names at worst. An event is sealed over the one before it: a row that was edited later shows.
"""

import fcntl
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from acquisition.ordinary_files import LARGEST_PICTURE_BYTES, read_file
from records.database import Database, ReportEventRow, ReportRow, VisitRow
from records.errors import FileNotStored, HistoryAltered, KeptFileUnreadable
from records.files import write_atomically
from records.rows import values_of

_BEFORE_THE_FIRST = "0" * 64


@dataclass(frozen=True, slots=True)
class KeptReport:
    """One document: a version of a report in a state, in a language and on a paper.

    `files` names what is kept with it; `sha256` is that of the PDF.
    """

    report_id: str
    version: int
    state: str
    language: str
    paper: str
    sha256: str
    made: datetime
    result: dict[str, Any] = field(repr=False)
    files: dict[str, str]


@dataclass(frozen=True, slots=True)
class ReportEvent:
    """What happened to a report, and when; `detail` is plain data."""

    report_id: str
    at: datetime
    event: str
    detail: dict[str, Any]


class Reports:
    """The reports of a site; what was added is durable when the call returns."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._folder = folder

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Let one command at a time change the state of reports. Raises FileNotStored."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            lock = (self._folder / "reports.lock").open("w")
        except OSError as exc:
            raise FileNotStored(f"The folder {self._folder} cannot be used: {exc}.") from exc
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def keep(self, content: bytes, suffix: str) -> str:
        """Keep a file durably under its own SHA-256 and return its name. Raises FileNotStored."""
        name = hashlib.sha256(content).hexdigest() + suffix
        if not self.is_whole(name):
            write_atomically(self.path_of(name), content)
        return name

    def path_of(self, name: str) -> Path:
        """Return where a kept file lies."""
        return self._folder / name

    def content(self, name: str) -> bytes:
        """Return a kept file; raises KeptFileUnreadable if it is not what was written."""
        path = self.path_of(name)
        try:
            content = read_file(path, LARGEST_PICTURE_BYTES)
        except OSError as exc:
            raise KeptFileUnreadable(f"The kept file {path} cannot be read: {exc}.") from exc
        if hashlib.sha256(content).hexdigest() != path.stem:
            raise KeptFileUnreadable(f"The kept file {path} was changed after it was written.")
        return content

    def is_whole(self, name: str) -> bool:
        """Tell whether a kept file is there and as it was written."""
        try:
            self.content(name)
        except KeptFileUnreadable:
            return False
        return True

    def add(self, report: KeptReport, event: ReportEvent) -> None:
        """Put a document on record, with what happened to make it: both or neither.

        Its files are kept already. The document's result and files are sealed with the event.
        """
        with self._database.transaction() as session:
            is_of_a_visit = session.get(VisitRow, report.report_id) is not None
            session.add(
                ReportRow(
                    visit_id=report.report_id if is_of_a_visit else None,
                    **{name: getattr(report, name) for name in report.__slots__},
                )
            )
            said = event.detail | {"document": _document(report)}
            sealed = ReportEvent(event.report_id, event.at, event.event, said)
            last = select(ReportEventRow.chain).order_by(ReportEventRow.id.desc()).limit(1)
            chain = _chain(session.scalar(last) or _BEFORE_THE_FIRST, sealed)
            session.add(
                ReportEventRow(
                    chain=chain, **{name: getattr(sealed, name) for name in sealed.__slots__}
                )
            )

    def find(self, sha256: str) -> KeptReport | None:
        """Return the document with this SHA-256."""
        with self._database.transaction() as session:
            row = session.scalar(select(ReportRow).where(ReportRow.sha256 == sha256))
            return None if row is None else _report(row)

    def of(self, report_id: str) -> list[KeptReport]:
        """Return every document of a report, oldest first."""
        query = select(ReportRow).where(ReportRow.report_id == report_id).order_by(ReportRow.id)
        with self._database.transaction() as session:
            return [_report(row) for row in session.scalars(query)]

    def history(self, report_id: str) -> list[ReportEvent]:
        """Return what happened to a report, oldest first."""
        query = select(ReportEventRow).where(ReportEventRow.report_id == report_id)
        with self._database.transaction() as session:
            return [_event(row) for row in session.scalars(query.order_by(ReportEventRow.id))]

    def check_unaltered(self, report_id: str) -> None:
        """Compare all seals, and a report's documents with its events. Raises HistoryAltered."""
        with self._database.transaction() as session:
            _check_seals(session)
        _check_documents(self.of(report_id), self.history(report_id))


def _report(row: ReportRow) -> KeptReport:
    values = values_of(row)
    return KeptReport(**{name: values[name] for name in KeptReport.__slots__})


def _event(row: ReportEventRow) -> ReportEvent:
    values = values_of(row)
    return ReportEvent(**{name: values[name] for name in ReportEvent.__slots__})


def _document(report: KeptReport) -> dict[str, Any]:
    """Return what the event of a document seals of it."""
    return {
        "version": report.version,
        "state": report.state,
        "language": report.language,
        "paper": report.paper,
        "made": report.made.astimezone(UTC).isoformat(timespec="microseconds"),
        "sha256": report.sha256,
        "result_sha256": sha256_of(report.result),
        "files": dict(report.files),
    }


def sha256_of(record: Mapping[str, Any]) -> str:
    """Return the SHA-256 of plain data, however its keys are ordered."""
    return hashlib.sha256(_plain(record).encode()).hexdigest()


def _plain(record: Any) -> str:
    return json.dumps(record, sort_keys=True, separators=(",", ":"))


def _chain(before: str, event: ReportEvent) -> str:
    at = event.at.astimezone(UTC).isoformat()
    sealed = _plain([before, event.report_id, at, event.event, event.detail])
    return hashlib.sha256(sealed.encode()).hexdigest()


def _check_seals(session: Session) -> None:
    before = _BEFORE_THE_FIRST
    for row in session.scalars(select(ReportEventRow).order_by(ReportEventRow.id)):
        event = _event(row)
        if _chain(before, event) != row.chain:
            raise HistoryAltered(
                "The records of the reports were changed after they were written: an event of "
                f"report {event.report_id} (number {row.id}), or one that stood before it."
            )
        before = row.chain


def _check_documents(kept: Sequence[KeptReport], history: Sequence[ReportEvent]) -> None:
    if [_document(report) for report in kept] != [event.detail["document"] for event in history]:
        raise HistoryAltered(
            "The records of a report were changed after they were written: its documents are no "
            "longer those that its history tells of."
        )

"""What the records know of a report: which document a file is, its history, what replaces it."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from examination.errors import NotInThisState, ReportAltered, ReportUnknown
from records.reports import KeptReport, Reports
from reports.sign_off_part import SignOff, SignOffEvent, SignOffState

# What our own pages say of themselves; reportlab writes it in plain text.
_CALLS_ITSELF = re.compile(rb"/Keywords \(report ([^()\\]+); version (\d+); (\w+)\)")
_CALLS_ITSELF_A_PART = re.compile(rb"/Keywords \(report [^()]+; part \w+\)")
_EXTRACT = (
    "This file says that it is a part of a report, printed alone; parts are not recorded. Verify "
    "the whole report."
)
_UNKNOWN = (
    "This file is no report of these records: it was made elsewhere, was changed, or was printed "
    "before reports were recorded; its `result.json` can be printed again with boneage report."
)


@dataclass(frozen=True, slots=True)
class Verified:
    """A file that is, byte for byte, a document of these records.

    `history` is that of the whole report; `replaced_by` is what takes the document's place now: the
    newest signed version, else the newest draft, None where the document is that itself.
    """

    document: KeptReport
    history: tuple[SignOffEvent, ...]
    replaced_by: KeptReport | None
    kept_at: Path
    is_kept_whole: bool


def verify(reports: Reports, pdf: bytes) -> Verified:
    """Return what the records know of a file.

    Raises ReportUnknown, ReportAltered, HistoryAltered or RecordsUnreadable.
    """
    document = recorded(reports, pdf)
    newest = newest_released(reports, document.report_id) or _newest_draft(reports, document)
    is_newest = newest.version == document.version and newest.state in (
        document.state,
        SignOffState.DRAFT,
    )
    kept_at = reports.path_of(document.files["report"])
    return Verified(
        document,
        history_of(reports, document.report_id),
        None if is_newest else newest,
        kept_at,
        reports.is_whole(document.files["report"]),
    )


def recorded(reports: Reports, pdf: bytes) -> KeptReport:
    """Return the document that a file is, of a history that nobody altered; raises as `verify`."""
    found = reports.find(hashlib.sha256(pdf).hexdigest())
    if found is None:
        raise _not_recorded(reports, pdf)
    reports.check_unaltered(found.report_id)
    return found


def _not_recorded(reports: Reports, pdf: bytes) -> Exception:
    """Return the error for a file of which no document has the bytes."""
    said = _CALLS_ITSELF.search(pdf)
    if _CALLS_ITSELF_A_PART.search(pdf) is not None:
        return ReportUnknown(_EXTRACT)
    if said is None:
        return ReportUnknown(_UNKNOWN)
    report_id, version, state = (part.decode("latin-1") for part in said.groups())
    called = [
        reports.path_of(kept.files["report"])
        for kept in reports.of(report_id)
        if (str(kept.version), kept.state) == (version, state)
    ]
    if not called:
        return ReportUnknown(_UNKNOWN)
    return ReportAltered(
        f"This file calls itself version {version} ({state}) of report {report_id}, but was "
        f"changed after it was made: do not act on it. As recorded it is {called[-1]}."
    )


def history_of(reports: Reports, report_id: str) -> tuple[SignOffEvent, ...]:
    """Return what happened to a report, oldest first, each version's draft only once."""
    events = [event_of(each.event, each.detail) for each in reports.history(report_id)]
    drafted = set[int]()
    told = list[SignOffEvent]()
    for event in events:
        if event.state is SignOffState.DRAFT:
            if event.version in drafted:
                continue
            drafted.add(event.version)
        told.append(event)
    return tuple(told)


def event_of(event: str, detail: Mapping[str, Any]) -> SignOffEvent:
    """Return an event of the records as the report words it."""
    said = {name: detail[name] for name in _SAID if name in detail}
    return SignOffEvent(datetime.fromisoformat(detail["at"]), SignOffState(event), **said)


_SAID = ("version", "signer", "reason", "key", "replaces", "changes")


def detail_of(event: SignOffEvent, before: KeptReport) -> dict[str, Any]:
    """Return an event as the records keep it, with the document that it was done to."""
    said = {name: getattr(event, name) for name in _SAID}
    at = event.at.isoformat(timespec="seconds")
    return {"at": at, **said, "changes": list(event.changes), "sha256_before": before.sha256}


def documents(reports: Reports, report_id: str) -> list[tuple[KeptReport, SignOffEvent]]:
    """Return every document of a report with what made it, oldest first."""
    made = [event_of(each.event, each.detail) for each in reports.history(report_id)]
    return list(zip(reports.of(report_id), made, strict=True))


def is_released(document: KeptReport) -> bool:
    """Tell whether somebody answers for a document by name."""
    return document.state != SignOffState.DRAFT


def newest_released(reports: Reports, report_id: str) -> KeptReport | None:
    """Return the newest document that somebody signed, None where nobody has."""
    released = [each for each in reports.of(report_id) if is_released(each)]
    return max(released, key=lambda each: each.version) if released else None


def _newest_draft(reports: Reports, document: KeptReport) -> KeptReport:
    return max(reports.of(document.report_id), key=lambda each: each.version)


def sign_off_of(reports: Reports, report_id: str, version: int) -> SignOff:
    """Return the state of a version with what happened so far; a draft where nobody signed."""
    released = [
        kept for kept in reports.of(report_id) if kept.version == version and is_released(kept)
    ]
    if not released:
        return SignOff(report_id, version)
    events = (event for event in history_of(reports, report_id) if event.version <= version)
    return SignOff(report_id, version, SignOffState(released[-1].state), tuple(events))


def check_may_be_replaced(reports: Reports, file: bytes) -> None:
    """Refuse to write over a file that is no draft of these records and no part of a report.

    Raises NotInThisState.
    """
    document = reports.find(hashlib.sha256(file).hexdigest())
    if document is None and _CALLS_ITSELF_A_PART.search(file) is None:
        raise NotInThisState(
            "The file that would be overwritten is no draft of these records and stays as it is; "
            "print the draft to another file."
        )
    if document is not None and is_released(document):
        raise NotInThisState(
            f"The file that would be overwritten is version {document.version} of a report, "
            f"{document.state}; print the draft to another file."
        )

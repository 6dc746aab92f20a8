"""Signing and amending a report; every version stays on record as it was."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from examination.consistent import check_consistent
from examination.drafts import Printed, documented, draft_version, printed_from, render_draft
from examination.errors import (
    AmendmentRefused,
    NotInThisState,
    PrintedOtherwise,
    ResultContradictory,
    SignOffIncomplete,
)
from examination.report_states import (
    detail_of,
    documents,
    history_of,
    is_released,
    newest_released,
    recorded,
)
from records.reports import KeptReport, ReportEvent, Reports
from reports.changes import changes_between
from reports.digital_signature import ClinicKey, check_valid_at
from reports.sign_off_part import SignOff, SignOffEvent, SignOffState, moment

# Our choice: more than any name with its titles, and what a reader takes in at a glance.
_LONGEST_NAME: Final = 120
_LONGEST_REASON: Final = 600


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs, as typed, when, and with which key, None without a digital signature."""

    name: str
    at: datetime
    key: ClinicKey | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Corrected:
    """A corrected result; pictures are None where the earlier version's stand."""

    result: Mapping[str, Any]
    picture_png: bytes | None = None
    looked_at_png: bytes | None = None


def sign(reports: Reports, pdf: bytes, signer: Signer) -> KeptReport:
    """Sign the draft in a file and return the document that takes its place.

    Who signs the same draft again, after a kill or in a copy, gets the same document. Raises an
    ExaminationError, RecordsError or ReportError.
    """
    signer = _named(signer)
    with reports.alone():
        draft = recorded(reports, pdf)
        _check_may_be_signed(reports, draft)
        signed = _signed_already(reports, draft, signer)
        if signed is not None:
            return signed
        printed = printed_from(reports, draft)
        if render_draft(printed, draft.version) != pdf:
            raise PrintedOtherwise(
                "This draft was printed by another version of the software and would look "
                "different today; print it again with boneage report, read that, and sign it."
            )
        check_consistent(printed.result)
        event = SignOffEvent(signer.at, SignOffState.SIGNED, draft.version, signer.name)
        return _release(reports, printed, draft, event, signer.key)


def amend(
    reports: Reports, pdf: bytes, corrected: Corrected, signer: Signer, reason: str
) -> KeptReport:
    """Make the next version of the signed report in a file, and return it.

    The same amendment again, after a kill, gives the same document. Raises an ExaminationError,
    RecordsError or ReportError.
    """
    signer, reason = _named(signer), _reasoned(reason)
    with reports.alone():
        earlier = recorded(reports, pdf)
        if not is_released(earlier):
            raise NotInThisState(
                "This is a draft and needs no amendment: print the corrected result with boneage "
                "report, and sign that."
            )
        before = printed_from(reports, earlier)
        printed = _printed(before, corrected)
        check_consistent(printed.result)
        _check_as_read(earlier, printed)
        made = _amended_already(reports, earlier, printed, signer, reason)
        if made is not None:
            return made
        event = SignOffEvent(
            at=signer.at,
            state=SignOffState.AMENDED,
            version=_next_version(reports, earlier, printed),
            signer=signer.name,
            reason=reason,
            replaces=earlier.version,
            changes=_changes(before, printed),
        )
        return _release(reports, printed, earlier, event, signer.key)


def check_as_read(reports: Reports, printed: Printed) -> None:
    """Refuse a reading that is not what the model read of this picture; raises as `amend` does."""
    for first in reports.of(printed.report_id)[:1]:
        _check_as_read(first, printed)


def _check_as_read(before: KeptReport, after: Printed) -> None:
    """Refuse figures that somebody else gave under the name of the model."""
    old, new = (_entry(each.result, "reading") for each in (before, after))
    if old != new and after.has_picture_of(before) and not _may_take_its_place(old, new):
        raise ResultContradictory(
            "The bone age of this result is not what the model read of this picture, and would be "
            "printed under its name; a person's reading needs a method of its own "
            "(docs/reports.md)."
        )


_OF_A_MODEL: Final = ("interval_months", "regions", "spread_months", "local_calibration")


def _may_take_its_place(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Tell whether a reading of one picture is a person's, another model's, or as the other sex."""
    if new.get("bone_age_months") is None:
        return True
    model, its_own = _entry(new, "model"), new.get("method") != old.get("method")
    if not model:
        return its_own and not any(new.get(name) for name in _OF_A_MODEL)
    if model.get("sha256") != _entry(old, "model").get("sha256"):
        return True
    is_other_sex = new.get("sex") is not None and new.get("sex") != old.get("sex")
    figures = ("bone_age_months", "interval_months", "regions")
    return is_other_sex and not its_own and any(new.get(name) != old.get(name) for name in figures)


def _entry(result: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    entry = result.get(name)
    return entry if isinstance(entry, Mapping) else {}


def _release(
    reports: Reports,
    printed: Printed,
    before: KeptReport,
    event: SignOffEvent,
    key: ClinicKey | None,
) -> KeptReport:
    """Print a version with its history, sign it digitally where asked, and put it on record."""
    if key is not None:
        check_valid_at(key, event.at)
        event = replace(event, key=key.name)
    past = [each for each in history_of(reports, before.report_id) if each.version <= event.version]
    events = (*past, event)
    is_amended = any(each.replaces for each in events if each.version == event.version)
    state = SignOffState.AMENDED if is_amended else SignOffState.SIGNED
    sign_off = SignOff(before.report_id, event.version, state, events)
    pdf = printed.render(sign_off)
    document = documented(reports, printed, sign_off, key.sign(pdf) if key else pdf, event.at)
    detail = detail_of(event, before)
    reports.add(document, ReportEvent(before.report_id, event.at, event.state.value, detail))
    return document


def _named(signer: Signer) -> Signer:
    name = " ".join(signer.name.split())
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise SignOffIncomplete(
            "A signature needs the signer's name, of at most "
            f"{_LONGEST_NAME} characters that can be printed."
        )
    return replace(signer, name=name)


def _reasoned(reason: str) -> str:
    said = " ".join(reason.split())
    if not said or len(said) > _LONGEST_REASON or not said.isprintable():
        raise SignOffIncomplete(
            "An amendment needs its reason, in at most "
            f"{_LONGEST_REASON} characters that can be printed."
        )
    return said


def _check_may_be_signed(reports: Reports, draft: KeptReport) -> None:
    if is_released(draft):
        raise NotInThisState(
            f"This file is version {draft.version} of the report, {draft.state} already; what has "
            "to change is an amendment (boneage amend)."
        )
    newest = newest_released(reports, draft.report_id)
    latest = max(document.version for document in reports.of(draft.report_id))
    if newest is None and latest > draft.version:
        raise NotInThisState(
            f"Version {latest}, a draft of a corrected result, stands in the place of this version "
            f"{draft.version}; sign that, or print this result again to make it the newest."
        )
    if newest is not None and newest.version > draft.version:
        raise NotInThisState(
            f"Version {newest.version} has replaced this draft; sign nothing here."
        )
    if newest is not None and newest.version < draft.version:
        raise NotInThisState(
            f"Version {newest.version} of this report is signed and this draft is of a changed "
            "result; make it an amendment of the signed file (boneage amend)."
        )


def _signed_already(reports: Reports, draft: KeptReport, signer: Signer) -> KeptReport | None:
    """Return the signed document of a draft; raises NotInThisState where another signed it.

    A version has one signer, in whatever language and on whatever paper it is printed.
    """
    for document, event in documents(reports, draft.report_id):
        if document.version != draft.version or not is_released(document):
            continue
        if event.signer != signer.name:
            raise NotInThisState(
                f"{event.signer} signed this version on {moment(event.at)}; the signed file is "
                f"{reports.path_of(document.files['report'])}."
            )
        if _is_printed_alike(document, draft):
            _check_key(event, signer.key)
            return document
    return None


def _check_key(event: SignOffEvent, key: ClinicKey | None) -> None:
    """Refuse to sign a signed file with a key that is not in it. Raises NotInThisState."""
    if key is not None and event.key != key.name:
        raise NotInThisState(
            f"{event.signer} signed this version on {moment(event.at)} without this key; a signed "
            "file gets no other digital signature. Amend it to sign with a key."
        )


def _is_printed_alike(document: KeptReport, draft: KeptReport) -> bool:
    """Tell whether two documents are one version in one language and on one paper."""
    alike = ("version", "language", "paper")
    return all(getattr(document, name) == getattr(draft, name) for name in alike)


def _printed(earlier: Printed, corrected: Corrected) -> Printed:
    """Return what the amended version is printed from; a map belongs to one reading only."""
    is_same_reading = corrected.result.get("reading") == earlier.result.get("reading")
    kept = earlier.looked_at_png if is_same_reading else None
    return Printed(
        corrected.result,
        earlier.picture_png if corrected.picture_png is None else corrected.picture_png,
        kept if corrected.looked_at_png is None else corrected.looked_at_png,
        earlier.language,
        earlier.paper,
    )


def _amended_already(
    reports: Reports, earlier: KeptReport, printed: Printed, signer: Signer, reason: str
) -> KeptReport | None:
    """Return the newest version if it is this amendment; raises NotInThisState for another."""
    newest = newest_released(reports, earlier.report_id)
    if newest is None or newest.version <= earlier.version:
        return None
    asked = (earlier.version, signer.name, reason, _facts(printed))
    for document, event in documents(reports, earlier.report_id):
        if document != newest:
            continue
        made = (event.replaces, event.signer, event.reason, _facts(printed_from(reports, document)))
        if made == asked:
            return document
    raise NotInThisState(
        f"Version {newest.version} has replaced this version {earlier.version}; amend that one: "
        f"{reports.path_of(newest.files['report'])}."
    )


def _next_version(reports: Reports, earlier: KeptReport, printed: Printed) -> int:
    """Return the version of a result that was drafted since, else the next free one."""
    drafted = draft_version(reports, printed)
    if drafted > earlier.version:
        return drafted
    return 1 + max(document.version for document in reports.of(earlier.report_id))


def _changes(before: Printed, printed: Printed) -> list[dict[str, Any]]:
    if printed.report_id != before.report_id:
        raise AmendmentRefused(
            f"The result is of visit {printed.report_id}, the report of {before.report_id}."
        )
    changes = changes_between(_facts(before), _facts(printed))
    if not changes:
        raise AmendmentRefused("The result is that of the report; there is nothing to amend.")
    return changes


def _facts(printed: Printed) -> dict[str, Any]:
    """Return all that a reader may find changed, pictures by their hash."""
    pictures = {"radiograph": printed.picture_png, "looked_at": printed.looked_at_png}
    hashes = {
        f"{name}_sha256": hashlib.sha256(png).hexdigest()[:16]
        for name, png in pictures.items()
        if png is not None
    }
    return {**printed.result, **hashes}

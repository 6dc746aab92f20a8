"""The draft of a report: which version it is, how it is printed, and how it gets on record."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from records.reports import KeptReport, ReportEvent, Reports, sha256_of
from reports.content import report_content
from reports.errors import WRONG_SHAPE, ResultUnusable
from reports.paper import paper_of
from reports.pdf import Part, render
from reports.sign_off_part import SignOff, SignOffState
from reports.wording import wording_of


@dataclass(frozen=True, slots=True, eq=False)
class Printed:
    """What a report is printed from, beside its state."""

    result: Mapping[str, Any]
    picture_png: bytes
    looked_at_png: bytes | None = None
    language: str = "en"
    paper: str = "a4"

    @property
    def report_id(self) -> str:
        """Return the id of the report, which is that of its visit. Raises ResultUnusable."""
        visit = self.result.get("visit")
        said = visit.get("id") if isinstance(visit, Mapping) else None
        if not isinstance(said, str) or not said.strip() or not said.isprintable():
            raise ResultUnusable("The result cannot be reported: it does not name its visit.")
        return said

    def has_picture_of(self, kept: KeptReport) -> bool:
        """Tell whether a document on record shows the same radiograph, byte for byte."""
        return kept.files["radiograph"].startswith(hashlib.sha256(self.picture_png).hexdigest())

    def render(self, sign_off: SignOff, part: Part = Part.ALL) -> bytes:
        """Return the PDF in a state, or a part of it. Raises ReportError."""
        words, paper = wording_of(self.language), paper_of(self.paper)
        pictures = (self.picture_png, self.looked_at_png)
        try:
            return render(report_content(self.result, *pictures, words, sign_off), paper, part)
        # Fields of other types reach reportlab, which raises what it likes.
        except WRONG_SHAPE as exc:
            raise ResultUnusable(f"The result cannot be printed, was it changed? {exc}.") from exc


def draft_version(reports: Reports, printed: Printed) -> int:
    """Return the version of a result and its picture; what the records do not hold gets the next.

    So does a draft that another draft has replaced: printed again it is the newest.
    """
    kept = reports.of(printed.report_id)
    wanted = sha256_of(printed.result)
    newest = max((report.version for report in kept), default=0)
    same = [
        report.version
        for report in kept
        if sha256_of(report.result) == wanted and printed.has_picture_of(report)
    ]
    is_signed = any(report.state != SignOffState.DRAFT for report in kept)
    return max(same) if same and (is_signed or max(same) == newest) else newest + 1


def render_draft(printed: Printed, version: int) -> bytes:
    """Return the PDF of a draft, always the same bytes for the same. Raises ReportError."""
    return printed.render(SignOff(printed.report_id, version))


def keep_draft(
    reports: Reports, printed: Printed, version: int, pdf: bytes, at: datetime
) -> KeptReport:
    """Put a draft on record and return it; one that is on record already stays as it is."""
    kept = documented(reports, printed, SignOff(printed.report_id, version), pdf, at)
    known = reports.find(kept.sha256)
    if known is None:
        detail = {"at": at.isoformat(timespec="seconds"), "version": version}
        reports.add(kept, ReportEvent(kept.report_id, at, SignOffState.DRAFT.value, detail))
    return known or kept


def documented(
    reports: Reports, printed: Printed, sign_off: SignOff, pdf: bytes, at: datetime
) -> KeptReport:
    """Keep what a document is made of, and return what the records will say of it."""
    files = {
        "report": reports.keep(pdf, ".pdf"),
        "radiograph": reports.keep(printed.picture_png, ".png"),
    }
    if printed.looked_at_png is not None:
        files["looked_at"] = reports.keep(printed.looked_at_png, ".png")
    return KeptReport(
        report_id=sign_off.report_id,
        version=sign_off.version,
        state=sign_off.state.value,
        language=printed.language,
        paper=printed.paper,
        sha256=files["report"].removesuffix(".pdf"),
        made=at,
        result=dict(printed.result),
        files=files,
    )


def printed_from(reports: Reports, kept: KeptReport) -> Printed:
    """Return what a document on record was printed from. Raises KeptFileUnreadable."""
    files = kept.files
    looked_at = reports.content(files["looked_at"]) if "looked_at" in files else None
    return Printed(
        kept.result, reports.content(files["radiograph"]), looked_at, kept.language, kept.paper
    )

"""Print the report of a finished visit again, from its result and the pictures beside it."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from acquisition.ordinary_files import LARGEST_PICTURE_BYTES, read_file, read_text
from console.errors import ResultUnreadable
from examination.deliver import LOOKED_AT, RADIOGRAPH
from examination.drafts import Printed, draft_version, keep_draft, render_draft
from examination.growth_again import growth_again
from examination.report_states import sign_off_of
from examination.sign_off import Corrected
from growth.judgement import Customs
from records.reports import KeptReport, Reports
from reports.errors import WRONG_SHAPE
from reports.pdf import Part


@dataclass(frozen=True, slots=True)
class Layout:
    """In which language a report is printed, and on what paper."""

    language: str
    paper: str


def print_report(reports: Reports, result: Path, layout: Layout, at: datetime) -> KeptReport:
    """Print the draft of a `result.json`, the same bytes as the visit's own, and keep it.

    Raises ResultUnreadable, ReportError or RecordsError.
    """
    printed = _printed(result, layout)
    with reports.alone():
        try:
            version = draft_version(reports, printed)
            pdf = render_draft(printed, version)
        # Fields of other types reach reportlab, which raises what it likes.
        except WRONG_SHAPE as exc:
            raise _unprintable(result) from exc
        return keep_draft(reports, printed, version, pdf, at)


def print_extract(
    reports: Reports, result: Path, layout: Layout, part: Part
) -> tuple[bytes, str, int]:
    """Return a part of the report of a `result.json` with the report's id and version.

    It has the state of that version and is no report of its own. Raises ResultUnreadable,
    ReportError or RecordsError.
    """
    printed = _printed(result, layout)
    try:
        version = draft_version(reports, printed)
        sign_off = sign_off_of(reports, printed.report_id, version)
        return printed.render(sign_off, part), printed.report_id, version
    except WRONG_SHAPE as exc:
        raise _unprintable(result) from exc


def _printed(result: Path, layout: Layout) -> Printed:
    said = _read(result)
    try:
        picture = read_file(result.parent / RADIOGRAPH, LARGEST_PICTURE_BYTES)
        looked_at = _looked_at(said, result.parent)
    except OSError as exc:
        raise _unreadable(exc) from exc
    return Printed(said, picture, looked_at, layout.language, layout.paper)


def _unprintable(result: Path) -> ResultUnreadable:
    return ResultUnreadable(f"The result {result} cannot be printed; was it changed?")


def read_corrected(result: Path, customs: Customs) -> Corrected:
    """Return a corrected result, its growth judged anew, with pictures that lie beside it.

    Raises ResultUnreadable or GrowthError.
    """
    said = _read(result)
    if said.get("growth"):
        try:
            said["growth"] = growth_again(said, customs)
        except WRONG_SHAPE as exc:
            raise ResultUnreadable(f"The growth of {result} cannot be judged: {exc}.") from exc
    beside = {name: _beside(result.parent / name) for name in (RADIOGRAPH, LOOKED_AT)}
    return Corrected(said, beside[RADIOGRAPH], beside[LOOKED_AT])


def _beside(path: Path) -> bytes | None:
    try:
        return read_file(path, LARGEST_PICTURE_BYTES)
    except FileNotFoundError:
        return None
    except OSError as exc:
        raise _unreadable(exc) from exc


def _read(result: Path) -> dict[str, Any]:
    try:
        said = json.loads(read_text(result), parse_constant=_refuse)
        json.dumps(said, ensure_ascii=False).encode()  # half a letter fits no file
    except OSError as exc:
        raise _unreadable(exc) from exc
    except (ValueError, RecursionError) as exc:
        raise ResultUnreadable(f"The result {result} is not JSON: {exc}.") from exc
    if not isinstance(said, dict):
        raise ResultUnreadable(f"The result {result} must hold one JSON object.")
    return said


def _unreadable(exc: OSError) -> ResultUnreadable:
    return ResultUnreadable(f"{exc.filename} cannot be read: {exc.strerror}.")


def _looked_at(said: dict[str, Any], folder: Path) -> bytes | None:
    """Return the picture of what moved the reading, where the result names one."""
    files = said.get("files")
    is_named = isinstance(files, dict) and "looked_at" in files
    return read_file(folder / LOOKED_AT, LARGEST_PICTURE_BYTES) if is_named else None


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no number of JSON")

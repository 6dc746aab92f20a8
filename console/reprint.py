"""Print the report of a finished visit again, from its result and the pictures beside it."""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from acquisition.ordinary_files import LARGEST_PICTURE_BYTES, read_file, read_text
from console.errors import ResultUnreadable
from examination.consistent import Site, check_reading, with_its_growth
from examination.deliver import LOOKED_AT, RADIOGRAPH
from examination.drafts import Printed, draft_version, keep_draft, printed_from, render_draft
from examination.report_states import newest_released, sign_off_of
from examination.sign_off import Corrected, check_as_read
from records.reports import KeptReport, Reports
from reports.errors import WRONG_SHAPE
from reports.pdf import Part


@dataclass(frozen=True, slots=True)
class Layout:
    """In which language a report is printed, and on what paper."""

    language: str
    paper: str


def print_report(
    reports: Reports, result: Path, layout: Layout, site: Site, at: datetime
) -> KeptReport:
    """Print the draft of a `result.json`, the same bytes as the visit's own, and keep it.

    Where its growth is not that of its child, as in a result that was corrected, it is judged anew.
    Raises ResultUnreadable, ExaminationError, GrowthError, ReportError or RecordsError.
    """
    printed = _printed(result, layout, site)
    with reports.alone():
        check_as_read(reports, printed)
        version = draft_version(reports, printed)
        return keep_draft(reports, printed, version, render_draft(printed, version), at)


def print_extract(reports: Reports, result: Path, layout: Layout, site: Site, part: Part) -> bytes:
    """Return a part of the report of a `result.json`.

    It is that of the newest signed version where there is one, and no report of its own. Raises as
    `print_report` does.
    """
    printed = _printed(result, layout, site)
    check_as_read(reports, printed)
    newest = newest_released(reports, printed.report_id)
    if newest is None:
        version = draft_version(reports, printed)
    else:
        printed, version = _as_signed(reports, newest, layout), newest.version
    sign_off = sign_off_of(reports, printed.report_id, version)
    return printed.render(sign_off, part)


def _as_signed(reports: Reports, newest: KeptReport, layout: Layout) -> Printed:
    signed = printed_from(reports, newest)
    return replace(signed, language=layout.language, paper=layout.paper)


def _printed(result: Path, layout: Layout, site: Site) -> Printed:
    said = _judged(result, site)
    try:
        picture = read_file(result.parent / RADIOGRAPH, LARGEST_PICTURE_BYTES)
        looked_at = _looked_at(said, result.parent)
    except OSError as exc:
        raise _unreadable(exc) from exc
    return Printed(said, picture, looked_at, layout.language, layout.paper)


def read_corrected(result: Path, site: Site) -> Corrected:
    """Return a corrected result, its growth that of its child, with pictures that lie beside it.

    Raises ResultUnreadable, ExaminationError or GrowthError.
    """
    said = _judged(result, site)
    beside = {name: _beside(result.parent / name) for name in (RADIOGRAPH, LOOKED_AT)}
    return Corrected(said, beside[RADIOGRAPH], beside[LOOKED_AT])


def _judged(result: Path, site: Site) -> dict[str, Any]:
    """Return a result with the growth of its child and a reading that is this child's."""
    said = _read(result)
    if not all(isinstance(said.get(name), dict) for name in ("visit", "patient")):
        raise ResultUnreadable(
            f"{result} is no result of a visit: it tells of no visit or patient."
        )
    try:
        check_reading(said)
        return with_its_growth(said, site)
    except WRONG_SHAPE as exc:
        raise ResultUnreadable(f"The growth of {result} cannot be judged: {exc}.") from exc


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

"""Print the report of a finished visit again, from its result and the picture beside it."""

import json
from pathlib import Path
from typing import Any

from acquisition.ordinary_files import LARGEST_PICTURE_BYTES, read_file, read_text
from console.errors import ResultUnreadable
from examination.deliver import LOOKED_AT, RADIOGRAPH
from reports.content import report_content
from reports.pdf import render


def print_report(result: Path) -> bytes:
    """Return the PDF of a `result.json`, the same bytes as the visit's own.

    Raises ResultUnreadable or ReportError.
    """
    try:
        said = json.loads(read_text(result), parse_constant=_refuse)
        picture = read_file(result.parent / RADIOGRAPH, LARGEST_PICTURE_BYTES)
        looked_at = _looked_at(said, result.parent)
    except OSError as exc:
        raise ResultUnreadable(f"{exc.filename} cannot be read: {exc.strerror}.") from exc
    except (ValueError, RecursionError) as exc:
        raise ResultUnreadable(f"The result {result} is not JSON: {exc}.") from exc
    if not isinstance(said, dict):
        raise ResultUnreadable(f"The result {result} must hold one JSON object.")
    try:
        return render(report_content(said, picture, looked_at))
    # Fields of other types reach reportlab, which raises what it likes.
    except (ArithmeticError, AttributeError, TypeError, ValueError) as exc:
        raise ResultUnreadable(f"The result {result} cannot be printed; was it changed?") from exc


def _looked_at(said: Any, folder: Path) -> bytes | None:
    """Return the picture of what moved the reading, where the result names one."""
    files = said.get("files") if isinstance(said, dict) else None
    is_named = isinstance(files, dict) and "looked_at" in files
    return read_file(folder / LOOKED_AT, LARGEST_PICTURE_BYTES) if is_named else None


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no number of JSON")

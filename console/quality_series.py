"""What a service engineer may ask of the quality controls of this site's detectors."""

from typing import Any, Final

from acquisition.detector_quality.record_shape import why_damaged
from console.errors import QualityUnknown
from records.detector_quality import QualityEntry, QualitySeries
from reports.content import is_simulated
from reports.quality_pdf import render_quality

# The name of the newest quality control, where a number is asked for.
LATEST: Final = "latest"
_UNKNOWN: Final = ()


def quality_list(series: QualitySeries) -> list[dict[str, Any]]:
    """Tell of every quality control, the newest first, without its curves and maps.

    One whose record is damaged is told as that, among all others.
    """
    return [_quality_summary(entry) for entry in reversed(series.entries())]


def quality_record(series: QualitySeries, entry_id: str) -> dict[str, Any]:
    """Give everything that one quality control found. Raises QualityUnknown."""
    entry = _quality(series, entry_id)
    return {"id": entry.id, "damaged": why_damaged(entry.record), **entry.record}


def quality_report(series: QualitySeries, entry_id: str) -> bytes:
    """Give the PDF of one quality control, with its detector's series up to it.

    Other images of the same detector are another series. Raises QualityUnknown or ReportError.
    """
    entry = _quality(series, entry_id)
    # What a damaged one was of is not known: the PDF says that it was left out.
    of_these = (_UNKNOWN, _image_of(entry))
    alike = [each.record for each in series.up_to(entry) if _image_of(each) in of_these]
    return render_quality(entry.record, alike)


class Press:
    """Prints the PDFs of a series and keeps the last one, for it never changes."""

    def __init__(self, series: QualitySeries) -> None:
        self._series = series
        self._kept: tuple[str, bytes] = ("", b"")

    def report(self, entry_id: str) -> bytes:
        """Give the PDF of one quality control. Raises as quality_report."""
        found = _quality(self._series, entry_id).id
        if self._kept[0] != found:
            self._kept = (found, quality_report(self._series, found))
        return self._kept[1]


def _image_of(entry: QualityEntry) -> tuple[Any, ...]:
    if why_damaged(entry.record) is not None:
        return _UNKNOWN
    detector = entry.record["detector"]
    return tuple(detector[name] for name in ("rows", "columns", "pixel_pitch_um"))


def _quality(series: QualitySeries, entry_id: str) -> QualityEntry:
    entries = series.entries() if entry_id == LATEST else []
    found = entries[-1] if entries else series.find(entry_id)
    if found is None:
        raise QualityUnknown(f"There is no quality control {entry_id[:40]!r} of this site.")
    return found


def _quality_summary(entry: QualityEntry) -> dict[str, Any]:
    known = {
        "id": entry.id,
        "detector_serial": entry.detector_serial,
        "made": entry.made.isoformat(timespec="seconds"),
        "passed": entry.passed,
    }
    damaged = why_damaged(entry.record)
    if damaged is not None:
        return known | {"damaged": damaged, "simulated": None, "outside": [], "figures": {}}
    judged = entry.record["judgements"]
    return known | {
        "damaged": None,
        "simulated": is_simulated(entry.record["detector"]["model"]),
        "outside": [each["name"] for each in judged if not each["passed"]],
        "figures": {each["name"]: each["value"] for each in judged},
    }

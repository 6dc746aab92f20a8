"""What a visit leaves in its folder: the picture and `result.json`, which is written last."""

import json
from pathlib import Path
from typing import Any

from acquisition.display import display_image, to_png
from acquisition.dose import air_kerma_ugy, dose_area_product_ugy_m2
from acquisition.exposure_index import (
    DEFAULT_TARGET_EXPOSURE_INDEX,
    EXPOSURE_INDEX_NOTE,
    deviation_index,
)
from acquisition.quality import Finding
from acquisition.radiograph import Radiograph
from device.errors import DetectorRestarted, Exposed, NonceMismatch
from device.technique import Technique
from examination.examination import Accepted, Checked, Ordered, Room
from examination.exposures import frame_name
from records.files import write_atomically
from records.journal import ExposureEvent, JournalEntry

RADIOGRAPH = "radiograph.png"
RESULT = "result.json"


def show(room: Room, checked: Checked) -> Path:
    """Write the picture beside the raw frame, for the person who decides; return where it is."""
    assert checked.radiograph.exposure is not None, "only exposures are judged"
    path = room.unit.frames[0] / f"{frame_name(checked.radiograph.exposure.nonce)}.png"
    write_atomically(path, _picture(checked.radiograph))
    return path


def _picture(radiograph: Radiograph) -> bytes:
    return to_png(display_image(radiograph), radiograph.pixel_pitch_um)


def write_result(room: Room, accepted: Accepted) -> None:
    """Write the picture and the result of an accepted image. Raises FileNotStored."""
    checked = accepted.checked
    write_atomically(checked.visit.folder / RADIOGRAPH, _picture(checked.radiograph))
    content = json.dumps(_result(room, accepted), indent=1, ensure_ascii=False) + "\n"
    write_atomically(checked.visit.folder / RESULT, content.encode())


def read_result(folder: Path) -> dict[str, Any]:
    """Return the plain data of a finished visit's `result.json`."""
    result: dict[str, Any] = json.loads((folder / RESULT).read_text(encoding="utf-8"))
    return result


def left_in(folder: Path) -> bool:
    """Tell whether a folder holds anything of a visit."""
    return any((folder / name).exists() for name in (RESULT, RADIOGRAPH))


def _result(room: Room, accepted: Accepted) -> dict[str, Any]:
    checked, visit = accepted.checked, accepted.checked.visit
    return {
        "visit": {
            "id": visit.visit_id,
            "started": visit.started.isoformat(timespec="seconds"),
            "ended": room.unit.now().isoformat(timespec="seconds"),
            "accepted_by": accepted.by,
        },
        "patient": _patient(visit),
        "exposure": _exposure(checked.radiograph),
        "dose": dose_of(room.unit.journal.entries(visit.visit_id)),
        "findings": [_finding(finding) for finding in checked.findings],
        "device": _device(checked.radiograph),
        "files": {"radiograph": RADIOGRAPH},
        "seconds": {name: round(spent, 3) for name, spent in room.stopwatch.laps.items()}
        | {"total": round(room.stopwatch.total(), 3)},
    }


def _patient(visit: Ordered) -> dict[str, Any]:
    child = visit.order.child
    return {
        "id": child.id,
        "name": child.name,
        "sex": child.sex.value,
        "birth_date": child.birth_date.isoformat(),
        "age_years": round(child.age_years(visit.order.visit_date), 2),
    }


def _exposure(radiograph: Radiograph) -> dict[str, Any]:
    """Return the technique as read back, with the time that the panel measured.

    Dose follows from the programmed kV and mA: they differ from the read-back only by the rounding
    to the generator's counts, which may lie a hair outside the tube's table.
    """
    measured = radiograph.exposure
    assert measured is not None, "only exposures are accepted"
    set_points = measured.technique_read_back
    given = Technique(set_points.kv, set_points.ma, measured.exposure_ms)
    index = radiograph.exposure_index
    return {
        "kv": round(given.kv, 2),
        "ma": round(given.ma, 3),
        "ms": round(given.ms, 2),
        "mas": round(given.mas, 4),
        "kv_measured": None if measured.kv_measured is None else round(measured.kv_measured, 2),
        "entrance_air_kerma_ugy": round(_kerma_ugy(measured.technique, given.ms), 3),
        "dose_area_product_ugy_m2": round(_area_product(measured.technique, given.ms), 4),
        "exposure_index": round(index, 1),
        "target_exposure_index": DEFAULT_TARGET_EXPOSURE_INDEX,
        "deviation_index": round(deviation_index(index), 2),
        "exposure_index_note": EXPOSURE_INDEX_NOTE,
    }


def _kerma_ugy(programmed: Technique, exposure_ms: float) -> float:
    return air_kerma_ugy(Technique(programmed.kv, programmed.ma, exposure_ms))


def _area_product(programmed: Technique, exposure_ms: float) -> float:
    return dose_area_product_ugy_m2(Technique(programmed.kv, programmed.ma, exposure_ms))


def dose_of(entries: list[JournalEntry]) -> dict[str, Any]:
    """Add up every exposure of the visit, the repeated ones too.

    One that ended unclear counts in full: the child may have had it.
    """
    given = [technique for entry in entries if (technique := _given(entry)) is not None]
    return {
        "exposures": len(given),
        "kerma_total_ugy": round(sum(map(air_kerma_ugy, given)), 3),
        "dose_area_product_total_ugy_m2": round(sum(map(dose_area_product_ugy_m2, given)), 4),
    }


def _given(entry: JournalEntry) -> Technique | None:
    """Return what an exposure gave the child, or None where there were no X-rays."""
    planned = entry.exposure
    if entry.was_exposed is Exposed.NO:
        return None
    stored = entry.detail(ExposureEvent.STORED) or _kept(entry)
    if stored is not None and stored["exposure"] is not None:
        ms = stored["exposure"]["exposure_ms"]
        return Technique(planned.kv, planned.ma, ms) if ms > 0 else None
    return Technique(planned.kv, planned.ma, planned.ms)


def _kept(entry: JournalEntry) -> dict[str, Any] | None:
    """Return the facts of a frame that came with a failure, if it is this exposure's own."""
    ended = entry.detail(ExposureEvent.ENDED) or {}
    foreign = ended.get("code") in (NonceMismatch.code, DetectorRestarted.code)
    return None if foreign else entry.detail(ExposureEvent.KEPT)


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "message": finding.message,
        "figures": dict(finding.figures),
    }


def _device(radiograph: Radiograph) -> dict[str, Any]:
    return {
        "detector_model": radiograph.detector.model,
        "detector_serial": radiograph.detector.serial,
        "detector_firmware": radiograph.detector.firmware_version,
        "detector_temperature_c": round(radiograph.detector_temperature_c, 1),
        "calibration": radiograph.calibration_id,
    }

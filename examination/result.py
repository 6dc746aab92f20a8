"""What a visit found, as the plain data of `result.json`."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from acquisition.calibration import Calibration, check_valid
from acquisition.dose import (
    EFFECTIVE_DOSE_FACTOR,
    EFFECTIVE_DOSE_NOTE,
    air_kerma_ugy,
    dose_area_product_ugy_m2,
    effective_dose_coefficient,
    effective_dose_usv,
)
from acquisition.errors import CalibrationError
from acquisition.exposure_index import EXPOSURE_INDEX_NOTE, deviation_index
from acquisition.quality import Finding
from acquisition.radiograph import Radiograph
from bone_age.reading import BoneAgeReading
from device.errors import DetectorRestarted, Exposed, NonceMismatch
from device.technique import Technique
from examination.examination import Assessed, Ordered, Room
from examination.order import Order
from growth.assessment import as_record
from records.journal import ExposureEvent, JournalEntry


def result_of(room: Room, assessed: Assessed, files: Mapping[str, str]) -> dict[str, Any]:
    """Return everything that the visit found, as it stands in result.json.

    `files` are the names of what the folder holds.
    """
    accepted = assessed.read.accepted
    checked, visit = accepted.checked, accepted.checked.visit
    entries = room.unit.journal.entries(visit.visit_id)
    ended = room.unit.now()
    return {
        "visit": {
            "id": visit.visit_id,
            "date": visit.order.visit_date.isoformat(),
            "started": _moment(visit.started),
            "ended": _moment(ended),
            "procedure": visit.order.procedure,
            "accepted_by": accepted.by,
        },
        "patient": _patient(visit),
        "exposure": exposure_record(checked.radiograph, visit.order),
        "exposures": [_exposure_of(entry) for entry in entries],
        "dose": dose_of(entries) | _effective_dose(entries, visit.order),
        "findings": [_finding(finding) for finding in checked.findings],
        "hand": {"side": None if checked.side is None else checked.side.value},
        "reading": _reading(assessed.read.reading),
        "growth": as_record(assessed.growth),
        "timeline": _timeline(visit, entries, ended),
        "device": _device(checked.radiograph)
        | {"calibration_refusal": _refusal(room.calibration, checked.radiograph, entries[-1])},
        "software": {"version": room.software_version},
        "files": dict(files),
        "seconds": seconds_of(room),
    }


def seconds_of(room: Room) -> dict[str, float]:
    """Return how long each part has taken so far, and all of them."""
    laps = {name: round(spent, 3) for name, spent in room.stopwatch.laps.items()}
    return laps | {"total": round(room.stopwatch.total(), 3)}


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _patient(visit: Ordered) -> dict[str, Any]:
    child = visit.order.child
    return {
        "id": child.id,
        "name": child.name,
        "sex": child.sex.value,
        "birth_date": child.birth_date.isoformat(),
        "age_years": round(child.age_years(visit.order.visit_date), 2),
        "height_cm": child.height_cm,
        "weight_kg": child.weight_kg,
        "mother_cm": child.mother_cm,
        "father_cm": child.father_cm,
    }


def _reading(reading: BoneAgeReading) -> dict[str, Any]:
    """Return the reading; a refused one has no figure anywhere."""
    interval = reading.interval_months
    months = reading.bone_age_months
    return {
        "bone_age_months": None if months is None else round(months, 1),
        "interval_months": None if interval is None else [round(bound, 1) for bound in interval],
        "interval_coverage": reading.interval_coverage,
        "refused": reading.refused,
        "reasons": list(reading.reasons),
        "method": reading.method,
        "model": asdict(reading.model),
    }


def exposure_record(radiograph: Radiograph, order: Order) -> dict[str, Any]:
    """Return the technique as read back, with the time that the panel measured.

    Dose follows from the programmed kV and mA: they differ from the read-back only by the rounding
    to the generator's counts, which may lie a hair outside the tube's table.
    """
    measured = radiograph.exposure
    assert measured is not None, "only exposures are accepted"
    set_points = measured.technique_read_back
    given = Technique(set_points.kv, set_points.ma, measured.exposure_ms)
    index, target = radiograph.exposure_index, order.target_exposure_index
    kerma = _kerma_ugy(measured.technique, given.ms)
    return {
        "preset": order.preset or None,
        "kv": round(given.kv, 2),
        "ma": round(given.ma, 3),
        "ms": round(given.ms, 2),
        "mas": round(given.mas, 4),
        "kv_measured": None if measured.kv_measured is None else round(measured.kv_measured, 2),
        "entrance_air_kerma_ugy": round(kerma, 3),
        "dose_area_product_ugy_m2": round(_area_product(measured.technique, given.ms), 4),
        "exposure_index": round(index, 1),
        "target_exposure_index": target,
        "deviation_index": round(deviation_index(index, target), 2),
        "exposure_index_note": EXPOSURE_INDEX_NOTE,
        "effective_dose_usv": _significant(effective_dose_usv(kerma, _age_years(order))),
    }


def _age_years(order: Order) -> float:
    return order.child.age_years(order.visit_date)


def _significant(value: float) -> float:
    """Round to two digits: an estimate has no more."""
    return float(f"{value:.2g}")


def _effective_dose(entries: Sequence[JournalEntry], order: Order) -> dict[str, Any]:
    """Estimate what the whole visit gave, with what the estimate rests on."""
    age_years = _age_years(order)
    total = sum(air_kerma_ugy(given) for entry in entries if (given := _given(entry)) is not None)
    return {
        "effective_dose_total_usv": _significant(effective_dose_usv(total, age_years)),
        "effective_dose_usv_per_ugy": round(effective_dose_coefficient(age_years), 5),
        "effective_dose_factor": EFFECTIVE_DOSE_FACTOR,
        "effective_dose_note": EFFECTIVE_DOSE_NOTE,
    }


def _kerma_ugy(programmed: Technique, exposure_ms: float) -> float:
    return air_kerma_ugy(Technique(programmed.kv, programmed.ma, exposure_ms))


def _area_product(programmed: Technique, exposure_ms: float) -> float:
    return dose_area_product_ugy_m2(Technique(programmed.kv, programmed.ma, exposure_ms))


def dose_of(entries: Sequence[JournalEntry]) -> dict[str, Any]:
    """Add up every exposure of the visit, the repeated ones too.

    One that ended unclear counts in full: the child may have had it.
    """
    given = [technique for entry in entries if (technique := _given(entry)) is not None]
    return {
        "exposures": len(given),
        "kerma_total_ugy": round(sum(map(air_kerma_ugy, given)), 3),
        "dose_area_product_total_ugy_m2": round(sum(map(dose_area_product_ugy_m2, given)), 4),
    }


def _exposure_of(entry: JournalEntry) -> dict[str, Any]:
    """Return one exposure as it was given, or as it was planned where there were no X-rays."""
    given = _given(entry)
    shown = given or _planned(entry)
    return {
        "at": _moment(happened_at(entry)),
        "kv": round(shown.kv, 2),
        "ma": round(shown.ma, 3),
        "ms": round(shown.ms, 2),
        "mas": round(shown.mas, 4),
        "entrance_air_kerma_ugy": None if given is None else round(air_kerma_ugy(given), 3),
        "outcome": _outcome(entry),
        "reason": (entry.detail(ExposureEvent.ENDED) or {}).get("message"),
    }


def happened_at(entry: JournalEntry) -> datetime:
    """Return when the frame was stored or the exposure failed, else when it was planned."""
    ends = (ExposureEvent.STORED, ExposureEvent.KEPT, ExposureEvent.ENDED)
    return next((at for at, event, _ in entry.events if event in ends), entry.exposure.planned)


def _outcome(entry: JournalEntry) -> str:
    if entry.was_exposed is not Exposed.YES:
        return "no X-rays" if entry.was_exposed is Exposed.NO else "unclear"
    return "accepted" if entry.detail(ExposureEvent.ACCEPTED) is not None else "rejected"


# What of the journal is worth a line of the visit's history.
_TOLD = {
    ExposureEvent.ARMING: "making ready",
    ExposureEvent.ARMED: "ready for the hand switch",
    ExposureEvent.STORED: "exposed, image stored",
    ExposureEvent.KEPT: "failed, image kept",
    ExposureEvent.ENDED: "failed",
    ExposureEvent.INTERRUPTED: "interrupted",
    ExposureEvent.ACCEPTED: "image accepted",
    ExposureEvent.REJECTED: "image rejected",
}


def _timeline(
    visit: Ordered, entries: Sequence[JournalEntry], ended: datetime
) -> list[dict[str, str]]:
    lines = [
        {"at": _moment(at), "what": f"exposure {number}: {_TOLD[event]}"}
        for number, entry in enumerate(entries, 1)
        for at, event, _ in entry.events
    ]
    first = {"at": _moment(visit.started), "what": "visit started"}
    return [first, *lines, {"at": _moment(ended), "what": "visit ended"}]


def _given(entry: JournalEntry) -> Technique | None:
    """Return what an exposure gave the child, or None where there were no X-rays."""
    if entry.was_exposed is Exposed.NO:
        return None
    planned = _planned(entry)
    stored = entry.detail(ExposureEvent.STORED) or _kept(entry)
    if stored is not None and stored["exposure"] is not None:
        ms = stored["exposure"]["exposure_ms"]
        return Technique(planned.kv, planned.ma, ms) if ms > 0 else None
    return planned


def _planned(entry: JournalEntry) -> Technique:
    return Technique(entry.exposure.kv, entry.exposure.ma, entry.exposure.ms)


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
        "calibration_created": _moment(radiograph.calibration_created),
    }


def _refusal(calibration: Calibration, radiograph: Radiograph, entry: JournalEntry) -> str | None:
    """Return the code of what forbids an exposure with these maps at the image's own time.

    An exposure begins with maps that are valid; a resumed visit may be corrected with others.
    """
    serial, temperature_c = radiograph.detector.serial, radiograph.detector_temperature_c
    try:
        check_valid(calibration, serial, happened_at(entry), temperature_c)
    except CalibrationError as refused:
        return refused.code
    return None

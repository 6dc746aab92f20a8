"""What a visit found, as the plain data of `result.json`."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from acquisition.calibration import check_valid
from acquisition.dose import (
    DOSE_AREA_NOTE,
    EFFECTIVE_DOSE_FACTOR,
    EFFECTIVE_DOSE_NOTE,
    PANEL_FIELD_M2,
    air_kerma_ugy,
    dose_area_product_ugy_m2,
    effective_dose_coefficient,
    effective_dose_usv,
    exposed_field_m2,
)
from acquisition.errors import CalibrationError
from acquisition.exposure_index import EXPOSURE_INDEX_NOTE, deviation_index
from acquisition.image_noise import pixel_noise_percent
from acquisition.quality import Finding, shows_nothing
from acquisition.quality_exposure import light_of
from acquisition.radiograph import Radiograph
from acquisition.technique_presets import EXPECTED_PIXEL_UM, Expected
from bone_age.reading import AppliedCalibration, BoneAgeReading
from device.errors import DetectorRestarted, Exposed, NonceMismatch
from device.technique import Technique
from examination.examination import Accepted, Assessed, Checked, Decided, Ordered, Room, Shown
from examination.exposures import FIELD_M2
from examination.on_record import on_record_as_told
from examination.order import Order
from growth.entered import entered_record
from growth.follow_up import earlier_visit_record
from growth.judgement import judgement_record
from records.journal import ExposureEvent, JournalEntry
from reports import outcomes

# Our choice: noise goes as the inverse of the pixel's width; a hundredth cannot be seen.
_SAME_PIXEL = 0.01
_VERDICTS = {
    ExposureEvent.ACCEPTED: outcomes.ACCEPTED,
    ExposureEvent.REJECTED: outcomes.REJECTED,
    ExposureEvent.UNREVIEWED: outcomes.NOT_REVIEWED,
}


def result_of(room: Room, assessed: Assessed, files: Mapping[str, str]) -> dict[str, Any]:
    """Return everything that the visit found, as it stands in result.json.

    `files` are the names of what the folder holds.
    """
    image = assessed.read.image
    checked, visit = image.checked, image.checked.visit
    entries = room.unit.journal.entries(visit.visit_id)
    ended = room.unit.now()
    refused = calibration_refusal(room, checked.radiograph, visit.visit_id)
    return {
        "visit": {
            "id": visit.visit_id,
            "date": visit.order.visit_date.isoformat(),
            "started": _moment(visit.started),
            "ended": _moment(ended),
            "procedure": visit.order.procedure,
            **_review(image),
        },
        "patient": _patient(visit),
        "exposure": exposure_record(checked, image.shown),
        "exposures": [_exposure_of(entry) for entry in entries],
        "dose": dose_of(entries) | _effective_dose(entries, visit.order),
        "findings": [_finding(finding) for finding in checked.findings],
        "hand": {"side": None if checked.side is None else checked.side.value},
        "reading": reading_record(assessed.read.reading),
        "on_record": on_record_as_told(
            assessed.on_record, visit.order.child, visit.order.visit_date
        ),
        "growth": judgement_record(assessed.growth),
        "timeline": _timeline(visit, entries, ended),
        "device": _device(checked.radiograph)
        | {"calibration_refusal": None if refused is None else refused.code},
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


def _review(image: Decided) -> dict[str, str | None]:
    """Return whether somebody looked at the image before it was read, and who."""
    if isinstance(image, Accepted):
        return {"review": outcomes.ACCEPTED, "accepted_by": image.by}
    return {"review": outcomes.NOT_REVIEWED, "accepted_by": None}


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
        **_entered(visit.order),
        **({} if child.gestation is None else child.gestation.as_record()),
    }


def _entered(order: Order) -> dict[str, Any]:
    """Return what else the order tells, in the words of a patient file, and nothing unknown."""
    told = {
        name: value for name, value in entered_record(order.entered).items() if value is not None
    }
    if order.height_position is not None:
        told["height_position"] = order.height_position.value
    if order.scored is not None:
        told["scoring"] = {
            "sheet": order.scored.sheet.value,
            "stages": dict(order.scored.stages),
        }
    if order.earlier:
        told["earlier_visits"] = [earlier_visit_record(each) for each in order.earlier]
    return told


def reading_record(reading: BoneAgeReading) -> dict[str, Any]:
    """Return the reading; a refused one has no figure anywhere."""
    interval = reading.interval_months
    months = reading.bone_age_months
    spread = None if reading.refused else reading.spread_months
    regions = () if reading.refused else reading.regions
    return {
        "bone_age_months": None if months is None else round(months, 1),
        "interval_months": None if interval is None else [round(bound, 1) for bound in interval],
        "interval_coverage": reading.interval_coverage,
        "refused": reading.refused,
        "reasons": list(reading.reasons),
        "doubts": list(reading.doubts),
        "spread_months": None if spread is None else round(spread, 2),
        "regions": [
            {"region": each.region.value, "bone_age_months": round(each.bone_age_months, 1)}
            for each in regions
        ],
        "method": reading.method,
        "model": asdict(reading.model),
        "local_calibration": _local_calibration(reading.local_calibration),
        "sex": None if reading.sex is None else reading.sex.value,
    }


def _local_calibration(applied: AppliedCalibration | None) -> dict[str, Any] | None:
    """Return what corrected the reading, None where nothing did; figures as the reading's own."""
    if applied is None:
        return None
    interval = [round(bound, 1) for bound in applied.uncorrected_interval_months]
    return asdict(applied) | {"uncorrected_interval_months": interval}


def exposure_record(checked: Checked, shown: Shown) -> dict[str, Any]:
    """Return the technique as read back, with the time that the panel measured, and what it gave.

    The exposure of an empty panel is nobody's: it has figures and no traffic light.
    Dose follows from the programmed kV and mA: they differ from the read-back only by the rounding
    to the generator's counts, which may lie a hair outside the tube's table.
    """
    radiograph, order = checked.radiograph, checked.visit.order
    measured = radiograph.exposure
    assert measured is not None, "only exposures are accepted"
    set_points = measured.technique_read_back
    given = Technique(set_points.kv, set_points.ma, measured.exposure_ms)
    index, target = radiograph.exposure_index, order.target_exposure_index
    deviation = deviation_index(index, target)
    light = None if shows_nothing(checked.findings) else light_of(deviation)
    noise = pixel_noise_percent(radiograph, shown.developed.regions)
    kerma, field_m2 = _kerma_ugy(measured.technique, given.ms), exposed_field_m2(radiograph)
    return {
        "preset": order.preset or None,
        "kv": round(given.kv, 2),
        "ma": round(given.ma, 3),
        "ms": round(given.ms, 2),
        "mas": round(given.mas, 4),
        "kv_measured": None if measured.kv_measured is None else round(measured.kv_measured, 2),
        "entrance_air_kerma_ugy": round(kerma, 3),
        "field_m2": round(field_m2, 5),
        "dose_area_product_ugy_m2": round(kerma * field_m2, 4),
        "dose_area_product_note": DOSE_AREA_NOTE,
        "exposure_index": round(index, 1),
        "target_exposure_index": target,
        "deviation_index": round(deviation, 2),
        "light": light and light.light.value,
        "light_meaning": light and light.meaning,
        "exposure_index_note": EXPOSURE_INDEX_NOTE,
        "effective_dose_usv": _significant(effective_dose_usv(kerma, _age_years(order))),
        "noise_percent": None if noise is None else round(noise, 2),
        "noise_pixel_um": radiograph.pixel_pitch_um,
        "expected": _expected(order.expected, radiograph.pixel_pitch_um),
    }


def _expected(expected: Expected | None, pixel_pitch_um: float) -> dict[str, float | None] | None:
    """Return what the preset promised, in the words of what is measured; None without a preset.

    Its noise is that of one size of pixel: for a panel with another it promised none.
    """
    if expected is None:
        return None
    is_same = math.isclose(pixel_pitch_um, EXPECTED_PIXEL_UM, rel_tol=_SAME_PIXEL)
    return {
        "entrance_air_kerma_ugy": expected.kerma_ugy,
        "exposure_index": expected.exposure_index,
        "noise_percent": expected.noise_percent if is_same else None,
        "noise_pixel_um": EXPECTED_PIXEL_UM,
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


def _area_product(entry: JournalEntry, given: Technique) -> float:
    """Return the product with the field that the verdict noted, the whole panel's without one."""
    _, noted = _verdict(entry)
    return dose_area_product_ugy_m2(given, noted.get(FIELD_M2, PANEL_FIELD_M2))


def _verdict(entry: JournalEntry) -> tuple[str, dict[str, Any]]:
    """Return what was said of the image, rejected where nothing was, and what was noted with it.

    A person who is asked later, after an interruption, has the last word.
    """
    for event, outcome in _VERDICTS.items():
        noted = entry.detail(event)
        if noted is not None:
            return outcome, noted
    return outcomes.REJECTED, {}


def dose_of(entries: Sequence[JournalEntry]) -> dict[str, Any]:
    """Add up every exposure of the visit, the repeated ones too.

    One that ended unclear counts in full: the child may have had it.
    """
    given = [(entry, technique) for entry in entries if (technique := _given(entry)) is not None]
    area = sum(_area_product(entry, technique) for entry, technique in given)
    return {
        "exposures": len(given),
        "kerma_total_ugy": round(sum(air_kerma_ugy(technique) for _, technique in given), 3),
        "dose_area_product_total_ugy_m2": round(area, 4),
        "dose_area_product_note": DOSE_AREA_NOTE,
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
        "dose_area_product_ugy_m2": None
        if given is None
        else round(_area_product(entry, given), 4),
        "outcome": _outcome(entry),
        "reason": (entry.detail(ExposureEvent.ENDED) or {}).get("message"),
    }


def _dose_given(entry: JournalEntry, given: Technique | None) -> dict[str, float | None]:
    if given is None:
        return {"entrance_air_kerma_ugy": None, "dose_area_product_ugy_m2": None}
    return {
        "entrance_air_kerma_ugy": round(air_kerma_ugy(given), 3),
        "dose_area_product_ugy_m2": round(_area_product(entry, given), 4),
    }


def happened_at(entry: JournalEntry) -> datetime:
    """Return when the frame was stored or the exposure failed, else when it was planned."""
    ends = (ExposureEvent.STORED, ExposureEvent.KEPT, ExposureEvent.ENDED)
    return next((at for at, event, _ in entry.events if event in ends), entry.exposure.planned)


def _outcome(entry: JournalEntry) -> str:
    if entry.was_exposed is not Exposed.YES:
        return outcomes.NO_X_RAYS if entry.was_exposed is Exposed.NO else outcomes.UNCLEAR
    return _verdict(entry)[0]


# What of the journal is worth a line of the visit's history.
_TOLD = {
    ExposureEvent.ARMING: "making ready",
    ExposureEvent.ARMED: "ready for the hand switch",
    ExposureEvent.STORED: "exposed, image stored",
    ExposureEvent.KEPT: "failed, image kept",
    ExposureEvent.ENDED: "failed",
    ExposureEvent.INTERRUPTED: "interrupted",
    ExposureEvent.ACCEPTED: "image accepted",
    ExposureEvent.UNREVIEWED: "nobody was there to review the image",
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


def calibration_refusal(
    room: Room, radiograph: Radiograph, visit_id: str
) -> CalibrationError | None:
    """Return what forbids an exposure with the room's maps at the image's own time, if anything.

    An exposure begins with maps that are valid; a resumed visit may be corrected with others.
    """
    serial, temperature_c = radiograph.detector.serial, radiograph.detector_temperature_c
    exposed = room.unit.journal.entries(visit_id)[-1]
    try:
        check_valid(room.calibration, serial, happened_at(exposed), temperature_c)
    except CalibrationError as refused:
        return refused
    return None

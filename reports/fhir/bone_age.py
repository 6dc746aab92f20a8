"""The bone age that was read: figure, interval, what it means beside the age, doubts."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from bone_age.reading import Region, Sex
from growth.ages import exact_age
from reports.calibration_part import calibration_part
from reports.fhir.devices import SOFTWARE
from reports.fhir.values import (
    Resource,
    absent,
    category,
    component,
    loinc,
    notes,
    quantity,
    span,
)
from reports.figures import visit_day
from reports.reading_part import Examined, ReadingPart, reading_part
from reports.visit_part import is_unreviewed
from reports.wording import ENGLISH

# https://hl7.org/fhir/2016Jan/hspc/hspc-boneage.html: 37362-1, of the examination;
# https://loinc.org/85151-9: the bone age as a quantity.
BONE_AGE: Final = ("37362-1", "85151-9")

_UNCORRECTED: Final = "Bone age without the local calibration"


def bone_age(result: Mapping[str, Any]) -> dict[str, Resource]:
    """Return the reading; a refused one has its reasons and no figure anywhere."""
    reading, growth = result.get("reading"), result.get("growth") or {}
    known = {
        "category": category("imaging", "Imaging"),
        "code": loinc(BONE_AGE, ENGLISH.bone_age),
        "device": SOFTWARE,
        "method": {"text": (reading or {}).get("method")} if reading else None,
    }
    if reading is None or reading["bone_age_months"] is None:
        why = absent("not-performed", _why(reading))
        note = notes(_unreviewed(result))
        return {"bone-age": known | {"dataAbsentReason": why, "note": note}}
    part = _as_printed(result)
    return {
        "bone-age": known
        | {
            "valueQuantity": quantity(reading["bone_age_months"], "months", "mo"),
            "note": notes(
                [
                    *_unreviewed(result),
                    *part.doubts,
                    *part.notes,
                    part.regions_aside,
                    *_calibrated(reading),
                ]
            ),
            "component": [
                *_interval(reading),
                *_against_age(growth),
                *_conventions(part),
                *_parts(reading),
                *_uncorrected(reading),
            ],
        }
    }


def _why(reading: Mapping[str, Any] | None) -> str:
    if reading is None:
        return ENGLISH.not_read_yet
    return " ".join(reading.get("reasons", ())) or ENGLISH.no_reason


def _unreviewed(result: Mapping[str, Any]) -> list[str]:
    return [ENGLISH.not_reviewed] if is_unreviewed(result["visit"]) else []


def _calibrated(reading: Mapping[str, Any]) -> Iterator[str]:
    """Yield what corrected the reading, and how that was found."""
    part = calibration_part(reading, ENGLISH)
    if part is not None:
        yield part.line
        yield from (f"{fact.label}: {fact.value}" for fact in part.facts)
        yield ENGLISH.calibration_note


def _as_printed(result: Mapping[str, Any]) -> ReadingPart:
    patient = result["patient"]
    age = exact_age(date.fromisoformat(patient["birth_date"]), visit_day(result["visit"]))
    child = Examined(Sex(patient["sex"]), age)
    return reading_part(result["reading"], result.get("growth") or {}, child, ENGLISH)


def _interval(reading: Mapping[str, Any]) -> Iterator[Resource]:
    interval, coverage = reading.get("interval_months"), reading.get("interval_coverage")
    if interval is None:
        return
    label = ENGLISH.interval_label.format(coverage=100 * coverage) if coverage else None
    name = label or ENGLISH.interval_label_plain
    yield component(name, {"valueRange": span(interval, "months", "mo")})


def _against_age(growth: Mapping[str, Any]) -> Iterator[Resource]:
    difference = growth.get("bone_age_minus_age_months")
    if difference is not None:
        yield component(ENGLISH.difference, {"valueQuantity": quantity(difference, "months", "mo")})
    sds, refused = growth.get("bone_age_sds"), growth.get("bone_age_sds_reason")
    if sds is not None:
        said = ENGLISH.sds_formula.format(
            formula=growth.get("bone_age_sds_formula") or ENGLISH.not_recorded,
            population=growth.get("bone_age_sds_population") or ENGLISH.not_recorded,
        )
        value = {"valueQuantity": quantity(sds, "SD", "{SD}")}
        yield component(f"{ENGLISH.sds}. {said}", value)
    elif refused:
        yield component(ENGLISH.sds, {"dataAbsentReason": absent("unsupported", refused)})


def _conventions(part: ReadingPart) -> Iterator[Resource]:
    for fact in part.conventions:
        yield component(fact.label, {"valueString": fact.value})


def _parts(reading: Mapping[str, Any]) -> Iterator[Resource]:
    """Return what the parts of the hand read, without an interval: none was measured."""
    for each in reading.get("regions", ()):
        name = f"{ENGLISH.bone_age}, {ENGLISH.regions[Region(each['region'])]}"
        value = quantity(each["bone_age_months"], "months", "mo")
        yield component(name, {"valueQuantity": value})
    if reading.get("spread_months") is not None:
        value = quantity(reading["spread_months"], "months", "mo")
        yield component(f"{ENGLISH.spread} (standard deviation)", {"valueQuantity": value})


def _uncorrected(reading: Mapping[str, Any]) -> Iterator[Resource]:
    applied = reading.get("local_calibration")
    if applied:
        value = quantity(applied["uncorrected_months"], "months", "mo")
        yield component(_UNCORRECTED, {"valueQuantity": value})
        bounds = span(applied["uncorrected_interval_months"], "months", "mo")
        yield component(f"{_UNCORRECTED}: interval", {"valueRange": bounds})

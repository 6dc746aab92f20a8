"""The bone age that was read: figure, interval, what it means beside the age, doubts."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from bone_age.reading import Region
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
from reports.reading_part import ReadingPart, examined_child, reading_part
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
    child = examined_child(result["patient"], result["visit"])
    part = reading_part(reading, growth, child, ENGLISH)
    if reading is None or reading["bone_age_months"] is None:
        why = absent("not-performed", " ".join(part.reasons))
        note = notes(_unreviewed(result))
        return {"bone-age": known | {"dataAbsentReason": why, "note": note}}
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
                *_interval(reading, part),
                *_against_age(growth, part),
                *_conventions(part),
                *_parts(reading),
                *_uncorrected(reading),
            ],
        }
    }


def _unreviewed(result: Mapping[str, Any]) -> list[str]:
    return [ENGLISH.not_reviewed] if is_unreviewed(result["visit"]) else []


def _calibrated(reading: Mapping[str, Any]) -> Iterator[str]:
    """Yield what corrected the reading, and how that was found."""
    part = calibration_part(reading, ENGLISH)
    if part is not None:
        yield part.line
        yield from (f"{fact.label}: {fact.value}" for fact in part.facts)
        yield ENGLISH.calibration_note


def _interval(reading: Mapping[str, Any], part: ReadingPart) -> Iterator[Resource]:
    if part.interval is not None:
        bounds = span(reading["interval_months"], "months", "mo")
        yield component(part.interval.label, {"valueRange": bounds})


def _against_age(growth: Mapping[str, Any], part: ReadingPart) -> Iterator[Resource]:
    difference = growth.get("bone_age_minus_age_months")
    if difference is not None:
        yield component(ENGLISH.difference, {"valueQuantity": quantity(difference, "months", "mo")})
    sds, refused = growth.get("bone_age_sds"), growth.get("bone_age_sds_reason")
    if sds is not None:
        value = {"valueQuantity": quantity(sds, "SD", "{SD}")}
        yield component(f"{ENGLISH.sds}. {part.formula}", value)
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

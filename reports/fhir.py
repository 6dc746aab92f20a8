"""The report as FHIR R4 (4.0.1): one Bundle of plain data that a hospital's server takes in.

Codes: LOINC for what was measured, UCUM for its unit (docs/reports.md has the whole table).
"""

import base64
import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5
from xml.sax.saxutils import escape

from reports.content import is_simulated
from reports.figures import visit_day
from reports.sign_off_part import SignOff, SignOffState, sign_off_part
from reports.wording import ENGLISH, PRODUCT

Resource = dict[str, Any]

_LOINC: Final = "http://loinc.org"
_UCUM: Final = "http://unitsofmeasure.org"
_TERMS: Final = "http://terminology.hl7.org/CodeSystem"
# https://loinc.org/85151-9: the bone age as a quantity; 37362-1 is that of the examination.
_BONE_AGE: Final = ("37362-1", "85151-9")
# By the names of a result: LOINC code, text, UCUM unit, where the size stands.
_SIZES: Final = {
    "height": ("8302-2", "Body height", "cm", "cm"),
    "weight": ("29463-7", "Body weight", "kg", "kg"),
    "bmi": ("39156-5", "Body mass index", "kg/m2", "kg_m2"),
}
_DETECTOR: Final = "X-ray detector"
_NAME_AS_TYPED: Final = "name as typed"
_REFERENCES: Final = ("who", "cdc", "china")
# http://hl7.org/fhir/R4/valueset-diagnostic-report-status.html, and the same words of observations.
_STATUS: Final = {
    SignOffState.DRAFT: "preliminary",
    SignOffState.SIGNED: "final",
    SignOffState.AMENDED: "amended",
}
_GENDERS: Final = {"F": "female", "M": "male"}
# Our choice: thousandths of an SD or of a month say nothing about a child.
_DIGITS: Final = 3


def fhir_bundle(
    result: Mapping[str, Any], sign_off: SignOff | None = None, pdf: bytes | None = None
) -> Resource:
    """Return the content of a result as a Bundle, a draft's without a sign-off.

    A refused figure has a reason in its place, never a number. `result` was printed before, so it
    has what a report needs.
    """
    signed = sign_off or SignOff(result["visit"]["id"])
    devices, observations = _devices(result), _observations(result, signed)
    named = {
        "report": _report(result, signed, list(observations), pdf),
        "patient": _patient(result["patient"]),
        **observations,
        **devices,
    }
    entries = [_entry(result, signed, name, resource) for name, resource in named.items()]
    issued = _issued(result, signed)
    return _without_nothing(
        {
            "resourceType": "Bundle",
            "identifier": {"value": f"{signed.report_id}/{signed.version}/{signed.state}"},
            "type": "collection",
            "timestamp": issued,
            "entry": entries,
        }
    )


def _entry(result: Mapping[str, Any], signed: SignOff, name: str, resource: Resource) -> Resource:
    """Return a resource under its address; one of a simulated device is marked as test data."""
    simulated = is_simulated((result.get("device") or {}).get("detector_model", ""))
    tag = {"system": f"{_TERMS}/v3-ActReason", "code": "HTEST", "display": "test health data"}
    first = {"resourceType": resource["resourceType"], "id": _address(signed, name)}
    marked = {**first, "meta": {"tag": [tag]} if simulated else None, **resource}
    return {"fullUrl": f"urn:uuid:{first['id']}", "resource": _without_nothing(marked)}


def _address(signed: SignOff, name: str) -> str:
    """Return the id of a resource: that of the same visit is always the same."""
    return str(uuid5(NAMESPACE_URL, f"boneage-dr/{signed.report_id}/{name}"))


def _reference(signed: SignOff, name: str) -> Resource:
    return {"reference": f"urn:uuid:{_address(signed, name)}"}


def _without_nothing(resource: Resource) -> Resource:
    return {name: said for name, said in resource.items() if said not in (None, [], {}, "")}


def _report(
    result: Mapping[str, Any], signed: SignOff, observations: list[str], pdf: bytes | None
) -> Resource:
    released = [event for event in signed.events if event.state is not SignOffState.DRAFT]
    signers = [event.signer for event in released if event.version == signed.version]
    return {
        "resourceType": "DiagnosticReport",
        "text": _narrative(signed),
        "identifier": [{"value": f"{signed.report_id}/{signed.version}"}],
        "status": _STATUS[signed.state],
        "category": [_coded(f"{_TERMS}/v2-0074", ("RAD",), "Radiology")],
        "code": _coded(_LOINC, _BONE_AGE[:1], ENGLISH.title),
        "subject": _reference(signed, "patient"),
        "effectiveDateTime": _effective(result["visit"]),
        "issued": _issued(result, signed),
        "resultsInterpreter": [
            {"display": f"{signer} ({_NAME_AS_TYPED})"} for signer in dict.fromkeys(signers)
        ],
        "result": [_reference(signed, name) for name in observations],
        "presentedForm": [] if pdf is None else [_attachment(pdf, signed)],
    }


def _narrative(signed: SignOff) -> Resource:
    part = sign_off_part(signed, ENGLISH)
    said = "".join(f"<p>{escape(line)}</p>" for line in (part.name, part.headline, *part.lines))
    return {
        "status": "additional",
        "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{said}</div>',
    }


def _attachment(pdf: bytes, signed: SignOff) -> Resource:
    # FHIR R4, Attachment.hash: SHA-1, which finds what was lost on the way and secures nothing.
    digest = hashlib.sha1(pdf, usedforsecurity=False).digest()
    return {
        "contentType": "application/pdf",
        "data": base64.b64encode(pdf).decode(),
        "size": len(pdf),
        "hash": base64.b64encode(digest).decode(),
        "title": sign_off_part(signed, ENGLISH).name,
    }


def _patient(patient: Mapping[str, Any]) -> Resource:
    return {
        "resourceType": "Patient",
        "identifier": [{"value": patient["id"]}],
        "name": [{"text": patient["name"]}],
        "gender": _GENDERS[patient["sex"]],
        "birthDate": patient["birth_date"],
    }


def _observations(result: Mapping[str, Any], signed: SignOff) -> dict[str, Resource]:
    growth, reading = result.get("growth") or {}, result.get("reading")
    found = {name: _size(name, growth) for name in _SIZES if _size_of(name, growth) is not None}
    if reading:
        found = {"bone-age": _bone_age(reading, growth, signed), **found}
    shared = {
        "status": _STATUS[signed.state],
        "subject": _reference(signed, "patient"),
        "effectiveDateTime": _effective(result["visit"]),
    }
    return {
        name: _without_nothing({"resourceType": "Observation", **shared, **observation})
        for name, observation in found.items()
    }


def _bone_age(reading: Mapping[str, Any], growth: Mapping[str, Any], signed: SignOff) -> Resource:
    """Return the reading; a refused one has its reasons and no figure anywhere."""
    months = reading["bone_age_months"]
    known = {
        "category": [_coded(f"{_TERMS}/observation-category", ("imaging",), "Imaging")],
        "code": _coded(_LOINC, _BONE_AGE, ENGLISH.bone_age),
        "device": _reference(signed, "software"),
        "method": {"text": reading.get("method")},
    }
    if months is None:
        reasons = " ".join(reading.get("reasons", ())) or ENGLISH.no_reason
        return known | {"dataAbsentReason": _absent("not-performed", reasons)}
    return known | {
        "valueQuantity": _quantity(months, "months", "mo"),
        "note": [{"text": doubt} for doubt in reading.get("doubts", ())],
        "component": [*_interval(reading), *_against_age(growth)],
    }


def _interval(reading: Mapping[str, Any]) -> Iterator[Resource]:
    interval, coverage = reading.get("interval_months"), reading.get("interval_coverage")
    if interval is None:
        return
    low, high = (_quantity(bound, "months", "mo") for bound in interval)
    label = ENGLISH.interval_label.format(coverage=100 * coverage) if coverage else None
    name = label or ENGLISH.interval_label_plain
    yield {"code": {"text": name}, "valueRange": {"low": low, "high": high}}


def _against_age(growth: Mapping[str, Any]) -> Iterator[Resource]:
    difference = growth.get("bone_age_minus_age_months")
    if difference is not None:
        yield {
            "code": {"text": ENGLISH.difference},
            "valueQuantity": _quantity(difference, "months", "mo"),
        }
    sds, refused = growth.get("bone_age_sds"), growth.get("bone_age_sds_reason")
    if sds is not None:
        said = ENGLISH.sds_formula.format(
            formula=growth["bone_age_sds_formula"], population=growth["bone_age_sds_population"]
        )
        yield {
            "code": {"text": f"{ENGLISH.sds}. {said}"},
            "valueQuantity": _quantity(sds, "SD", "{SD}"),
        }
    elif refused:
        yield {"code": {"text": ENGLISH.sds}, "dataAbsentReason": _absent("unsupported", refused)}


def _size_of(name: str, growth: Mapping[str, Any]) -> float | None:
    size: float | None = (growth.get(name) or {}).get(_SIZES[name][3])
    return size


def _size(name: str, growth: Mapping[str, Any]) -> Resource:
    code, text, unit, _ = _SIZES[name]
    position = growth.get("position") if name == "height" else None
    titles = growth.get("references") or {}
    return {
        "category": [_coded(f"{_TERMS}/observation-category", ("vital-signs",), "Vital signs")],
        "code": _coded(_LOINC, (code,), text),
        "valueQuantity": _quantity(_size_of(name, growth) or 0.0, unit, unit),
        "method": {"text": position} if position else None,
        "note": [{"text": remark} for remark in _remarks_on(growth)],
        "component": [
            component
            for reference in _REFERENCES
            if reference in growth[name]
            for component in _score(
                f"{text}, {titles.get(reference, reference)}", growth[name][reference]
            )
        ],
    }


def _remarks_on(growth: Mapping[str, Any]) -> list[str]:
    """Return what a reader of the scores must know: assumptions, corrected age, references."""
    return [*growth.get("remarks", ()), *growth.get("reference_notes", {}).values()]


def _score(named: str, score: Mapping[str, Any]) -> Iterator[Resource]:
    """Return SD score and centile, or why there is neither."""
    if score.get("sds") is None:
        reason = score.get("reason") or ENGLISH.unknown
        absent = _absent("unsupported", reason)
        yield {"code": {"text": f"{named}: SDS"}, "dataAbsentReason": absent}
        return
    sds, centile = score["sds"], score.get("centile")
    yield {"code": {"text": f"{named}: SDS"}, "valueQuantity": _quantity(sds, "SD", "{SD}")}
    if centile is not None:
        value = _quantity(centile, "centile", "{centile}")
        yield {"code": {"text": f"{named}: centile"}, "valueQuantity": value}


def _devices(result: Mapping[str, Any]) -> dict[str, Resource]:
    device, software = result.get("device") or {}, result.get("software") or {}
    return {
        "software": _software(software, (result.get("reading") or {}).get("model") or {}),
        "detector": {
            "resourceType": "Device",
            "deviceName": _device_name(device.get("detector_model"), "model-name"),
            "serialNumber": device.get("detector_serial"),
            "version": _versions({"firmware": device.get("detector_firmware")}),
            "type": {"text": _DETECTOR},
        },
    }


def _software(software: Mapping[str, Any], model: Mapping[str, Any]) -> Resource:
    hashes = {
        ENGLISH.model_hash: model.get("sha256"),
        ENGLISH.package_hash: model.get("package_sha256"),
    }
    return {
        "resourceType": "Device",
        "identifier": [
            {"type": {"text": text}, "value": value} for text, value in hashes.items() if value
        ],
        "deviceName": [
            *_device_name(PRODUCT, "user-friendly-name"),
            *_device_name(model.get("name"), "model-name"),
        ],
        "version": _versions(
            {"software": software.get("version"), "reading model": model.get("version")}
        ),
        "type": {"text": ENGLISH.software},
    }


def _device_name(name: str | None, kind: str) -> list[Resource]:
    return [{"name": name, "type": kind}] if name else []


def _versions(versions: Mapping[str, str | None]) -> list[Resource]:
    return [{"type": {"text": what}, "value": value} for what, value in versions.items() if value]


def _coded(system: str, codes: tuple[str, ...], text: str) -> Resource:
    return {"coding": [{"system": system, "code": code} for code in codes], "text": text}


def _absent(code: str, reason: str) -> Resource:
    return _coded(f"{_TERMS}/data-absent-reason", (code,), reason)


def _quantity(value: float, unit: str, code: str) -> Resource:
    return {"value": round(value, _DIGITS), "unit": unit, "system": _UCUM, "code": code}


def _effective(visit: Mapping[str, Any]) -> str:
    """Return when the child was examined: to the second where that is known with its zone."""
    day = visit_day(visit).isoformat()
    is_exact = visit["started"][:10] == day and _zoned(visit["started"])
    return str(visit["started"]) if is_exact else day


def _issued(result: Mapping[str, Any], signed: SignOff) -> str | None:
    """Return when this version was made available: when it was signed, or the visit ended."""
    released = [event.at for event in signed.events if event.state is not SignOffState.DRAFT]
    if released:
        return released[-1].isoformat(timespec="seconds")
    ended = result["visit"].get("ended")
    return ended if ended and _zoned(ended) else None


def _zoned(at: str) -> bool:
    return datetime.fromisoformat(at).tzinfo is not None

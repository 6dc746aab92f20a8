"""The whole report as one Bundle that a hospital's server takes in; nothing is sent."""

import base64
import hashlib
from collections.abc import Mapping
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5
from xml.sax.saxutils import escape

from growth.errors import GrowthError
from reports.content import is_simulated
from reports.errors import WRONG_SHAPE, ResultUnusable
from reports.fhir.adult_height import adult_heights
from reports.fhir.bone_age import BONE_AGE, bone_age
from reports.fhir.course import course
from reports.fhir.devices import devices
from reports.fhir.dose import dose
from reports.fhir.entered import entered
from reports.fhir.image import image
from reports.fhir.scoring import scoring
from reports.fhir.sizes import sizes
from reports.fhir.values import TERMS, Resource, loinc, term, without_nothing
from reports.fhir.when import examined_at, is_zoned
from reports.sign_off_part import SignOff, SignOffState, sign_off_part
from reports.wording import ENGLISH

# In the order of the report.
_PARTS: Final = (
    bone_age,
    sizes,
    adult_heights,
    scoring,
    course,
    entered,
    image,
    dose,
)
_NAME_AS_TYPED: Final = "name as typed"
# http://hl7.org/fhir/R4/valueset-diagnostic-report-status.html, and the same words of observations.
_STATUS: Final = {
    SignOffState.DRAFT: "preliminary",
    SignOffState.SIGNED: "final",
    SignOffState.AMENDED: "amended",
}
_GENDERS: Final = {"F": "female", "M": "male"}


def fhir_bundle(
    result: Mapping[str, Any], sign_off: SignOff | None = None, pdf: bytes | None = None
) -> Resource:
    """Return the content of a result as a Bundle, a draft's without a sign-off.

    A refused figure has a reason in its place, never a number. Raises ResultUnusable.
    """
    try:
        return _bundle(result, sign_off, pdf)
    except KeyError as exc:
        raise ResultUnusable(f"The result cannot be told as FHIR: {exc} is missing.") from exc
    except (*WRONG_SHAPE, GrowthError) as exc:
        raise ResultUnusable(f"The result cannot be told as FHIR: {exc}.") from exc


def _bundle(result: Mapping[str, Any], sign_off: SignOff | None, pdf: bytes | None) -> Resource:
    signed = sign_off or SignOff(result["visit"]["id"])
    made_by = devices(result)
    observations = _observations(result, signed, made_by)
    resources = {
        "report": _report(result, signed, list(observations), pdf),
        "patient": _patient(result["patient"]),
        **observations,
        **made_by,
    }
    entries = [_entry(result, signed, name, resource) for name, resource in resources.items()]
    issued = _issued(result, signed)
    return without_nothing(
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
    tag = {"system": f"{TERMS}/v3-ActReason", "code": "HTEST", "display": "test health data"}
    first = {"resourceType": resource["resourceType"], "id": _address(signed, name)}
    marked = {**first, "meta": {"tag": [tag]} if simulated else None, **resource}
    return {"fullUrl": f"urn:uuid:{first['id']}", "resource": without_nothing(marked)}


def _address(signed: SignOff, name: str) -> str:
    """Return the id of a resource: that of the same visit is always the same."""
    return str(uuid5(NAMESPACE_URL, f"boneage-dr/{signed.report_id}/{name}"))


def _reference(signed: SignOff, name: str) -> Resource:
    return {"reference": f"urn:uuid:{_address(signed, name)}"}


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
        "category": [term("v2-0074", "RAD", "Radiology")],
        "code": loinc(BONE_AGE[:1], ENGLISH.title),
        "subject": _reference(signed, "patient"),
        "effectiveDateTime": examined_at(result["visit"]),
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


def _observations(
    result: Mapping[str, Any], signed: SignOff, made_by: Mapping[str, Resource]
) -> dict[str, Resource]:
    """Return what all parts tell as resources; parts name a device, which gets its address."""
    found = {name: said for part in _PARTS for name, said in part(result).items()}
    addressed = {device: {"device": _reference(signed, device)} for device in made_by}
    shared = {"status": _STATUS[signed.state], "subject": _reference(signed, "patient")}
    at_visit = {"effectiveDateTime": examined_at(result["visit"])}
    return {
        name: without_nothing(
            {
                "resourceType": "Observation",
                **shared,
                **({} if "effectivePeriod" in said else at_visit),
                **said,
                **addressed.get(said.get("device", ""), {"device": None}),
            }
        )
        for name, said in found.items()
    }


def _issued(result: Mapping[str, Any], signed: SignOff) -> str | None:
    """Return when this version was made available: when it was signed, or the visit ended."""
    released = [event.at for event in signed.events if event.state is not SignOffState.DRAFT]
    if released:
        return released[-1].isoformat(timespec="seconds")
    ended = result["visit"].get("ended")
    return ended if ended and is_zoned(ended) else None

import base64
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from reports.fhir import fhir_bundle
from reports.sign_off_part import SignOff, SignOffEvent, SignOffState
from tests.reports.conftest import BOY

Result = Callable[..., dict[str, Any]]
NOON = datetime(2026, 9, 11, 12, 0, tzinfo=UTC)
SIGNED = SignOffEvent(NOON, SignOffState.SIGNED, 1, "Dr. Chen")
AMENDED = SignOffEvent(NOON, SignOffState.AMENDED, 2, "Dr. Wang", "Wrong <height>.", replaces=1)


def resources(bundle: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    all_of_it = [entry["resource"] for entry in bundle["entry"]]
    return [resource for resource in all_of_it if resource["resourceType"] == kind]


def observation(bundle: dict[str, Any], code: str) -> dict[str, Any]:
    (found,) = [
        each
        for each in resources(bundle, "Observation")
        if code in [coding["code"] for coding in each["code"]["coding"]]
    ]
    return found


def component(found: dict[str, Any], text: str) -> dict[str, Any]:
    (one,) = [each for each in found["component"] if text in each["code"]["text"]]
    return one


@pytest.mark.parametrize("bone_age", [104.4, None])
@pytest.mark.parametrize(
    "sign_off",
    [
        None,
        SignOff("visit-7", 1, SignOffState.SIGNED, (SIGNED,)),
        SignOff("visit-7", 2, SignOffState.AMENDED, (SIGNED, AMENDED)),
    ],
)
def test_every_resource_is_valid(
    result: Result, bone_age: float | None, sign_off: SignOff | None
) -> None:
    bundles = pytest.importorskip("fhir.resources.R4B.bundle", reason="needs fhir.resources")
    told = fhir_bundle(result(bone_age_months=bone_age, reasons=("No hand.",)), sign_off, b"%PDF")
    read = bundles.Bundle.model_validate(told)
    assert len(read.entry) == len(told["entry"]) == 8


def test_every_reference_leads_to_a_resource_of_the_bundle(result: Result) -> None:
    bundle = fhir_bundle(result())
    addresses = {entry["fullUrl"] for entry in bundle["entry"]}
    (report,) = resources(bundle, "DiagnosticReport")
    named = [each["reference"] for each in [*report["result"], report["subject"]]]
    named += [each["subject"]["reference"] for each in resources(bundle, "Observation")]
    named.append(observation(bundle, "37362-1")["device"]["reference"])
    assert set(named) <= addresses and len(report["result"]) == 4


def test_the_bone_age_has_its_unit_and_its_interval(result: Result) -> None:
    found = observation(fhir_bundle(result()), "37362-1")
    assert found["valueQuantity"] == {
        "value": 104.4,
        "unit": "months",
        "system": "http://unitsofmeasure.org",
        "code": "mo",
    }
    interval = component(found, "90 % interval")["valueRange"]
    assert (interval["low"]["value"], interval["high"]["value"]) == (93.4, 115.4)


def test_a_refused_reading_has_its_reason_and_no_figure(result: Result) -> None:
    found = observation(fhir_bundle(result(bone_age_months=None, reasons=("No hand.",))), "37362-1")
    assert found["dataAbsentReason"]["text"] == "No hand."
    assert "valueQuantity" not in found and "component" not in found


@pytest.mark.parametrize(
    ("code", "value", "unit"),
    [("8302-2", 130.0, "cm"), ("29463-7", 26.0, "kg"), ("39156-5", 15.385, "kg/m2")],
)
def test_sizes_have_their_codes_and_units(
    result: Result, code: str, value: float, unit: str
) -> None:
    quantity = observation(fhir_bundle(result()), code)["valueQuantity"]
    assert (quantity["value"], quantity["code"]) == (value, unit)


def test_every_score_names_its_reference(result: Result) -> None:
    said = result()
    height = observation(fhir_bundle(said), "8302-2")
    for reference, title in said["growth"]["references"].items():
        sds = component(height, f"{title}: SDS")["valueQuantity"]["value"]
        assert sds == pytest.approx(said["growth"]["height"][reference]["sds"], abs=0.0006)


def test_what_a_reference_refuses_has_its_reason(result: Result) -> None:
    said = result()
    said["growth"]["height"]["cdc"] = {"sds": None, "centile": None, "reason": "Too young."}
    title = said["growth"]["references"]["cdc"]
    found = component(observation(fhir_bundle(said), "8302-2"), f"{title}: SDS")
    assert found["dataAbsentReason"]["text"] == "Too young." and "valueQuantity" not in found


def test_what_was_not_measured_is_no_observation(result: Result) -> None:
    bundle = fhir_bundle(result(replace(BOY, height_cm=None, weight_kg=None)))
    assert [each["code"]["text"] for each in resources(bundle, "Observation")] == ["Bone age"]


@pytest.mark.parametrize(
    ("sign_off", "status"),
    [
        (SignOff("visit-7"), "preliminary"),
        (SignOff("visit-7", 1, SignOffState.SIGNED, (SIGNED,)), "final"),
        (SignOff("visit-7", 2, SignOffState.AMENDED, (SIGNED, AMENDED)), "amended"),
    ],
)
def test_the_status_follows_the_state(result: Result, sign_off: SignOff, status: str) -> None:
    bundle = fhir_bundle(result(), sign_off)
    told = [*resources(bundle, "DiagnosticReport"), *resources(bundle, "Observation")]
    assert {each["status"] for each in told} == {status}


def test_an_amended_report_says_who_and_why(result: Result) -> None:
    sign_off = SignOff("visit-7", 2, SignOffState.AMENDED, (SIGNED, AMENDED))
    (report,) = resources(fhir_bundle(result(), sign_off), "DiagnosticReport")
    assert report["resultsInterpreter"] == [{"display": "Dr. Wang (name as typed)"}]
    assert "Wrong &lt;height&gt;." in report["text"]["div"]
    assert report["issued"] == "2026-09-11T12:00:00+00:00"


def test_the_pdf_comes_along_whole(result: Result) -> None:
    (report,) = resources(fhir_bundle(result(), pdf=b"%PDF-1.4 a report"), "DiagnosticReport")
    (form,) = report["presentedForm"]
    assert base64.b64decode(form["data"]) == b"%PDF-1.4 a report"
    assert (form["contentType"], form["size"]) == ("application/pdf", 17)


def test_the_model_and_its_hash_are_named(result: Result) -> None:
    software, detector = resources(fhir_bundle(result()), "Device")
    assert "9f2c" * 16 in [each["value"] for each in software["identifier"]]
    assert detector["serialNumber"] == "BAS-3"


def test_what_a_simulated_device_gave_is_marked_as_test_data(result: Result) -> None:
    simulated = result() | {"device": {"detector_model": "HandPanel 2430 (simulated)"}}
    tags = [entry["resource"]["meta"]["tag"] for entry in fhir_bundle(simulated)["entry"]]
    assert {tag["code"] for (tag,) in tags} == {"HTEST"}
    assert "meta" not in fhir_bundle(result())["entry"][0]["resource"]

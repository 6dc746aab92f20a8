import base64
from collections.abc import Callable
from typing import Any

import pytest
from pydicom.sr.codedict import codes

from reports.errors import ResultUnusable
from reports.fhir.bundle import fhir_bundle
from reports.sign_off_part import SignOff
from tests.reports.fhir.looking import (
    AMENDED,
    DRAFT,
    SIGNED,
    all_children,
    everything_in,
    resources,
    text_of,
)

Result = Callable[..., dict[str, Any]]
CHILDREN = all_children()
# https://ucum.org/ucum: base and derived units, prefixes m, k, c, u; braces hold an annotation.
UNITS = {
    *("mo", "a", "d", "cm", "kg", "kg/m2", "cm/a", "a/a", "{SD}", "{centile}", "%", "1"),
    *("kV", "mA", "ms", "mA.s", "uGy", "uGy.m2", "uSv"),
}
STATES = {"preliminary": DRAFT, "final": SIGNED, "amended": AMENDED}


@pytest.mark.parametrize("status", STATES)
@pytest.mark.parametrize("child", CHILDREN)
def test_every_resource_of_every_child_is_valid(child: str, status: str) -> None:
    bundles = pytest.importorskip("fhir.resources.R4B.bundle", reason="needs fhir.resources")
    said = fhir_bundle(CHILDREN[child], STATES[status], b"%PDF")
    read = bundles.Bundle.model_validate(said)
    assert len(read.entry) == len(said["entry"]) > 8


def test_an_older_result_is_told_as_far_as_it_goes(result: Result) -> None:
    bundles = pytest.importorskip("fhir.resources.R4B.bundle", reason="needs fhir.resources")
    kept = {name: result()[name] for name in ("visit", "patient", "dose")}
    said = fhir_bundle(kept)
    bundles.Bundle.model_validate(said)
    names = [each["code"]["text"] for each in resources(said, "Observation")]
    assert names == [
        "Bone age",
        "Age at visit",
        "Automatic checks of the image",
        "Radiation dose of all exposures",
    ]


@pytest.mark.parametrize(
    ("changed", "said"),
    [({"dose": {}}, "'exposures' is missing"), ({"visit": {"id": 7, "started": "?"}}, "isoformat")],
)
def test_a_result_of_another_shape_is_refused_in_one_sentence(
    result: Result, changed: dict[str, Any], said: str
) -> None:
    with pytest.raises(ResultUnusable, match=f"cannot be told as FHIR: .*{said}"):
        fhir_bundle(result() | changed)


@pytest.mark.parametrize("child", CHILDREN)
def test_every_reference_leads_to_an_entry_and_no_entry_is_left_alone(child: str) -> None:
    bundle = fhir_bundle(CHILDREN[child])
    report, *others = [entry["fullUrl"] for entry in bundle["entry"]]
    named = {each["reference"] for each in everything_in(bundle) if "reference" in each}
    assert named == set(others) and report not in named
    assert len(set(others)) == len(others)


@pytest.mark.parametrize("child", CHILDREN)
def test_the_report_names_every_observation_and_each_names_the_child(child: str) -> None:
    bundle = fhir_bundle(CHILDREN[child])
    (report,), (patient,) = resources(bundle, "DiagnosticReport"), resources(bundle, "Patient")
    observations = resources(bundle, "Observation")
    assert [each["reference"] for each in report["result"]] == [
        f"urn:uuid:{each['id']}" for each in observations
    ]
    subjects = {each["subject"]["reference"] for each in observations}
    assert subjects == {f"urn:uuid:{patient['id']}"}


@pytest.mark.parametrize("child", CHILDREN)
def test_what_has_a_reason_for_no_value_has_no_value(child: str) -> None:
    refused = [each for each in everything_in(fhir_bundle(CHILDREN[child])) if _is_refused(each)]
    assert not [each for each in refused if any(name.startswith("value") for name in each)]
    assert all(each["dataAbsentReason"]["text"] for each in refused)


@pytest.mark.parametrize("child", CHILDREN)
def test_every_observation_and_component_has_a_value_or_the_reason_for_none(child: str) -> None:
    bundle = fhir_bundle(CHILDREN[child])
    parts = [
        each
        for found in resources(bundle, "Observation")
        for each in [*found.get("component", ()), *([] if _has_parts_only(found) else [found])]
    ]
    assert all(_is_refused(each) or _values(each) == 1 for each in parts)


@pytest.mark.parametrize("child", CHILDREN)
def test_a_vital_sign_has_what_its_profile_asks_for(child: str) -> None:
    # http://hl7.org/fhir/R4/vitalsigns.html: status, category, code, subject, effective to the day.
    signs = [each for each in resources(fhir_bundle(CHILDREN[child]), "Observation") if _sign(each)]
    measured = [name for name in ("height", "weight", "bmi") if _is_measured(child, name)]
    assert len(signs) == len(measured)
    for each in signs:
        assert len(each["effectiveDateTime"]) >= len("2026-09-10") and each["subject"]
        assert each["valueQuantity"]["system"] == "http://unitsofmeasure.org"
        assert each["valueQuantity"]["code"] in ("cm", "kg", "kg/m2")


@pytest.mark.parametrize("child", CHILDREN)
def test_every_unit_is_one_of_ucum(child: str) -> None:
    used = {each["code"] for each in everything_in(fhir_bundle(CHILDREN[child])) if _unit(each)}
    assert used <= UNITS


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("DoseAreaProductTotal", "113722"),
        ("DoseAreaProduct", "122130"),
        ("EffectiveDose", "113839"),
        ("ExposureIndex", "113845"),
        ("TargetExposureIndex", "113846"),
        ("DeviationIndex", "113847"),
    ],
)
def test_the_codes_of_dicom_are_those_of_its_own_table(name: str, code: str) -> None:
    assert getattr(codes.DCM, name).value == code
    result = all_children()["very-much"]
    result["exposures"][0] |= {"dose_area_product_ugy_m2": 0.68}
    assert f'"code": "{code}"' in text_of(fhir_bundle(result))


@pytest.mark.parametrize("sign_off", STATES.values(), ids=list(STATES))
def test_the_same_result_gives_the_same_bytes(sign_off: SignOff) -> None:
    once, again = (fhir_bundle(all_children()["very-much"], sign_off, b"%PDF") for _ in range(2))
    assert text_of(once) == text_of(again)


def test_ids_are_those_of_the_visit_in_every_version() -> None:
    ids = [
        [entry["fullUrl"] for entry in fhir_bundle(CHILDREN["very-much"], sign_off)["entry"]]
        for sign_off in STATES.values()
    ]
    assert ids[0] == ids[1] == ids[2]


@pytest.mark.parametrize("status", STATES)
def test_the_status_follows_the_state(result: Result, status: str) -> None:
    bundle = fhir_bundle(result(), STATES[status])
    states = [*resources(bundle, "DiagnosticReport"), *resources(bundle, "Observation")]
    assert {each["status"] for each in states} == {status}


def test_an_amended_report_says_who_and_why(result: Result) -> None:
    (report,) = resources(fhir_bundle(result(), AMENDED), "DiagnosticReport")
    assert report["resultsInterpreter"] == [{"display": "Dr. Wang (name as typed)"}]
    assert "Wrong &lt;height&gt;." in report["text"]["div"]
    assert report["issued"] == "2026-09-11T12:00:00+00:00"


def test_nobody_but_a_physician_concludes(result: Result) -> None:
    (report,) = resources(fhir_bundle(result(), SIGNED), "DiagnosticReport")
    assert not {"conclusion", "conclusionCode"} & set(report)
    assert "interpretation" not in text_of(fhir_bundle(CHILDREN["very-much"]))


def test_the_pdf_comes_along_whole(result: Result) -> None:
    (report,) = resources(fhir_bundle(result(), pdf=b"%PDF-1.4 a report"), "DiagnosticReport")
    (form,) = report["presentedForm"]
    assert base64.b64decode(form["data"]) == b"%PDF-1.4 a report"
    assert (form["contentType"], form["size"]) == ("application/pdf", 17)


def test_what_a_simulated_device_gave_is_marked_as_test_data(result: Result) -> None:
    simulated = result() | {"device": {"detector_model": "HandPanel 2430 (simulated)"}}
    tags = [entry["resource"]["meta"]["tag"] for entry in fhir_bundle(simulated)["entry"]]
    assert {tag["code"] for (tag,) in tags} == {"HTEST"}
    assert "meta" not in fhir_bundle(result())["entry"][0]["resource"]


def _is_measured(child: str, name: str) -> bool:
    growth = CHILDREN[child]["growth"][name]
    return any(growth.get(unit) is not None for unit in ("cm", "kg", "kg_m2"))


def _unit(each: dict[str, Any]) -> bool:
    return each.get("system") == "http://unitsofmeasure.org"


def _is_refused(each: dict[str, Any]) -> bool:
    return "dataAbsentReason" in each


def _values(each: dict[str, Any]) -> int:
    return sum(name.startswith("value") for name in each)


def _has_parts_only(found: dict[str, Any]) -> bool:
    """An earlier visit is a panel: its figures are its components."""
    return found["code"]["text"] == "Earlier visit" and bool(found["component"])


def _sign(found: dict[str, Any]) -> bool:
    kinds = [coding["code"] for each in found.get("category", ()) for coding in each["coding"]]
    return "vital-signs" in kinds

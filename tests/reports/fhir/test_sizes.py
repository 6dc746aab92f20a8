from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from reports.fhir.bundle import fhir_bundle
from tests.reports.conftest import BOY
from tests.reports.fhir.looking import component, observation, resources, told, value_of

Result = Callable[..., dict[str, Any]]


@pytest.mark.parametrize(
    ("code", "value", "unit"),
    [("8302-2", 130.0, "cm"), ("29463-7", 26.0, "kg"), ("39156-5", 15.385, "kg/m2")],
)
def test_sizes_have_their_codes_and_units(
    result: Result, code: str, value: float, unit: str
) -> None:
    assert value_of(observation(fhir_bundle(result()), code)) == (value, unit)


def test_every_score_names_its_reference(result: Result) -> None:
    said = result()
    height = observation(fhir_bundle(said), "8302-2")
    for reference, title in said["growth"]["references"].items():
        sds = component(height, f"{title}: SDS")["valueQuantity"]["value"]
        assert sds == pytest.approx(said["growth"]["height"][reference]["sds"], abs=0.0006)


def test_the_reference_of_the_site_stands_first(result: Result) -> None:
    said = result()
    said["growth"]["headline"] = "china"
    first, *_ = observation(fhir_bundle(said), "8302-2")["component"]
    assert first["code"]["text"].startswith("Body height, China")


def test_what_a_reference_refuses_has_its_reason(result: Result) -> None:
    said = result()
    said["growth"]["height"]["cdc"] = {"sds": None, "centile": None, "reason": "Too young."}
    title = said["growth"]["references"]["cdc"]
    found = component(observation(fhir_bundle(said), "8302-2"), f"{title}: SDS")
    assert found["dataAbsentReason"]["text"] == "Too young." and "valueQuantity" not in found


def test_what_was_not_measured_is_no_observation(result: Result) -> None:
    bundle = fhir_bundle(result(replace(BOY, height_cm=None, weight_kg=None)))
    codes = [code["code"] for each in _codings(bundle) for code in each]
    assert "37362-1" in codes and not {"8302-2", "29463-7", "39156-5"} & set(codes)


def _codings(bundle: dict[str, Any]) -> list[list[dict[str, str]]]:
    return [each["code"].get("coding", []) for each in resources(bundle, "Observation")]


def test_what_is_to_be_known_of_a_reference_names_it_and_stands_at_scores_only(
    result: Result,
) -> None:
    bundle = fhir_bundle(result())
    noted = [each for each in resources(bundle, "Observation") if "L and S of" in str(each)]
    assert [each["code"]["text"] for each in noted] == [
        "Body height",
        "Body weight",
        "Body mass index",
    ]
    for each in noted:
        assert any(said.startswith("China (Zong & Li 2013): L and S") for said in told(each))

from typing import Any

import pytest

from reports.fhir.bundle import fhir_bundle
from tests.reports.children import five_children, with_a_sheet
from tests.reports.fhir.looking import (
    all_children,
    component,
    observation,
    range_of,
    resources,
    told,
    value_of,
)

CHILDREN = all_children()


def predicted(result: dict[str, Any]) -> list[dict[str, Any]]:
    named = "Adult height, predicted"
    every = resources(fhir_bundle(result), "Observation")
    return [each for each in every if each["code"]["text"] == named]


@pytest.mark.parametrize("child", CHILDREN)
def test_every_method_is_there_and_none_without_its_interval(child: str) -> None:
    said, found = CHILDREN[child]["growth"].get("adult_height", ()), predicted(CHILDREN[child])
    assert len(found) == len(said)
    for record, each in zip(said, found, strict=True):
        assert each["method"]["text"].startswith(record["method"])
        assert ("valueQuantity" in each) == (record["cm"] is not None)
        assert "valueQuantity" not in each or component(each, "Interval")["valueRange"]


def test_a_prediction_has_its_group_formula_doubts_and_what_its_interval_is() -> None:
    said = five_children()["delayed-boy"]["growth"]["adult_height"][0]
    found, _ = predicted(five_children()["delayed-boy"])
    assert found["method"]["text"] == "Bayley-Pinneau 1952, retarded maturity"
    assert value_of(found) == (168.445, "cm")
    assert range_of(component(found, "Interval")) == (162.364, 176.002)
    interval, formula = f"Interval: {said['interval']}", f"Formula: {said['formula']}"
    assert told(found) == [interval, *said["doubts"], formula]


def test_a_refused_prediction_has_its_reason_and_no_number() -> None:
    _, found = predicted(five_children()["delayed-boy"])
    assert "RUS bone ages" in found["dataAbsentReason"]["text"]
    assert not {"valueQuantity", "component"} & set(found)


def test_a_target_height_has_method_range_and_both_parents() -> None:
    found = observation(fhir_bundle(five_children()["delayed-boy"]), "Target height, Tanner")
    assert value_of(found) == (170.5, "cm")
    assert range_of(component(found, "Interval")) == (162.0, 179.0)
    assert value_of(component(found, "Mother")) == (158.0, "cm")
    assert found["method"]["text"].startswith("Tanner 1970")


def test_without_a_parent_the_target_height_says_why() -> None:
    found = observation(fhir_bundle(CHILDREN["no-longer-corrected"]), "Target height")
    assert found["dataAbsentReason"]["text"] and "valueQuantity" not in found


def test_what_the_scatter_of_ratings_moves_is_called_so() -> None:
    by_table, by_equation = predicted(with_a_sheet())
    assert component(by_table, "Range by the interval of the bone age alone")["valueRange"]
    assert component(by_equation, "Range by the scatter of ratings by eye alone")["valueRange"]

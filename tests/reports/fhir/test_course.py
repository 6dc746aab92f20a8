from typing import Any

import pytest

from reports.fhir.bundle import fhir_bundle
from tests.reports.children import five_children
from tests.reports.fhir.looking import component, observation, range_of, resources, told, value_of

GIRL = "precocious-girl"


@pytest.fixture
def girl() -> dict[str, Any]:
    return five_children()[GIRL]


def test_the_velocity_has_its_period_its_unit_and_its_error(girl: dict[str, Any]) -> None:
    found = observation(fhir_bundle(girl), "Height velocity")
    assert value_of(found) == (7.405, "cm/a")
    assert found["effectivePeriod"] == {"start": "2025-09-10", "end": "2026-09-10"}
    assert "effectiveDateTime" not in found
    assert value_of(component(found, "error of measuring")) == (0.832, "cm/a")


def test_the_change_of_sds_is_told_of_each_reference(girl: dict[str, Any]) -> None:
    bundle, changes = fhir_bundle(girl), girl["growth"]["follow_up"]["sds_change"]
    for reference, title in girl["growth"]["references"].items():
        found = observation(bundle, f"Change of height SDS, {title}")
        expected = pytest.approx(changes[reference]["change"], abs=0.0006)
        assert (found["valueQuantity"]["value"], found["valueQuantity"]["code"]) == (
            expected,
            "{SD}",
        )
        error = value_of(component(found, "error of measuring"))
        assert error == (pytest.approx(changes[reference]["error_sds"], abs=0.0006), "{SD}")


def test_the_progress_of_bone_age_stands_beside_the_least_that_can_be_told(
    girl: dict[str, Any],
) -> None:
    found = observation(fhir_bundle(girl), "Bone age progress")
    assert value_of(found) == (1.468, "a/a")
    assert value_of(component(found, "Change of bone age")) == (17.6, "mo")
    assert value_of(component(found, "Smallest detectable")) == (6.32, "mo")
    assert component(found, "Change exceeds")["valueBoolean"] is True
    assert found["effectivePeriod"]["start"] == "2025-09-10"
    assert any("BoneXpert" in note for note in told(found))


def test_unlike_methods_are_not_judged(girl: dict[str, Any]) -> None:
    progress = girl["growth"]["follow_up"]["bone_age_progress"]
    progress |= {"exceeds": None, "smallest_detectable_months": None, "range_years_per_year": None}
    found = observation(fhir_bundle(girl), "Bone age progress")
    assert "like with like" in component(found, "Change exceeds")["dataAbsentReason"]["text"]
    assert not [each for each in found["component"] if "Smallest" in each["code"]["text"][:8]]


def test_a_refused_change_has_its_reason_and_no_number() -> None:
    found = observation(fhir_bundle(five_children()["delayed-boy"]), "Bone age progress")
    assert found["dataAbsentReason"]["text"].startswith("No bone age was read")
    assert not {"valueQuantity", "component", "effectivePeriod"} & set(found)


def test_an_earlier_visit_is_told_at_its_day_and_is_no_vital_sign(girl: dict[str, Any]) -> None:
    every = resources(fhir_bundle(girl), "Observation")
    earlier = [each for each in every if each["code"]["text"] == "Earlier visit"]
    assert [each["effectiveDateTime"] for each in earlier] == ["2024-03-10", "2025-09-10"]
    _, last = earlier
    assert value_of(component(last, "Bone age (Greulich")) == (104.0, "mo")
    assert range_of(component(last, "Bone age: interval")) == (93.0, 115.0)
    assert all("category" not in each and "coding" not in each["code"] for each in earlier)

from collections.abc import Callable
from typing import Any

import pytest

from reports.fhir.bundle import fhir_bundle
from reports.wording import ENGLISH
from tests.reports.children import with_a_sheet
from tests.reports.fhir.looking import (
    component,
    observation,
    range_of,
    told,
    value_of,
    with_everything,
)

Result = Callable[..., dict[str, Any]]


def test_the_bone_age_has_its_unit_and_its_interval(result: Result) -> None:
    found = observation(fhir_bundle(result()), "37362-1")
    assert found["valueQuantity"] == {
        "value": 104.4,
        "unit": "months",
        "system": "http://unitsofmeasure.org",
        "code": "mo",
    }
    assert range_of(component(found, "90 % interval")) == (93.4, 115.4)


def test_a_refused_reading_has_its_reason_and_no_figure(result: Result) -> None:
    found = observation(fhir_bundle(result(bone_age_months=None, reasons=("No hand.",))), "37362-1")
    assert found["dataAbsentReason"]["text"] == "No hand."
    assert not {"valueQuantity", "component", "note"} & set(found)


def test_a_result_without_a_reading_says_so(result: Result) -> None:
    found = observation(fhir_bundle(result() | {"reading": None}), "37362-1")
    assert found["dataAbsentReason"]["text"] == "This result holds no reading."


def test_both_conventions_are_told_apart(result: Result) -> None:
    found = observation(fhir_bundle(result()), "37362-1")
    assert component(found, "By months, limit 12 months")["valueString"].startswith("within")
    assert component(found, "By SDS, limit 2 SD")["valueString"].startswith("within")


def test_parts_of_the_hand_and_doubts_stand_at_the_figure() -> None:
    found = observation(fhir_bundle(with_everything()), "37362-1")
    assert value_of(component(found, "Bone age, Carpal bones")) == (127.5, "mo")
    assert value_of(component(found, "Spread of the nets")) == (15.0, "mo")
    assert any("doubtful" in note for note in told(found))


def test_what_was_read_without_the_local_calibration_is_told() -> None:
    said = with_everything()
    applied = said["reading"]["local_calibration"]
    found = observation(fhir_bundle(said), "37362-1")
    without = [each for each in found["component"] if "without the local" in each["code"]["text"]]
    assert value_of(without[0]) == (applied["uncorrected_months"], "mo")
    assert list(range_of(without[1])) == applied["uncorrected_interval_months"]
    assert any("local calibration of" in note for note in told(found))


@pytest.mark.parametrize("reasons", [(), ("No hand.",)])
def test_an_image_that_nobody_reviewed_is_called_so_at_its_bone_age(
    result: Result, reasons: tuple[str, ...]
) -> None:
    said = result(bone_age_months=None if reasons else 104.4, reasons=reasons)
    said["visit"]["review"] = "not reviewed"
    assert ENGLISH.not_reviewed in told(observation(fhir_bundle(said), "37362-1"))


def test_what_is_known_of_parts_on_one_side_of_the_whole_stands_at_the_figure() -> None:
    found = observation(fhir_bundle(with_a_sheet()), "37362-1")
    assert ENGLISH.regions_below in told(found)

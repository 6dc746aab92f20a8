from collections.abc import Callable
from typing import Any

import pytest

from reports.fhir.bundle import fhir_bundle
from tests.reports.fhir.looking import (
    component,
    observation,
    resources,
    told,
    value_of,
    with_everything,
)

Result = Callable[..., dict[str, Any]]


def test_all_exposures_together_have_kerma_area_product_and_effective_dose() -> None:
    found = observation(fhir_bundle(with_everything()), "73569-6")
    assert component(found, "Exposures with X-rays")["valueInteger"] == 4
    assert value_of(component(found, "Entrance air kerma")) == (38.0, "uGy")
    assert value_of(component(found, "Dose area product")) == (2.736, "uGy.m2")
    assert value_of(component(found, "Effective dose")) == (0.16, "uSv")


def test_the_effective_dose_comes_with_its_source_and_its_doubt() -> None:
    (said,) = [
        note
        for note in told(observation(fhir_bundle(with_everything()), "73569-6"))
        if note.startswith("Effective dose")
    ]
    assert "wrong by a factor of 3" in said and "coefficient of a forearm" in said


def test_an_older_result_without_an_effective_dose_says_so(result: Result) -> None:
    found = component(observation(fhir_bundle(result()), "73569-6"), "Effective dose")
    assert found["dataAbsentReason"]["text"] == "No effective dose is given."


def test_a_small_effective_dose_is_not_rounded_away(result: Result) -> None:
    said = result()
    said["dose"] |= {
        "effective_dose_total_usv": 0.00042,
        "effective_dose_usv_per_ugy": 0.0042,
        "effective_dose_factor": 3.0,
    }
    found = component(observation(fhir_bundle(said), "73569-6"), "Effective dose")
    assert value_of(found) == (0.00042, "uSv")


def test_every_exposure_is_told_with_its_technique_its_time_and_its_outcome() -> None:
    every = resources(fhir_bundle(with_everything()), "Observation")
    exposures = [each for each in every if each["code"]["text"].startswith("X-ray exposure")]
    assert len(exposures) == 4
    first = exposures[0]
    assert first["valueString"] == "rejected: the child moved its hand in the exposure"
    assert first["effectiveDateTime"] == "2026-09-10T09:05:31+08:00"
    values = [value_of(each) for each in first["component"]]
    assert values == [
        (50.0, "kV"),
        (25.1, "mA"),
        (12.0, "ms"),
        (0.301, "mA.s"),
        (9.5, "uGy"),
    ]


@pytest.mark.parametrize("at", ["2026-09-10T09:05:31", "2026-09-10"])
def test_a_time_without_its_zone_is_told_as_a_day(result: Result, at: str) -> None:
    said = result()
    said["exposures"][0] = said["exposures"][0] | {"at": at}
    assert observation(fhir_bundle(said), "X-ray exposure 1")["effectiveDateTime"] == "2026-09-10"

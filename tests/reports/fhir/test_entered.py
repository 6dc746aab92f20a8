from typing import Any

from reports.fhir.bundle import fhir_bundle
from tests.reports.children import five_children
from tests.reports.fhir.looking import observation, resources, told, value_of


def bundle_of(child: str) -> dict[str, Any]:
    return fhir_bundle(five_children()[child])


def test_the_age_is_told_in_years() -> None:
    assert value_of(observation(bundle_of("delayed-boy"), "30525-0")) == (12.668, "a")


def test_a_child_born_early_has_its_gestation_and_its_corrected_age() -> None:
    bundle = bundle_of("two-year-old")
    gestation = observation(bundle, "76516-4")
    assert (value_of(gestation), told(gestation)) == ((221, "d"), ["31+4 weeks and days."])
    assert value_of(observation(bundle, "Corrected age, used for sizes")) == (19.318, "mo")


def test_puberty_and_treatment_are_told_as_entered_by_nobody_known() -> None:
    bundle = bundle_of("near-adult-height")
    stage, menarche, treatment = (
        observation(bundle, name) for name in ("Tanner stage", "Age at menarche", "Treatment")
    )
    assert (stage["valueInteger"], value_of(menarche)) == (5, (12.5, "a"))
    assert treatment["valueString"] == "levothyroxine 50 µg a day since 2024"
    for each in (stage, menarche, treatment):
        assert each["method"]["text"] == "as entered"
        assert each["performer"][0]["display"].startswith("not recorded")


def test_menarche_that_has_not_been_is_told_and_what_nobody_told_is_not() -> None:
    assert observation(bundle_of("precocious-girl"), "Menarche reached")["valueBoolean"] is False
    names = [each["code"]["text"] for each in resources(bundle_of("refused"), "Observation")]
    assert not {"Tanner stage", "Menarche reached", "Age at menarche", "Treatment"} & set(names)


def test_the_next_visit_is_a_suggestion_with_its_rule() -> None:
    found = observation(bundle_of("delayed-boy"), "Next visit, suggested by a rule of the site")
    assert found["valueDateTime"] == "2027-03-10"
    assert told(found)[0].endswith("a physician decides.")

from collections.abc import Callable
from typing import Any

from reports.fhir.bundle import fhir_bundle
from tests.reports.fhir.looking import component, observation, resources, told, with_everything

Result = Callable[..., dict[str, Any]]
NAME = "Automatic checks of the image"


def test_the_indices_have_the_codes_of_dicom(result: Result) -> None:
    found = observation(fhir_bundle(result()), NAME)
    coded = {
        each["code"]["coding"][0]["code"]: each["valueQuantity"]["value"]
        for each in found["component"]
        if "coding" in each["code"]
    }
    assert coded == {"113845": 233.5, "113846": 250.0, "113847": -0.3}


def test_every_finding_is_told_with_how_serious_it_is() -> None:
    said = with_everything()
    found = observation(fhir_bundle(said), NAME)
    for finding in said["findings"]:
        one = component(found, finding["code"])
        assert one["code"]["text"].lower().startswith(finding["severity"])
        assert one["valueString"].startswith(finding["code"])


def test_an_image_accepted_against_advice_says_so_and_what_the_checks_do_not_look_for() -> None:
    notes = " ".join(told(observation(fhir_bundle(with_everything()), NAME)))
    assert "accepted all the same by: Dr. Chen" in notes
    assert "Nothing here looked for injury, illness or dysplasia." in notes


def test_the_detector_is_what_the_image_is_of(result: Result) -> None:
    bundle = fhir_bundle(result())
    software, detector = resources(bundle, "Device")
    assert "9f2c" * 16 in [each["value"] for each in software["identifier"]]
    assert (detector["serialNumber"], detector["type"]["text"]) == ("BAS-3", "X-ray detector")
    device = observation(bundle, NAME)["device"]
    assert device == {"reference": f"urn:uuid:{detector['id']}"}


def test_the_generator_is_what_exposed_where_it_is_known(result: Result) -> None:
    bundle = fhir_bundle(with_everything())
    *_, generator = resources(bundle, "Device")
    assert (generator["serialNumber"], generator["type"]["text"]) == ("G-1", "X-ray generator")
    exposed = observation(bundle, "X-ray exposure 1")
    assert exposed["device"] == {"reference": f"urn:uuid:{generator['id']}"}
    assert "device" not in observation(fhir_bundle(result()), "X-ray exposure 1")

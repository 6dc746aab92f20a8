from typing import Any

from reports.fhir.bundle import fhir_bundle
from tests.reports.fhir.looking import component, observation, told, value_of, with_everything
from tests.reports.test_scoring_part import FULL

NAME = "Bone age of a scoring sheet"


def of(record: dict[str, Any]) -> dict[str, Any]:
    said = with_everything()
    said["growth"]["scoring"] = record
    return observation(fhir_bundle(said), NAME)


def test_a_sheet_has_its_score_its_age_every_stage_and_its_doubts() -> None:
    said = with_everything()["growth"]["scoring"]
    found = of(said)
    assert value_of(found) == (round(said["bone_age_months"], 3), "mo")
    assert component(found, "Score")["valueInteger"] == said["score"]
    assert len(found["component"]) == 14
    assert any(note.startswith("Doubtful: ") for note in told(found))
    assert "no interval is known" in told(found)[-1]


def test_a_sheet_without_a_bone_age_says_why() -> None:
    found = of(FULL)
    assert found["dataAbsentReason"]["text"].startswith("All bones are in their last stage")
    assert "valueQuantity" not in found


def test_no_sheet_is_no_observation() -> None:
    said = with_everything()
    said["growth"]["scoring"] = None
    names = [entry["resource"].get("code", {}).get("text") for entry in fhir_bundle(said)["entry"]]
    assert NAME not in names

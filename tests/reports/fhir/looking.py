"""Ways to look into a Bundle, and the results of whose Bundles tests ask."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bone_age.reading import Sex
from growth.scoring import Sheet, bones_of, score_sheet, scoring_record
from reports.sign_off_part import SignOff, SignOffEvent, SignOffState
from tests.reports.children import five_children, no_longer_corrected, with_very_much_to_say
from tests.reports.conftest import BOY, result_of
from tests.reports.test_calibration_part import APPLIED

_NOON = datetime(2026, 9, 11, 12, 0, tzinfo=UTC)
_BY_CHEN = SignOffEvent(_NOON, SignOffState.SIGNED, 1, "Dr. Chen")
_BY_WANG = SignOffEvent(_NOON, SignOffState.AMENDED, 2, "Dr. Wang", "Wrong <height>.", replaces=1)
DRAFT = SignOff("visit-7")
SIGNED = SignOff("visit-7", 1, SignOffState.SIGNED, (_BY_CHEN,))
AMENDED = SignOff("visit-7", 2, SignOffState.AMENDED, (_BY_CHEN, _BY_WANG))


def all_children() -> dict[str, dict[str, Any]]:
    """Return the five children, one no longer corrected, one unmeasured, and one with it all."""
    return five_children() | {
        "nothing-measured": result_of(replace(BOY, height_cm=None, weight_kg=None)),
        "no-longer-corrected": no_longer_corrected(),
        "very-much": with_everything(),
    }


def with_everything() -> dict[str, Any]:
    """Return a result with a sheet, a local calibration and a generator, too."""
    result = with_very_much_to_say("Li Wei 李伟")
    stages = dict.fromkeys(bones_of(Sheet.RUS_CHN), "9")
    scored = score_sheet(Sheet.RUS_CHN, Sex.FEMALE, stages)
    result["growth"]["scoring"] = scoring_record(scored)
    result["reading"]["local_calibration"] = APPLIED
    result["device"] |= {"generator_model": "uX", "generator_serial": "G-1"}
    return result


def resources(bundle: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    all_of_it = [entry["resource"] for entry in bundle["entry"]]
    return [resource for resource in all_of_it if resource["resourceType"] == kind]


def observation(bundle: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the only Observation of this code or text."""
    (found,) = [each for each in resources(bundle, "Observation") if name in _names(each["code"])]
    return found


def component(found: dict[str, Any], text: str) -> dict[str, Any]:
    (one,) = [each for each in found["component"] if text in each["code"]["text"]]
    return one


def value_of(found: dict[str, Any]) -> tuple[float, str]:
    """Return the figure and its unit in UCUM."""
    return found["valueQuantity"]["value"], found["valueQuantity"]["code"]


def range_of(found: dict[str, Any]) -> tuple[float, float]:
    return found["valueRange"]["low"]["value"], found["valueRange"]["high"]["value"]


def told(found: dict[str, Any]) -> list[str]:
    return [note["text"] for note in found.get("note", ())]


def everything_in(tree: Any) -> Iterator[dict[str, Any]]:
    """Yield every object of a tree of plain data."""
    if isinstance(tree, dict):
        yield tree
        tree = list(tree.values())
    if isinstance(tree, list):
        for branch in tree:
            yield from everything_in(branch)


def text_of(bundle: dict[str, Any]) -> str:
    return json.dumps(bundle, ensure_ascii=False)


def _names(code: dict[str, Any]) -> list[str]:
    return [code["text"], *(coding["code"] for coding in code.get("coding", ()))]

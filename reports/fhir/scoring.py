"""A scoring sheet: the stages as a physician entered them, the score, its bone age, doubts."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from growth.scoring import FULL_SCORE, WHOSE_AGES
from reports.fhir.devices import SOFTWARE
from reports.fhir.values import Resource, absent, component, named, notes, quantity
from reports.wording import ENGLISH

_BONE_AGE: Final = "Bone age of a scoring sheet"
_SCORE: Final = f"Score, of {FULL_SCORE} points"
_BY_AGES: Final = "{sheet}, by the ages of {whose}"
_NO_INTERVAL: Final = (
    "Of another kind than a reading of the picture, and no interval is known for it."
)


def scoring(result: Mapping[str, Any]) -> dict[str, Resource]:
    """Return the sheet that was filled in; one without a bone age says why."""
    said = (result.get("growth") or {}).get("scoring")
    if not said:
        return {}
    doubts = [ENGLISH.scoring_doubtful.format(doubt=doubt) for doubt in said.get("doubts", ())]
    return {
        "scoring": {
            "code": named(_BONE_AGE),
            "device": SOFTWARE,
            "performer": [{"display": "stages as a person entered them"}],
            **_age(said),
            "note": notes([*doubts, _NO_INTERVAL]),
            "component": [component(_SCORE, {"valueInteger": said["score"]}), *_stages(said)],
        }
    }


def _age(said: Mapping[str, Any]) -> Resource:
    months = said["bone_age_months"]
    if months is None:
        reason = said.get("reason") or ENGLISH.not_recorded
        absence = absent("not-performed", reason)
        return {"method": {"text": said["sheet"]}, "dataAbsentReason": absence}
    method = _BY_AGES.format(sheet=said["sheet"], whose=WHOSE_AGES)
    return {"method": {"text": method}, "valueQuantity": quantity(months, "months", "mo")}


def _stages(said: Mapping[str, Any]) -> Iterator[Resource]:
    for bone, stage in said["stages"].items():
        told = ENGLISH.scoring_stage.format(stage=stage, points=said["points"][bone])
        yield component(ENGLISH.bones.get(bone, bone), {"valueString": told})

"""Target height and predicted adult heights: every method its own Observation with its interval."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from reports.fhir.devices import SOFTWARE
from reports.fhir.values import Resource, absent, component, named, notes, quantity, span
from reports.wording import ENGLISH

_PREDICTED: Final = "Adult height, predicted"
_INTERVAL: Final = "Interval"
_BY_BONE_AGE: Final = {
    "interval": "Range by the interval of the bone age alone",
    "ratings": "Range by the scatter of ratings by eye alone",
}
_PARENTS: Final = {"mother_cm": "Mother's height", "father_cm": "Father's height"}


def adult_heights(result: Mapping[str, Any]) -> dict[str, Resource]:
    """Return target heights and predictions, none of them the answer; refused ones say why."""
    growth = result.get("growth") or {}
    predicted = growth.get("adult_height") or ()
    return dict(_targets(growth, result["patient"])) | {
        f"adult-height-{number}": _predicted(said) for number, said in enumerate(predicted, 1)
    }


def _targets(
    growth: Mapping[str, Any], patient: Mapping[str, Any]
) -> Iterator[tuple[str, Resource]]:
    target = growth.get("target_height")
    if target is None:
        return
    if target["tanner_cm"] is None:
        yield "target-height", _refused(ENGLISH.target, None, target)
        return
    for name, label in (("tanner", ENGLISH.target_tanner), ("luo", ENGLISH.target_luo)):
        if target.get(f"{name}_cm") is not None:
            yield f"target-height-{name}", _target(name, label, target, patient)


def _target(
    name: str, label: str, target: Mapping[str, Any], patient: Mapping[str, Any]
) -> Resource:
    bounds = span(target[f"{name}_range_cm"], "cm", "cm")
    interval = target.get(f"{name}_interval") or ENGLISH.no_height_interval
    return {
        "code": named(label),
        "device": SOFTWARE,
        "method": {"text": target.get(f"{name}_method") or label},
        "valueQuantity": quantity(target[f"{name}_cm"], "cm", "cm"),
        "note": notes([f"{_INTERVAL}: {interval}", _formula(patient)]),
        "component": [component(_INTERVAL, {"valueRange": bounds}), *_parents(patient)],
    }


def _formula(patient: Mapping[str, Any]) -> str:
    sex = patient["sex"]
    return ENGLISH.target_formulas.format(
        sign=ENGLISH.tanner_signs[sex], luo=ENGLISH.luo_formulas[sex]
    )


def _parents(patient: Mapping[str, Any]) -> Iterator[Resource]:
    for name, label in _PARENTS.items():
        if patient.get(name):
            yield component(label, {"valueQuantity": quantity(patient[name], "cm", "cm")})


def _predicted(said: Mapping[str, Any]) -> Resource:
    method, group = said["method"], said.get("group")
    if group:
        told = ENGLISH.maturity_groups.get(group, group)
        method = ENGLISH.height_method_group.format(method=method, group=told)
    if said.get("cm") is None:
        return _refused(_PREDICTED, method, said)
    formula = f"Formula: {said['formula']}" if said.get("formula") else ""
    interval = f"{_INTERVAL}: {said.get('interval') or ENGLISH.no_height_interval}"
    return {
        "code": named(_PREDICTED),
        "device": SOFTWARE,
        "method": {"text": method},
        "valueQuantity": quantity(said["cm"], "cm", "cm"),
        "note": notes([interval, *said.get("doubts", ()), formula]),
        "component": list(_ranges(said)),
    }


def _ranges(said: Mapping[str, Any]) -> Iterator[Resource]:
    bounds = span((said["low_cm"], said["high_cm"]), "cm", "cm")
    yield component(_INTERVAL, {"valueRange": bounds})
    if said.get("bone_age_part_cm"):
        part = span(said["bone_age_part_cm"], "cm", "cm")
        name = _BY_BONE_AGE[said.get("bone_age_part_of", "interval")]
        yield component(name, {"valueRange": part})


def _refused(text: str, method: str | None, said: Mapping[str, Any]) -> Resource:
    reason = said.get("reason") or ENGLISH.not_recorded
    return {
        "code": named(text),
        "device": SOFTWARE,
        "method": {"text": method} if method else None,
        "dataAbsentReason": absent("not-performed", reason),
    }

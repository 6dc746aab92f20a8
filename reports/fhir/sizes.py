"""Height, weight and BMI as vital signs, with their scores against every reference."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from reports.fhir.values import Resource, absent, category, component, loinc, notes, quantity
from reports.growth_part import in_order
from reports.wording import ENGLISH

# By the names of a result: LOINC code, text, UCUM unit, where the size stands.
# https://hl7.org/fhir/R4/observation-vitalsigns.html: the codes and units of height, weight, BMI.
_SIZES: Final = {
    "height": ("8302-2", "Body height", "cm", "cm"),
    "weight": ("29463-7", "Body weight", "kg", "kg"),
    "bmi": ("39156-5", "Body mass index", "kg/m2", "kg_m2"),
}


def sizes(result: Mapping[str, Any]) -> dict[str, Resource]:
    """Return the sizes that were measured."""
    growth = result.get("growth") or {}
    return {name: _size(name, growth) for name in _SIZES if _size_of(name, growth) is not None}


def _size_of(name: str, growth: Mapping[str, Any]) -> float | None:
    size: float | None = (growth.get(name) or {}).get(_SIZES[name][3])
    return size


def _size(name: str, growth: Mapping[str, Any]) -> Resource:
    code, text, unit, _ = _SIZES[name]
    position = growth.get("position") if name == "height" else None
    titles = growth.get("references") or {}
    return {
        "category": category("vital-signs", "Vital signs"),
        "code": loinc((code,), text),
        "valueQuantity": quantity(_size_of(name, growth) or 0.0, unit, unit),
        "method": {"text": ENGLISH.positions[position]} if position else None,
        "note": notes([*growth.get("remarks", ()), *_on_references(growth)]),
        "component": [
            scored
            for reference in in_order(growth)
            if reference.value in growth[name]
            for scored in _score(
                f"{text}, {titles.get(reference.value, reference.value)}",
                growth[name][reference.value],
            )
        ],
    }


def _on_references(growth: Mapping[str, Any]) -> list[str]:
    """Return what a reader of the scores must know of a reference, which is named."""
    titles = growth.get("references") or {}
    noted = growth.get("reference_notes") or {}
    return [f"{titles.get(name, name)}: {note}" for name, note in noted.items()]


def _score(of: str, score: Mapping[str, Any]) -> Iterator[Resource]:
    """Return SD score and centile, or why there is neither."""
    if score.get("sds") is None:
        reason = score.get("reason") or ENGLISH.unknown
        yield component(f"{of}: SDS", {"dataAbsentReason": absent("unsupported", reason)})
        return
    sds, centile = score["sds"], score.get("centile")
    yield component(f"{of}: SDS", {"valueQuantity": quantity(sds, "SD", "{SD}")})
    if centile is not None:
        value = quantity(centile, "centile", "{centile}")
        yield component(f"{of}: centile", {"valueQuantity": value})

"""What the report says of growth: sizes and their scores against every reference."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from growth.assess import PLAUSIBLE_SIZE
from growth.references import Reference
from reports.figures import centile, signed
from reports.wording import Wording

_UNIT_KEYS = {"height": "cm", "weight": "kg", "bmi": "kg_m2"}
# What charts and tables are laid out for: the limits of what may be entered, and their BMI.
_LARGEST: Final = {
    "height": PLAUSIBLE_SIZE["height_cm"][1],
    "weight": PLAUSIBLE_SIZE["weight_kg"][1],
    "bmi": 3500.0,
}


@dataclass(frozen=True, slots=True)
class GrowthRow:
    """A measure, its size, and its score against every reference, in the order of `Reference`."""

    measure: str
    size: str
    scores: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GrowthPart:
    """Growth as printed; `order` says which of a row's scores to print first, second and third.

    The first is of the reference that the site has chosen. `notes` are about the references.
    """

    order: tuple[Reference, ...]
    rows: tuple[GrowthRow, ...]
    remarks: tuple[str, ...]
    notes: tuple[str, ...] = ()


def growth_part(growth: Mapping[str, Any], words: Wording) -> GrowthPart:
    """Return the part for a result's "growth", empty where nothing was assessed."""
    if not growth:
        return GrowthPart((), (), (words.no_growth,))
    rows = _rows(growth, words)
    return GrowthPart(
        order=in_order(growth),
        rows=rows,
        remarks=_remarks(growth, words),
        notes=_notes(growth, words) if rows else (),
    )


def _notes(growth: Mapping[str, Any], words: Wording) -> tuple[str, ...]:
    told = growth.get("reference_notes", {})
    return tuple(
        words.entered_fact.format(what=words.reference_names[name], value=note)
        for name, note in told.items()
    )


def in_order(growth: Mapping[str, Any]) -> tuple[Reference, ...]:
    """Return the references, the one first that the site has chosen; older results chose none."""
    headline = Reference(growth.get("headline", Reference.WHO.value))
    return (headline, *(each for each in Reference if each is not headline))


def _rows(growth: Mapping[str, Any], words: Wording) -> tuple[GrowthRow, ...]:
    measured = [name for name in words.measures if growth[name][_UNIT_KEYS[name]] is not None]
    return tuple(_row(name, growth[name], words) for name in measured)


def _row(name: str, measure: Mapping[str, Any], words: Wording) -> GrowthRow:
    measured = measure[_UNIT_KEYS[name]]
    if not 0 < measured <= _LARGEST[name]:
        raise ValueError(f"{name} is {measured:g}, which no child has")
    size = f"{measured:.1f} {words.units[name]}"
    scores = tuple(_score(measure[reference.value], words) for reference in Reference)
    return GrowthRow(words.measures[name], size, scores)


def _score(score: Mapping[str, Any], words: Wording) -> str:
    if score["sds"] is None:
        return words.no_score
    return words.score.format(sds=signed(score["sds"], 2), centile=centile(score["centile"]))


def _remarks(growth: Mapping[str, Any], words: Wording) -> tuple[str, ...]:
    """Return why figures are missing from the table, each reason once, and what else to know."""
    where: dict[tuple[str, str], list[str]] = {}
    missing = []
    for name, label in words.measures.items():
        if growth[name][_UNIT_KEYS[name]] is None:
            missing.append(words.measures_inside[name])
            continue
        for reference in Reference:
            score = growth[name][reference.value]
            if score["sds"] is None:
                reference_name = words.reference_names[reference.value]
                where.setdefault((label, score["reason"]), []).append(reference_name)
    refused = [
        words.score_refused.format(
            measure=label, references=words.between_members.join(names), reason=reason
        )
        for (label, reason), names in where.items()
    ]
    absent = (
        [words.not_measured.format(measures=words.between_members.join(missing))] if missing else []
    )
    return (*absent, *refused, *growth.get("remarks", ()))

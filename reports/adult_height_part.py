"""What the report says of adult height: target and predictions, each with method and interval."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reports.wording import Wording


@dataclass(frozen=True, slots=True)
class HeightBar:
    """An adult height with its interval, in cm, for the drawing of it."""

    low_cm: float
    cm: float
    high_cm: float


@dataclass(frozen=True, slots=True)
class AdultHeightLine:
    """One way to an adult height: its figure, and what that means or why there is none.

    `bar` is None where it was refused.
    """

    method: str
    figure: str
    meaning: str
    bar: HeightBar | None


@dataclass(frozen=True, slots=True)
class AdultHeightPart:
    """Every adult height, none of them the answer; `formulas` say how each was made."""

    lines: tuple[AdultHeightLine, ...]
    formulas: tuple[str, ...]


def adult_height_part(
    growth: Mapping[str, Any], patient: Mapping[str, Any], words: Wording
) -> AdultHeightPart:
    """Return the part for a result's "growth"; older results hold no predictions."""
    if not growth:
        return AdultHeightPart((), ())
    target, predicted = growth["target_height"], growth.get("adult_height") or ()
    lines = (*_target(target, patient, words), *(_predicted(each, words) for each in predicted))
    formulas = (*_target_formulas(target, patient, words), *_formulas(predicted, words))
    return AdultHeightPart(lines, formulas)


def _target(
    target: Mapping[str, Any], patient: Mapping[str, Any], words: Wording
) -> tuple[AdultHeightLine, ...]:
    if target["tanner_cm"] is None:
        reason = target.get("reason", words.not_recorded)
        return (AdultHeightLine(words.target, words.height_refused, reason, None),)
    mother, father = (
        words.centimetres.format(cm=patient[f"{parent}_cm"])
        if patient.get(f"{parent}_cm")
        else words.unknown
        for parent in ("mother", "father")
    )
    parents = words.parents.format(mother=mother, father=father)
    named = (("tanner", words.target_tanner, parents), ("luo", words.target_luo, ""))
    return tuple(
        AdultHeightLine(label, _figure(bar, words), _range_of(target, name, first, words), bar)
        for name, label, first in named
        if (bar := _target_bar(target, name)) is not None
    )


def _range_of(target: Mapping[str, Any], name: str, parents: str, words: Wording) -> str:
    """Return what the range around the target is, behind the parents' heights, told once."""
    interval: str = target.get(f"{name}_interval") or words.no_height_interval
    return words.between_parts.format(first=parents, then=interval) if parents else interval


def _target_bar(target: Mapping[str, Any], name: str) -> HeightBar | None:
    if target[f"{name}_cm"] is None:
        return None
    low, high = target[f"{name}_range_cm"]
    return HeightBar(float(low), float(target[f"{name}_cm"]), float(high))


def _predicted(said: Mapping[str, Any], words: Wording) -> AdultHeightLine:
    group = said.get("group")
    method = said["method"]
    if group:
        named = words.maturity_groups.get(group, group)
        method = words.height_method_group.format(method=method, group=named)
    if said.get("cm") is None:
        reason = said.get("reason", words.not_recorded)
        return AdultHeightLine(method, words.height_refused, reason, None)
    bar = HeightBar(float(said["low_cm"]), float(said["cm"]), float(said["high_cm"]))
    return AdultHeightLine(method, _figure(bar, words), _meaning(said, words), bar)


def _meaning(said: Mapping[str, Any], words: Wording) -> str:
    """Return what the interval is, what the bone age adds to it, and what is doubtful."""
    sentences = [said.get("interval") or words.no_height_interval]
    if said.get("bone_age_part_cm"):
        low, high = said["bone_age_part_cm"]
        part = words.bone_age_parts[said.get("bone_age_part_of", "interval")]
        sentences.append(part.format(low=low, high=high))
    return words.between_sentences.join([*sentences, *said.get("doubts", ())])


def _figure(bar: HeightBar, words: Wording) -> str:
    return words.centimetres_range.format(cm=bar.cm, low=bar.low_cm, high=bar.high_cm)


def _target_formulas(
    target: Mapping[str, Any], patient: Mapping[str, Any], words: Wording
) -> tuple[str, ...]:
    if target["tanner_cm"] is None:
        return ()
    sex = patient["sex"]
    return (
        words.target_formulas.format(sign=words.tanner_signs[sex], luo=words.luo_formulas[sex]),
    )


def _formulas(predicted: Any, words: Wording) -> tuple[str, ...]:
    said = {
        words.height_formula.format(method=each["method"], formula=each["formula"])
        for each in predicted
        if each.get("formula") and each.get("cm") is not None
    }
    return tuple(sorted(said))

"""What the report says of growth: the table of scores, target height and the height curve."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from bone_age.reading import Sex
from growth.references import Measure, Reference, reference_curve
from reports.figures import centile, signed
from reports.reading_part import Fact
from reports.wording import en

# The lines that the WHO prints on its charts in SD, without the outermost.
CURVE_SDS: Final = (-2.0, -1.0, 0.0, 1.0, 2.0)
# The reference of the curve holds heights from birth to 19 years.
# de Onis M et al. Bull World Health Organ 2007;85:660-7.
CURVE_REFERENCE: Final = Reference.WHO
LAST_MONTH: Final = 228
# Small children get a chart of their own years, in which a few months can be seen.
_SMALL_CHILD_MONTHS, _SMALL_CHART_MONTHS, _STANDING_MONTHS = 60, 72, 24
_UNIT_KEYS = {"height": "cm", "weight": "kg", "bmi": "kg_m2"}


@dataclass(frozen=True, slots=True)
class GrowthRow:
    """A measure, its size, and its score against WHO, CDC and China."""

    measure: str
    size: str
    scores: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """One line of a reference: its SD and heights in cm, one for each age of the chart."""

    sds: float
    heights_cm: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class HeightChart:
    """Everything that the height curve shows; ages in months, heights in cm.

    `bone_age_months` is None where no bone age was read; `target_cm` is centre, low and high.
    """

    ages_months: tuple[int, ...]
    curves: tuple[Curve, ...]
    age_months: float
    bone_age_months: float | None
    height_cm: float
    target_cm: tuple[float, float, float] | None
    caption: str


@dataclass(frozen=True, slots=True)
class GrowthPart:
    """Growth as printed; `chart` is None where there is no height to show, `no_chart` says why."""

    rows: tuple[GrowthRow, ...]
    remarks: tuple[str, ...]
    target: tuple[Fact, ...]
    target_notes: tuple[str, ...]
    chart: HeightChart | None
    no_chart: str


def growth_part(
    growth: Mapping[str, Any], patient: Mapping[str, Any], bone_age_months: float | None
) -> GrowthPart:
    """Return the part for a result's "growth", empty where nothing was assessed."""
    if not growth:
        return GrowthPart((), (en.NO_GROWTH,), (), (), None, en.NO_GROWTH)
    sex = Sex(patient["sex"])
    chart = _chart(growth, sex, bone_age_months)
    return GrowthPart(
        rows=_rows(growth),
        remarks=_remarks(growth),
        target=_target(growth["target_height"]),
        target_notes=_target_notes(growth["target_height"], patient),
        chart=chart,
        no_chart="" if chart else _why_no_chart(growth["height"]),
    )


def _rows(growth: Mapping[str, Any]) -> tuple[GrowthRow, ...]:
    measured = [name for name in en.MEASURES if growth[name][_UNIT_KEYS[name]] is not None]
    return tuple(_row(name, growth[name]) for name in measured)


def _row(name: str, measure: Mapping[str, Any]) -> GrowthRow:
    size = f"{measure[_UNIT_KEYS[name]]:.1f} {en.UNITS[name]}"
    scores = tuple(_score(measure[reference.value]) for reference in Reference)
    return GrowthRow(en.MEASURES[name], size, scores)


def _score(score: Mapping[str, Any]) -> str:
    if score["sds"] is None:
        return en.NO_SCORE
    return en.SCORE.format(sds=signed(score["sds"], 2), centile=centile(score["centile"]))


def _remarks(growth: Mapping[str, Any]) -> tuple[str, ...]:
    """Return why figures are missing from the table, each reason once, and what else to know."""
    where: dict[tuple[str, str], list[str]] = {}
    missing = []
    for name, label in en.MEASURES.items():
        if growth[name][_UNIT_KEYS[name]] is None:
            missing.append(en.MEASURES_INSIDE[name])
            continue
        for reference in Reference:
            score = growth[name][reference.value]
            if score["sds"] is None:
                reference_name = en.REFERENCE_NAMES[reference.value]
                where.setdefault((label, score["reason"]), []).append(reference_name)
    refused = [
        en.SCORE_REFUSED.format(measure=label, references=", ".join(names), reason=reason)
        for (label, reason), names in where.items()
    ]
    absent = [en.NOT_MEASURED.format(measures=", ".join(missing))] if missing else []
    return (*absent, *refused, *growth.get("remarks", ()))


def _target(target: Mapping[str, Any]) -> tuple[Fact, ...]:
    names = (("tanner", en.TARGET_TANNER), ("luo", en.TARGET_LUO))
    return tuple(Fact(label, _range(target, name)) for name, label in names if target[f"{name}_cm"])


def _range(target: Mapping[str, Any], name: str) -> str:
    low, high = target[f"{name}_range_cm"]
    return en.CENTIMETRES_RANGE.format(cm=target[f"{name}_cm"], low=low, high=high)


def _target_notes(target: Mapping[str, Any], patient: Mapping[str, Any]) -> tuple[str, ...]:
    if target["tanner_cm"] is None:
        return (target.get("reason", en.NOT_RECORDED),)
    mother, father = (
        en.CENTIMETRES.format(cm=patient[f"{parent}_cm"])
        if patient.get(f"{parent}_cm")
        else en.UNKNOWN
        for parent in ("mother", "father")
    )
    sex = patient["sex"]
    return (
        en.PARENTS.format(mother=mother, father=father),
        en.TARGET_FORMULAS.format(sign=en.TANNER_SIGNS[sex], luo=en.LUO_FORMULAS[sex]),
    )


def _chart(
    growth: Mapping[str, Any], sex: Sex, bone_age_months: float | None
) -> HeightChart | None:
    height = growth["height"]
    # A height that the reference refuses to score is not laid on its curves either.
    if height["cm"] is None or height[CURVE_REFERENCE.value]["sds"] is None:
        return None
    age = float(growth["age"]["decimal_months"])
    ages = _window(age if bone_age_months is None else bone_age_months, age)
    return HeightChart(
        ages_months=ages,
        curves=tuple(_curve(sex, sds, ages) for sds in CURVE_SDS),
        age_months=age,
        bone_age_months=bone_age_months,
        height_cm=float(height["cm"]),
        target_cm=_target_bar(growth["target_height"], ages),
        caption=en.CHART_CAPTION.format(
            reference=CURVE_REFERENCE.title, sexes=en.SEXES_PLURAL[sex.value]
        ),
    )


def _window(one: float, other: float) -> tuple[int, ...]:
    """Return the ages of the chart, every month, so that both ages lie on it."""
    if max(one, other) <= _SMALL_CHILD_MONTHS:
        return tuple(range(_SMALL_CHART_MONTHS + 1))
    first = _STANDING_MONTHS if min(one, other) >= _STANDING_MONTHS else 0
    return tuple(range(first, LAST_MONTH + 1))


def _curve(sex: Sex, sds: float, ages: tuple[int, ...]) -> Curve:
    heights = reference_curve(CURVE_REFERENCE, Measure.HEIGHT, sex, sds, ages)
    return Curve(sds, tuple(heights))


def _target_bar(
    target: Mapping[str, Any], ages: tuple[int, ...]
) -> tuple[float, float, float] | None:
    """Return Tanner's target and range where the chart reaches adult height."""
    if target["tanner_cm"] is None or ages[-1] < LAST_MONTH:
        return None
    low, high = target["tanner_range_cm"]
    return float(target["tanner_cm"]), float(low), float(high)


def _why_no_chart(height: Mapping[str, Any]) -> str:
    reason = height[CURVE_REFERENCE.value].get("reason", en.NOT_RECORDED)
    return en.NO_CHART.format(reason=reason)

"""What the report says of the bone age: the reading with its uncertainty, or why there is none."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from bone_age.reading import Region
from growth.ages import ExactAge
from reports.figures import completed, signed, signed_span, years_and_months
from reports.wording import en

# Many Chinese clinics call a bone age advanced or delayed beyond one year from the age.
LIMIT_MONTHS: Final = 12.0
# Radiologists do so beyond two standard deviations from the mean bone age for the age.
# ACR/RSNA Common Data Elements, RDE14 (paediatric bone age).
LIMIT_SDS: Final = 2.0


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and what stands beside it."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Strip:
    """Age, bone age and interval in months, with their labels, for the drawing of them."""

    age_months: float
    bone_age_months: float
    interval_months: tuple[float, float] | None
    age_label: str
    bone_age_label: str


@dataclass(frozen=True, slots=True)
class ReadingPart:
    """The bone age as printed; a refused one has reasons, no strip, and no figure anywhere.

    `doubts` stand at the number. `regions` and `spread` are there where the model gave them.
    """

    headline: str
    interval: Fact | None
    reasons: tuple[str, ...]
    facts: tuple[Fact, ...]
    conventions: tuple[Fact, ...]
    notes: tuple[str, ...]
    strip: Strip | None
    doubts: tuple[str, ...] = ()
    regions: tuple[Fact, ...] = ()
    spread: Fact | None = None


def reading_part(
    reading: Mapping[str, Any] | None, growth: Mapping[str, Any], age: ExactAge
) -> ReadingPart:
    """Return the part for a result's "reading" and "growth"; None where nothing was read."""
    if reading is None:
        return ReadingPart(en.NO_BONE_AGE, None, (en.NOT_READ_YET,), (), (), (), None)
    if reading["bone_age_months"] is None:
        reasons = tuple(reading["reasons"]) or (en.NO_REASON,)
        facts = (Fact(en.METHOD, reading["method"]),)
        notes = (en.WHAT_NOW,)
        return ReadingPart(en.NO_BONE_AGE, None, reasons, facts, (), notes, None)
    return _read(reading, growth, age)


def _read(reading: Mapping[str, Any], growth: Mapping[str, Any], age: ExactAge) -> ReadingPart:
    months = float(reading["bone_age_months"])
    bounds = reading.get("interval_months")
    interval = (float(bounds[0]), float(bounds[1])) if bounds else None
    return ReadingPart(
        headline=years_and_months(months),
        interval=_interval(interval, reading.get("interval_coverage")),
        reasons=(),
        facts=_facts(reading, growth),
        conventions=_conventions(growth, interval, age.decimal_months),
        notes=_notes(reading, growth),
        strip=_strip(age, months, interval),
        doubts=_doubts(reading),
        regions=_regions(reading),
        spread=_spread(reading),
    )


def _doubts(reading: Mapping[str, Any]) -> tuple[str, ...]:
    """Return why the number is doubtful, and what that means; older results have no doubts."""
    doubts = tuple(reading.get("doubts", ()))
    return (en.DOUBTFUL, *doubts) if doubts else ()


def _regions(reading: Mapping[str, Any]) -> tuple[Fact, ...]:
    """Return the bone age of each part that the model read, always in the same order."""
    said = {Region(each["region"]): each["bone_age_months"] for each in reading.get("regions", ())}
    return tuple(
        Fact(name, years_and_months(float(said[region])))
        for region, name in en.REGIONS.items()
        if region in said
    )


def _spread(reading: Mapping[str, Any]) -> Fact | None:
    """Return how far the model's nets agree; a single net and older results have no spread."""
    spread = reading.get("spread_months")
    return None if spread is None else Fact(en.SPREAD, en.SPREAD_VALUE.format(spread=spread))


def _strip(age: ExactAge, months: float, interval: tuple[float, float] | None) -> Strip:
    age_label = en.STRIP_AGE.format(age=completed(age))
    bone_age_label = en.STRIP_BONE_AGE.format(age=years_and_months(months))
    return Strip(age.decimal_months, months, interval, age_label, bone_age_label)


def _interval(interval: tuple[float, float] | None, coverage: float | None) -> Fact | None:
    if interval is None:
        return None
    label = en.INTERVAL_LABEL_PLAIN
    if coverage is not None:
        label = en.INTERVAL_LABEL.format(coverage=100 * coverage)
    low, high = map(years_and_months, interval)
    return Fact(label, en.INTERVAL.format(low=low, high=high))


def _facts(reading: Mapping[str, Any], growth: Mapping[str, Any]) -> tuple[Fact, ...]:
    difference, sds = growth.get("bone_age_minus_age_months"), growth.get("bone_age_sds")
    facts = [Fact(en.BONE_AGE_MONTHS, en.MONTHS.format(months=reading["bone_age_months"]))]
    if difference is not None:
        exact = en.SIGNED_MONTHS.format(span=signed_span(difference), months=signed(difference, 1))
        facts.append(Fact(en.DIFFERENCE, exact))
    value = en.SDS_REFUSED if sds is None else en.SDS_VALUE.format(sds=signed(sds, 2))
    return (*facts, Fact(en.SDS, value), Fact(en.METHOD, reading["method"]))


def _conventions(
    growth: Mapping[str, Any], interval: tuple[float, float] | None, age_months: float
) -> tuple[Fact, ...]:
    """Return the verdict of each convention on its own; one without its figure is left out."""
    rows = []
    difference, sds = growth.get("bone_age_minus_age_months"), growth.get("bone_age_sds")
    if difference is not None:
        verdict = _verdict(difference, LIMIT_MONTHS, en.WITHIN_MONTHS)
        if interval is not None and _crosses(interval, age_months):
            verdict = en.CROSSES.format(verdict=verdict)
        rows.append(Fact(en.BY_MONTHS.format(limit=LIMIT_MONTHS), verdict))
    if sds is not None:
        verdict = _verdict(sds, LIMIT_SDS, en.WITHIN_SDS)
        rows.append(Fact(en.BY_SDS.format(limit=LIMIT_SDS), verdict))
    return tuple(rows)


def _verdict(value: float, limit: float, within: str) -> str:
    if value > limit:
        return en.ADVANCED
    return en.DELAYED if value < -limit else within.format(limit=limit)


def _crosses(interval: tuple[float, float], age_months: float) -> bool:
    low, high = interval
    limits = (age_months - LIMIT_MONTHS, age_months + LIMIT_MONTHS)
    return any(low < limit < high for limit in limits)


def _notes(reading: Mapping[str, Any], growth: Mapping[str, Any]) -> tuple[str, ...]:
    coverage = reading.get("interval_coverage")
    meaning = en.NO_INTERVAL
    if reading.get("interval_months") and coverage is not None:
        meaning = en.INTERVAL_MEANING.format(coverage=100 * coverage)
    return (meaning, _sds_note(growth))


def _sds_note(growth: Mapping[str, Any]) -> str:
    if growth.get("bone_age_sds") is None:
        reason = growth.get("bone_age_sds_reason", en.NOT_RECORDED)
        return en.SDS_REFUSED_NOTE.format(reason=reason)
    return en.SDS_FORMULA.format(
        formula=growth.get("bone_age_sds_formula", en.NOT_RECORDED),
        population=growth.get("bone_age_sds_population", en.NOT_RECORDED),
    )

"""What the report says of the bone age: the reading with its uncertainty, or why there is none."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from bone_age.reading import Region, Sex
from growth.ages import ExactAge, exact_age
from growth.brush import brush_sds
from growth.errors import OutsideReference
from growth.maturity import LIMIT_MONTHS, LIMIT_SDS, Determination, determination
from reports.figures import (
    completed,
    signed,
    signed_span,
    spoken_ages,
    visit_day,
    years_and_months,
)
from reports.wording import Wording

# Our choice: half a year; where all parts lie further to one side of the whole, a reader asks why.
_PARTS_ASIDE_MONTHS: Final = 6.0
# Our choice: beyond the widest interval around the oldest bone age that is read.
_READABLE_MONTHS: Final = (0.0, 420.0)


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

    `doubts` stand at the number. `regions` and `spread` are there where the model gave them;
    `regions_aside` says what it means that all of them lie on one side of the whole.
    `months` is the headline to the tenth of a month; `formula` says how the SDS was made.
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
    regions_aside: str = ""
    spread: Fact | None = None
    months: str = ""
    formula: str = ""


@dataclass(frozen=True, slots=True)
class Examined:
    """The child on the day of the visit, as far as a bone age is judged by it."""

    sex: Sex
    age: ExactAge


def examined_child(patient: Mapping[str, Any], visit: Mapping[str, Any]) -> Examined:
    """Return the child of a result's "patient" on the day of its "visit"."""
    born = date.fromisoformat(patient["birth_date"])
    return Examined(Sex(patient["sex"]), exact_age(born, visit_day(visit)))


def reading_part(
    reading: Mapping[str, Any] | None, growth: Mapping[str, Any], child: Examined, words: Wording
) -> ReadingPart:
    """Return the part for a result's "reading" and "growth"; None where nothing was read."""
    if reading is None:
        return ReadingPart(words.no_bone_age, None, (words.not_read_yet,), (), (), (), None)
    if reading["bone_age_months"] is None:
        reasons = tuple(reading["reasons"]) or (words.no_reason,)
        return ReadingPart(words.no_bone_age, None, reasons, (), (), (words.what_now,), None)
    return _read(reading, growth, child, words)


def _read(
    reading: Mapping[str, Any], growth: Mapping[str, Any], child: Examined, words: Wording
) -> ReadingPart:
    months = float(reading["bone_age_months"])
    bounds = reading.get("interval_months")
    interval = (float(bounds[0]), float(bounds[1])) if bounds else None
    _check_range(months, *(interval or ()))
    return ReadingPart(
        headline=years_and_months(months, words),
        interval=_interval(interval, reading.get("interval_coverage"), words),
        reasons=(),
        facts=_facts(reading, growth, words),
        conventions=_conventions(growth, interval, child, words),
        notes=_notes(reading, growth, words),
        strip=_strip(child.age, months, interval, words),
        doubts=_doubts(reading, words),
        regions=_regions(reading, words),
        regions_aside=_regions_aside(reading, words),
        spread=_spread(reading, words),
        months=words.months.format(months=months),
        formula=_sds_formula(growth, words),
    )


def _check_range(*months: float) -> None:
    """Refuse what no reading of a child's hand can be; raises ValueError."""
    low, high = _READABLE_MONTHS
    if not all(low <= each <= high for each in months):
        raise ValueError(f"a bone age or its interval lies beyond {low:g} to {high:g} months")
    if len(months) > 1 and not months[1] <= months[0] <= months[2]:
        raise ValueError("the interval of the bone age does not hold it")


def _doubts(reading: Mapping[str, Any], words: Wording) -> tuple[str, ...]:
    """Return why the number is doubtful, and what that means; older results have no doubts."""
    doubts = tuple(reading.get("doubts", ()))
    return (words.doubtful, *doubts) if doubts else ()


def _regions(reading: Mapping[str, Any], words: Wording) -> tuple[Fact, ...]:
    """Return the bone age of each part that the model read, always in the same order."""
    said = {Region(each["region"]): each["bone_age_months"] for each in reading.get("regions", ())}
    return tuple(
        Fact(name, years_and_months(float(said[region]), words))
        for region, name in words.regions.items()
        if region in said
    )


def _regions_aside(reading: Mapping[str, Any], words: Wording) -> str:
    """Return what is known of parts that all read well below or above the whole, else nothing."""
    whole = float(reading["bone_age_months"])
    apart = [float(each["bone_age_months"]) - whole for each in reading.get("regions", ())]
    if apart and max(apart) < -_PARTS_ASIDE_MONTHS:
        return words.regions_below
    return words.regions_above if apart and min(apart) > _PARTS_ASIDE_MONTHS else ""


def _spread(reading: Mapping[str, Any], words: Wording) -> Fact | None:
    """Return how far the model's nets agree; a single net and older results have no spread."""
    spread = reading.get("spread_months")
    return None if spread is None else Fact(words.spread, words.spread_value.format(spread=spread))


def _strip(
    age: ExactAge, months: float, interval: tuple[float, float] | None, words: Wording
) -> Strip:
    age_label = words.strip_age.format(age=completed(age, words))
    bone_age_label = words.strip_bone_age.format(age=years_and_months(months, words))
    return Strip(age.decimal_months, months, interval, age_label, bone_age_label)


def _interval(
    interval: tuple[float, float] | None, coverage: float | None, words: Wording
) -> Fact | None:
    if interval is None:
        return None
    label = words.interval_label_plain
    if coverage is not None:
        label = words.interval_label.format(coverage=100 * coverage)
    low, high = spoken_ages(interval, words)
    return Fact(label, words.interval.format(low=low, high=high))


def _facts(
    reading: Mapping[str, Any], growth: Mapping[str, Any], words: Wording
) -> tuple[Fact, ...]:
    difference, sds = growth.get("bone_age_minus_age_months"), growth.get("bone_age_sds")
    facts = []
    if difference is not None:
        exact = words.signed_months.format(
            span=signed_span(difference, words), months=signed(difference, 1)
        )
        facts.append(Fact(words.difference, exact))
    value = words.sds_refused if sds is None else words.sds_brush.format(sds=signed(sds, 2))
    return (*facts, Fact(words.sds, value), Fact(words.method, reading["method"]))


def _conventions(
    growth: Mapping[str, Any],
    interval: tuple[float, float] | None,
    child: Examined,
    words: Wording,
) -> tuple[Fact, ...]:
    """Return the verdict of each convention on its own; one without its figure is left out."""
    rows, age_months = [], child.age.decimal_months
    difference, sds = growth.get("bone_age_minus_age_months"), growth.get("bone_age_sds")
    if difference is not None:
        verdict = _verdict(difference, LIMIT_MONTHS, words.within_months, words)
        if interval is not None and _crosses(interval, age_months, LIMIT_MONTHS):
            verdict = words.crosses.format(verdict=verdict)
        rows.append(Fact(words.by_months.format(limit=LIMIT_MONTHS), verdict))
    if sds is not None:
        verdict = _verdict(sds, LIMIT_SDS, words.within_sds, words)
        scores = None if interval is None else _scores_of(interval, child.sex, age_months)
        if scores is not None and _crosses(scores, 0.0, LIMIT_SDS):
            verdict = words.crosses.format(verdict=verdict)
        rows.append(Fact(words.by_sds.format(limit=LIMIT_SDS), verdict))
    return tuple(rows)


def _verdict(value: float, limit: float, within: str, words: Wording) -> str:
    said = {Determination.ADVANCED: words.advanced, Determination.DELAYED: words.delayed}
    return said.get(determination(value, limit), within.format(limit=limit))


def _crosses(interval: tuple[float, float], middle: float, limit: float) -> bool:
    low, high = interval
    return any(low < end < high for end in (middle - limit, middle + limit))


def _scores_of(
    interval: tuple[float, float], sex: Sex, age_months: float
) -> tuple[float, float] | None:
    """Return the SD scores of both ends of an interval, None where there are none at this age."""
    try:
        low, high = (brush_sds(sex, age_months, end) for end in interval)
    except OutsideReference:
        return None
    return low, high


def _notes(
    reading: Mapping[str, Any], growth: Mapping[str, Any], words: Wording
) -> tuple[str, ...]:
    coverage = reading.get("interval_coverage")
    meaning = words.no_interval
    if reading.get("interval_months") and coverage is not None:
        meaning = words.interval_meaning.format(coverage=100 * coverage)
    if growth.get("bone_age_sds") is not None:
        return (meaning,)
    reason = growth.get("bone_age_sds_reason", words.not_recorded)
    return (meaning, words.sds_refused_note.format(reason=reason))


def _sds_formula(growth: Mapping[str, Any], words: Wording) -> str:
    if growth.get("bone_age_sds") is None:
        return ""
    return words.sds_formula.format(
        formula=growth.get("bone_age_sds_formula", words.not_recorded),
        population=growth.get("bone_age_sds_population", words.not_recorded),
    )

"""What the page for the family says, in plain language: what was done, found, and comes next."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from growth.ages import ExactAge, whole_years_and_months
from growth.references import Reference
from reports.background import about_background_time, background_time
from reports.figures import spoken_date, visit_day
from reports.glyphs import shown
from reports.sign_off_part import SignOff, SignOffState
from reports.visit_part import is_unreviewed
from reports.wording import Wording

# Whole children of a hundred; beyond these "fewer than 1" is said.
_FEWEST, _MOST = 1, 99
_OF: Final = 100


@dataclass(frozen=True, slots=True)
class Paragraphs:
    """A heading and what stands below it."""

    heading: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ParentsPart:
    """The page for the family: a few headings with plain sentences."""

    paragraphs: tuple[Paragraphs, ...]


def parents_part(
    result: Mapping[str, Any], age: ExactAge, sign_off: SignOff, words: Wording
) -> ParentsPart:
    """Return the page for the family of a result; a refused reading has no bone age here either.

    Of adult height it says nothing: such a figure without the talk about it is taken for a promise.
    """
    growth = result.get("growth") or {}
    return ParentsPart(
        (
            Paragraphs(words.parents_done, tuple(_done(result, words))),
            Paragraphs(words.parents_what, words.parents_what_sentences),
            Paragraphs(words.parents_found, tuple(_found(result, growth, age, words))),
            Paragraphs(words.parents_dose, tuple(_dose(result["dose"], words))),
            Paragraphs(words.parents_next, tuple(_next(growth, sign_off, words))),
            Paragraphs(words.parents_ask, words.parents_ask_sentences),
        )
    )


def _done(result: Mapping[str, Any], words: Wording) -> Iterator[str]:
    visit = result["visit"]
    yield words.parents_picture.format(on=spoken_date(visit_day(visit), words))
    count = result["dose"]["exposures"]
    if count > 1:
        yield words.parents_pictures.format(count=count)
    reading = result.get("reading")
    if reading is not None and reading["bone_age_months"] is not None:
        yield words.parents_program


def _found(
    result: Mapping[str, Any], growth: Mapping[str, Any], age: ExactAge, words: Wording
) -> Iterator[str]:
    yield words.parents_age.format(age=_in_full(age.years, age.months, words))
    if is_unreviewed(result["visit"]):
        yield words.parents_not_reviewed
    yield from _bone_age(result.get("reading"), words)
    yield from _sizes(growth, result["patient"]["sex"], words)


def _bone_age(reading: Mapping[str, Any] | None, words: Wording) -> Iterator[str]:
    if reading is None or reading["bone_age_months"] is None:
        yield words.parents_not_read
        return
    read = _age(reading["bone_age_months"], words)
    bounds, coverage = reading.get("interval_months"), reading.get("interval_coverage")
    if not bounds or coverage is None:
        yield words.parents_bone_age.format(age=read)
    else:
        low, high = (_age(bound, words) for bound in bounds)
        yield words.parents_bone_age_between.format(
            age=read, low=low, high=high, of_ten=round(10 * coverage)
        )
    if reading.get("doubts"):
        yield words.parents_doubts


def _age(months: float, words: Wording) -> str:
    return _in_full(*whole_years_and_months(float(months)), words)


def _in_full(years: int, months: int, words: Wording) -> str:
    """Return an age in full words, without what is nothing of it."""
    said_years = words.parents_year if years == 1 else words.parents_years
    said_months = words.parents_month if months == 1 else words.parents_months
    parts = [said_years.format(years=years)] if years else []
    if months or not years:
        parts.append(said_months.format(months=months))
    return words.parents_years_and.join(parts)


def _sizes(growth: Mapping[str, Any], sex: str, words: Wording) -> Iterator[str]:
    """Say height and weight as places among a hundred children, by the site's own reference."""
    headline = Reference(growth.get("headline", Reference.WHO.value))
    corrected = growth.get("corrected_age")
    sizes = [(growth.get("height") or {}).get("cm"), (growth.get("weight") or {}).get("kg")]
    if corrected and any(sizes):
        age = _in_full(corrected["years"], corrected["months"], words)
        yield words.parents_born_early.format(age=age)
    for measure, unit in (("height", "cm"), ("weight", "kg")):
        assessed = growth.get(measure) or {}
        if assessed.get(unit) is None:
            continue
        centile = assessed[headline.value]["centile"]
        size = f"{assessed[unit]:.1f} {words.units[measure]}"
        yield words.parents_sizes[measure].format(size=size) + (
            "" if centile is None else _among(centile, measure, sex, headline, words)
        )


def _among(centile: float, measure: str, sex: str, reference: Reference, words: Wording) -> str:
    below = round(centile)
    said = {"sexes": words.sexes_plural[sex], "charts": words.parents_charts[reference.value]}
    if below < _FEWEST:
        return words.parents_fewest[measure].format(**said)
    if below > _MOST:
        return words.parents_most[measure].format(**said)
    return words.parents_among[measure].format(below=below, above=_OF - below, **said)


def _dose(dose: Mapping[str, Any], words: Wording) -> Iterator[str]:
    effective = dose.get("effective_dose_total_usv")
    if effective is None:
        yield words.parents_no_dose
        return
    time = about_background_time(effective, words)
    yield words.parents_dose_compared.format(dose=effective, time=time)
    factor = dose["effective_dose_factor"]
    yield words.parents_dose_estimate.format(
        low=background_time(effective / factor, words),
        high=background_time(effective * factor, words),
    )


def _next(growth: Mapping[str, Any], sign_off: SignOff, words: Wording) -> Iterator[str]:
    yield words.parents_decides
    yield from _signed(sign_off, words)
    suggested = growth.get("next_visit")
    if suggested:
        day = spoken_date(date.fromisoformat(suggested["date"]), words)
        yield words.parents_next_visit.format(months=suggested["months"], date=day)
    yield words.parents_not_a_diagnosis


def _signed(sign_off: SignOff, words: Wording) -> Iterator[str]:
    """Say who answers for the figures, and that a corrected page takes the place of another."""
    if sign_off.state is SignOffState.DRAFT:
        yield words.parents_unsigned
        return
    yield words.parents_signed.format(who=shown(sign_off.events[-1].signer))
    if sign_off.state is SignOffState.AMENDED:
        yield words.parents_amended

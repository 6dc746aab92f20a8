"""Fit a site's calibration to what its own readers said, and refuse one that does not pay."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from bone_age.errors import NotWorthLocking
from bone_age.local_calibration import (
    Errors,
    FittedModel,
    LocalCalibration,
    SexCalibration,
    moved_interval,
    moved_months,
    why_absurd,
)
from bone_age.local_line import Fit, Line, Months, edges, fit_line
from bone_age.reading import Sex

# clinical.md asks for a line from at least 50 children; a site with fewer measures chance.
LEAST_CHILDREN: Final = 50
# Our choice: below, the level alone is uncertain by 4 months (readers scatter by 7 to 8).
LEAST_OF_A_SEX: Final = 20
# Our choice: a slope from children of one age is chance; four years are a band of evaluation.
LEAST_SPAN_MONTHS: Final = 48.0
# Our choice: the usual level; what chance gives once in twenty sites is not locked.
GREATEST_CHANCE: Final = 0.05
# Our choice: a few labels are typing errors; of more than one in ten a line says nothing.
MOST_LEFT_ASIDE: Final = 0.1
_FOLDS: Final = 10
METHOD: Final = (
    "line by Tukey's bisquare from Huber's estimate, for each sex apart; errors after it by "
    "ten-fold cross-validation"
)
_IN_WORDS: Final = {Sex.FEMALE: "Girls", Sex.MALE: "Boys"}


@dataclass(frozen=True, slots=True)
class SiteReading:
    """One child: what the model read, and what the site's own readers said."""

    id: str
    sex: Sex
    read_months: float
    interval_months: tuple[float, float]
    coverage: float
    bone_age_months: float


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Where, when and with what the readings were made, and how many were left out."""

    site: str
    fitted_on: str
    software_version: str
    model: FittedModel
    refused: int
    doubtful: int


@dataclass(frozen=True, slots=True)
class NotCorrected:
    """Why a sex is read as before."""

    reason: str


def fit_calibration(readings: Sequence[SiteReading], made: Circumstances) -> LocalCalibration:
    """Fit each sex for itself; raises NotWorthLocking where nothing should be corrected."""
    if len(readings) < LEAST_CHILDREN:
        raise NotWorthLocking(
            f"A local calibration needs {LEAST_CHILDREN} children whose images are read without "
            f"doubt; these are {len(readings)}."
        )
    found = {sex: fit_sex([one for one in readings if one.sex is sex]) for sex in Sex}
    remarks = tuple(
        f"{_IN_WORDS[sex]} are read as before: {one.reason}."
        for sex, one in found.items()
        if isinstance(one, NotCorrected)
    )
    girls, boys = (
        one if isinstance(one, SexCalibration) else None
        for one in (found[Sex.FEMALE], found[Sex.MALE])
    )
    if girls is None and boys is None:
        raise NotWorthLocking(f"No local calibration was locked. {' '.join(remarks)}")
    return LocalCalibration(
        site=made.site,
        fitted_on=made.fitted_on,
        software_version=made.software_version,
        model=made.model,
        method=METHOD,
        refused=made.refused,
        doubtful=made.doubtful,
        female=girls,
        male=boys,
        remarks=remarks,
    )


def fit_sex(readings: Sequence[SiteReading]) -> SexCalibration | NotCorrected:
    """Fit the line of one sex, or say why there is none; raises NotWorthLocking for an absurd one.

    An absurd line is an error of the list, which would be in the other sex's as well.
    """
    if len(readings) < LEAST_OF_A_SEX:
        return NotCorrected(f"{len(readings)} children are fewer than {LEAST_OF_A_SEX}")
    read, labelled = read_and_labelled(readings)
    youngest, oldest = edges(read)
    if oldest - youngest < LEAST_SPAN_MONTHS:
        return NotCorrected(
            f"their bone ages lie within {LEAST_SPAN_MONTHS / 12:g} years, too close for a line"
        )
    fit = fit_line(read, labelled)
    far = int(fit.left_aside.sum())
    if far > MOST_LEFT_ASIDE * len(readings):
        raise NotWorthLocking(
            f"No local calibration was locked: {far} of {len(readings)} bone ages of one sex are "
            "far from the others; mend the list."
        )
    absurd = why_absurd(fit.line)
    if absurd:
        raise NotWorthLocking(f"No local calibration was locked: {absurd}.")
    before, after = errors_before(readings), errors_after(readings)
    return _what_pays(fit, len(readings), before, after)


def left_aside(readings: Sequence[SiteReading]) -> list[SiteReading]:
    """Return the children whose labels are far from the line of their sex: typing errors, often."""
    far: list[SiteReading] = []
    for sex in Sex:
        ours = [one for one in readings if one.sex is sex]
        if len(ours) >= LEAST_OF_A_SEX:
            away = fit_line(*read_and_labelled(ours)).left_aside
            far += [one for one, is_far in zip(ours, away, strict=True) if is_far]
    return far


def read_and_labelled(readings: Sequence[SiteReading]) -> tuple[Months, Months]:
    """Return what the model and what the readers said, (n,) each."""
    read = np.array([one.read_months for one in readings])
    return read, np.array([one.bone_age_months for one in readings])


def errors_before(readings: Sequence[SiteReading]) -> Errors:
    """Return the errors of the readings as they are."""
    said = [(one.read_months, one.interval_months) for one in readings]
    return _errors(readings, said)


def errors_after(readings: Sequence[SiteReading]) -> Errors:
    """Return the errors after a correction that each time was fitted to the other children."""
    lines = lines_of_others(readings)
    said = [
        (
            moved_months(line, one.read_months),
            moved_interval(line, one.read_months, one.interval_months, one.coverage),
        )
        for one, line in zip(readings, lines, strict=True)
    ]
    return _errors(readings, said)


def lines_of_others(readings: Sequence[SiteReading]) -> list[Line]:
    """Return for each child the line of the children of the other folds.

    The fold follows from the id: the order of the list does not matter.
    """
    by_hash = sorted(
        range(len(readings)), key=lambda at: hashlib.sha256(readings[at].id.encode()).digest()
    )
    fold = np.empty(len(readings), int)
    fold[by_hash] = np.arange(len(readings)) % _FOLDS
    read, labelled = read_and_labelled(readings)
    lines = [fit_line(read[fold != each], labelled[fold != each]).line for each in range(_FOLDS)]
    return [lines[each] for each in fold]


def _errors(
    readings: Sequence[SiteReading], said: Sequence[tuple[float, tuple[float, float]]]
) -> Errors:
    true = np.array([one.bone_age_months for one in readings])
    months = np.array([number for number, _ in said])
    low, high = np.array([interval for _, interval in said]).T
    return Errors(
        mean_absolute_months=round(float(np.abs(months - true).mean()), 3),
        bias_months=round(float((months - true).mean()), 3),
        interval_held=round(float(((low <= true) & (true <= high)).mean()), 4),
    )


def _what_pays(
    fit: Fit, children: int, before: Errors, after: Errors
) -> SexCalibration | NotCorrected:
    if fit.chance > GREATEST_CHANCE:
        return NotCorrected(
            f"chance gives such a correction {fit.chance:.0%} of the time, and more than "
            f"{GREATEST_CHANCE:.0%} is not locked"
        )
    if after.mean_absolute_months >= before.mean_absolute_months:
        return NotCorrected(
            f"the correction does not pay, with {after.mean_absolute_months:.1f} months of error "
            f"after it and {before.mean_absolute_months:.1f} before"
        )
    return SexCalibration(
        children=children,
        left_aside=int(fit.left_aside.sum()),
        line=fit.line,
        slope_95=fit.slope_95,
        intercept_95_months=fit.intercept_95_months,
        before=before,
        after=after,
    )

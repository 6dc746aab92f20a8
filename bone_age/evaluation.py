"""How well a reader reads: the figures of a list of images whose bone age people have told.

Pure arithmetic on months. A positive error or bias reads too old. Intervals are 95 % ones: by
resampling the images (percentile bootstrap, Efron 1979), for shares after Wilson (1927). They take
each image for another child.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bone_age.reading import Sex

Months = NDArray[np.float64]
# A figure along the last axis, so that many resampled lists are one call.
Figure = Callable[..., Months]
Fit = Callable[[Months, Months], tuple[Months, Months]]

MONTHS_PER_YEAR: Final = 12
# Our choice, also in the figures of each released model: four years each where children are many,
# and a last one that every older bone age falls into.
BANDS_YEARS: Final = ((0, 2), (2, 6), (6, 10), (10, 14), (14, 18), (18, 25))
OFF_BY_MONTHS: Final = (6, 12, 24)
WORST: Final = 5
# Our choices: enough that the ends of an interval hold to a hundredth of its width or so; always
# the same numbers; and on fewer images resampling says nothing.
RESAMPLES, SEED, FEWEST_RESAMPLED = 2000, 20170917, 10
_NUMBERS_AT_ONCE: Final = 2_000_000
# The two-sided 95 % quantile of the normal distribution.
Z95: Final = 1.959964


@dataclass(frozen=True, slots=True)
class Case:
    """One image: the bone age that people told, and what the reader made of it.

    A refused one has no `read_months` but reasons.
    """

    id: str
    sex: Sex
    labelled_months: float
    read_months: float | None
    interval_months: tuple[float, float] | None
    reasons: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval, which few images do not give."""

    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line, its intercept in months."""

    slope: Estimate
    intercept_months: Estimate


@dataclass(frozen=True, slots=True)
class Group:
    """What one group of readings gives: how far off, to which side, how often inside."""

    sex: str
    band_years: tuple[int, int] | None
    n: int
    mean_absolute_error_months: Estimate
    bias_months: Estimate
    root_mean_square_months: Estimate
    coverage: Estimate
    mean_width_months: float


@dataclass(frozen=True, slots=True)
class Agreement:
    """How readings and labels agree; `sex` is F, M, or * for both.

    `limits_months` are Bland and Altman's (Lancet 1986;1:307), `by_mean` is the line of the
    differences over the means of both; `deming` that of readings over labels, whose errors are
    taken for equally large.
    """

    sex: str
    n: int
    mean_absolute_error_months: Estimate
    root_mean_square_months: Estimate
    bias_months: Estimate
    standard_deviation_months: float
    limits_months: tuple[float, float]
    by_mean: Line | None
    deming: Line | None
    more_than_months: dict[str, Estimate]
    within_years: dict[str, Estimate]
    coverage: Estimate
    mean_width_months: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Everything that a list of readings says about the reader.

    `by_read` are bands of the bone age that was read, `by_label` of the one that people told; the
    latter are biased towards the middle in any reader whose labels scatter.
    """

    n: int
    refused: int
    refused_share: Estimate
    reasons: dict[str, int]
    agreements: tuple[Agreement, ...]
    by_read: tuple[Group, ...]
    by_label: tuple[Group, ...]
    undoubted: Group | None
    doubted: Group | None
    worst: tuple[Case, ...]


def evaluate(cases: Sequence[Case]) -> Evaluation:
    """Work out every figure of a list of at least one image."""
    read = [case for case in cases if case.read_months is not None]
    refused = [case for case in cases if case.read_months is None]
    counted = Counter(reason for case in refused for reason in dict.fromkeys(case.reasons))
    return Evaluation(
        n=len(cases),
        refused=len(refused),
        refused_share=share(len(refused), len(cases)),
        reasons=dict(sorted(counted.items(), key=lambda item: (-item[1], item[0]))),
        agreements=tuple(agreement(sex, chosen) for sex in "*FM" if (chosen := _of_sex(read, sex))),
        by_read=tuple(_by_band(read, lambda case: case.read_months or 0.0)),
        by_label=tuple(_by_band(read, lambda case: case.labelled_months)),
        undoubted=group("*", None, [case for case in read if not case.doubts]),
        doubted=group("*", None, [case for case in read if case.doubts]),
        worst=tuple(sorted(read, key=lambda case: (-abs(error_of(case)), case.id))[:WORST]),
    )


def error_of(case: Case) -> float:
    """Return read minus labelled of an image that was read."""
    assert case.read_months is not None, "only readings have errors"
    return case.read_months - case.labelled_months


def agreement(sex: str, cases: Sequence[Case]) -> Agreement:
    """Compare readings (at least one) with their labels."""
    read, labelled = _columns(cases)
    errors = read - labelled
    spread = float(errors.std(ddof=1)) if len(errors) > 1 else 0.0
    bias = bootstrapped(_mean, errors)
    far = {most: int((np.abs(errors) > most).sum()) for most in OFF_BY_MONTHS}
    off = {str(most): share(count, len(errors)) for most, count in far.items()}
    return Agreement(
        sex=sex,
        n=len(cases),
        mean_absolute_error_months=bootstrapped(_mean, np.abs(errors)),
        root_mean_square_months=bootstrapped(_root_mean_square, errors),
        bias_months=bias,
        standard_deviation_months=spread,
        limits_months=(bias.value - Z95 * spread, bias.value + Z95 * spread),
        by_mean=_line(regression, (read + labelled) / 2, errors),
        deming=_line(deming, labelled, read),
        more_than_months=off,
        within_years={f"{int(most) / MONTHS_PER_YEAR:g}": _rest(of) for most, of in off.items()},
        coverage=coverage(cases),
        mean_width_months=mean_width_months(cases),
    )


def group(sex: str, band_years: tuple[int, int] | None, cases: Sequence[Case]) -> Group | None:
    """Return the figures of one group of readings; none of an empty one."""
    if not cases:
        return None
    read, labelled = _columns(cases)
    errors = read - labelled
    return Group(
        sex=sex,
        band_years=band_years,
        n=len(cases),
        mean_absolute_error_months=bootstrapped(_mean, np.abs(errors)),
        bias_months=bootstrapped(_mean, errors),
        root_mean_square_months=bootstrapped(_root_mean_square, errors),
        coverage=coverage(cases),
        mean_width_months=mean_width_months(cases),
    )


def coverage(cases: Sequence[Case]) -> Estimate:
    """Return the share of readings whose interval holds the label."""
    spans = [(case.interval_months, case.labelled_months) for case in cases]
    inside = sum(span is not None and span[0] <= label <= span[1] for span, label in spans)
    return share(inside, len(cases))


def mean_width_months(cases: Sequence[Case]) -> float:
    """Return the mean width of the intervals, from end to end."""
    spans = [case.interval_months for case in cases if case.interval_months is not None]
    return float(np.mean([high - low for low, high in spans])) if spans else 0.0


def band_in_words(band_years: Sequence[int]) -> str:
    """Return a band of bone age in years; the last one has no end."""
    low, high = band_years
    return f"from {low} y" if low == BANDS_YEARS[-1][0] else f"{low} to {high} y"


def share(count: int, of: int) -> Estimate:
    """Return a share with its interval (Wilson, J Am Stat Assoc 1927;22:209), also of few."""
    value, square = count / of, Z95**2
    middle = (value + square / (2 * of)) / (1 + square / of)
    half = Z95 / (1 + square / of) * math.sqrt(value * (1 - value) / of + square / (4 * of**2))
    return Estimate(value, max(0.0, middle - half), min(1.0, middle + half))


def bootstrapped(figure: Figure, *columns: Months) -> Estimate:
    """Return a figure of columns (n,) of the same images, and what resampling them gives."""
    value, count = float(figure(*columns)), len(columns[0])
    if count < FEWEST_RESAMPLED:
        return Estimate(value, None, None)
    chance = np.random.default_rng(SEED)
    at_once = max(1, _NUMBERS_AT_ONCE // count)
    drawn: list[NDArray[np.float64]] = []
    for start in range(0, RESAMPLES, at_once):
        picks = chance.integers(count, size=(min(at_once, RESAMPLES - start), count))
        drawn.append(figure(*(column[picks] for column in columns)))
    low, high = np.nanquantile(np.concatenate(drawn), (0.025, 0.975))
    return Estimate(value, float(low), float(high))


def mean_of(values: Iterable[float]) -> Estimate | None:
    """Return a mean with its interval; none of nothing."""
    column = np.array(list(values), dtype=np.float64)
    return bootstrapped(_mean, column) if len(column) else None


def regression(x: Months, y: Months) -> tuple[Months, Months]:
    """Return slope and intercept of the least squares of `y` over `x`, along the last axis."""
    across, along = _moments(x, x), _moments(x, y)
    with np.errstate(invalid="ignore", divide="ignore"):
        slope = along / across
    return slope, y.mean(-1) - slope * x.mean(-1)


def deming(x: Months, y: Months) -> tuple[Months, Months]:
    """Return slope and intercept of Deming's line (1943), both errors equally large."""
    difference, along = _moments(y, y) - _moments(x, x), _moments(x, y)
    with np.errstate(invalid="ignore", divide="ignore"):
        slope = (difference + np.sqrt(difference**2 + 4 * along**2)) / (2 * along)
    return slope, y.mean(-1) - slope * x.mean(-1)


def _moments(x: Months, y: Months) -> Months:
    away_x, away_y = (each - each.mean(-1, keepdims=True) for each in (x, y))
    return np.asarray((away_x * away_y).mean(-1))


def _line(fit: Fit, x: Months, y: Months) -> Line | None:
    """Fit a line; none through fewer than ten images, or through one age alone."""
    if len(x) < FEWEST_RESAMPLED or not np.isfinite(fit(x, y)[0]):
        return None
    return Line(
        bootstrapped(lambda x, y: fit(x, y)[0], x, y),
        bootstrapped(lambda x, y: fit(x, y)[1], x, y),
    )


def _by_band(read: Sequence[Case], months_of: Callable[[Case], float]) -> Iterable[Group]:
    for sex in "*FM":
        for band in BANDS_YEARS:
            low, high = (MONTHS_PER_YEAR * year for year in band)
            chosen = [case for case in _of_sex(read, sex) if low <= months_of(case) < high]
            found = group(sex, band, chosen)
            if found is not None:
                yield found


def _of_sex(cases: Sequence[Case], sex: str) -> list[Case]:
    return [case for case in cases if sex in ("*", case.sex.value)]


def _columns(cases: Sequence[Case]) -> tuple[Months, Months]:
    read = np.array([case.read_months for case in cases], dtype=np.float64)
    return read, np.array([case.labelled_months for case in cases], dtype=np.float64)


def _rest(of: Estimate) -> Estimate:
    low, high = of.low, of.high
    assert low is not None and high is not None, "a share always has an interval"
    return Estimate(1 - of.value, 1 - high, 1 - low)


def _mean(values: Months) -> Months:
    return np.asarray(values.mean(-1))


def _root_mean_square(values: Months) -> Months:
    return np.asarray(np.sqrt(np.square(values).mean(-1)))

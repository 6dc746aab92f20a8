"""The line that leads from a model's readings to those of a site's own readers."""

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.typing import NDArray

Months = NDArray[np.float64]

# For normal errors 95 % as precise as least squares: Huber 1964 (1.345), Beaton and Tukey 1974
# (4.685), both in standard deviations.
_HUBER: Final = 1.345
_BISQUARE: Final = 4.685
# The standard deviation of normal errors over their median size.
_PER_MEDIAN: Final = 1 / NormalDist().inv_cdf(0.75)
# Our choice: bone ages are written in whole months or more coarsely; no reader is more precise.
_LEAST_SCALE_MONTHS: Final = 1.0
_STEPS: Final = 60
# Our choice: the edge of what was fitted is not the place of one single child.
_BEYOND_EDGE: Final = 2
_CONFIDENCE: Final = 0.95


@dataclass(frozen=True, slots=True)
class Line:
    """Bone age = `intercept_months` + `slope` x reading, for readings within `fitted_months`.

    The standard error of the line is `level_se_months` at the reading `center_months`, where level
    and slope are independent.
    """

    slope: float
    intercept_months: float
    fitted_months: tuple[float, float]
    center_months: float
    slope_se: float
    level_se_months: float

    def correction_months(self, reading_months: float) -> float:
        """Return what is added to a reading; beyond the edges it stays as it is at the edge."""
        youngest, oldest = self.fitted_months
        within = min(max(reading_months, youngest), oldest)
        return self.intercept_months + (self.slope - 1) * within

    def error_months(self, reading_months: float) -> float:
        """Return the standard error of the line at a reading; it grows beyond the edges."""
        away = reading_months - self.center_months
        return math.hypot(self.level_se_months, self.slope_se * away)


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A line, its 95 % intervals, and which children it leaves aside (n,): labels far from it.

    `chance` is how often readings that need no correction would give one as large.
    """

    line: Line
    slope_95: tuple[float, float]
    intercept_95_months: tuple[float, float]
    left_aside: NDArray[np.bool_]
    chance: float


def fit_line(read: Months, labelled: Months) -> Fit:
    """Fit a line to readings (n,) and the site's own bone ages (n,), n at least 4, in months.

    The line says what the site's readers say on average at a reading. A label that is far from
    the others, as a typing error is, has no weight: Huber's estimate, then Tukey's bisquare.
    """
    slope, intercept, scale = _huber(read, labelled)
    for _ in range(_STEPS):
        away = (labelled - intercept - slope * read) / (_BISQUARE * scale)
        slope, intercept = _weighted(read, labelled, _bisquare(away))
    away = (labelled - intercept - slope * read) / (_BISQUARE * scale)
    left_aside = np.abs(away) >= 1
    spread = max(_spread(away) * _BISQUARE * scale, _LEAST_SCALE_MONTHS)
    center = float(read.mean())
    line = Line(
        slope=round(slope, 5),
        intercept_months=round(intercept, 3),
        fitted_months=edges(read[~left_aside]),
        center_months=round(center, 3),
        slope_se=round(spread / math.sqrt(float(((read - center) ** 2).sum())), 5),
        level_se_months=round(spread / math.sqrt(len(read)), 3),
    )
    widening = _t_quantile(0.5 + _CONFIDENCE / 2, len(read) - 2)
    return Fit(
        line,
        _around(line.slope, widening * line.slope_se),
        _around(line.intercept_months, widening * line.error_months(0.0)),
        left_aside,
        _chance(line, len(read)),
    )


def _weighted(read: Months, labelled: Months, weight: Months) -> tuple[float, float]:
    """Return slope and intercept by weighted least squares."""
    x, y = (float(np.average(each, weights=weight)) for each in (read, labelled))
    slope = float((weight * (read - x) * (labelled - y)).sum() / (weight * (read - x) ** 2).sum())
    return slope, y - slope * x


def _huber(read: Months, labelled: Months) -> tuple[float, float, float]:
    """Return slope, intercept and the scale of what is left, by Huber's estimate."""
    weight, scale = np.ones_like(read), 0.0
    slope, intercept = _weighted(read, labelled, weight)
    for _ in range(_STEPS):
        away = np.abs(labelled - intercept - slope * read)
        scale = max(_PER_MEDIAN * float(np.median(away)), _LEAST_SCALE_MONTHS)
        weight = np.minimum(1.0, _HUBER * scale / np.maximum(away, 1e-9))
        slope, intercept = _weighted(read, labelled, weight)
    return slope, intercept, scale


def _bisquare(away: Months) -> Months:
    return np.where(np.abs(away) < 1, (1 - away**2) ** 2, 0.0)


def _spread(away: Months) -> float:
    """Return the standard deviation that the errors of a bisquare line follow, over its scale.

    Huber, Robust Statistics 1981, section 7.6: the asymptotic covariance with its factor for small
    samples.
    """
    pulls = away * _bisquare(away)
    steepness = np.where(np.abs(away) < 1, (1 - away**2) * (1 - 5 * away**2), 0.0)
    mean, count = float(steepness.mean()), len(away)
    small_sample = 1 + 2 * float(steepness.var()) / (count * mean**2)
    return small_sample * math.sqrt(float((pulls**2).sum()) / (count - 2)) / mean


def edges(read: Months) -> tuple[float, float]:
    """Return the least and the greatest reading that a line of these children stands for."""
    ordered = np.sort(read)
    return float(ordered[_BEYOND_EDGE]), float(ordered[-1 - _BEYOND_EDGE])


def _around(value: float, width: float) -> tuple[float, float]:
    return round(value - width, 4), round(value + width, 4)


def _t_quantile(probability: float, freedom: int) -> float:
    """Return Student's quantile by its expansion: Abramowitz and Stegun 1964, 26.7.5."""
    z = NormalDist().inv_cdf(probability)
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    return z + first / freedom + second / freedom**2


def _chance(line: Line, count: int) -> float:
    """Return the probability of such a level and slope where level 0 and slope 1 are true.

    The F distribution with 2 and n - 2 degrees of freedom has a closed form.
    """
    level = line.intercept_months + (line.slope - 1) * line.center_months
    ratio = ((level / line.level_se_months) ** 2 + ((line.slope - 1) / line.slope_se) ** 2) / 2
    freedom = count - 2
    return float((1 + 2 * ratio / freedom) ** (-freedom / 2))

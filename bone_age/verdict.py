"""What is asked of a released reader, beside what a list of images shows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bone_age.evaluation import Estimate, Evaluation, Group, band_in_words

# Our choices, all of them: below 100 images (30 children of ten poses) a figure is stated and not
# judged; a reader of this project is released when it meets the rest.
FEWEST_JUDGED, FEWEST_CHILDREN_JUDGED = 100, 30
MOST_ERROR_MONTHS: Final = 7.0
MOST_BIAS_MONTHS, MOST_BAND_BIAS_MONTHS = 0.5, 2.0
COVERAGE_OFF, BAND_COVERAGE_OFF = 0.025, 0.06
MOST_REFUSED: Final = 0.02
# Our choice: 0.19 years, a third of the scatter of one human reader (0.58 years, Kaplowitz 2011).
MOST_POSE_SPREAD_MONTHS: Final = 2.3


class Outcome(StrEnum):
    """How a figure stands to what is asked; `CLOSE`: met, but its interval reaches beyond."""

    MET = "met"
    CLOSE = "met, interval reaches beyond"
    MISSED = "MISSED"
    TOO_FEW = "too few to judge"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One figure asked beside the figure measured, both in `unit`; shares are 0 to 1."""

    name: str
    unit: str
    lowest: float | None
    highest: float
    measured: Estimate
    n: int
    outcome: Outcome


def verdicts(
    evaluation: Evaluation, nominal_coverage: float, most_error_months: float = MOST_ERROR_MONTHS
) -> tuple[Verdict, ...]:
    """Judge what the readings of a list show; nothing where nothing was read."""
    refused = at_most("Refused", "share", MOST_REFUSED, evaluation.refused_share, evaluation.n)
    if not evaluation.agreements:
        return (refused,)
    both = evaluation.agreements[0]
    covered = (nominal_coverage - COVERAGE_OFF, nominal_coverage + COVERAGE_OFF)
    error = both.mean_absolute_error_months
    return (
        at_most("Mean absolute error", "months", most_error_months, error, both.n),
        around("Bias", "months", MOST_BIAS_MONTHS, both.bias_months, both.n),
        judged("Interval coverage", "share", covered, both.coverage, both.n),
        refused,
        *_of_bands(evaluation.by_read, nominal_coverage),
    )


def _of_bands(groups: Sequence[Group], nominal_coverage: float) -> Iterable[Verdict]:
    bands = [group for group in groups if group.sex == "*" and group.band_years is not None]
    covered = (nominal_coverage - BAND_COVERAGE_OFF, nominal_coverage + BAND_COVERAGE_OFF)
    for group in bands:
        name = f"Bias, read {in_years(group)}"
        yield around(name, "months", MOST_BAND_BIAS_MONTHS, group.bias_months, group.n)
    for group in bands:
        name = f"Coverage, read {in_years(group)}"
        yield judged(name, "share", covered, group.coverage, group.n)


def in_years(group: Group) -> str:
    """Return the band of a group in words."""
    return "all ages" if group.band_years is None else band_in_words(group.band_years)


def at_most(name: str, unit: str, limit: float, measured: Estimate, n: int) -> Verdict:
    """Judge a figure of so many images that must not be larger than a limit."""
    outcome = _outcome(measured, None, limit, n, FEWEST_JUDGED)
    return Verdict(name, unit, None, limit, measured, n, outcome)


def around(name: str, unit: str, limit: float, measured: Estimate, n: int) -> Verdict:
    """Judge a figure that must lie as near to zero as a limit says."""
    return judged(name, unit, (-limit, limit), measured, n)


def judged(
    name: str, unit: str, limits: tuple[float, float], measured: Estimate, n: int
) -> Verdict:
    """Judge a figure that must lie between two limits."""
    low, high = limits
    outcome = _outcome(measured, low, high, n, FEWEST_JUDGED)
    return Verdict(name, unit, low, high, measured, n, outcome)


def repeatability(measured: Estimate, children: int) -> Verdict:
    """Judge the mean standard deviation of the poses of one child."""
    limit = MOST_POSE_SPREAD_MONTHS
    outcome = _outcome(measured, None, limit, children, FEWEST_CHILDREN_JUDGED)
    name = "Repeatability: SD of ten poses"
    return Verdict(name, "months", None, limit, measured, children, outcome)


def _outcome(
    measured: Estimate, lowest: float | None, highest: float, n: int, fewest: int
) -> Outcome:
    low = measured.value if measured.low is None else measured.low
    high = measured.value if measured.high is None else measured.high
    bottom = -float("inf") if lowest is None else lowest
    if n < fewest:
        return Outcome.TOO_FEW
    if not bottom <= measured.value <= highest:
        return Outcome.MISSED
    return Outcome.MET if bottom <= low and high <= highest else Outcome.CLOSE

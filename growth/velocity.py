"""How quickly a child grew between two measured heights, in cm a year."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

from growth.ages import DAYS_PER_MONTH, MONTHS_PER_YEAR, months_later
from growth.assess import CORRECTED_TO_MONTHS, LYING_LONGER_CM, POSITION_MATTERS_BELOW_MONTHS
from growth.assessment import Refusal
from growth.child import DAYS_PER_YEAR, Child
from growth.errors import OutsideReference, PositionUnknown
from growth.references import Position
from growth.visits import EarlierVisit

# In healthy children the fastest three months are often twice or three times as fast as the
# slowest, and may be seven times; of six months the fastest may be three times the slowest.
# Marshall WA. Arch Dis Child 1971;46:414-20.
SHORTEST_MONTHS: Final = 6

# "A satisfactory assessment of a child's growth cannot be made over a period of less than one
# year" (Marshall 1971); six-monthly velocities did not predict yearly ones, yearly ones were as
# good as those of two years (Neyzi O et al. Acta Paediatr 1993;82:239-44). Our choice: people do
# not come to the day, so a year is 9 to 15 months.
YEAR_MONTHS: Final = (9, 15)

# The standard deviation of a single height measurement is 0.2 to 0.3 cm; the greater is taken.
# Voss LD et al. Arch Dis Child 1990;65:1340-4.
HEIGHT_SD_CM: Final = 0.3

# Two readings of an unchanged thing differ by less than this many of their SD in 95 % of cases.
# Bland JM, Altman DG. Lancet 1986;1:307-10.
DIFFERENCE_95: Final = 1.96 * 2**0.5


@dataclass(frozen=True, slots=True)
class Between:
    """The time between two visits."""

    start: date
    end: date

    @property
    def years(self) -> float:
        """Return it as days / 365.25."""
        return (self.end - self.start).days / DAYS_PER_YEAR

    @property
    def months(self) -> float:
        """Return it as days / 30.4375."""
        return (self.end - self.start).days / DAYS_PER_MONTH

    def holds(self, months: int) -> bool:
        """Tell whether so many calendar months have passed, to the day."""
        return months_later(self.start, months) <= self.end


@dataclass(frozen=True, slots=True)
class Velocity:
    """Growth in cm a year, or why it is not told; None for `between` without a second height.

    The error of measuring moves 95 of 100 velocities by less than `error_cm_per_year`. `remarks`
    are what a reader must know beside the figure.
    """

    between: Between | None
    cm_per_year: float | Refusal
    error_cm_per_year: float | None = None
    remarks: tuple[str, ...] = ()


def velocity_between(child: Child, former: EarlierVisit, later: EarlierVisit) -> Velocity:
    """Return the velocity between two visits with heights, refused below 6 months.

    Near adult height half of all children measure a little less than before: a fall within the
    error of measuring is told as a velocity, a greater one is refused.
    """
    between = Between(former.date, later.date)
    if not between.holds(SHORTEST_MONTHS):
        return Velocity(between, _too_short(between))
    try:
        (first_cm, last_cm), corrected = _comparable_cm(child, former, later)
    except OutsideReference as exc:
        return Velocity(between, Refusal(str(exc)))
    if first_cm - last_cm > DIFFERENCE_95 * HEIGHT_SD_CM:
        return Velocity(between, _falls(first_cm, last_cm, between))
    return Velocity(
        between,
        (last_cm - first_cm) / between.years,
        DIFFERENCE_95 * HEIGHT_SD_CM / between.years,
        (*corrected, *_less_than_a_year(between)),
    )


def velocity_of_last_year(child: Child, visits: Sequence[EarlierVisit]) -> Velocity:
    """Return the velocity up to the last visit, from the one nearest to a year before it."""
    *earlier, this = visits
    if this.height_cm is None:
        return Velocity(None, Refusal("The velocity needs a height of this visit."))
    measured = [visit for visit in earlier if visit.height_cm is not None]
    shortest, longest = YEAR_MONTHS
    a_year_ago = [
        visit
        for visit in measured
        if Between(visit.date, this.date).holds(shortest)
        and this.date <= months_later(visit.date, longest)
    ]
    if not a_year_ago:
        return Velocity(
            None, Refusal(f"No height was measured {shortest} to {longest} months before.")
        )
    return velocity_between(child, nearest_to_a_year(a_year_ago, this), this)


def nearest_to_a_year(earlier: Sequence[EarlierVisit], this: EarlierVisit) -> EarlierVisit:
    """Return the visit nearest to a year before another one, the later of two as near.

    One that is less than 9 months old is returned only where there is no older one.
    """
    old = [visit for visit in earlier if Between(visit.date, this.date).holds(YEAR_MONTHS[0])]
    return min(
        reversed(old or earlier),
        key=lambda visit: abs(Between(visit.date, this.date).months - MONTHS_PER_YEAR),
    )


def velocities(child: Child, visits: Sequence[EarlierVisit]) -> tuple[Velocity, ...]:
    """Return the velocity between every two neighbours among the visits with heights."""
    measured = [visit for visit in visits if visit.height_cm is not None]
    return tuple(velocity_between(child, former, later) for former, later in pairwise(measured))


def _too_short(between: Between) -> Refusal:
    return Refusal(
        f"Only {between.months:.1f} months lie between the heights of {between.start} and "
        f"{between.end}; a velocity needs {SHORTEST_MONTHS}."
    )


def _falls(first_cm: float, last_cm: float, between: Between) -> Refusal:
    return Refusal(
        f"The height falls from {first_cm:.1f} cm on {between.start} to {last_cm:.1f} cm on "
        f"{between.end}; check both measurements."
    )


def _less_than_a_year(between: Between) -> tuple[str, ...]:
    if between.holds(YEAR_MONTHS[0]):
        return ()
    return (
        f"The velocity from {between.start} to {between.end} is of {between.months:.1f} months; "
        "growth changes with the seasons and is judged over a year.",
    )


def _comparable_cm(
    child: Child, former: EarlierVisit, later: EarlierVisit
) -> tuple[tuple[float, float], tuple[str, ...]]:
    """Return two heights in one position, with a remark where one of them was corrected.

    Raises OutsideReference where they were measured differently or it is not known how.
    """
    assert former.height_cm is not None and later.height_cm is not None
    measured = (former.height_cm, later.height_cm)
    lying = [visit for visit in (former, later) if _position(child, visit) is Position.RECUMBENT]
    if len(lying) != 1:
        return measured, ()
    if _age_months(child, later) > CORRECTED_TO_MONTHS:
        raise OutsideReference(
            f"The heights of {former.date} and {later.date} were measured lying and standing; they "
            f"are compared up to {CORRECTED_TO_MONTHS:g} months of age only."
        )
    first_cm, last_cm = (
        cm - LYING_LONGER_CM if visit in lying else cm
        for cm, visit in zip(measured, (former, later), strict=True)
    )
    return (first_cm, last_cm), (
        f"The height of {lying[0].date} was measured lying; {LYING_LONGER_CM:g} cm were taken off "
        "to compare it with a standing height (WHO 2006).",
    )


def _position(child: Child, visit: EarlierVisit) -> Position:
    """Return how the child was measured; unsaid, it stood where nobody lies any more."""
    matters = _age_months(child, visit) < POSITION_MATTERS_BELOW_MONTHS
    if visit.height_position is None and matters:
        raise PositionUnknown(
            f"It is not told whether the child was measured lying or standing on {visit.date}; "
            f"below {POSITION_MATTERS_BELOW_MONTHS:g} months no velocity is told without it."
        )
    return visit.height_position or Position.STANDING


def _age_months(child: Child, visit: EarlierVisit) -> float:
    return Between(child.birth_date, visit.date).months

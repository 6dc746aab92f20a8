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

# Two heights of a child that did not grow.
HEIGHT_ERROR_CM: Final = DIFFERENCE_95 * HEIGHT_SD_CM

# Our choice: no child grows faster, so the limits only catch inches and slips. From two years on:
# catch-up in treated hypothyroidism is 12.3 cm a year, SD 2.3 (Horm Res 1998;50:264-70).
_FASTEST_CM_PER_YEAR: Final = 25.0
# WHO 2006, boys: from -3 SD at birth (44.2 cm) to +3 SD at six months (74.0 cm).
_FASTEST_OF_INFANTS_CM_PER_YEAR: Final = 60.0
_INFANT_BELOW_MONTHS: Final = 24.0


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

    Refused, too, where the heights contradict one another.
    """
    between = Between(former.date, later.date)
    if not between.holds(SHORTEST_MONTHS):
        return Velocity(between, _too_short(between))
    try:
        (first_cm, last_cm), corrected = _comparable_cm(child, former, later)
    except OutsideReference as exc:
        return Velocity(between, Refusal(str(exc)))
    contradiction = contradiction_of(child, former, later)
    if contradiction is not None:
        return Velocity(between, contradiction)
    return Velocity(
        between,
        (last_cm - first_cm) / between.years,
        HEIGHT_ERROR_CM / between.years,
        (*corrected, *less_than_a_year(between)),
    )


def contradiction_of(child: Child, former: EarlierVisit, later: EarlierVisit) -> Refusal | None:
    """Return why two heights cannot both be right, None where they can.

    What lies within the error of measuring contradicts nothing: near adult height half of all
    children measure a little less than before.
    """
    assert former.height_cm is not None and later.height_cm is not None
    between, grown_cm = Between(former.date, later.date), later.height_cm - former.height_cm
    is_infant = _age_months(child, former) < _INFANT_BELOW_MONTHS
    fastest = _FASTEST_OF_INFANTS_CM_PER_YEAR if is_infant else _FASTEST_CM_PER_YEAR
    if grown_cm < -HEIGHT_ERROR_CM:
        return _falls(former, later)
    if grown_cm - HEIGHT_ERROR_CM > fastest * between.years:
        return _too_fast(former, later)
    return None


def contradiction_since(
    child: Child, former: EarlierVisit, visits: Sequence[EarlierVisit]
) -> Refusal | None:
    """Return the first contradiction of heights from one visit on, also of those in between."""
    since = [visit for visit in _measured(visits) if visit.date >= former.date]
    found = (contradiction_of(child, *neighbours) for neighbours in pairwise(since))
    return next((each for each in found if each is not None), None)


def velocity_of_last_year(child: Child, visits: Sequence[EarlierVisit]) -> Velocity:
    """Return the velocity up to the last visit, from the one nearest to a year before it.

    Refused where heights in between contradict one another: nobody knows which one is wrong.
    """
    *earlier, this = visits
    if this.height_cm is None:
        return Velocity(None, Refusal("The velocity needs a height of this visit."))
    shortest, longest = YEAR_MONTHS
    a_year_ago = [
        visit
        for visit in _measured(earlier)
        if Between(visit.date, this.date).holds(shortest)
        and this.date <= months_later(visit.date, longest)
    ]
    if not a_year_ago:
        return Velocity(
            None, Refusal(f"No height was measured {shortest} to {longest} months before.")
        )
    former = nearest_to_a_year(a_year_ago, this)
    contradiction = contradiction_since(child, former, visits)
    if contradiction is not None:
        return Velocity(Between(former.date, this.date), contradiction)
    return velocity_between(child, former, this)


def nearest_to_a_year(earlier: Sequence[EarlierVisit], this: EarlierVisit) -> EarlierVisit:
    """Return the visit nearest to a year before another one; no two days are as near.

    One that is less than 9 months old is returned only where there is no older one.
    """
    old = [visit for visit in earlier if Between(visit.date, this.date).holds(YEAR_MONTHS[0])]
    return min(
        old or earlier,
        key=lambda visit: abs(Between(visit.date, this.date).months - MONTHS_PER_YEAR),
    )


def velocities(child: Child, visits: Sequence[EarlierVisit]) -> tuple[Velocity, ...]:
    """Return one for each visit with a height after the first: of the year before, if it has one.

    Else it is that since the height before.
    """
    measured = _measured(visits)
    return tuple(_velocity_up_to(child, measured[: place + 1]) for place in range(1, len(measured)))


def _velocity_up_to(child: Child, measured: Sequence[EarlierVisit]) -> Velocity:
    of_the_year = velocity_of_last_year(child, measured)
    if isinstance(of_the_year.cm_per_year, Refusal):
        return velocity_between(child, *measured[-2:])
    return of_the_year


def _measured(visits: Sequence[EarlierVisit]) -> list[EarlierVisit]:
    return [visit for visit in visits if visit.height_cm is not None]


def less_than_a_year(between: Between) -> tuple[str, ...]:
    """Say that two heights lie too near to judge by, empty where they are a year apart."""
    if between.holds(YEAR_MONTHS[0]):
        return ()
    return (
        f"The heights of {between.start} and {between.end} lie {between.months:.1f} months apart; "
        "growth changes with the seasons and is judged over a year.",
    )


def _too_short(between: Between) -> Refusal:
    return Refusal(
        f"Only {between.months:.1f} months lie between the heights of {between.start} and "
        f"{between.end}; a velocity needs {SHORTEST_MONTHS}."
    )


def _falls(former: EarlierVisit, later: EarlierVisit) -> Refusal:
    return Refusal(
        f"The height falls from {former.height_cm:.1f} cm on {former.date} to "
        f"{later.height_cm:.1f} cm on {later.date}; check both measurements."
    )


def _too_fast(former: EarlierVisit, later: EarlierVisit) -> Refusal:
    return Refusal(
        f"No child grows from {former.height_cm:.1f} cm on {former.date} to "
        f"{later.height_cm:.1f} cm on {later.date}; check both measurements and their unit."
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

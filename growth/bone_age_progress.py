"""How far the bone age went on between two visits, and whether two readings can tell."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from growth.ages import MONTHS_PER_YEAR
from growth.assessment import Refusal
from growth.velocity import DIFFERENCE_95, SHORTEST_MONTHS, Between, nearest_to_a_year
from growth.visits import EarlierVisit


@dataclass(frozen=True, slots=True)
class DetectableChange:
    """The least difference of two bone ages of one child that is more than scatter, and its source.

    It is 1.96 times the root of 2 times the SD of repeated readings. `measured_on` says in a few
    words whose readings those were.
    """

    months: float
    measured_on: str
    source: str


def _detectable(sd_years: float, measured_on: str, source: str) -> DetectableChange:
    return DetectableChange(DIFFERENCE_95 * sd_years * MONTHS_PER_YEAR, measured_on, source)


# Our choice: that of another automatic reader. The reading model's own card knows ten poses of one
# and the same film (SD 0.95 months), which hold no second exposure of a child and would call
# changes of 3 months real; a child exposed twice was not read yet.
# Visiana, BoneXpert v3: SD 0.19 years of repeated readings.
AUTOMATIC_READING: Final = _detectable(
    0.19,
    "another automatic reader",
    "Smallest detectable change of a bone age: 1.96 x root 2 x 0.19 years, the repeatability of an "
    "automatic reader (BoneXpert v3); that of this software, of a child exposed twice, was not "
    "measured.",
)
# Kaplowitz P et al. 2011, as cited by Visiana: SD of one person's reading by atlas, 0.58 years.
READING_BY_EYE: Final = _detectable(
    0.58,
    "readings by eye",
    "Smallest detectable change of a bone age: 1.96 x root 2 x 0.58 years, the scatter of readings "
    "by eye (Kaplowitz 2011).",
)


@dataclass(frozen=True, slots=True)
class BoneAgeProgress:
    """The change of bone age beside the time that passed, or why it is not told.

    `exceeds` tells whether the change is larger than the smallest detectable one, None where the
    readings came about differently. `range_years_per_year` are the ratios of a change smaller and
    larger by the smallest detectable one.
    """

    between: Between | None
    years_per_year: float | Refusal
    change_months: float | None = None
    range_years_per_year: tuple[float, float] | None = None
    detectable: DetectableChange | None = None
    exceeds: bool | None = None
    remarks: tuple[str, ...] = ()


def bone_age_progress(
    visits: Sequence[EarlierVisit], detectable: DetectableChange
) -> BoneAgeProgress:
    """Return the progress up to the last visit since the reading nearest to a year before it.

    A reading by the same method goes first, then one of 9 months before and more. Refused without
    two readings 6 months apart.
    """
    *earlier, this = visits
    if this.bone_age_months is None:
        return BoneAgeProgress(None, Refusal("The progress of bone age needs a reading today."))
    read = [
        visit
        for visit in earlier
        if visit.bone_age_months is not None
        and Between(visit.date, this.date).holds(SHORTEST_MONTHS)
    ]
    if not read:
        return BoneAgeProgress(
            None, Refusal(f"No bone age was read {SHORTEST_MONTHS} months or more before.")
        )
    alike = [visit for visit in read if _is_alike(visit, this)]
    return _progress(nearest_to_a_year(alike or read, this), this, detectable)


def _is_alike(former: EarlierVisit, later: EarlierVisit) -> bool:
    method = former.bone_age_method
    return method is not None and method == later.bone_age_method


def _progress(
    former: EarlierVisit, later: EarlierVisit, detectable: DetectableChange
) -> BoneAgeProgress:
    assert former.bone_age_months is not None and later.bone_age_months is not None
    between = Between(former.date, later.date)
    change = later.bone_age_months - former.bone_age_months
    per_year = change / between.months
    if not _is_alike(former, later):
        remarks = (_unlike(former, later), *_going_back(change))
        return BoneAgeProgress(between, per_year, change, remarks=remarks)
    scatter = detectable.months / between.months
    return BoneAgeProgress(
        between=between,
        years_per_year=per_year,
        change_months=change,
        range_years_per_year=(per_year - scatter, per_year + scatter),
        detectable=detectable,
        exceeds=abs(change) > detectable.months,
        remarks=_going_back(change),
    )


def _unlike(former: EarlierVisit, later: EarlierVisit) -> str:
    return (
        f"These bone ages are not compared like with like; {former.date}: {_method(former)}; "
        f"{later.date}: {_method(later)}."
    )


def _method(visit: EarlierVisit) -> str:
    return visit.bone_age_method or "method not told"


def _going_back(change_months: float) -> tuple[str, ...]:
    if change_months >= 0:
        return ()
    return ("The later bone age is the lower one; bones do not grow younger, readings scatter.",)

"""When a child is suggested to come again, by the site's rules."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from growth.ages import MONTHS_PER_YEAR, months_later
from growth.assessment import GrowthAssessment, Refusal, Score
from growth.entered import Entered
from growth.follow_up import FollowUp
from growth.visit_rules import Course, VisitRule


@dataclass(frozen=True, slots=True)
class NextVisit:
    """A suggestion: in how many months, the day that is, and the sentence that says whose it is."""

    months: int
    date: date
    rule: str


def course_of(growth: GrowthAssessment, course: FollowUp | None, entered: Entered) -> Course:
    """Return what the rules look at; the height is that against the site's own reference."""
    off, height = growth.bone_age_minus_age_months, growth.height.scores[growth.headline]
    return Course(
        age_years=growth.age.decimal_years,
        bone_age_off_years=None if isinstance(off, Refusal) else abs(off) / MONTHS_PER_YEAR,
        height_sds_off=abs(height.sds) if isinstance(height, Score) else None,
        is_velocity_known=course is not None and isinstance(course.velocity.cm_per_year, float),
        is_treated=bool(entered.treatment),
    )


def next_visit(rules: Sequence[VisitRule], course: Course, today: date) -> NextVisit | None:
    """Return what the first rule that holds suggests; None without one."""
    for rule in rules:
        if rule.holds(course):
            day = months_later(today, rule.months)
            return NextVisit(rule.months, day, _sentence(rule, day))
    return None


def _sentence(rule: VisitRule, day: date) -> str:
    months = "1 month" if rule.months == 1 else f"{rule.months} months"
    return (
        f"Next visit suggested in {months}, about {day}, by the rule "
        f'"{rule.name}"; a physician decides.'
    )


def next_visit_record(suggested: NextVisit | None) -> dict[str, Any] | None:
    """Return a suggestion as the plain data of `growth.next_visit`."""
    return None if suggested is None else asdict(suggested) | {"date": suggested.date.isoformat()}

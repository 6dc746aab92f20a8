"""The child of a visit."""

from dataclasses import dataclass
from datetime import date

from bone_age.reading import Sex
from growth.errors import GestationUnusable

# The mean length of the Gregorian year in days; decimal ages in growth charts use days / 365.25.
# WHO Child Growth Standards: Methods and development (2006), age in completed days.
DAYS_PER_YEAR = 365.25

_DAYS_PER_WEEK = 7
# Term is 40 weeks after the last menstrual period; preterm is before 37 completed weeks.
# Engle WA, Committee on Fetus and Newborn. Age terminology during the perinatal period. Pediatrics
# 2004;114:1362-4; WHO, ICD-10 vol. 2, 5.7.1.
_TERM_DAYS = 40 * _DAYS_PER_WEEK
_PRETERM_BELOW_DAYS = 37 * _DAYS_PER_WEEK
# Our choice: the perinatal period begins at 22 completed weeks (WHO, ICD-10 vol. 2, 5.7.1), and
# hardly any pregnancy lasts 45; outside, the figure is a slip.
_PLAUSIBLE_WEEKS = (22, 44)


@dataclass(frozen=True, slots=True)
class Gestation:
    """How long the mother was pregnant: completed weeks, and 0 to 6 days; GestationUnusable."""

    weeks: int
    days: int = 0

    def __post_init__(self) -> None:
        """Refuse weeks that no child is born after."""
        shortest, longest = _PLAUSIBLE_WEEKS
        if not shortest <= self.weeks <= longest or not 0 <= self.days < _DAYS_PER_WEEK:
            raise GestationUnusable(
                f"A gestation of {self.weeks} weeks and {self.days} days cannot be: it lies "
                f"between {shortest} and {longest} completed weeks, with 0 to 6 days."
            )

    @property
    def is_preterm(self) -> bool:
        """Tell whether the child was born before 37 completed weeks."""
        return self._total_days < _PRETERM_BELOW_DAYS

    @property
    def days_early(self) -> int:
        """Return the days from the birth to 40 weeks; below 0 after them."""
        return _TERM_DAYS - self._total_days

    @property
    def _total_days(self) -> int:
        return _DAYS_PER_WEEK * self.weeks + self.days

    def as_record(self) -> dict[str, int]:
        """Return the gestation as patient files and results hold it."""
        return {"gestation_weeks": self.weeks, "gestation_days": self.days}

    def __str__(self) -> str:
        """Return weeks and days as a sentence says them."""
        return f"{self.weeks} weeks and {self.days} {'day' if self.days == 1 else 'days'}"


@dataclass(frozen=True, slots=True)
class Child:
    """Who is examined; sizes in cm and kg; None where nobody measured or told."""

    id: str
    name: str
    sex: Sex
    birth_date: date
    height_cm: float | None = None
    weight_kg: float | None = None
    mother_cm: float | None = None
    father_cm: float | None = None
    gestation: Gestation | None = None

    def age_years(self, on: date) -> float:
        """Return the decimal age on a day."""
        return (on - self.birth_date).days / DAYS_PER_YEAR

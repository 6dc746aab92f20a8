"""The child of a visit."""

from dataclasses import dataclass
from datetime import date

from bone_age.reading import Sex

# The mean length of the Gregorian year in days; decimal ages in growth charts use days / 365.25.
# WHO Child Growth Standards: Methods and development (2006), age in completed days.
DAYS_PER_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class Child:
    """Who is examined; sizes in cm and kg, None where nobody measured."""

    id: str
    name: str
    sex: Sex
    birth_date: date
    height_cm: float | None = None
    weight_kg: float | None = None
    mother_cm: float | None = None
    father_cm: float | None = None

    def age_years(self, on: date) -> float:
        """Return the decimal age on a day."""
        return (on - self.birth_date).days / DAYS_PER_YEAR

"""Bone age against age by two conventions, each with its own limit; the two are never merged."""

from dataclasses import dataclass
from enum import Enum

# Many Chinese clinics call a bone age advanced or delayed beyond one year from the age; no study
# was found that set the limit.
LIMIT_MONTHS = 12.0
# Radiologists do so beyond two standard deviations from the mean bone age for the age.
# ACR/RSNA Common Data Elements, RDES14 (pediatric bone age).
LIMIT_SDS = 2.0


class Determination(Enum):
    """The words of RDES14 for what a convention says; NORMAL is a bone age within its limit.

    RDES14 also has "indeterminate", which nothing here says: that an interval reaches over a limit
    is said beside the word.
    """

    DELAYED = "delayed"
    NORMAL = "normal"
    ADVANCED = "advanced"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Maturity:
    """What each convention says: by the difference in months, and by standard deviations."""

    by_months: Determination
    by_sds: Determination


def determination(figure: float | None, limit: float) -> Determination:
    """Return on which side of plus and minus a limit a figure lies; on the limit it is within."""
    if figure is None:
        return Determination.UNKNOWN
    if figure > limit:
        return Determination.ADVANCED
    return Determination.DELAYED if figure < -limit else Determination.NORMAL


def maturity(difference_months: float | None, sds: float | None) -> Maturity:
    """Apply both conventions; None where a figure was refused."""
    return Maturity(determination(difference_months, LIMIT_MONTHS), determination(sds, LIMIT_SDS))

"""What a prediction of adult height is: a figure with its limits and its method, or a refusal."""

import math
from dataclasses import dataclass
from typing import Final

# The normal distribution holds 95 % within so many standard deviations.
NORMAL_95: Final = 1.96


@dataclass(frozen=True, slots=True)
class BoneAge:
    """A bone age of Greulich and Pyle's kind, with the interval it was read with, if any."""

    months: float
    interval_months: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class RusBoneAge:
    """A bone age of radius, ulna and short bones, from stages that a physician entered.

    `standard` names the sheet, and so the children, that turned its score into an age; `doubts`
    about the sheet are doubts about what is predicted from it.
    """

    months: float
    standard: str
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AdultHeight:
    """A predicted adult height in cm with its limits.

    `formula` holds the figures that gave it, `interval` says in a sentence what the limits are.
    `bone_age_part_cm` is how far the interval of the bone age alone, or the scatter of ratings,
    moves the prediction, None where that is not known. `group` is the maturity group of a table
    that has such. `doubts` are sentences that a reader of the figure must see beside it.
    """

    method: str
    formula: str
    cm: float
    low_cm: float
    high_cm: float
    interval: str
    bone_age_part_cm: tuple[float, float] | None = None
    group: str | None = None
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RefusedHeight:
    """Why a method predicts no adult height for this child, in one plain sentence."""

    method: str
    reason: str
    group: str | None = None


def joined_limits(
    cm: float, method_error_cm: float, part_cm: tuple[float, float], height_cm: float
) -> tuple[float, float]:
    """Return the limits of a prediction, as if its two errors were independent.

    To each side they lie as far out as the root of the sum of the squares of the method's error
    and of the bone age's part, and never below the present height: nobody grows shorter.
    """
    low = cm - math.hypot(method_error_cm, cm - part_cm[0])
    high = cm + math.hypot(method_error_cm, part_cm[1] - cm)
    return max(low, height_cm), high

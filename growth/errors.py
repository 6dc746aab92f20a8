"""What can go wrong when growth is judged.

GrowthError
├── VisitBeforeBirth     E-GRO-1   the day of the visit lies before the birth
├── MeasurementUnusable  E-GRO-2   a size or a bone age that no child has: wrong unit or slip
├── OutsideReference     E-GRO-3   no published figure for this age, sex, measure or position
│   └── PositionUnknown  E-GRO-4   lying or standing matters at this age and was not said
├── ReferenceDamaged     E-GRO-5   a reference table of this installation cannot be read
└── NoSuchSize           E-GRO-6   a curve so far from the median that no size belongs to it

`growth.assess` turns OutsideReference and PositionUnknown into a Refusal with the same sentence;
the others reach its caller.
"""

from typing import ClassVar


class GrowthError(Exception):
    """Anything that keeps a child's growth from being judged."""

    code: ClassVar[str] = "E-GRO-0"


class VisitBeforeBirth(GrowthError):
    """The day of the visit lies before the birth."""

    code = "E-GRO-1"


class MeasurementUnusable(GrowthError):
    """A size or a bone age is not a number that a child can have."""

    code = "E-GRO-2"


class OutsideReference(GrowthError):
    """The reference has no figure for this age, sex, measure or position."""

    code = "E-GRO-3"


class PositionUnknown(OutsideReference):
    """Lying or standing matters at this age, and nobody said which it was."""

    code = "E-GRO-4"


class ReferenceDamaged(GrowthError):
    """A reference table of this installation is missing or cannot be read."""

    code = "E-GRO-5"


class NoSuchSize(GrowthError):
    """The curve asked for lies where the reference's distribution has ended."""

    code = "E-GRO-6"

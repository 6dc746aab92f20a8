"""What can go wrong when growth is judged.

GrowthError
├── VisitBeforeBirth     E-GRO-1   the day of the visit lies before the birth
├── MeasurementUnusable  E-GRO-2   a size or a bone age that no child has: wrong unit or slip
├── OutsideReference     E-GRO-3   no published figure for this age, sex, measure or position
│   └── PositionUnknown  E-GRO-4   lying or standing matters at this age and was not said
├── ReferenceDamaged     E-GRO-5   a reference table of this installation cannot be read
├── NoSuchSize           E-GRO-6   a curve so far from the median that no size belongs to it
├── GestationUnusable    E-GRO-7   weeks of gestation that no child is born after
├── SexUnknown           E-GRO-8   nobody told the child's sex, and every table is of one
├── StageUnusable        E-GRO-9   a scoring sheet lacks a bone, or has a stage that there is not
├── EnteredUnusable      E-GRO-10  puberty or treatment as no child of this sex and age has them
├── EarlierVisitWrong    E-GRO-11  what is told of an earlier visit cannot be
├── EarlierUnreadable    E-GRO-12  the file of earlier visits cannot be read
└── VisitRuleWrong       E-GRO-13  a rule for the next visit is missing or impossible

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


class SexUnknown(GrowthError):
    """The child's sex was not told, and every table is of girls or of boys."""

    code = "E-GRO-8"


class StageUnusable(GrowthError):
    """A scoring sheet is not filled in, or says a stage that a bone cannot have."""

    code = "E-GRO-9"


class GestationUnusable(GrowthError):
    """Weeks or days of gestation are none that a child is born after."""

    code = "E-GRO-7"


class EnteredUnusable(GrowthError):
    """Puberty or treatment is entered as no child of this sex and age has it."""

    code = "E-GRO-10"


class EarlierVisitWrong(GrowthError):
    """What is told of an earlier visit cannot be."""

    code = "E-GRO-11"


class EarlierUnreadable(GrowthError):
    """The file of earlier visits cannot be read."""

    code = "E-GRO-12"


class VisitRuleWrong(GrowthError):
    """A rule for the next visit is missing or says something impossible."""

    code = "E-GRO-13"

"""What a benchmark found, beside what was asked."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: `at_most` says on which side of `asked` it has to lie."""

    name: str
    requirement: str
    measured: float
    asked: float
    at_most: bool
    figures: str

    @property
    def met(self) -> bool:
        """Whether the figure is as asked."""
        return self.measured <= self.asked if self.at_most else self.measured >= self.asked


def at_most(name: str, requirement: str, measured: float, asked: float, figures: str) -> Row:
    """Make the row of a figure that has an upper limit."""
    return Row(name, requirement, measured, asked, at_most=True, figures=figures)


def at_least(name: str, requirement: str, measured: float, asked: float, figures: str) -> Row:
    """Make the row of a figure that has a lower limit."""
    return Row(name, requirement, measured, asked, at_most=False, figures=figures)

"""How the reading of one and the same hands changes with the dose: the figures of a dose study."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bone_age.stress_figures import MOST_ADDED_MONTHS, MOST_ADDED_REFUSED

# Normal distribution: half of a 95 % interval in standard errors.
_STANDARD_ERRORS: Final = 1.96


@dataclass(frozen=True, slots=True)
class Exposed:
    """What was read of one hand at one dose and of its file, None where it was refused.

    `label_months` is what the list says of it, None where it says nothing.
    """

    dose_ugy: float
    months: float | None
    width_months: float | None
    file_months: float | None
    label_months: float | None


@dataclass(frozen=True, slots=True)
class DoseStep:
    """One dose: means over the hands that were read at it and from their file; None without any.

    `change_months` is against the reading of the file, without its sign; `loss_months` is the
    error against the label less that of the file, and `loss_95_months` half of its 95 % interval.
    """

    dose_ugy: float
    hands: int
    refused: int
    files_refused: int
    change_months: float | None
    error_months: float | None
    file_error_months: float | None
    loss_95_months: float | None
    width_months: float | None

    @property
    def loss_months(self) -> float | None:
        """The error that the dose adds, None without labels."""
        if self.error_months is None or self.file_error_months is None:
            return None
        return self.error_months - self.file_error_months

    @property
    def is_without_loss(self) -> bool:
        """Tell whether reading at this dose is as good as reading the file."""
        more = (self.refused - self.files_refused) / self.hands
        loss = self.loss_months
        return loss is not None and loss <= MOST_ADDED_MONTHS and more <= MOST_ADDED_REFUSED


def dose_steps(exposed: Sequence[Exposed]) -> list[DoseStep]:
    """Return the figures of every dose, the lowest first."""
    doses = sorted({one.dose_ugy for one in exposed})
    return [_step(dose, [one for one in exposed if one.dose_ugy == dose]) for dose in doses]


def lowest_without_loss(steps: Sequence[DoseStep]) -> float | None:
    """Return the lowest dose that is without loss, as are all above it; None where none is."""
    lowest = None
    for step in sorted(steps, key=lambda step: -step.dose_ugy):
        if not step.is_without_loss:
            break
        lowest = step.dose_ugy
    return lowest


def _step(dose_ugy: float, hands: Sequence[Exposed]) -> DoseStep:
    read = [(one, one.months, one.file_months) for one in hands]
    changes = [abs(at - of) for _, at, of in read if at is not None and of is not None]
    errors = [
        (abs(at - one.label_months), abs(of - one.label_months))
        for one, at, of in read
        if at is not None and of is not None and one.label_months is not None
    ]
    at_dose, of_file = zip(*errors, strict=True) if errors else ((), ())
    return DoseStep(
        dose_ugy=dose_ugy,
        hands=len(hands),
        refused=sum(one.months is None for one in hands),
        files_refused=sum(one.file_months is None for one in hands),
        change_months=_mean(changes),
        error_months=_mean(at_dose),
        file_error_months=_mean(of_file),
        loss_95_months=_half_interval(np.subtract(at_dose, of_file)),
        width_months=_mean([one.width_months for one in hands if one.width_months is not None]),
    )


def _mean(figures: Sequence[float]) -> float | None:
    return float(np.mean(figures)) if len(figures) else None


def _half_interval(losses: NDArray[np.float64]) -> float | None:
    if len(losses) < 2:
        return None
    return _STANDARD_ERRORS * float(np.std(losses, ddof=1)) / math.sqrt(len(losses))


def lowest_in_words(steps: Sequence[DoseStep]) -> str:
    """Say which is the lowest dose without loss, and what that means."""
    if all(step.loss_months is None for step in steps):
        return (
            "The list tells no bone ages (column bone_age_months): which dose is the lowest "
            "without loss cannot be said."
        )
    lowest = lowest_without_loss(steps)
    meaning = (
        f"error at most {MOST_ADDED_MONTHS:g} months above that of reading the file and "
        f"refusals at most {MOST_ADDED_REFUSED:.0%} of the hands above, at this dose and at all "
        "higher ones"
    )
    if lowest is None:
        return f"No dose of these is without loss ({meaning})."
    return f"Lowest dose without loss: {lowest:g} uGy ({meaning})."


def cells_of_step(step: DoseStep) -> tuple[str, ...]:
    """Return the figures of a dose as the texts of a table, as `HEADINGS` names them."""
    loss = _text(step.loss_months, "+.2f")
    apart = "" if step.loss_95_months is None else f" ({_pm(step.loss_95_months)})"
    return (
        f"{step.dose_ugy:g}",
        str(step.hands),
        f"{step.refused} ({step.files_refused})",
        _text(step.change_months, ".2f"),
        f"{_text(step.error_months, '.2f')} ({_text(step.file_error_months, '.2f')})",
        f"{loss}{apart}",
        _text(step.width_months, ".1f"),
    )


HEADINGS: Final = ("uGy", "hands", "refused (files)", "change", "error (file)", "loss", "width")
UNITS: Final = (
    "Means in months. Change: from the reading of the file. Error: against the list's bone age, "
    "beside that of the file. Loss: error less that of the file, with its 95 % interval. Width: "
    "of the interval."
)


def _text(figure: float | None, form: str) -> str:
    return "-" if figure is None else format(figure, form)


def _pm(figure: float) -> str:
    return f"±{figure:.2f}"

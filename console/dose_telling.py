"""The figures of a dose study in words, and as the cells of a table."""

from collections.abc import Sequence
from typing import Final

from bone_age.dose_ladder import (
    MOST_ADDED_MONTHS,
    MOST_ADDED_REFUSED,
    DoseStep,
    lowest_without_loss,
)
from bone_age.evaluation import Estimate

HEADINGS: Final = ("uGy", "hands", "refused (files)", "change", "error (file)", "loss", "width")
UNITS: Final = (
    "Means in months. Change: from the reading of the file. Error: against the list's bone age, "
    "beside that of the file. Loss: error less that of the file, with its 95 % interval. Width: "
    "of the interval."
)


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
    return (
        f"{step.dose_ugy:g}",
        str(step.hands),
        f"{step.refused} ({step.files_refused})",
        _text(step.change_months, ".2f"),
        f"{_text(step.error_months, '.2f')} ({_text(step.file_error_months, '.2f')})",
        _loss(step.loss_months),
        _text(step.width_months, ".1f"),
    )


def _loss(loss: Estimate | None) -> str:
    if loss is None or loss.high is None:
        return _text(None if loss is None else loss.value, "+.2f")
    return f"{loss.value:+.2f} (±{loss.high - loss.value:.2f})"


def _text(figure: float | None, form: str) -> str:
    return "-" if figure is None else format(figure, form)

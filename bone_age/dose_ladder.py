"""How the reading of one and the same hands changes with the dose: the figures of a dose study."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bone_age.evaluation import Z95, Estimate, share

# Our choice of what "without loss" means for a dose, which no physician would notice beside an
# error of half a year: error above that of the files in months, refusals above theirs as a share.
MOST_ADDED_MONTHS: Final = 0.3
MOST_ADDED_REFUSED: Final = 0.01


@dataclass(frozen=True, slots=True)
class Exposed:
    """What was read of one hand at one dose and of its file, None where it was refused.

    `label_months` is what the list says of it, None where it says nothing; without an image there
    is no exposure index.
    """

    id: str
    dose_ugy: float
    exposure_index: float | None
    months: float | None
    width_months: float | None
    file_months: float | None
    label_months: float | None


@dataclass(frozen=True, slots=True)
class DoseStep:
    """One dose: means over the hands that were read at it and from their file; None without any.

    `change_months` is against the reading of the file, without its sign; `loss_months` is the
    error against the label less that of the file, of each hand for itself; `without_loss` where
    reading at this dose is as good as reading the file. `exposure_index` is the middle one.
    """

    dose_ugy: float
    exposure_index: float | None
    hands: int
    refused: int
    refused_share: Estimate
    files_refused: int
    change_months: float | None
    error_months: float | None
    file_error_months: float | None
    loss_months: Estimate | None
    width_months: float | None
    without_loss: bool


def dose_steps(exposed: Sequence[Exposed]) -> list[DoseStep]:
    """Return the figures of every dose, the lowest first."""
    doses = sorted({one.dose_ugy for one in exposed})
    return [_step(dose, [one for one in exposed if one.dose_ugy == dose]) for dose in doses]


def lowest_without_loss(steps: Sequence[DoseStep]) -> float | None:
    """Return the lowest dose that is without loss, as are all above it; None where none is."""
    lowest = None
    for step in sorted(steps, key=lambda step: -step.dose_ugy):
        if not step.without_loss:
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
    refused = sum(one.months is None for one in hands)
    files_refused = sum(one.file_months is None for one in hands)
    loss = _loss(np.subtract(at_dose, of_file))
    more_refused = (refused - files_refused) / len(hands)
    indices = _known(one.exposure_index for one in hands)
    return DoseStep(
        dose_ugy=dose_ugy,
        exposure_index=float(np.median(indices)) if indices else None,
        hands=len(hands),
        refused=refused,
        refused_share=share(refused, len(hands)),
        files_refused=files_refused,
        change_months=_mean(changes),
        error_months=_mean(at_dose),
        file_error_months=_mean(of_file),
        loss_months=loss,
        width_months=_mean(_known(one.width_months for one in hands)),
        without_loss=_is_without_loss(loss, more_refused),
    )


def _is_without_loss(loss: Estimate | None, more_refused: float) -> bool:
    if loss is None:
        return False
    return loss.value <= MOST_ADDED_MONTHS and more_refused <= MOST_ADDED_REFUSED


def _loss(losses: NDArray[np.float64]) -> Estimate | None:
    """Return the mean of what every hand lost, with its normal interval."""
    if not len(losses):
        return None
    mean = float(np.mean(losses))
    if len(losses) == 1:
        return Estimate(mean, None, None)
    half = Z95 * float(np.std(losses, ddof=1)) / math.sqrt(len(losses))
    return Estimate(mean, mean - half, mean + half)


def _known(figures: Iterable[float | None]) -> list[float]:
    return [figure for figure in figures if figure is not None]


def _mean(figures: Sequence[float]) -> float | None:
    return float(np.mean(figures)) if len(figures) else None

"""What changed pictures and poses do to the reading: the figures."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bone_age.evaluation import Z95, Case, Estimate, mean_of, share
from bone_age.stress import STRESSES

# A standard deviation of fewer poses than this says little: our choice.
FEWEST_POSES = 5


@dataclass(frozen=True, slots=True)
class Reread:
    """A labelled image read once more, changed.

    The months are None where the reader refused.
    """

    id: str
    labelled_months: float
    unchanged_months: float | None
    months: float | None


@dataclass(frozen=True, slots=True)
class Effect:
    """What one change does to a list: `refused` of `n`, the rest from those read both times.

    `error_unchanged_months` is that of the same images as they were.
    """

    n: int
    refused: int
    refused_share: Estimate
    change_months: Estimate | None
    absolute_change_months: Estimate | None
    error_months: Estimate | None
    error_unchanged_months: Estimate | None


@dataclass(frozen=True, slots=True)
class Step:
    """One amount of one stress."""

    amount: float
    effect: Effect


@dataclass(frozen=True, slots=True)
class StressCurve:
    """One stress over its amounts; the one that changes nothing is among them."""

    name: str
    unit: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Repeatability:
    """How far the readings of ten poses of one child scatter, on average over children.

    `smallest_change_months` is the least difference of two readings of one child that is more than
    scatter: 1.96 times the root of 2 times the deviation (Bland and Altman, Lancet 1986;1:307).
    """

    children: int
    poses: int
    refused_share: Estimate
    standard_deviation_months: Estimate
    smallest_change_months: float


def effect_of(reread: Sequence[Reread]) -> Effect:
    """Work out what a change did to at least one image."""
    refused = sum(each.months is None for each in reread)
    pairs = [
        (each.months, each.unchanged_months, each.labelled_months)
        for each in reread
        if each.months is not None and each.unchanged_months is not None
    ]
    return Effect(
        n=len(reread),
        refused=refused,
        refused_share=share(refused, len(reread)),
        change_months=mean_of(now - before for now, before, _ in pairs),
        absolute_change_months=mean_of(abs(now - before) for now, before, _ in pairs),
        error_months=mean_of(abs(now - label) for now, _, label in pairs),
        error_unchanged_months=mean_of(abs(before - label) for _, before, label in pairs),
    )


def stress_curves(
    unchanged: Sequence[Case], changed: Mapping[tuple[str, float], Sequence[Reread]]
) -> tuple[StressCurve, ...]:
    """Lay out every stress over its amounts, with the unchanged images where they belong."""
    same = effect_of(
        [
            Reread(case.id, case.labelled_months, case.read_months, case.read_months)
            for case in unchanged
        ]
    )
    curves: list[StressCurve] = []
    for stress in STRESSES:
        steps = [Step(amount, effect_of(changed[stress.name, amount])) for amount in stress.amounts]
        if stress.unchanged is not None:
            steps.append(Step(stress.unchanged, same))
        ordered = tuple(sorted(steps, key=lambda step: step.amount))
        curves.append(StressCurve(stress.name, stress.unit, ordered))
    return tuple(curves)


def repeatability_of(children: Iterable[Sequence[float | None]]) -> Repeatability | None:
    """Return the mean standard deviation of each child's poses, None where refused.

    A child with fewer than five poses that were read counts among the refusals alone. None where
    no child is left.
    """
    poses = [list(each) for each in children]
    read = [[months for months in each if months is not None] for each in poses]
    enough = [each for each in read if len(each) >= FEWEST_POSES]
    spread = mean_of(float(np.std(each, ddof=1)) for each in enough)
    if spread is None:
        return None
    total = sum(map(len, poses))
    return Repeatability(
        children=len(enough),
        poses=total,
        refused_share=share(total - sum(map(len, read)), total),
        standard_deviation_months=spread,
        smallest_change_months=Z95 * 2**0.5 * spread.value,
    )

"""How signal and noise grow with the exposure: sensitivity, linearity, parts of the noise.

The noise is split as variance = a K^2 + b K + c into fixed structure, quanta and electronics (K the
air kerma): between c/b and b/a the quanta prevail.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from acquisition.errors import QualityFramesMissing

# As many levels as the noise has parts.
FEWEST_LEVELS: Final = 3


@dataclass(frozen=True, slots=True)
class Level:
    """Mean signal and noise (DN) of flat images at one air kerma (uGy)."""

    kerma_ugy: float
    signal_dn: float
    noise_dn: float


@dataclass(frozen=True, slots=True)
class Response:
    """Signal and noise against the exposure.

    `sensitivity` in DN/uGy is the best proportionality; `largest_deviation` from it is a share.
    `structure`, `quantum` and `electronic` are a, b and c of the variance in DN^2.
    """

    levels: tuple[Level, ...]
    sensitivity: float
    largest_deviation: float
    structure: float
    quantum: float
    electronic: float

    @property
    def quantum_limited_ugy(self) -> tuple[float, float]:
        """Air kerma from which and up to which quanta are the largest part of the noise."""
        highest = self.quantum / self.structure if self.structure > 0 else float("inf")
        return (self.electronic / self.quantum if self.quantum > 0 else float("inf"), highest)


def measure_response(levels: Sequence[Level]) -> Response:
    """Fit flats of at least three exposure levels; raises `QualityFramesMissing`."""
    if len({level.kerma_ugy for level in levels}) < FEWEST_LEVELS:
        raise QualityFramesMissing(f"The response needs {FEWEST_LEVELS} exposure levels.")
    kerma, signal, noise = np.array(
        [(level.kerma_ugy, level.signal_dn, level.noise_dn) for level in levels]
    ).T
    # Every level counts alike: relative deviations are what a child's image suffers from.
    sensitivity = float(1 / np.mean(kerma / signal))
    parts = np.stack([kerma**2, kerma, np.ones_like(kerma)], axis=1) / noise[:, None] ** 2
    scale = np.linalg.norm(parts, axis=0)
    structure, quantum, electronic = _parts_of(parts / scale)
    return Response(
        levels=tuple(levels),
        sensitivity=sensitivity,
        largest_deviation=float(np.abs(signal / (sensitivity * kerma) - 1).max()),
        structure=float(structure / scale[0]),
        quantum=float(quantum / scale[1]),
        electronic=float(electronic / scale[2]),
    )


def _parts_of(shapes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the shares, none negative, of the columns of `shapes` that best add up to 1.

    Three shapes have seven choices of which take part: all are tried.
    """
    columns = range(shapes.shape[1])
    best, least = np.zeros(shapes.shape[1]), np.inf
    for count in range(1, len(columns) + 1):
        for used in map(list, combinations(columns, count)):
            shares, *_ = np.linalg.lstsq(shapes[:, used], np.ones(len(shapes)))
            misfit = float(np.square(shapes[:, used] @ shares - 1).sum())
            if misfit < least and shares.min() >= 0:
                best, least = np.zeros(shapes.shape[1]), misfit
                best[used] = shares
    return best

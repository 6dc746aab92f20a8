"""Detective quantum efficiency, after IEC 62220-1-1:2015."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from acquisition.detector_quality.edge import Direction, EdgeResponse
from acquisition.detector_quality.noise_power import NoisePower
from acquisition.detector_quality.regions import Curve
from acquisition.errors import SettingUnusable

# IEC 62220-1-1:2015: photons per mm2 and uGy of the radiation qualities of IEC 61267.
PHOTONS_PER_MM2_UGY: Final = {"RQA3": 20673.0, "RQA5": 29653.0, "RQA7": 32490.0}


@dataclass(frozen=True, slots=True, eq=False)
class QuantumEfficiency:
    """DQE over `frequencies_per_mm` at one air kerma (uGy at the panel) of one beam.

    `across` holds along a row of the panel, `down` along a column.
    """

    beam: str
    kerma_ugy: float
    frequencies_per_mm: Curve
    across: Curve
    down: Curve

    @property
    def mean(self) -> Curve:
        """Mean of both axes."""
        return (self.across + self.down) / 2


def measure_dqe(
    edges: Sequence[EdgeResponse], noise: NoisePower, beam: str, kerma_ugy: float
) -> QuantumEfficiency:
    """Return MTF^2 / (NNPS x kerma x photons per mm2 and kerma) for the edges of both directions.

    Raises `SettingUnusable` for a kerma of 0 or less, a beam without known fluence, a direction
    without its edge, or an edge and flats of different pixel pitch.
    """
    if beam not in PHOTONS_PER_MM2_UGY or not kerma_ugy > 0:
        raise SettingUnusable(f"There is no DQE at {kerma_ugy:g} uGy of the beam {beam}.")
    by_direction = {edge.direction: edge for edge in edges}
    if set(by_direction) != set(Direction):
        raise SettingUnusable("DQE needs an edge along the rows and one along the columns.")
    quanta_per_mm2 = kerma_ugy * PHOTONS_PER_MM2_UGY[beam]
    grid = noise.frequencies_per_mm
    across = _dqe(by_direction[Direction.ACROSS_COLUMNS], grid, noise.across * quanta_per_mm2)
    down = _dqe(by_direction[Direction.ACROSS_ROWS], grid, noise.down * quanta_per_mm2)
    return QuantumEfficiency(beam, kerma_ugy, grid, across, down)


def _dqe(edge: EdgeResponse, grid: Curve, noise_in_quanta: Curve) -> Curve:
    if not np.array_equal(edge.frequencies_per_mm, grid):
        raise SettingUnusable("Edge and flats were taken with different pixel pitch.")
    return np.asarray(np.square(edge.mtf) / noise_in_quanta)

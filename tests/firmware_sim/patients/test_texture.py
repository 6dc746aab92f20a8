from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from firmware_sim.patients import texture


@pytest.mark.parametrize("tile", [texture.long_grain, texture.round_grain, texture.marbling])
def test_tiles_join_without_a_seam(tile: Callable[[], NDArray[np.float32]]) -> None:
    grain = tile()
    inside = np.abs(np.diff(grain, axis=0)).mean()
    seam = np.abs(grain[0] - grain[-1]).mean()
    assert seam == pytest.approx(inside, rel=0.2)


def test_grain_of_long_bones_runs_along_them() -> None:
    along, across = (np.abs(np.diff(texture.long_grain(), axis=axis)).mean() for axis in (0, 1))
    assert along < 0.6 * across

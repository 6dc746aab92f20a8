"""Lag: what earlier exposures leave in the traps of the pixels and give back later.

Four kinds of traps, each with its own share and its own time; linear in the light (the panels that
were measured lag somewhat more after little light). Traps begin to empty when the exposed frame has
been read out; what they give back between frames is flushed, what they give back while a frame
integrates is in it.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from firmware_sim.physics.response import FULL_WELL_DN

# Starman et al., linear time-invariant model of a Varian 4030CB at 15 frames per second and 27 % of
# saturation: rates per frame and coefficients.
FRAMES_PER_S = 15.0
RATES_PER_FRAME = (2.5e-3, 2.1e-2, 1.6e-1, 7.6e-1)
COEFFICIENTS = (7.1e-6, 1.1e-4, 1.7e-3, 1.8e-2)
# The same in model time: 26.7, 3.2, 0.42 and 0.088 s, and the part of the signal in the traps.
TIME_CONSTANTS_S = tuple(1.0 / (rate * FRAMES_PER_S) for rate in RATES_PER_FRAME)
TRAPPED = tuple(
    float(-coefficient / np.expm1(-rate))
    for coefficient, rate in zip(COEFFICIENTS, RATES_PER_FRAME, strict=True)
)
# Less than this, even of a saturated pixel, is not worth the time: a hundredth of the noise.
_NEGLIGIBLE_DN = 0.07


def lag_fraction(since_read_out_s: float, integration_s: float) -> float:
    """Return the part of an exposed frame's signal that a later frame has in it.

    `since_read_out_s` runs from the end of the exposed frame's read-out to the later one's start.
    """
    ends_s = since_read_out_s + integration_s
    return float(
        sum(
            part * _given_back(since_read_out_s, ends_s, time_s)
            for part, time_s in zip(TRAPPED, TIME_CONSTANTS_S, strict=True)
        )
    )


@dataclass(slots=True)
class _Store:
    """Traps of one kind: `scale` x `light_dn` is their charge at `at_s`."""

    time_s: float
    part: float
    light_dn: NDArray[np.float32] | None = None
    scale: float = 0.0
    at_s: float = 0.0

    def left(self, now_s: float) -> float:
        return self.scale * float(np.exp(-max(now_s - self.at_s, 0.0) / self.time_s))


class Traps:
    """The traps of one panel: filled by exposed frames, emptied in model time."""

    def __init__(self) -> None:
        """Begin with empty traps."""
        self._stores = _empty_stores()

    def empty(self) -> None:
        """Lose all charge, as without supply."""
        self._stores = _empty_stores()

    def fill(self, light_dn: NDArray[np.float32], read_s: float) -> None:
        """Trap a part of the light in DN of a frame whose read-out ended then.

        The array is kept and must not change any more.
        """
        for store in self._stores:
            left = store.left(read_s)
            if store.light_dn is None or left * FULL_WELL_DN < _NEGLIGIBLE_DN:
                store.light_dn = light_dn
            else:
                earlier = left / store.part
                store.light_dn = _sum(store.light_dn, earlier, light_dn)
            store.scale, store.at_s = store.part, read_s

    def add_released(
        self, signal_dn: NDArray[np.float32], began_s: float, integration_s: float
    ) -> None:
        """Add to a frame, in place, what the traps give back while it integrates."""
        weights: dict[int, float] = {}
        lights: dict[int, NDArray[np.float32]] = {}
        for store in self._stores:
            if store.light_dn is not None:
                key = id(store.light_dn)
                lights[key] = store.light_dn
                since_s = max(began_s - store.at_s, 0.0)
                given = store.scale * _given_back(since_s, since_s + integration_s, store.time_s)
                weights[key] = weights.get(key, 0.0) + given
        for key, weight in weights.items():
            if weight * FULL_WELL_DN >= _NEGLIGIBLE_DN:
                cv2.scaleAdd(lights[key], weight, signal_dn, dst=signal_dn)


def _empty_stores() -> tuple[_Store, ...]:
    kinds = zip(TIME_CONSTANTS_S, TRAPPED, strict=True)
    return tuple(_Store(time_s, part) for time_s, part in kinds)


def _given_back(from_s: float, to_s: float, time_s: float) -> float:
    return float(np.exp(-from_s / time_s) - np.exp(-to_s / time_s))


def _sum(
    first: NDArray[np.float32], factor: float, second: NDArray[np.float32]
) -> NDArray[np.float32]:
    return np.asarray(cv2.scaleAdd(first, factor, second), np.float32)

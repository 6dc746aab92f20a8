"""Lag: the charge that an exposure leaves in the panel and that later frames read.

Amorphous silicon traps charge and lets go of it slowly. To first order the panel is linear and
does not change with time, so what a frame reads of an earlier exposure is a fixed part of that
exposure's signal, which depends on the time between the two alone:

    k(t) = sum of part_i x exp(-rate_i t), i = 1 to 4

Hsieh and Starman (Starman et al., Med Phys 2011;38:5860) measured four such terms on a
Varian 4030CB; this panel's own are fitted to the darks that follow one exposure of a calibration.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np
from numpy.typing import NDArray

from acquisition.errors import LagNotMeasured
from device.frame import RawFrame

# Starman et al., four rates at 15 frames a second, here per second: where the fit begins.
USUAL_RATES_PER_S: Final = (0.0375, 0.315, 2.4, 11.4)
# Our choice: rates are fitted within this factor of the usual ones.
RATE_FREEDOM: Final = 4.0
# Facts of a-Si panels: 2 to 5 % in the first frame; more than this is no lag but light or X-rays.
LARGEST_FIRST_PART: Final = 0.15
# Our choice: rates are sought to 1 %; no image shows a smaller difference.
FINEST_STEP: Final = 1.01
# A term that has faded before the first dark cannot be told; it is not made up to be huge.
LARGEST_PART: Final = 0.5
# Our choice: fewer points do not tell four terms apart.
FEWEST_POINTS: Final = 6
# Our choice: what is left of a full-scale exposure no longer counts below a hundredth of the
# panel's noise of 10 DN.
FELT_DN: Final = 0.1
FULL_SCALE_DN: Final = 65535.0

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LagCoefficients:
    """The four terms of a panel's lag: rates per second, and parts of the exposure's signal.

    Times run from the end of the exposure's integration to the start of the later frame's.
    """

    rates_per_s: tuple[float, ...]
    parts: tuple[float, ...]

    def part_after(self, seconds: float) -> float:
        """Return the part of an exposure's signal that is read after so many seconds."""
        return float(np.dot(self.parts, np.exp(-np.multiply(self.rates_per_s, seconds))))

    @property
    def memory_s(self) -> float:
        """How long a full-scale exposure is felt."""
        times = np.arange(0.0, 3600.0, 1.0)
        left = np.exp(-np.outer(times, self.rates_per_s)) @ np.array(self.parts)
        return float(np.count_nonzero(left * FULL_SCALE_DN > FELT_DN))


def fit_lag(seconds: Sequence[float], parts: Sequence[float]) -> LagCoefficients:
    """Fit the four terms to measured parts of an exposure's signal, at least six of them.

    Rates are sought around the usual ones; no part is negative. Raises `LagNotMeasured`.
    """
    times, measured = np.asarray(seconds, np.float64), np.asarray(parts, np.float64)
    if times.size < FEWEST_POINTS:
        raise LagNotMeasured(
            f"{times.size} dark frames after the exposure are too few to measure the lag by, "
            f"{FEWEST_POINTS} are needed. Calibrate again."
        )
    _check_decay(measured)
    rates = _best_rates(times, measured)
    parts_left, _ = _best_parts(times, measured, rates)
    return LagCoefficients(tuple(rates.tolist()), tuple(parts_left.tolist()))


def _best_rates(times: Numbers, measured: Numbers) -> Numbers:
    """Search around the usual rates: one at a time, in steps that become smaller."""
    usual = np.array(USUAL_RATES_PER_S)
    rates, step = usual, RATE_FREEDOM**0.5
    _, misfit = _best_parts(times, measured, rates)
    while step > FINEST_STEP:
        tried = [rates * step**change for change in (*np.eye(len(usual)), *-np.eye(len(usual)))]
        within = [np.clip(each, usual / RATE_FREEDOM, usual * RATE_FREEDOM) for each in tried]
        misfits = [_best_parts(times, measured, each)[1] for each in within]
        best = int(np.argmin(misfits))
        if misfits[best] < misfit:
            rates, misfit = within[best], misfits[best]
        else:
            step **= 0.5
    return rates


def _best_parts(times: Numbers, measured: Numbers, rates: Numbers) -> tuple[Numbers, float]:
    """Return the parts that fit best, none of them negative, and their misfit.

    Of four terms the right ones are found by trying every choice of them.
    """
    shapes = np.exp(-np.outer(times, rates))
    best, least = np.zeros(len(rates)), float(np.sum(np.square(measured)))
    for chosen in product((False, True), repeat=len(rates)):
        taken = np.flatnonzero(chosen)
        parts, *_ = np.linalg.lstsq(shapes[:, taken], measured)
        misfit = float(np.sum(np.square(shapes[:, taken] @ parts - measured)))
        if misfit < least and np.all((parts >= 0) & (parts <= LARGEST_PART)):
            best, least = np.zeros(len(rates)), misfit
            best[taken] = parts
    return best, least


def _check_decay(measured: Numbers) -> None:
    first, last = float(measured[0]), float(measured[-1])
    if not (first <= LARGEST_FIRST_PART and last <= max(first, 0.0) + 1e-3):
        raise LagNotMeasured(
            f"The darks after the exposure read {first:.1%} and then {last:.1%} of it, which is no "
            "lag. Check that nothing exposes or lights the panel, and calibrate again."
        )


def felt_frames(
    raw: RawFrame, earlier: Iterable[RawFrame], lag: LagCoefficients | None
) -> list[RawFrame]:
    """Return the earlier exposures that this frame still feels, oldest first.

    Those of another panel or power-up are passed over: no charge outlives the power. Pixels of
    another size or kind cannot be taken away (`count_unusable`).
    """
    felt = [frame for frame in _left_charge(raw, earlier, lag) if _same_grid(frame, raw)]
    return sorted(felt, key=lambda frame: frame.timestamp_ns)


def count_unusable(raw: RawFrame, earlier: Iterable[RawFrame], lag: LagCoefficients | None) -> int:
    """Count the earlier exposures that this frame feels and that cannot be taken away."""
    return sum(not _same_grid(frame, raw) for frame in _left_charge(raw, earlier, lag))


def _left_charge(
    raw: RawFrame, earlier: Iterable[RawFrame], lag: LagCoefficients | None
) -> list[RawFrame]:
    if lag is None:
        return []
    memory_s = lag.memory_s
    return [
        frame
        for frame in earlier
        if frame.detector.serial == raw.detector.serial
        and frame.detector.boot_id == raw.detector.boot_id
        and 0 < seconds_between(frame, raw) <= memory_s
    ]


def _same_grid(frame: RawFrame, raw: RawFrame) -> bool:
    return frame.pixels.shape == raw.pixels.shape and frame.pixels.dtype == raw.pixels.dtype


def seconds_between(earlier: RawFrame, later: RawFrame) -> float:
    """Return the time from the end of one frame's integration to the start of another's.

    By the panel's clock; 0 or less for a frame that is not later.
    """
    return (later.timestamp_ns - earlier.timestamp_ns) / 1e9 - earlier.integration_ms / 1000.0

"""Average the dark frames of a calibration, of one or of several integration times."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Final

import numpy as np
from numpy.typing import NDArray

from acquisition.averages import FrameAverage
from acquisition.calibration_checks import (
    check_belongs,
    check_count,
    check_frame,
    first_of,
    level_of,
    same_integration,
)
from acquisition.correct import check_not_blank
from acquisition.corrections import Signal
from acquisition.dark_maps import (
    USUAL_DOUBLING_C,
    DarkMaps,
    Rows,
    change_of_level,
)
from acquisition.errors import DarkNotDark, DarksDoubtful, FramesDiffer
from device.frame import RawFrame

# A tenth of full scale; dark signals of a-Si panels lie well below (a few hundred DN).
BRIGHTEST_DARK_DN: Final = 6553.0
# Offsets of a-Si panels drift by 5 DN an hour at worst: 120 DN in the day that dark maps hold.
LARGEST_DRIFT_DN_PER_DAY: Final = 120.0
# Our choice: half a day's drift, which a change of temperature may hide in younger maps.
ALWAYS_ALLOWED_DRIFT_DN: Final = 60.0
# Our choice: a dark current below nothing is none, but drift and noise of the rows measure as much
# as this within half a minute.
LOWEST_CURRENT_DN_PER_S: Final = -1.0
# Our choice: shielded columns have the offset and the dark current of the others, within the spread
# of chips and columns; an exposure's ghost is not in them.
LARGEST_CONTRADICTION_DN: Final = 60.0
# Our choice: one frame of an integration time has no spread to find noisy pixels by.
FEWEST_OF_A_TIME: Final = 2
# What the maps say of their temperature coefficient before it was ever measured.
FROM_LITERATURE: Final = "from the literature (8 to 10 C), not measured on this panel"


@dataclass(frozen=True, slots=True, eq=False)
class DarkSeries:
    """The dark maps with what else their frames tell.

    `deviation` of each pixel over the frames is in DN, (rows, columns).
    """

    first: RawFrame
    maps: DarkMaps
    deviation: Signal


@dataclass(frozen=True, slots=True, eq=False)
class _TimeGroup:
    """The average of the darks of one integration time."""

    integration_ms: float
    count: int
    mean: Signal
    deviation: Signal
    row_reference: Rows | None


class _Averaging:
    """Averages the darks of one integration time as they come."""

    def __init__(self, first: RawFrame) -> None:
        self.integration_ms = first.integration_ms
        self._average = FrameAverage(first.rows, first.columns)
        self._rows: list[Rows | None] = []

    def add(self, frame: RawFrame) -> None:
        self._average.add(frame.pixels)
        self._rows.append(frame.row_reference_dn)

    def result(self) -> _TimeGroup:
        if self._average.count < FEWEST_OF_A_TIME:
            raise FramesDiffer(
                f"A single dark of {self.integration_ms:g} ms lies among others. Take darks of one "
                "integration time one after the other."
            )
        told = [rows for rows in self._rows if rows is not None]
        mean = self._average.mean()
        row_reference = np.mean(told, axis=0) if len(told) == len(self._rows) else None
        _check_agrees(mean, row_reference)
        return _TimeGroup(
            integration_ms=self.integration_ms,
            count=self._average.count,
            mean=mean,
            deviation=self._average.deviation(),
            row_reference=row_reference,
        )


def average_darks(darks: Iterable[RawFrame], made: datetime, longest_age: timedelta) -> DarkSeries:
    """Average dark frames as they come; raises a `CalibrationRefused` for unsuitable ones.

    Frames of one integration time come together. With several times the dark current is measured,
    and the maps stand for the time of which there are most frames.
    """
    frames = iter(darks)
    first = first_of(frames, "dark")
    temperatures: list[float] = []
    groups = list(_groups(first, frames, temperatures))
    main = max(groups, key=lambda group: group.count)
    fitted = _fitted(groups, main.integration_ms)
    _check_current(fitted.current)
    maps = DarkMaps(
        offset=fitted.offset,
        current=fitted.current,
        row_reference=fitted.row_reference,
        row_current=fitted.row_current,
        temperature_c=float(np.mean(temperatures)),
        integration_ms=main.integration_ms,
        shortest_ms=min(group.integration_ms for group in groups),
        longest_ms=max(group.integration_ms for group in groups),
        frames=len(temperatures),
        doubling_c=USUAL_DOUBLING_C,
        doubling=FROM_LITERATURE,
        made=made,
        valid_until=made + longest_age,
    )
    return DarkSeries(first, maps, _pooled_deviation(groups))


def _groups(
    first: RawFrame, frames: Iterator[RawFrame], temperatures: list[float]
) -> Iterator[_TimeGroup]:
    averaging = _Averaging(first)
    for frame in chain([first], frames):
        check_belongs(frame, first)
        _check_dark(frame)
        if not same_integration(frame.integration_ms, averaging.integration_ms):
            yield averaging.result()
            averaging = _Averaging(frame)
        averaging.add(frame)
        temperatures.append(frame.temperature_c)
    check_count(len(temperatures), "dark")
    yield averaging.result()


@dataclass(frozen=True, slots=True, eq=False)
class _Fitted:
    """Dark signal at one integration time and its growth per second, of pixels and of rows."""

    offset: Signal
    current: Signal | None
    row_reference: Rows | None
    row_current: Rows | None


def _fitted(groups: list[_TimeGroup], at_ms: float) -> _Fitted:
    """Fit a line over integration time to every pixel and to every row's reference."""
    counts = np.array([group.count for group in groups], np.float64)
    times_s = np.array([group.integration_ms for group in groups]) / 1000.0
    mean_s = float(np.average(times_s, weights=counts))
    spread = float(counts @ np.square(times_s - mean_s))
    share = counts / counts.sum()
    slope = counts * (times_s - mean_s) / spread if spread > 0 else None
    at = share if slope is None else share + (at_ms / 1000.0 - mean_s) * slope
    means = [group.mean for group in groups]
    rows = [group.row_reference for group in groups if group.row_reference is not None]
    has_rows = len(rows) == len(groups)
    return _Fitted(
        offset=_weighted(means, at),
        current=None if slope is None else _weighted(means, slope),
        row_reference=_weighted(rows, at) if has_rows else None,
        row_current=_weighted(rows, slope) if has_rows and slope is not None else None,
    )


def _weighted(arrays: list[Signal], weights: NDArray[np.float64]) -> Signal:
    total = np.zeros(arrays[0].shape, np.float32)
    for array, weight in zip(arrays, weights, strict=True):
        total += array * np.float32(weight)
    return total


def _pooled_deviation(groups: list[_TimeGroup]) -> Signal:
    freedom = [group.count - 1 for group in groups]
    total = np.zeros(groups[0].mean.shape, np.float32)
    for group, weight in zip(groups, freedom, strict=True):
        total += np.square(group.deviation) * np.float32(weight / sum(freedom))
    return np.sqrt(total)


def check_drift(old: DarkMaps, new: DarkMaps) -> None:
    """Raise `DarksDoubtful` where the level changed further than a panel drifts in that time."""
    change_dn = change_of_level(old, new)
    days = (new.made - old.made) / timedelta(days=1)
    allowed_dn = max(ALWAYS_ALLOWED_DRIFT_DN, LARGEST_DRIFT_DN_PER_DAY * days)
    # Written so that a change that is no number is refused, too.
    if not abs(change_dn) <= allowed_dn:
        raise DarksDoubtful(
            f"The new darks differ by {change_dn:.0f} DN from the dark maps of "
            f"{old.made:%Y-%m-%d %H:%M}; a panel drifts by {allowed_dn:.0f} DN at most meanwhile. "
            "The maps stay as they were; repeat, and calibrate again if it stays."
        )


def _check_current(current: Signal | None) -> None:
    if current is None:
        return
    level = level_of(current)
    if not level >= LOWEST_CURRENT_DN_PER_S:
        raise DarksDoubtful(
            f"The darks become darker the longer the panel integrates ({level:.0f} DN per s): it "
            "still felt an exposure, or reads out wrongly. Let it rest for a minute and repeat."
        )


def _check_agrees(mean: Signal, row_reference: Rows | None) -> None:
    if row_reference is None:
        return
    level, shielded = level_of(mean), float(np.median(row_reference))
    if not abs(level - shielded) <= LARGEST_CONTRADICTION_DN:
        raise DarksDoubtful(
            f"The darks read {level:.0f} DN and the shielded columns beside them {shielded:.0f} "
            "DN: light, an exposure's ghost or a fault is in one of them. Let the panel rest for a "
            "minute and repeat."
        )


def _check_dark(frame: RawFrame) -> None:
    check_frame(frame)
    check_not_blank(frame)
    if frame.exposure is not None or level_of(frame.pixels) > BRIGHTEST_DARK_DN:
        raise DarkNotDark("A dark frame saw X-rays or light. Take the darks again.")

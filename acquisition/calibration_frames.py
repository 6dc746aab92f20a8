"""Average the flats of a calibration level by level, and refuse those that would spoil it."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Final

import numpy as np

from acquisition.averages import FrameAverage
from acquisition.calibration_checks import (
    check_belongs,
    check_count,
    check_field,
    first_of,
    level_of,
)
from acquisition.corrections import Signal, subtract_offset, subtract_row_reference
from acquisition.dark_frames import DarkSeries
from acquisition.dark_maps import DarkMaps
from acquisition.errors import FlatTooBright, FlatTooDark, FramesDiffer
from acquisition.lag import LagCoefficients
from device.frame import RawFrame
from device.technique import Technique

# Varex 4343W manual: flats with a median of 8000 to 16000 counts, never near saturation. Half the
# lower figure is accepted, more flats making up for it; 40000 x 1.4 (brightest pixels) < 65535.
DARKEST_FLAT_DN, BRIGHTEST_FLAT_DN = 4000.0, 40000.0
# Generators repeat their output within a few per cent; more is another technique (our choice).
LEVEL_TOLERANCE: Final = 0.2

_FLAT_WITHOUT_X_RAYS: Final = "A flat frame was taken without X-rays. Take the flats again."


@dataclass(frozen=True, slots=True, eq=False)
class FlatSeries:
    """The average of the flats of one technique, less dark signal, row noise and lag.

    `mean` and `deviation` of each pixel over the frames are in DN, (rows, columns); the deviation
    is None where there was one frame only. `mas` is what the generator read back.
    """

    first: RawFrame
    technique: Technique
    mas: float
    count: int
    mean: Signal
    deviation: Signal | None
    level_dn: float


class _Averaging:
    """Averages the flats of one technique as they come, each brought to the level of the first."""

    def __init__(self, first: RawFrame) -> None:
        self.first, self.technique = first, technique_of(first)
        self._average = FrameAverage(first.rows, first.columns)
        self._levels_dn: list[float] = []

    def add(self, signal: Signal) -> float:
        """Take the signal of one flat in and return its level."""
        self._levels_dn.append(level_of(signal))
        first, level_dn = self._levels_dn[0], self._levels_dn[-1]
        _check_level(level_dn, first)
        self._average.add(signal * np.float32(first / level_dn))
        return level_dn

    def result(self) -> FlatSeries:
        exposure = self.first.exposure
        assert exposure is not None, "technique_of() refused a flat without X-rays"
        # The generator varies: the mean of all levels says more than the first.
        usual = np.float32(np.mean(self._levels_dn) / self._levels_dn[0])
        count, mean = self._average.count, self._average.mean() * usual
        return FlatSeries(
            first=self.first,
            technique=self.technique,
            mas=exposure.technique_read_back.mas,
            count=count,
            mean=mean,
            deviation=self._average.deviation() if count > 1 else None,
            level_dn=level_of(mean),
        )


def average_flats(
    flats: Iterable[RawFrame], darks: DarkSeries, lag: LagCoefficients | None
) -> list[FlatSeries]:
    """Average flats as they come, one series for each technique in turn.

    What earlier flats left in the panel has their shape, and so changes the level of a flat alone.
    Raises a `CalibrationRefused` for unsuitable ones.
    """
    frames = iter(flats)
    first = first_of(frames, "flat")
    left = _LeftBehind(lag)
    averaging, series = _Averaging(first), list[FlatSeries]()
    for number, frame in enumerate(chain([first], frames)):
        signal = flat_signal(frame, darks)
        if number == 0:  # whoever lies in the beam must not be exposed again to find out
            check_field(signal, first.pixel_pitch_um)
        if technique_of(frame) != averaging.technique:
            _check_same_beam(technique_of(frame), averaging.technique)
            series.append(averaging.result())
            averaging = _Averaging(frame)
        signal *= np.float32(1 - left.share_in(frame, level_of(signal)))
        left.note(frame, averaging.add(signal))
    series.append(averaging.result())
    check_count(sum(each.count for each in series), "flat")
    for each in series:
        check_field(each.mean, first.pixel_pitch_um)
    return series


class _LeftBehind:
    """Remembers the levels of the flats so far, and what is left of them."""

    def __init__(self, lag: LagCoefficients | None) -> None:
        self._lag = lag
        self._made: list[tuple[int, float]] = []

    def share_in(self, frame: RawFrame, level_dn: float) -> float:
        """Return the share of a flat's signal that earlier flats left behind."""
        if self._lag is None or level_dn <= 0:
            return 0.0
        ages = [((frame.timestamp_ns - then) / 1e9, level) for then, level in self._made]
        return sum(self._lag.part_after(age) * level for age, level in ages) / level_dn

    def note(self, frame: RawFrame, level_dn: float) -> None:
        self._made.append((frame.timestamp_ns, level_dn))


def flat_signal(frame: RawFrame, darks: DarkSeries) -> Signal:
    """Return a flat's signal without dark signal and row noise, in DN.

    Raises a `CalibrationRefused` for a flat that does not belong to the darks.
    """
    check_belongs(frame, darks.first)
    if not darks.maps.covers(frame.integration_ms):
        raise FramesDiffer(
            "The frames differ in integration time. Take darks and flats with the same one."
        )
    technique_of(frame)
    return x_ray_signal(frame, darks.maps)


def x_ray_signal(frame: RawFrame, maps: DarkMaps) -> Signal:
    """Return a frame's signal without dark signal and row noise, in DN; lag is still in it."""
    signal = subtract_offset(frame.pixels, maps.dark_of(frame))
    deviation_dn = maps.row_deviation_of(frame)
    return signal if deviation_dn is None else subtract_row_reference(signal, deviation_dn)


def technique_of(frame: RawFrame) -> Technique:
    """Return the technique of a flat as programmed; raises `FlatTooDark` without X-rays."""
    if frame.exposure is None:
        raise FlatTooDark(_FLAT_WITHOUT_X_RAYS)
    return frame.exposure.technique


def _check_same_beam(technique: Technique, first: Technique) -> None:
    if technique.kv != first.kv:
        raise FramesDiffer("The flats differ in tube voltage. Take all with the same kV.")


def _check_level(level: float, expected: float) -> None:
    if level < DARKEST_FLAT_DN:
        raise FlatTooDark(
            f"A flat holds {level:.0f} DN, at least {DARKEST_FLAT_DN:.0f} are needed. "
            "Raise the mAs."
        )
    if level > BRIGHTEST_FLAT_DN:
        raise FlatTooBright(
            f"A flat holds {level:.0f} DN, at most {BRIGHTEST_FLAT_DN:.0f} are useful. "
            "Lower the mAs."
        )
    if abs(level / expected - 1) > LEVEL_TOLERANCE:
        raise FramesDiffer("The flats differ in brightness. Have the generator checked.")

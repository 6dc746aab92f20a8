"""What a panel reads without X-rays: offset, dark current and row reference, and their renewal.

Dark signal in DN = offset + current x (time beyond the offset map's own), where the time is
stretched by the temperature: the current of amorphous silicon doubles within a few degrees.
"""

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from acquisition.averages import local_level
from acquisition.corrections import Signal, dark_signal
from device.frame import RawFrame

# Dark current of a-Si panels doubles every 8 to 10 C: what is used until it is measured.
USUAL_DOUBLING_C: Final = 9.0
# Our choice: a doubling that is far outside of the literature's 8 to 10 C is a faulty measurement.
SHORTEST_DOUBLING_C, LONGEST_DOUBLING_C = 5.0, 16.0
# Our choice: temperatures this far apart show the growth of the current well above its noise.
TELLING_DIFFERENCE_C: Final = 3.0
# Integration times that differ by less read the same dark current within the noise (our choice).
INTEGRATION_TOLERANCE: Final = 0.01
# Offsets of a-Si panels drift by 0.5 to 5 DN an hour: 120 DN in a day at worst, of which the row
# reference takes what is common to a row. New darks need no X-rays and take ten seconds.
LONGEST_DARK_AGE: Final = timedelta(hours=24)
# Rolling renewal of offset maps uses 0.1 to 0.3 (Teledyne Shad-o-Scan manual: 20 % a snap).
RENEWAL_SHARE: Final = 0.3
# Offsets drift by at most 5 DN an hour (above): 60 DN in a working day of twelve hours. What all
# shielded columns read beyond that, and not the panel's 200 DN of offset less, is a broken channel.
LARGEST_COMMON_DEVIATION_DN: Final = 60.0
# Row noise of a-Si panels is 3 DN rms: ten times that is no noise.
LARGEST_ROW_DEVIATION_DN: Final = 30.0
# Flat panels work at 10 to 40 C (their data sheets); our choice: 10 C more on either side is a
# reading that can be right, anything else a broken sensor.
COLDEST_PANEL_C, WARMEST_PANEL_C = 0.0, 50.0
# Besides whole columns, drift follows the panel's temperature, which varies slowly (our choice).
DRIFT_BLOCK_PIXELS: Final = 32

Rows = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class DarkMaps:
    """The dark signal of every pixel and of the shielded columns of every row.

    `offset` (rows, columns) and `row_reference` (rows,) are in DN at `temperature_c` and
    `integration_ms`, `current` and `row_current` in DN per second at `temperature_c`. None stands
    for what the darks did not tell. The maps hold from `shortest_ms` to `longest_ms`.
    """

    offset: Signal
    current: Signal | None
    row_reference: Rows | None
    row_current: Rows | None
    temperature_c: float
    integration_ms: float
    shortest_ms: float
    longest_ms: float
    frames: int
    doubling_c: float
    doubling: str
    made: datetime
    valid_until: datetime

    def covers(self, integration_ms: float) -> bool:
        """Tell whether a frame of this integration time can be corrected."""
        slack = INTEGRATION_TOLERANCE * max(integration_ms, self.longest_ms)
        return self.shortest_ms - slack <= integration_ms <= self.longest_ms + slack

    def growth_s(self, frame: RawFrame) -> float:
        """Return the time beyond the offset map's own that a frame's dark current has run.

        A frame with a temperature that no panel has counts as warm as the maps.
        """
        own_c = frame.temperature_c if has_panel_temperature(frame) else self.temperature_c
        warmer_c = own_c - self.temperature_c
        stretched_ms = frame.integration_ms * math.pow(2.0, warmer_c / self.doubling_c)
        return (stretched_ms - self.integration_ms) / 1000.0

    def dark_of(self, frame: RawFrame, rows: slice = slice(None)) -> Signal:
        """Return the dark signal of these rows of a frame, in DN."""
        current = None if self.current is None else self.current[rows]
        return dark_signal(self.offset[rows], current, self.growth_s(frame))

    def row_deviation_of(self, frame: RawFrame) -> Rows | None:
        """Return what each row's shielded columns read above their own dark signal, in DN.

        None where the panel, at calibration or now, did not tell, or told what cannot be.
        """
        told, expected = frame.row_reference_dn, self.row_reference
        if told is None or expected is None or told.shape != expected.shape:
            return None
        if self.row_current is not None:
            expected = expected + self.row_current * np.float32(self.growth_s(frame))
        deviation_dn = np.asarray(told - expected, np.float32)
        return deviation_dn if _can_be(deviation_dn) else None


def has_panel_temperature(frame: RawFrame) -> bool:
    """Tell whether a frame's temperature is one that a panel can have."""
    return COLDEST_PANEL_C <= frame.temperature_c <= WARMEST_PANEL_C


def _can_be(deviation_dn: Rows) -> bool:
    """Tell whether drift and row noise can make the shielded columns read so."""
    if not np.isfinite(deviation_dn).all():
        return False
    common_dn = np.median(deviation_dn)
    own_dn = np.abs(deviation_dn - common_dn).max()
    return bool(
        abs(common_dn) <= LARGEST_COMMON_DEVIATION_DN and own_dn <= LARGEST_ROW_DEVIATION_DN
    )


def measure_doubling(earlier: DarkMaps, later: DarkMaps) -> float | None:
    """Return within how many C the dark current doubles; None where the two do not tell.

    They tell when both know the current, at temperatures at least 3 C apart.
    """
    if earlier.current is None or later.current is None:
        return None
    warmer_c = later.temperature_c - earlier.temperature_c
    before, after = (float(np.median(maps[::4, ::4])) for maps in (earlier.current, later.current))
    if abs(warmer_c) < TELLING_DIFFERENCE_C or min(before, after) <= 0 or before == after:
        return None
    doubling_c = warmer_c / math.log2(after / before)
    return doubling_c if SHORTEST_DOUBLING_C <= doubling_c <= LONGEST_DOUBLING_C else None


def with_doubling_of(maps: DarkMaps, earlier: DarkMaps | None) -> DarkMaps:
    """Take over the temperature coefficient that these and the earlier maps tell of together."""
    if earlier is None:
        return maps
    measured_c = measure_doubling(earlier, maps)
    if measured_c is not None:
        said = (
            f"measured between {earlier.temperature_c:.1f} C on {earlier.made:%Y-%m-%d} and "
            f"{maps.temperature_c:.1f} C on {maps.made:%Y-%m-%d}"
        )
        return replace(maps, doubling_c=measured_c, doubling=said)
    return replace(maps, doubling_c=earlier.doubling_c, doubling=earlier.doubling)


def renewed(old: DarkMaps, new: DarkMaps) -> DarkMaps:
    """Follow the drift of the offset since `old`: its slow course at once, single pixels slowly.

    New darks are few and therefore noisy: of a single pixel's change 0.3 is taken over, of the
    change of its surroundings all. `new` has the temperature and the date.
    """
    new = with_doubling_of(new, old)
    expected = _at(old, new)
    change = new.offset - expected
    slow = _slow(change)
    offset = expected + slow + np.float32(RENEWAL_SHARE) * (change - slow)
    grown = _growth_of_current(old, new)
    current = _blended(old.current, new.current, grown, RENEWAL_SHARE)
    known = (old, new) if current is not None else (new,)
    return replace(
        new,
        offset=offset,
        current=current,
        row_current=_blended(old.row_current, new.row_current, grown, 1.0),
        shortest_ms=min(maps.shortest_ms for maps in known),
        longest_ms=max(maps.longest_ms for maps in known),
    )


def _blended(
    old: NDArray[np.float32] | None, new: NDArray[np.float32] | None, grown: float, share: float
) -> NDArray[np.float32] | None:
    """Return a current: the old one, grown with the temperature, moved by a share to the new."""
    if old is None:
        return new
    expected = old * np.float32(grown)
    return expected if new is None else np.asarray(expected + share * (new - expected), np.float32)


def drift_beyond(old: DarkMaps, new: DarkMaps) -> Signal:
    """Return by how many DN the dark signal changed beyond temperature, time and slow drift."""
    change = new.offset - _at(old, with_doubling_of(new, old))
    return np.asarray(change - _slow(change), np.float32)


def change_of_level(old: DarkMaps, new: DarkMaps) -> float:
    """Return by how many DN the dark signal changed as a whole beyond temperature and time."""
    change = new.offset - _at(old, with_doubling_of(new, old))
    return float(np.median(change[::4, ::4]))


def _slow(change: Signal) -> Signal:
    """Return what whole columns, which share an amplifier and a chip, and regions changed by."""
    columns = np.median(change, axis=0)
    return np.asarray(columns + local_level(change - columns, DRIFT_BLOCK_PIXELS), np.float32)


def _growth_of_current(old: DarkMaps, new: DarkMaps) -> float:
    return float(2.0 ** ((new.temperature_c - old.temperature_c) / new.doubling_c))


def _at(old: DarkMaps, new: DarkMaps) -> Signal:
    """Return the old maps' dark signal at the temperature and integration time of the new ones."""
    stretched_ms = new.integration_ms * _growth_of_current(old, new)
    return dark_signal(old.offset, old.current, (stretched_ms - old.integration_ms) / 1000.0)

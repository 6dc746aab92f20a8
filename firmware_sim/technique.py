"""What a tube is asked for and what it made, with the limits of the unit."""

from dataclasses import dataclass
from typing import Protocol

from firmware_sim.errors import OutOfRange

# Spellman PMX manual 118165-001: kV set point 12.21 V per bit, mA 0-4095 for 0-200 mA.
KV_PER_COUNT = 0.01221
MA_PER_COUNT = 200.0 / 4095.0
FULL_SCALE_COUNTS = 4095
# The unit's limits: 40-50 kV, 1-200 mA, 5-400 ms, kV x mA at most 5 kW (PMX 118165-001).
LOWEST_KV_COUNTS = 3276
LOWEST_MA_COUNTS = 20
TIME_LIMITS_MS = (5, 400)
POWER_LIMIT_W = 5000.0


@dataclass(frozen=True, slots=True)
class Settings:
    """A technique in the generator's own units."""

    time_ms: int
    kv_counts: int
    ma_counts: int

    @property
    def kv(self) -> float:
        """Tube voltage in kV, to the volt: 3276 counts stand for 40 kV."""
        return round(self.kv_counts * KV_PER_COUNT, 3)

    @property
    def ma(self) -> float:
        """Tube current in mA."""
        return self.ma_counts * MA_PER_COUNT


class Programmed(Protocol):
    """What was asked of a tube, whatever its units."""

    @property
    def kv(self) -> float:
        """Tube voltage in kV."""

    @property
    def ma(self) -> float:
        """Tube current in mA."""

    @property
    def time_ms(self) -> int:
        """The time after which the generator itself ends the exposure."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """One exposure as the tube made it."""

    settings: Programmed
    actual_ms: float
    mas: float
    started_us: int


def check_settings(settings: Settings) -> None:
    """Refuse a technique outside the unit's limits; half a count of current is rounding."""
    inside = (
        TIME_LIMITS_MS[0] <= settings.time_ms <= TIME_LIMITS_MS[1]
        and LOWEST_KV_COUNTS <= settings.kv_counts <= FULL_SCALE_COUNTS
        and LOWEST_MA_COUNTS <= settings.ma_counts <= FULL_SCALE_COUNTS
        and not is_over_power(settings)
    )
    if not inside:
        raise OutOfRange("The technique is outside the generator's limits.")


def is_over_power(settings: Settings) -> bool:
    """Tell whether a technique asks more than 5 kW; half a count of current is rounding."""
    return settings.kv * (settings.ma_counts - 0.5) * MA_PER_COUNT > POWER_LIMIT_W

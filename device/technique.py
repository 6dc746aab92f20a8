"""The technique of an exposure (kV, mA, ms) and the limits of this unit."""

import math
from dataclasses import dataclass

from device.errors import TechniqueOutsideLimits

# The unit: at most 50 kV, 5 to 400 ms, 200 mA and 5 kW (Spellman PMX 118165-001:
# 50 kV, 200 mA, 5 kW; the hand unit uses 5 to 400 ms of its time range). The lower limits of kV and
# mA are our choice: below them a hand gives no image worth its dose.
KV_RANGE = (40.0, 50.0)
MA_RANGE = (1.0, 200.0)
MS_RANGE = (5.0, 400.0)
LARGEST_POWER_W = 5000.0
# What the largest current gives in the longest time; above it there is no technique to look at.
LARGEST_MAS = MA_RANGE[1] * MS_RANGE[1] / 1000.0


@dataclass(frozen=True, slots=True)
class Technique:
    """Tube voltage in kV, tube current in mA, exposure time in ms."""

    kv: float
    ma: float
    ms: float

    @property
    def mas(self) -> float:
        """Tube charge in mAs."""
        return self.ma * self.ms / 1000.0

    def with_mas(self, mas: float) -> "Technique":
        """Return the technique with another tube charge in mAs, by its time.

        The time is in whole ms, and the current makes up the difference; below the shortest time
        the current goes down alone. What the unit cannot make is refused when it is armed, what is
        no charge, or more than this unit's largest, at once. Raises TechniqueOutsideLimits.
        """
        if not 0 < mas <= LARGEST_MAS:  # nan is refused too
            raise TechniqueOutsideLimits(
                f"{mas:g} mAs asked, more than 0 and at most {LARGEST_MAS:g} mAs allowed"
            )
        ms = mas / self.ma * 1000
        whole_ms = max(float(round(ms)), MS_RANGE[0])
        return Technique(self.kv, self.ma * ms / whole_ms, whole_ms)


# The unit: start preset for a hand, 0.3 mAs = 9.5 uGy at the panel without object.
HAND_PRESET = Technique(kv=50.0, ma=25.0, ms=12.0)


def check_technique(technique: Technique) -> None:
    """Refuse a technique that the unit may not make; nothing is ever rounded into the limits.

    Raises TechniqueOutsideLimits naming the first value that is outside.
    """
    _check_range("kV", technique.kv, KV_RANGE)
    _check_range("mA", technique.ma, MA_RANGE)
    _check_range("ms", technique.ms, MS_RANGE)
    power_w = technique.kv * technique.ma
    if power_w > LARGEST_POWER_W:
        raise TechniqueOutsideLimits(f"{power_w:g} W asked, at most {LARGEST_POWER_W:g} W")


def _check_range(unit: str, value: float, limits: tuple[float, float]) -> None:
    low, high = limits
    if not (math.isfinite(value) and low <= value <= high):
        raise TechniqueOutsideLimits(f"{value:g} {unit} asked, {low:g} to {high:g} {unit} allowed")

"""What a tube and its inverter have been through: rest, duty, temperature, heat of the anode."""

import math

from firmware_sim.lines import MICROSECONDS_PER_MS, MICROSECONDS_PER_SECOND, ModelClock

# Spellman PMX manual 118165-001, over-duty: 20 s between exposures.
DUTY_PAUSE_MS = 20_000.0
# Spellman PMX manual 118165-001, over-duty: 5 s of exposure in any 2 minutes.
DUTY_LIMIT_MS = 5_000.0
DUTY_SPAN_US = 120 * MICROSECONDS_PER_SECOND
# Spellman PMX manual 118165-001, over-duty: the inverter's sensor reads more than 60 C.
HOTTEST_INVERTER_C = 60.0
# Figure of this unit: its inverter at rest.
INVERTER_AT_REST_C = 35.0
# Design figures of a small stationary anode: heat capacity and cooling time constant.
ANODE_CAPACITY_J = 30_000.0
ANODE_COOLING_S = 300.0
# Spellman PMX manual 118165-001, auxiliary status: at 90 % of the heat the user should wait.
ANODE_WARNING_PERCENT = 90.0


class Duty:
    """Counts exposures and heat; its clock is the unit's."""

    def __init__(self, clock: ModelClock) -> None:
        self.rested_us = 0
        self.earlier_ms = 0.0  # exposure time that a rehearsed fault adds
        self.inverter_c = INVERTER_AT_REST_C
        self._clock = clock
        self._exposures: list[tuple[int, float]] = []
        self._heat_j = 0.0
        self._heat_at_us = 0

    def used_ms(self) -> float:
        """Give the exposure time of the last 2 minutes."""
        since_us = self._clock.now_us - DUTY_SPAN_US
        self._exposures = [made for made in self._exposures if made[0] > since_us]
        return self.earlier_ms + sum(ms for _, ms in self._exposures)

    def over(self) -> bool:
        """Tell whether preparation is an over-duty fault now."""
        return self.used_ms() > DUTY_LIMIT_MS or self.inverter_c > HOTTEST_INVERTER_C

    def add(self, ms: float, energy_j: float) -> None:
        """Count an exposure that ends now."""
        self._exposures.append((self._clock.now_us, ms))
        self.rested_us = self._clock.now_us + round(DUTY_PAUSE_MS * MICROSECONDS_PER_MS)
        self._heat_j = self._anode_heat_j() + energy_j
        self._heat_at_us = self._clock.now_us

    @property
    def anode_heat_percent(self) -> float:
        """Heat stored in the anode, percent of what it can hold."""
        return 100.0 * self._anode_heat_j() / ANODE_CAPACITY_J

    @property
    def anode_is_cool(self) -> bool:
        """Whether the anode has room for another exposure."""
        return self.anode_heat_percent < ANODE_WARNING_PERCENT

    def _anode_heat_j(self) -> float:
        cooling_s = (self._clock.now_us - self._heat_at_us) / MICROSECONDS_PER_SECOND
        return self._heat_j * math.exp(-cooling_s / ANODE_COOLING_S)

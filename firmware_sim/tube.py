"""The X-ray generator: technique, preparation, the beam itself and the two timers that end it.

Nothing here can be fired by software: X-rays need the hand switch, the panel's BeamEnable and
closed interlocks, all three of them hardware lines.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from firmware_sim.errors import AccessDenied, OutOfRange
from firmware_sim.lines import MICROSECONDS_PER_MS, Beam, Lines, ModelClock

# Spellman PMX manual 118165-001: kV set point 12.21 V per bit, mA 0-4095 for 0-200 mA.
KV_PER_COUNT = 0.01221
MA_PER_COUNT = 200.0 / 4095.0
FULL_SCALE_COUNTS = 4095
# The unit's limits: 40-50 kV, 1-200 mA, 5-400 ms, kV x mA at most 5 kW (PMX 118165-001).
LOWEST_KV_COUNTS = 3276
LOWEST_MA_COUNTS = 20
TIME_LIMITS_MS = (5, 400)
POWER_LIMIT_W = 5000.0
# Spellman PMX manual 118165-001: ready at least 2 s after prep, prep at most 30 s.
READY_MS = 2_000.0
PREP_LIMIT_MS = 30_000.0
# Spellman PMX manual 118165-001: 20 s between exposures.
DUTY_PAUSE_MS = 20_000.0
# IEC 60601-2-54: independent means end an exposure whose timer failed; figures of this unit.
BACKUP_FACTOR, BACKUP_MARGIN_MS, BACKUP_LIMIT_MS = 1.2, 5.0, 500.0
# Design figures of a small stationary anode: heat capacity and cooling time constant.
ANODE_CAPACITY_J = 30_000.0
ANODE_COOLING_S = 300.0

PREP_TOO_LONG = "prep held too long"  # the only fault that goes when the hand switch is released
MAIN_TIMER_FAILED = "backup timer ended the exposure"


class TubeState(Enum):
    """What the generator is doing."""

    STANDBY = "standby"
    PREPARING = "preparing"
    READY = "ready"
    EXPOSING = "exposing"
    SPENT = "spent"  # exposed or given up: the hand switch must be released first


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


@dataclass(frozen=True, slots=True)
class Pulse:
    """One exposure as the tube made it."""

    settings: Settings
    actual_ms: float
    mas: float
    started_us: int


def check_settings(settings: Settings) -> None:
    """Refuse a technique outside the unit's limits; half a count of current is rounding."""
    power_w = settings.kv * (settings.ma_counts - 0.5) * MA_PER_COUNT
    inside = (
        TIME_LIMITS_MS[0] <= settings.time_ms <= TIME_LIMITS_MS[1]
        and LOWEST_KV_COUNTS <= settings.kv_counts <= FULL_SCALE_COUNTS
        and LOWEST_MA_COUNTS <= settings.ma_counts <= FULL_SCALE_COUNTS
        and power_w <= POWER_LIMIT_W
    )
    if not inside:
        raise OutOfRange("The technique is outside the generator's limits.")


class Tube:
    """The generator's state machine; it moves only when the unit calls `advance`."""

    def __init__(self, lines: Lines, clock: ModelClock) -> None:
        self.state = TubeState.STANDBY
        self.settings: Settings | None = None
        self.fault: str | None = None
        self.last_pulse: Pulse | None = None
        self.main_timer_works = True
        self.conducts = True
        self.on_pulse: Callable[[Pulse], None] = lambda pulse: None
        self._lines = lines
        self._clock = clock
        self._prep_from_us = 0
        self._x_rays_from_us = 0
        self._rested_us = 0
        self._heat_j = 0.0
        self._heat_at_us = 0
        self._reactions: dict[TubeState, Callable[[], None]] = {
            TubeState.STANDBY: self._in_standby,
            TubeState.PREPARING: self._while_preparing,
            TubeState.READY: self._while_ready,
            TubeState.EXPOSING: self._while_exposing,
            TubeState.SPENT: self._while_spent,
        }

    @property
    def x_rays(self) -> bool:
        """Whether X-rays are on."""
        return self._lines.x_rays

    @property
    def prep_requested(self) -> bool:
        """Whether the prep line is on: somebody holds the switch, if only from before."""
        return self._lines.hand_switch_stage >= 1

    @property
    def interlock_closed(self) -> bool:
        """Whether the door contact is closed."""
        return not self._lines.door_open

    @property
    def ready_in_ms(self) -> float:
        """How long it takes until READY, were prep held from now on (0 when ready)."""
        ready_us = self._ready_at_us(self._prep_began_us())
        return max(0.0, (ready_us - self._clock.now_us) / MICROSECONDS_PER_MS)

    @property
    def anode_heat_percent(self) -> float:
        """Heat stored in the anode, percent of what it can hold."""
        cooling_s = (self._clock.now_us - self._heat_at_us) / 1e6
        return 100.0 * self._heat_j * math.exp(-cooling_s / ANODE_COOLING_S) / ANODE_CAPACITY_J

    def program(self, settings: Settings) -> None:
        """Take a technique; refused outside the limits and while X-rays are on."""
        if self.x_rays:
            raise AccessDenied("The technique cannot change while X-rays are on.")
        check_settings(settings)
        self.settings = settings

    def latch(self, fault: str) -> None:
        """Stop and stay stopped until the fault is reset."""
        self.fault = fault
        self._lines.generator_healthy = False

    def reset_fault(self) -> None:
        """Clear a latched fault, as a service engineer does."""
        self.fault = None
        self._lines.generator_healthy = True

    def deadline_us(self) -> int | None:
        """Give the next moment at which the generator does something by itself."""
        if self.state is TubeState.PREPARING:
            return min(self._ready_at_us(self._prep_from_us), self._prep_ends_us())
        if self.state is TubeState.READY:
            return self._prep_ends_us()
        return self._beam_ends_us() if self.x_rays else None

    def advance(self) -> bool:
        """React to the lines and to the clock; True when something changed."""
        before = (self.state, self.x_rays, self._lines.exposure_request, self.fault)
        self._reactions[self.state]()
        return before != (self.state, self.x_rays, self._lines.exposure_request, self.fault)

    # The states, one method each

    def _in_standby(self) -> None:
        if self._lines.hand_switch_stage >= 1 and self._may_prepare():
            self.state = TubeState.PREPARING
            self._prep_from_us = self._clock.now_us

    def _while_preparing(self) -> None:
        if self._gave_up():
            return
        if self._clock.reached(self._ready_at_us(self._prep_from_us)):
            self.state = TubeState.READY

    def _while_ready(self) -> None:
        if self._gave_up():
            return
        self._lines.exposure_request = self._lines.hand_switch_stage == 2
        if self._may_expose() and self.conducts:
            self._begin_x_rays()

    def _while_exposing(self) -> None:
        if self._main_time_is_over() or not self._may_expose():
            self._end_x_rays()
        elif self._clock.reached(self._backup_ends_us()):
            self._end_x_rays()
            self.latch(MAIN_TIMER_FAILED)

    def _while_spent(self) -> None:
        if self._lines.hand_switch_stage == 0:
            self.state = TubeState.STANDBY
            if self.fault == PREP_TOO_LONG:
                self.reset_fault()

    # Conditions

    def _may_prepare(self) -> bool:
        return self.settings is not None and self.fault is None and self.interlock_closed

    def _may_expose(self) -> bool:
        return (
            self._may_prepare()
            and self._lines.hand_switch_stage == 2
            and self._lines.exposure_request
            and self._lines.beam_enable
        )

    def _gave_up(self) -> bool:
        if self._clock.reached(self._prep_ends_us()):
            self.state = TubeState.SPENT
            self.latch(PREP_TOO_LONG)
        elif self._lines.hand_switch_stage == 0 or not self._may_prepare():
            self.state = TubeState.SPENT
        else:
            return False
        self._lines.exposure_request = False
        return True

    def _prep_began_us(self) -> int:
        resting = self.state in (TubeState.STANDBY, TubeState.SPENT)
        return self._clock.now_us if resting else self._prep_from_us

    def _ready_at_us(self, prep_from_us: int) -> int:
        return max(prep_from_us + round(READY_MS * MICROSECONDS_PER_MS), self._rested_us)

    def _prep_ends_us(self) -> int:
        return self._prep_from_us + round(PREP_LIMIT_MS * MICROSECONDS_PER_MS)

    # The beam

    def _set_ms(self) -> int:
        return self.settings.time_ms if self.settings is not None else 0

    def _main_ends_us(self) -> int:
        return self._x_rays_from_us + self._set_ms() * MICROSECONDS_PER_MS

    def _main_time_is_over(self) -> bool:
        return self.main_timer_works and self._clock.reached(self._main_ends_us())

    def _backup_ends_us(self) -> int:
        limit_ms = min(BACKUP_FACTOR * self._set_ms() + BACKUP_MARGIN_MS, BACKUP_LIMIT_MS)
        return self._x_rays_from_us + round(limit_ms * MICROSECONDS_PER_MS)

    def _beam_ends_us(self) -> int:
        return self._main_ends_us() if self.main_timer_works else self._backup_ends_us()

    def _begin_x_rays(self) -> None:
        self.state = TubeState.EXPOSING
        self._x_rays_from_us = self._clock.now_us
        self._lines.x_rays = True

    def _end_x_rays(self) -> None:
        assert self.settings is not None
        actual_ms = (self._clock.now_us - self._x_rays_from_us) / MICROSECONDS_PER_MS
        pulse = Pulse(
            self.settings, actual_ms, self.settings.ma * actual_ms / 1000.0, self._x_rays_from_us
        )
        self._lines.x_rays = self._lines.exposure_request = False
        self._lines.beam = Beam(pulse.settings.kv, self._lines.beam.mas + pulse.mas)
        self.state = TubeState.SPENT
        self._rested_us = self._clock.after_ms(DUTY_PAUSE_MS)
        self._warm_up(pulse)
        self.last_pulse = pulse
        self.on_pulse(pulse)

    def _warm_up(self, pulse: Pulse) -> None:
        left_j = self.anode_heat_percent * ANODE_CAPACITY_J / 100.0
        self._heat_j = left_j + pulse.settings.kv * pulse.mas
        self._heat_at_us = self._clock.now_us

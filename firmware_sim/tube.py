"""The X-ray generator: technique, preparation, the beam itself and the two timers that end it.

Nothing here can be fired by software: X-rays need the hand switch, the panel's BeamEnable and
closed interlocks, all three of them hardware lines.
"""

from collections.abc import Callable
from enum import Enum

from firmware_sim.duty import DUTY_LIMIT_MS, HOTTEST_INVERTER_C, INVERTER_AT_REST_C, Duty
from firmware_sim.errors import AccessDenied
from firmware_sim.faults import FaultPoints
from firmware_sim.lines import MICROSECONDS_PER_MS, Beam, Lines, ModelClock
from firmware_sim.technique import Pulse, Settings, check_settings, is_over_power

# Spellman PMX manual 118165-001: ready at least 2 s after prep, prep at most 30 s.
READY_MS = 2_000.0
PREP_LIMIT_MS = 30_000.0
# Spellman PMX manual 118165-001, ready for exposure time: at most 5 s.
LONGEST_READY_MS = 5_000
# Spellman PMX manual 118165-001: over-mAs is 25 % or more above the setting.
OVER_MAS_FACTOR = 1.25
# Figures of this unit: how far above the limits a rehearsed fault goes.
TOO_HOT_BY_C, TOO_LONG_BY_MS = 5.0, 1.0
# IEC 60601-2-54: independent means end an exposure whose timer failed; figures of this unit.
BACKUP_FACTOR, BACKUP_MARGIN_MS, BACKUP_LIMIT_MS = 1.2, 5.0, 500.0

PREP_TOO_LONG = "prep held too long"  # the only fault that goes when the hand switch is released
MAIN_TIMER_FAILED = "backup timer ended the exposure"
# Spellman PMX manual 118165-001, the generator's list of faults, arguments 3 to 8.
ROTOR_FAULT, ARC, OVER_POWER = "high-speed starter", "arc", "over-power"
OVER_TIME, OVER_MAS, OVER_DUTY = "over-time", "over-mAs", "over-duty"
LATCHING = (ROTOR_FAULT, ARC, OVER_POWER, OVER_TIME, OVER_MAS, OVER_DUTY)


class TubeState(Enum):
    """What the generator is doing."""

    STANDBY = "standby"
    PREPARING = "preparing"
    READY = "ready"
    EXPOSING = "exposing"
    SPENT = "spent"  # exposed or given up: the hand switch must be released first


class Tube:
    """The generator's state machine; it moves only when the unit calls `advance`.

    The manual makes a preparation within 20 s of the last exposure an over-duty fault. This unit's
    hand switch is wired so that the generator only becomes ready later: nobody has to call service
    for pressing early. 5 s of X-rays in 2 minutes and a hot inverter latch as the manual says.
    Faults that latched go by `reset_fault` (the service engineer's hand) or `power_cycle`.
    """

    def __init__(self, lines: Lines, clock: ModelClock) -> None:
        self.state = TubeState.STANDBY
        self.settings: Settings | None = None
        self.faults: list[str] = []
        self.last_pulse: Pulse | None = None
        self.ready_ms = round(READY_MS)
        self.duty = Duty(clock)
        self.on_pulse: Callable[[Pulse], None] = lambda pulse: None
        self.on_voltage: Callable[[float], None] = lambda kv: None
        self._lines = lines
        self._clock = clock
        self._points = FaultPoints()
        self._over_power = False
        self._prep_from_us = 0
        self._x_rays_from_us = 0
        self._reactions: dict[TubeState, Callable[[], None]] = {
            TubeState.STANDBY: self._in_standby,
            TubeState.PREPARING: self._while_preparing,
            TubeState.READY: self._while_ready,
            TubeState.EXPOSING: self._while_exposing,
            TubeState.SPENT: self._while_spent,
        }

    @property
    def fault(self) -> str | None:
        """The first fault that latched, as the display shows it; None while there is none."""
        return self.faults[0] if self.faults else None

    @fault.setter
    def fault(self, fault: str | None) -> None:
        self.faults = [] if fault is None else [fault]

    @property
    def rotor_fault(self) -> str | None:
        """What the high-speed starter says of its latched fault."""
        return self._points.rotor_fault if ROTOR_FAULT in self.faults else None

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
        """Whether door and generator contacts are closed."""
        return not (self._lines.door_open or self.own_contact_open)

    @property
    def door_open(self) -> bool:
        """Whether the door contact is open."""
        return self._lines.door_open

    @property
    def own_contact_open(self) -> bool:
        """Whether the generator's own safety contact is open."""
        return self._points.generator_contact_open

    @property
    def ready_in_ms(self) -> float:
        """How long it takes until READY, were prep held from now on (0 when ready)."""
        ready_us = self._ready_at_us(self._prep_began_us())
        return max(0.0, (ready_us - self._clock.now_us) / MICROSECONDS_PER_MS)

    def program(self, settings: Settings) -> None:
        """Take a technique; refused outside the limits and while X-rays are on."""
        if self.x_rays:
            raise AccessDenied("The technique cannot change while X-rays are on.")
        check_settings(settings)
        self.settings, self._over_power = settings, False
        self.on_voltage(settings.kv)

    def refuse_set_up(self, settings: Settings) -> None:
        """Hold no technique: the set points that were given do not go together."""
        self.settings, self._over_power = None, is_over_power(settings)

    def latch(self, fault: str) -> None:
        """Stop and stay stopped until the fault is reset."""
        if fault not in self.faults:
            self.faults.append(fault)
        self._lines.generator_healthy = False

    def reset_fault(self) -> None:
        """Clear what latched, as a service engineer does; what is still wrong latches again.

        A hand switch that is held meanwhile must be released before it prepares anything.
        """
        if self.faults and self.prep_requested and not self.x_rays:
            self.state = TubeState.SPENT
            self._lines.exposure_request = False
        self.faults = []
        self._lines.generator_healthy = True

    def power_cycle(self) -> None:
        """Switch off and on: X-rays end, technique and the faults of the manual's list are gone.

        What the independent timer latched stays until somebody resets it, and so does the heat. A
        hand switch that is held while the power comes back starts nothing.
        """
        if self.x_rays:
            self._end_x_rays()
        self.settings = self.last_pulse = None
        self._lines.exposure_request = self._over_power = False
        self.ready_ms = round(READY_MS)
        self.state = TubeState.SPENT
        self._unlatch((*LATCHING, PREP_TOO_LONG))

    def obey(self, points: FaultPoints) -> None:
        """Fail where the rehearsed faults say so."""
        self._points = points
        too_hot_c = HOTTEST_INVERTER_C + TOO_HOT_BY_C
        self.duty.inverter_c = too_hot_c if points.inverter_hot else INVERTER_AT_REST_C
        too_long_ms = DUTY_LIMIT_MS + TOO_LONG_BY_MS
        self.duty.earlier_ms = too_long_ms if points.duty_used_up else 0.0

    def deadline_us(self) -> int | None:
        """Give the next moment at which the generator does something by itself."""
        if self.state is TubeState.PREPARING:
            spun_up_us = self._spun_up_us(self._prep_from_us)
            ready_us = self._ready_at_us(self._prep_from_us)
            ahead = [moment for moment in (spun_up_us, ready_us) if moment > self._clock.now_us]
            return min(*ahead, self._prep_ends_us()) if ahead else self._prep_ends_us()
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
        if self._lines.hand_switch_stage == 0:
            return
        if self._over_power:
            self._give_up(OVER_POWER)
        elif self._may_prepare():
            self._begin_prep()
        else:  # a technique programmed or a door closed under a held switch starts nothing
            self.state = TubeState.SPENT

    def _begin_prep(self) -> None:
        if self.duty.over():
            self._give_up(OVER_DUTY)
            return
        self.state = TubeState.PREPARING
        self._prep_from_us = self._clock.now_us
        self.last_pulse = None

    def _while_preparing(self) -> None:
        if self._gave_up():
            return
        if self._points.rotor_fault and self._clock.reached(self._spun_up_us(self._prep_from_us)):
            self._give_up(ROTOR_FAULT)
            return
        if self._clock.reached(self._ready_at_us(self._prep_from_us)):
            self.state = TubeState.READY

    def _while_ready(self) -> None:
        if self._gave_up():
            return
        self._lines.exposure_request = self._lines.hand_switch_stage == 2
        if self._may_expose() and self._points.tube_conducts:
            self._begin_x_rays()

    def _while_exposing(self) -> None:
        if self._clock.reached(self._arc_us()):
            self._end_by(ARC)
        elif self._beam_is_over():
            self._end_x_rays()
        elif self._clock.reached(self._prep_ends_us()):
            self._end_by(PREP_TOO_LONG)

    def _end_by(self, fault: str) -> None:
        self.latch(fault)
        self._end_x_rays()

    def _while_spent(self) -> None:
        if self._lines.hand_switch_stage == 0:
            self.state = TubeState.STANDBY
            self._unlatch((PREP_TOO_LONG,))

    def _give_up(self, fault: str) -> None:
        self.state = TubeState.SPENT
        self.latch(fault)

    def _unlatch(self, gone: tuple[str, ...]) -> None:
        self.faults = [fault for fault in self.faults if fault not in gone]
        self._lines.generator_healthy = not self.faults

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
        if self._lines.hand_switch_stage == 0 or not self._may_prepare():
            self.state = TubeState.SPENT
        elif self._clock.reached(self._prep_ends_us()):
            self._give_up(PREP_TOO_LONG)
        else:
            return False
        self._lines.exposure_request = False
        return True

    def _prep_began_us(self) -> int:
        resting = self.state in (TubeState.STANDBY, TubeState.SPENT)
        return self._clock.now_us if resting else self._prep_from_us

    def _ready_at_us(self, prep_from_us: int) -> int:
        return max(prep_from_us + self.ready_ms * MICROSECONDS_PER_MS, self.duty.rested_us)

    def _spun_up_us(self, prep_from_us: int) -> int:
        return prep_from_us + round(READY_MS * MICROSECONDS_PER_MS)

    def _prep_ends_us(self) -> int:
        return self._prep_from_us + round(PREP_LIMIT_MS * MICROSECONDS_PER_MS)

    # The beam

    def _set_ms(self) -> int:
        return self.settings.time_ms if self.settings is not None else 0

    def _main_ends_us(self) -> int:
        return self._x_rays_from_us + self._set_ms() * MICROSECONDS_PER_MS

    def _beam_is_over(self) -> bool:
        backup_is_over = self._clock.reached(self._backup_ends_us())
        return self._main_time_is_over() or backup_is_over or not self._may_expose()

    def _main_time_is_over(self) -> bool:
        return self._points.main_timer_works and self._clock.reached(self._main_ends_us())

    def _backup_ends_us(self) -> int:
        limit_ms = min(BACKUP_FACTOR * self._set_ms() + BACKUP_MARGIN_MS, BACKUP_LIMIT_MS)
        return self._x_rays_from_us + round(limit_ms * MICROSECONDS_PER_MS)

    def _beam_ends_us(self) -> int:
        timer_works = self._points.main_timer_works
        ends_us = self._main_ends_us() if timer_works else self._backup_ends_us()
        arc_us = self._arc_us()
        ends_us = min(ends_us, self._prep_ends_us())
        return ends_us if arc_us is None else min(ends_us, arc_us)

    def _arc_us(self) -> int | None:
        after_ms = self._points.arcs_after_ms
        return None if after_ms is None else self._x_rays_from_us + after_ms * MICROSECONDS_PER_MS

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
        self.duty.add(pulse.actual_ms, pulse.settings.kv * pulse.mas)
        self.last_pulse = pulse
        self._judge(pulse)
        self.on_pulse(pulse)

    def _judge(self, pulse: Pulse) -> None:
        if self._clock.now_us > self._main_ends_us():  # whoever ended it, the timer did not
            self.latch(MAIN_TIMER_FAILED)
        set_mas = pulse.settings.ma * pulse.settings.time_ms / 1000.0
        if pulse.mas >= OVER_MAS_FACTOR * set_mas:
            self.latch(OVER_MAS)

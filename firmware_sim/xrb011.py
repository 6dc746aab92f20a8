"""The Spellman XRB011 monoblock (serial protocol 118150-001): a tank that its host switches on.

Because `99,1` is enough for a real one, it is a bench generator. In this unit the hand switch and
the panel's BeamEnable are wired into its interlock loop: without both there are no X-rays, and a
command that comes while the loop is open is not remembered. An independent timer in the loop ends
X-rays after 500 ms and latches.

What the public pages of the manual leave open, and how it is here:
- `28` is protected by a password that "userconfig" gives first; its number is not public. The
  simulated tank comes unlocked; a locked one (`unlocked = False`) answers `28` with 1.
- A value outside the tank's range is a receive error, 1: the manual knows errors 1 and 2 only.
- Reading the set points or the faults back is not public: there is no command for it. Faults are
  reset on the back door or by switching off and on.
- The range of the set points is that of the XRB011 data sheet: 35 to 80 kV, 0 to 700 uA, 50 W.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from firmware_sim import spellman_commands
from firmware_sim.faults import FaultPoints
from firmware_sim.lines import MICROSECONDS_PER_MS, MICROSECONDS_PER_SECOND, Beam, Lines, ModelClock
from firmware_sim.spellman_commands import ACCEPTED, MALFORMED, Arguments, Command, Refused, Values
from firmware_sim.technique import Pulse
from firmware_sim.tube import ARC, BACKUP_LIMIT_MS, MAIN_TIMER_FAILED

# Spellman XRB011 data sheet: 35 to 80 kV, up to 700 uA, 50 W.
KV_TENTHS_LIMITS = (350, 800)
UA_LIMITS = (0, 700)
POWER_LIMIT_W = 50.0
# Spellman XRB011 118150-001: 1 to 10 s, 0 switches it off, 5 s as delivered.
WATCHDOG_LIMITS_S = (0, 10)
WATCHDOG_S = 5
WATCHDOG = "watchdog"


class MonoblockState(Enum):
    """What the tank is doing."""

    STANDBY = "standby"
    EXPOSING = "exposing"


@dataclass(frozen=True, slots=True)
class MonoblockSettings:
    """The set points in the tank's own units; its only timer is the one in the loop."""

    kv_tenths: int
    ua: int

    @property
    def kv(self) -> float:
        """Tube voltage in kV."""
        return self.kv_tenths / 10.0

    @property
    def ma(self) -> float:
        """Tube current in mA."""
        return self.ua / 1000.0

    @property
    def time_ms(self) -> int:
        """The time after which the loop ends X-rays."""
        return round(BACKUP_LIMIT_MS)


class Monoblock:
    """The tank: set points, the beam, the watchdog and what ends X-rays."""

    def __init__(self, lines: Lines, clock: ModelClock) -> None:
        self.faults: list[str] = []
        self.settings: MonoblockSettings | None = None
        self.watchdog_s = WATCHDOG_S
        self.on_pulse: Callable[[Pulse], None] = lambda pulse: None
        self.on_voltage: Callable[[float], None] = lambda kv: None
        self._lines = lines
        self._clock = clock
        self._points = FaultPoints()
        self._heard_us = 0
        self._x_rays_from_us = 0

    @property
    def state(self) -> MonoblockState:
        """What the tank is doing."""
        return MonoblockState.EXPOSING if self.x_rays else MonoblockState.STANDBY

    @property
    def x_rays(self) -> bool:
        """Whether X-rays are on."""
        return self._lines.x_rays

    @property
    def fault(self) -> str | None:
        """The first fault that latched; None while there is none."""
        return self.faults[0] if self.faults else None

    @property
    def ready_in_ms(self) -> float:
        """A tank is ready at once."""
        return 0.0

    @property
    def loop_closed(self) -> bool:
        """Whether door, own contact, hand switch and BeamEnable all allow X-rays."""
        return (
            self._contacts_closed()
            and self._lines.hand_switch_stage == 2
            and self._lines.beam_enable
        )

    def heard(self) -> None:
        """Note a message of the host: the watchdog begins anew."""
        self._heard_us = self._clock.now_us

    def switch_on(self) -> None:
        """Make X-rays if the loop is closed; otherwise nothing happens, now or later."""
        may = self.settings is not None and self.fault is None and self.loop_closed
        if may and self._points.tube_conducts and not self.x_rays:
            self._x_rays_from_us = self._clock.now_us
            self._lines.x_rays = True

    def switch_off(self) -> None:
        """End X-rays."""
        if not self.x_rays:
            return
        assert self.settings is not None
        actual_ms = (self._clock.now_us - self._x_rays_from_us) / MICROSECONDS_PER_MS
        mas = self.settings.ma * actual_ms / 1000.0
        self._lines.x_rays = False
        self._lines.beam = Beam(self.settings.kv, self._lines.beam.mas + mas)
        self.on_pulse(Pulse(self.settings, actual_ms, mas, self._x_rays_from_us))

    def latch(self, fault: str) -> None:
        """End X-rays and make none until the fault is reset."""
        if fault not in self.faults:
            self.faults.append(fault)
        self._lines.generator_healthy = False
        self.switch_off()

    def reset_fault(self) -> None:
        """Clear what latched, as a service engineer does."""
        self.faults = []
        self._lines.generator_healthy = True

    def power_cycle(self) -> None:
        """Switch off and on: X-rays end, set points and faults are gone.

        What the independent timer latched stays until somebody resets it.
        """
        self.switch_off()
        self.settings, self.watchdog_s = None, WATCHDOG_S
        self.heard()
        self.faults = [fault for fault in self.faults if fault not in (ARC, WATCHDOG)]
        self._lines.generator_healthy = not self.faults

    def obey(self, points: FaultPoints) -> None:
        """Fail where the rehearsed faults say so."""
        self._points = points

    def deadline_us(self) -> int | None:
        """Give the next moment at which X-rays end by themselves."""
        if not self.x_rays:
            return None
        ends = (self._watchdog_us(), self._arc_us(), self._loop_timer_us())
        return min(moment for moment in ends if moment is not None)

    def advance(self) -> bool:
        """React to the lines and to the clock; True when something changed."""
        before = (self.x_rays, self._lines.exposure_request)
        self._lines.exposure_request = self._wants_beam_enable()
        if self.x_rays:
            self._watch_beam()
        return before != (self.x_rays, self._lines.exposure_request)

    def _watch_beam(self) -> None:
        if not self.loop_closed:
            self.switch_off()
        for moment, fault in (
            (self._arc_us(), ARC),
            (self._watchdog_us(), WATCHDOG),
            (self._loop_timer_us(), MAIN_TIMER_FAILED),
        ):
            if self.x_rays and self._clock.reached(moment):
                self.latch(fault)

    def _wants_beam_enable(self) -> bool:
        pressed = self._lines.hand_switch_stage == 2
        return pressed and self.fault is None and self._contacts_closed()

    def _contacts_closed(self) -> bool:
        return not (self._lines.door_open or self._points.generator_contact_open)

    def _watchdog_us(self) -> int | None:
        if self.watchdog_s == 0:
            return None
        return self._heard_us + self.watchdog_s * MICROSECONDS_PER_SECOND

    def _arc_us(self) -> int | None:
        after_ms = self._points.arcs_after_ms
        return None if after_ms is None else self._x_rays_from_us + after_ms * MICROSECONDS_PER_MS

    def _loop_timer_us(self) -> int:
        return self._x_rays_from_us + round(BACKUP_LIMIT_MS * MICROSECONDS_PER_MS)


class Xrb011Interface:
    """Answers the commands of an XRB011: text in, text out."""

    def __init__(self, tank: Monoblock) -> None:
        self.unlocked = True
        self._tank = tank
        self._kv_tenths, self._ua = 0, 0
        self._commands: dict[str, Command] = {
            "10": (1, self._set_kv),
            "11": (1, self._set_ua),
            "27": (0, lambda _: ACCEPTED),
            "28": (1, self._set_watchdog),
            "98": (0, lambda _: [int(tank.x_rays)]),
            "99": (1, self._switch),
        }

    def answer(self, text: str) -> str:
        """Execute a command such as `98,` and give its answer, without frame."""
        self._tank.heard()
        return spellman_commands.answer(self._commands, text)

    def power_cycle(self) -> None:
        """Switch the tank off and on."""
        self._kv_tenths, self._ua = 0, 0
        self._tank.power_cycle()

    def _set_kv(self, arguments: Arguments) -> Values:
        _check_range(arguments[0], KV_TENTHS_LIMITS)
        return self._hold(arguments[0], self._ua)

    def _set_ua(self, arguments: Arguments) -> Values:
        _check_range(arguments[0], UA_LIMITS)
        return self._hold(self._kv_tenths, arguments[0])

    def _hold(self, kv_tenths: int, ua: int) -> Values:
        settings = MonoblockSettings(kv_tenths, ua)
        # kV x mA is W
        if self._tank.x_rays or settings.kv * settings.ma > POWER_LIMIT_W:
            raise Refused(MALFORMED)
        self._kv_tenths, self._ua = kv_tenths, ua
        self._tank.settings = settings if kv_tenths and ua else None
        self._tank.on_voltage(settings.kv)
        return ACCEPTED

    def _set_watchdog(self, arguments: Arguments) -> Values:
        _check_range(arguments[0], WATCHDOG_LIMITS_S)
        if not self.unlocked:
            raise Refused(MALFORMED)
        self._tank.watchdog_s = arguments[0]
        return ACCEPTED

    def _switch(self, arguments: Arguments) -> Values:
        _check_range(arguments[0], (0, 1))
        (self._tank.switch_off, self._tank.switch_on)[arguments[0]]()
        return ACCEPTED


def _check_range(value: int, limits: tuple[int, int]) -> None:
    if not limits[0] <= value <= limits[1]:
        raise Refused(MALFORMED)

"""The commands of a Spellman PMX generator (50 kV, 200 mA, 5 kW; manual 118165-001).

A command is answered with its number and arguments, `CMD,$,` when it was only accepted, or
`CMD,<code>,` when it was refused. No command makes X-rays: prep and exposure are hardware lines.

What the public pages of the manual leave open, and how it is here:
- The numbers of "Request Fault Status" and "Reset Faults" are not public. There is no command for
  either: the list (`fault_list`) stands on the back door, and faults are reset there or by
  switching the unit off and on.
- The codes of `50` and `71` for values that do not go together: 3, and nothing is taken over.
- `34` below 2 s "will result in improper operation": 3.
- This unit's tube has one filament, the small one, and no AEC: over-time never occurs.
- A number of more than ten digits is malformed.
"""

from dataclasses import dataclass, replace

from firmware_sim import spellman_commands
from firmware_sim.duty import Duty
from firmware_sim.errors import OutOfRange
from firmware_sim.faults import ROTOR_FLAGS
from firmware_sim.spellman_commands import ACCEPTED, Arguments, Command, Refused, Values
from firmware_sim.technique import (
    FULL_SCALE_COUNTS,
    LOWEST_KV_COUNTS,
    LOWEST_MA_COUNTS,
    POWER_LIMIT_W,
    Settings,
    check_settings,
)
from firmware_sim.tube import LATCHING, LONGEST_READY_MS, READY_MS, Tube, TubeState

# Spellman PMX manual 118165-001, error codes.
OUT_OF_RANGE, STATE_ERROR, SETUP_INVALID, WRONG_MODE = 3, 9, 10, 11
# Spellman PMX manual 118165-001, set mode; 1 between them is mAs alone.
THREE_POINT, MAS_AND_MA = 0, 2
# Spellman PMX manual 118165-001: filament 0 small, 1 large.
SMALL_FILAMENT = 0
# Spellman PMX manual 118165-001, set exposure mAs: 0 to 6000 for 0 to 600 mAs.
LARGEST_MAS_COUNTS = 6000
# Spellman PMX manual 118165-001, scaling summary of the read-backs.
KV_PER_READ_BACK = 0.013059
MA_PER_READ_BACK = 0.052217
FILAMENT_A_PER_READ_BACK = 0.0015665
FILAMENT_V_PER_READ_BACK = 0.0028766
# Spellman PMX manual 118165-001: supplies +15 V, -15 V, +24 V, 3.3 V twice as they read in order,
# each by its scale (0.0062256, 0.0043663 from -16.4665, 0.0104762, 0.00310847, 0.0011978 V).
SUPPLIES = (2409, 336, 2291, 1062, 2755)
# 325 V behind the rectifier of 230 V mains, at 0.084596 V per bit.
MAINS_READ_BACK = 3842
# Spellman PMX manual 118165-001, last exposure kV: 53476 V / 4095.
KV_PER_LAST_EXPOSURE = 0.01306
# Spellman PMX manual 118165-001, pre-heat: 1.465 mA per bit.
PRE_HEAT_A_PER_COUNT = 0.001465
# Figures of this unit: pre-heat as delivered; filament when heated, and its resistance.
PRE_HEAT_COUNTS = 1200
FILAMENT_HEATED_A = 4.1
FILAMENT_OHM = 0.9
# Spellman PMX manual 118165-001, expanded starter status: arguments 11 to 13 (miswired, not used,
# no communication) never occur here.
STARTER_FLAGS_UNUSED = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class SetPoints:
    """What the host has set, whether it goes together or not."""

    mode: int = THREE_POINT
    time_ms: int = 0
    kv_counts: int = 0
    ma_counts: int = 0
    mas_counts: int = 0

    def settings(self) -> Settings:
        """Give the technique that these set points stand for in their mode."""
        if self.mode == THREE_POINT:
            return Settings(self.time_ms, self.kv_counts, self.ma_counts)
        ma_counts = self.ma_counts if self.mode == MAS_AND_MA else highest_ma(self.kv_counts)
        return Settings(exposure_ms(self.mas_counts, ma_counts), self.kv_counts, ma_counts)


def highest_ma(kv_counts: int) -> int:
    """Give the highest current that the tube may carry at a voltage, as two-point mode takes it."""
    kv = Settings(0, kv_counts, 0).kv
    allowed = POWER_LIMIT_W / kv if kv else 0.0
    return min(FULL_SCALE_COUNTS, int(allowed * FULL_SCALE_COUNTS / 200.0 + 0.5))


def exposure_ms(mas_counts: int, ma_counts: int) -> int:
    """Give the whole milliseconds nearest to 0.1 mAs x `mas_counts` at 200 mA / 4095 per count."""
    if ma_counts == 0:
        return 0
    return (mas_counts * FULL_SCALE_COUNTS + ma_counts) // (2 * ma_counts)


def fault_list(tube: Tube) -> tuple[int, ...]:
    """Give the eight flags of the list of faults in the manual's order; two are contacts."""
    interlocks = (int(tube.door_open), int(tube.own_contact_open))
    return (*interlocks, *(int(fault in tube.faults) for fault in LATCHING))


class PmxInterface:
    """Answers the commands of a PMX generator: text in, text out."""

    def __init__(self, tube: Tube) -> None:
        self._tube = tube
        self._set = SetPoints()
        self._pre_heat = PRE_HEAT_COUNTS
        self._commands: dict[str, Command] = {
            "10": (1, self._set_kv),
            "11": (1, self._set_ma),
            "14": (0, lambda _: [self._in_use().kv_counts]),
            "15": (0, lambda _: [self._in_use().ma_counts]),
            "19": (0, self._read_back),
            "22": (0, self._status),
            "33": (1, self._set_pre_heat),
            "34": (1, self._set_ready_time),
            "50": (4, self._set_exposure),
            "51": (0, self._read_exposure),
            "53": (0, lambda _: [SMALL_FILAMENT]),
            "55": (1, self._choose_mode),
            "60": (0, self._last_kv),
            "62": (0, lambda _: [self._filament_counts()]),
            "71": (4, self._set_mas_and_ma),
            "74": (1, self._set_mas),
            "78": (0, self._auxiliary),
            "84": (0, self._starter),
        }

    def answer(self, text: str) -> str:
        """Execute a command such as `22,` and give its answer, without frame."""
        return spellman_commands.answer(self._commands, text)

    def power_cycle(self) -> None:
        """Switch the generator off and on."""
        self._set, self._pre_heat = SetPoints(), PRE_HEAT_COUNTS
        self._tube.power_cycle()

    # Set points

    def _set_kv(self, arguments: Arguments) -> Values:
        self._check_state()
        _check_range(arguments[0], LOWEST_KV_COUNTS, FULL_SCALE_COUNTS)
        return self._combine(replace(self._set, kv_counts=arguments[0]))

    def _set_ma(self, arguments: Arguments) -> Values:
        self._check_state()
        _check_range(arguments[0], LOWEST_MA_COUNTS, FULL_SCALE_COUNTS)
        return self._combine(replace(self._set, ma_counts=arguments[0]))

    def _set_mas(self, arguments: Arguments) -> Values:
        self._check_state()
        _check_range(arguments[0], 0, LARGEST_MAS_COUNTS)
        if self._set.mode == THREE_POINT:
            raise Refused(WRONG_MODE)
        return self._combine(replace(self._set, mas_counts=arguments[0]))

    def _set_exposure(self, arguments: Arguments) -> Values:
        time_ms, kv_counts, ma_counts, filament = arguments
        self._check_state()
        self._check_mode(THREE_POINT)
        wanted = replace(self._set, time_ms=time_ms, kv_counts=kv_counts, ma_counts=ma_counts)
        return self._take_all(wanted, filament)

    def _set_mas_and_ma(self, arguments: Arguments) -> Values:
        kv_counts, mas_counts, ma_counts, filament = arguments
        self._check_state()
        self._check_mode(MAS_AND_MA)
        _check_range(mas_counts, 0, LARGEST_MAS_COUNTS)
        wanted = replace(self._set, kv_counts=kv_counts, mas_counts=mas_counts, ma_counts=ma_counts)
        return self._take_all(wanted, filament)

    def _choose_mode(self, arguments: Arguments) -> Values:
        self._check_state()
        _check_range(arguments[0], THREE_POINT, MAS_AND_MA)
        if arguments[0] != self._set.mode:
            self._hold(replace(self._set, mode=arguments[0]))
        return ACCEPTED

    def _set_pre_heat(self, arguments: Arguments) -> Values:
        self._check_state()
        _check_range(arguments[0], 0, FULL_SCALE_COUNTS)
        self._pre_heat = arguments[0]
        return ACCEPTED

    def _set_ready_time(self, arguments: Arguments) -> Values:
        self._check_state()
        _check_range(arguments[0], round(READY_MS), LONGEST_READY_MS)
        self._tube.ready_ms = arguments[0]
        return ACCEPTED

    def _check_state(self) -> None:
        if self._tube.x_rays:
            raise Refused(STATE_ERROR)

    def _check_mode(self, mode: int) -> None:
        if self._set.mode != mode:
            raise Refused(WRONG_MODE)

    def _take_all(self, wanted: SetPoints, filament: int) -> Values:
        """Take a whole technique or nothing of it."""
        _check_range(filament, SMALL_FILAMENT, SMALL_FILAMENT)
        try:
            check_settings(wanted.settings())
        except OutOfRange as exc:
            raise Refused(OUT_OF_RANGE) from exc
        self._hold(wanted)
        return ACCEPTED

    def _combine(self, wanted: SetPoints) -> Values:
        """Take one set point; say so when it does not go together with the others."""
        self._hold(wanted)
        if self._tube.settings is None:
            raise Refused(SETUP_INVALID)
        return ACCEPTED

    def _hold(self, wanted: SetPoints) -> None:
        self._set = wanted
        try:
            self._tube.program(wanted.settings())
        except OutOfRange:
            self._tube.refuse_set_up(wanted.settings())

    # Read-backs

    def _in_use(self) -> Settings:
        return self._tube.settings or self._set.settings()

    def _read_exposure(self, arguments: Arguments) -> Values:
        used = self._in_use()
        return [used.time_ms, used.kv_counts, used.ma_counts, SMALL_FILAMENT]

    def _read_back(self, arguments: Arguments) -> Values:
        values = [0] * 16
        values[:5] = SUPPLIES
        settings = self._tube.settings
        values[8] = round(self._filament_a() * FILAMENT_OHM / FILAMENT_V_PER_READ_BACK)
        if self._tube.x_rays and settings is not None:
            values[9] = round(settings.kv / KV_PER_READ_BACK)
            values[10] = round(settings.ma / MA_PER_READ_BACK)
        values[11] = MAINS_READ_BACK
        values[13] = self._filament_counts()
        return values

    def _filament_a(self) -> float:
        cold = self._tube.state in (TubeState.STANDBY, TubeState.SPENT)
        return self._pre_heat * PRE_HEAT_A_PER_COUNT if cold else FILAMENT_HEATED_A

    def _filament_counts(self) -> int:
        return round(self._filament_a() / FILAMENT_A_PER_READ_BACK)

    def _status(self, arguments: Arguments) -> Values:
        tube = self._tube
        values = [0] * 26
        values[0] = int(tube.x_rays)
        values[1] = int(tube.interlock_closed)
        values[2] = int(tube.fault is not None)
        values[3] = int(tube.prep_requested)
        values[7] = 1  # one tube, and it is selected
        values[12] = int(tube.state is TubeState.READY)
        values[13] = int(tube.settings is None)
        return values

    def _last_kv(self, arguments: Arguments) -> Values:
        pulse = self._tube.last_pulse
        settings = self._tube.settings if self._tube.x_rays else pulse and pulse.settings
        return [round(settings.kv / KV_PER_LAST_EXPOSURE) if settings else 0]

    def _auxiliary(self, arguments: Arguments) -> Values:
        duty: Duty = self._tube.duty
        return [1, int(duty.anode_is_cool)]  # the clock's battery is always good

    def _starter(self, arguments: Arguments) -> Values:
        latched = self._tube.rotor_fault
        return [*(int(flag == latched) for flag in ROTOR_FLAGS), *STARTER_FLAGS_UNUSED]


def _check_range(value: int, lowest: int, highest: int) -> None:
    if not lowest <= value <= highest:
        raise Refused(OUT_OF_RANGE)

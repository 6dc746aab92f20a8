"""What a PMX says of itself, as typed values: numbers in, values out. No input or output, no clock.

Source: Spellman PMX 118165-001, scaling summary and status tables.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from device.errors import GeneratorNotUnderstood
from device.generator_status import GeneratorStatus

# Spellman PMX 118165-001: how many arguments each answer has.
READ_BACK_ARGUMENTS, STATUS_ARGUMENTS, SETTING_ARGUMENTS = 16, 26, 4
AUXILIARY_ARGUMENTS, STARTER_ARGUMENTS = 2, 13
# Spellman PMX 118165-001, request analog monitor read-backs: volts, kV, mA, A per count.
PLUS_15_V, PLUS_24_V, FIRST_3_V3, SECOND_3_V3 = 0.0062256, 0.0104762, 0.00310847, 0.0011978
MINUS_15_V, MINUS_15_V_AT_0 = 0.0043663, -16.4665
FILAMENT_V, MAINS_V, LEAK_MA = 0.0028766, 0.084596, 0.0261
KV, MA, FILAMENT_A = 13.059e-3, 0.052217, 0.0015665
# Spellman PMX 118165-001, request expanded HSS status: arguments 1 to 10.
STARTER_FAULTS = (
    *("bus under voltage", "phase under current", "phase over current", "phase under voltage"),
    *("power feed out of range", "output shorted", "low voltage supply", "no load"),
    *("not up to speed in 2 s", "more than two starts in 60 s"),
)
# Spellman PMX 118165-001, request expanded HSS status: argument 11, 0 when wired well.
MISWIRED = {
    1: "phase wire in the run slot",
    2: "phase wire in the common slot",
    3: "run and common wires exchanged",
}
STARTER_SILENT = "the starter does not answer the generator"
# The list of faults stands on the display; the number of the command for it is not public.
ON_THE_DISPLAY = "arc, over-power, over-mAs, over-duty or the independent timer; see its display"


class Filament(Enum):
    """Which filament makes the focal spot."""

    SMALL = 0
    LARGE = 1


@dataclass(frozen=True, slots=True)
class ReadBacks:
    """Everything that the generator measures, now."""

    plus_15_v: float
    minus_15_v: float
    plus_24_v: float
    first_3_v3: float
    second_3_v3: float
    filament_v: float
    tube_kv: float
    tube_ma: float
    mains_dc_v: float
    filament_leak_ma: float
    filament_a: float


@dataclass(frozen=True, slots=True)
class Auxiliary:
    """The battery of the clock that counts cooling while switched off; heat below 90 %."""

    clock_battery_good: bool
    anode_cool: bool


@dataclass(frozen=True, slots=True)
class SetPoints:
    """What the generator will expose with, in its own counts."""

    time_ms: int
    kv_counts: int
    ma_counts: int
    filament: Filament


def read_backs(arguments: Sequence[int]) -> ReadBacks:
    """Read the 16 arguments of command 19; the protocol counts them from 1."""
    at = (0, *arguments)
    return ReadBacks(
        plus_15_v=at[1] * PLUS_15_V,
        minus_15_v=at[2] * MINUS_15_V + MINUS_15_V_AT_0,
        plus_24_v=at[3] * PLUS_24_V,
        first_3_v3=at[4] * FIRST_3_V3,
        second_3_v3=at[5] * SECOND_3_V3,
        filament_v=at[9] * FILAMENT_V,
        tube_kv=at[10] * KV,
        tube_ma=at[11] * MA,
        mains_dc_v=at[12] * MAINS_V,
        filament_leak_ma=at[13] * LEAK_MA,
        filament_a=at[14] * FILAMENT_A,
    )


def status(arguments: Sequence[int]) -> GeneratorStatus:
    """Read the 26 arguments of command 22; the protocol counts them from 1."""
    on = [False, *(argument != 0 for argument in arguments)]
    return GeneratorStatus(
        xray_on=on[1],
        interlock_closed=on[2],
        fault=on[3],
        preparing=on[4],
        ready=on[13],
        setup_valid=not on[14],
    )


def set_points(arguments: Sequence[int]) -> SetPoints:
    """Read the 4 arguments of command 51."""
    time_ms, kv_counts, ma_counts, filament = arguments
    return SetPoints(time_ms, kv_counts, ma_counts, read_filament(filament))


def read_filament(argument: int) -> Filament:
    """Read the argument of command 53. Raises GeneratorNotUnderstood."""
    try:
        return Filament(argument)
    except ValueError as error:
        raise GeneratorNotUnderstood(f"filament {argument}") from error


def auxiliary(arguments: Sequence[int]) -> Auxiliary:
    """Read the 2 arguments of command 78."""
    return Auxiliary(*(argument != 0 for argument in arguments))


def starter_faults(arguments: Sequence[int]) -> tuple[str, ...]:
    """Name the faults of the high-speed starter in the 13 arguments of command 84."""
    told = [name for name, flag in zip(STARTER_FAULTS, arguments, strict=False) if flag]
    miswired, silent = arguments[10], arguments[12]
    if miswired:
        told.append(f"miswired: {MISWIRED.get(miswired, str(miswired))}")
    return (*told, STARTER_SILENT) if silent else tuple(told)


def fault_names(starter: Sequence[str], other: Auxiliary) -> tuple[str, ...]:
    """Say in words what a fault may be, as far as the public commands tell it."""
    told = [f"high-speed starter: {name}" for name in starter]
    if not other.anode_cool:
        told.append("the anode is at 90 % of its heat or more")
    return tuple(told) or (ON_THE_DISPLAY,)

"""Every fault the simulator can rehearse, by name.

To add one: a field in `FaultPoints` for the part that shall misbehave, a row in `FAULTS`, and the
row's function, which sets the field. The part itself only ever looks at its field.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, fields

from firmware_sim.errors import UnknownValue

LINES = ("generator", "panel")
# Parts that not every unit has; the generators are named as in `generators.py`.
PMX, PANEL_LINE, GENERATOR_LINE = "pmx", "panel line", "generator line"
PARTS = {
    PMX: "a PMX generator",
    PANEL_LINE: "a serial line of the panel (--gencp-serial)",
    GENERATOR_LINE: "a serial line of the generator",
}
# The moments of an exposure, and a dark frame, at which something can be made to happen: first the
# panel's, then those of a generator that prepares (prep, ready), then the window without X-rays.
MOMENTS = (
    *("idle", "armed", "preparing", "exposing", "readout", "dark"),
    *("prep", "ready", "window", "settling"),
)
# Spellman PMX manual 118165-001, expanded starter status: arguments 1 to 10, in their order.
ROTOR_FLAGS = (
    *("bus-under-voltage", "phase-under-current", "phase-over-current", "phase-under-voltage"),
    *("power-feed", "output-shorted", "low-voltage-supply", "no-load"),
    *("not-up-to-speed", "too-many-starts"),
)
# The commonest first: it is meant when no kind is named.
ROTOR_KINDS = ("not-up-to-speed", *(flag for flag in ROTOR_FLAGS if flag != "not-up-to-speed"))

Value = str | int
Values = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Rate:
    """Which answers a fault of a control channel hits: each so many, or so many in a thousand."""

    every: int = 1
    permille: int = 0
    ms: int = 0


@dataclass(slots=True)
class FaultPoints:
    """What the parts look at. As created, everything works."""

    pull_cable_at: str | None = None  # the USB cable
    host_is_heard: bool = True  # the panel's control endpoint
    generator_answers: bool = True  # the generator's serial line
    generator_broken: bool = False  # the generator's own fault contact
    main_timer_works: bool = True  # the generator's exposure timer
    tube_conducts: bool = True  # the X-ray tube
    door_held_open: bool = False  # the door contact
    lines_missing: int = 0  # the panel's stream
    wire: Mapping[str, Rate] = field(default_factory=dict)  # the panel's control channels
    host_seems_lost: bool = False  # the panel's control sessions
    highest_baud: int | None = None  # the panel's serial line
    line_pulled: str | None = None  # the serial lines
    cut_power_at: str | None = None  # the mains of the whole unit
    arcs_after_ms: int | None = None  # the X-ray tube
    duty_used_up: bool = False  # the generator's duty count
    inverter_hot: bool = False  # the generator's inverter
    rotor_fault: str | None = None  # the generator's high-speed starter
    generator_contact_open: bool = False  # the generator's own interlock
    warmer_k: int = 0  # the panel's climate
    dead_rows: int = 0  # the panel's lines
    drift_percent: int = 0  # the panel's amplifiers
    images_overrun: bool = False  # the panel's image buffer

    def mend(self) -> None:
        """Take every fault away."""
        healthy = FaultPoints()
        for point in fields(self):
            setattr(self, point.name, getattr(healthy, point.name))


@dataclass(frozen=True, slots=True)
class Fault:
    """One row of the table. A parameter allows its words, or whole numbers of a range; the first
    word, or the lowest number, is meant when it is left out and has no default of its own.
    `needs` is the part without which it would do nothing."""

    name: str
    summary: str
    inject: Callable[[FaultPoints, Values], None]
    parameters: Mapping[str, tuple[str, ...] | range]
    defaults: Mapping[str, Value] = field(default_factory=dict)
    needs: str = ""


def _pull_cable(points: FaultPoints, values: Values) -> None:
    points.pull_cable_at = str(values["at"])


def _lose_host(points: FaultPoints, values: Values) -> None:
    points.host_is_heard = False


def _silence_generator(points: FaultPoints, values: Values) -> None:
    points.generator_answers = False


def _break_generator(points: FaultPoints, values: Values) -> None:
    points.generator_broken = True


def _jam_main_timer(points: FaultPoints, values: Values) -> None:
    points.main_timer_works = False


def _darken_tube(points: FaultPoints, values: Values) -> None:
    points.tube_conducts = False


def _open_door(points: FaultPoints, values: Values) -> None:
    points.door_held_open = True


def _shorten_frame(points: FaultPoints, values: Values) -> None:
    points.lines_missing = int(values["lines"])


def _lose_heartbeat(points: FaultPoints, values: Values) -> None:
    points.host_seems_lost = True


def _limit_baud(points: FaultPoints, values: Values) -> None:
    points.highest_baud = 9600


def _pull_line(points: FaultPoints, values: Values) -> None:
    points.line_pulled = str(values["line"])


_HITS = {"every": range(1, 1001), "permille": range(0, 1001)}
_HITS_BY_DEFAULT = {"every": 3}


def _wire_fault(
    name: str, summary: str, ms: range | None = None, ms_default: int = 0, needs: str = ""
) -> Fault:
    """Make the row of a fault that hits answers: every third if nothing else is said."""

    def hit(points: FaultPoints, values: Values) -> None:
        rate = Rate(**{key: int(value) for key, value in values.items()})
        points.wire = {**points.wire, name: rate}

    parameters = dict(_HITS) if ms is None else {"ms": ms, **_HITS}
    defaults = dict(_HITS_BY_DEFAULT) if ms is None else {"ms": ms_default, **_HITS_BY_DEFAULT}
    return Fault(name, summary, hit, parameters, defaults, needs)


def _fall_silent(points: FaultPoints, values: Values) -> None:
    points.wire = {**points.wire, "silence": Rate()}


def _cut_power(points: FaultPoints, values: Values) -> None:
    points.cut_power_at = str(values["at"])


def _arc(points: FaultPoints, values: Values) -> None:
    points.arcs_after_ms = int(values["ms"])


def _use_up_duty(points: FaultPoints, values: Values) -> None:
    points.duty_used_up = True


def _heat_inverter(points: FaultPoints, values: Values) -> None:
    points.inverter_hot = True


def _stop_rotor(points: FaultPoints, values: Values) -> None:
    points.rotor_fault = str(values["kind"])


def _open_generator_contact(points: FaultPoints, values: Values) -> None:
    points.generator_contact_open = True


def _heat_panel(points: FaultPoints, values: Values) -> None:
    points.warmer_k = int(values["kelvin"])


def _kill_rows(points: FaultPoints, values: Values) -> None:
    points.dead_rows = int(values["lines"])


def _drift(points: FaultPoints, values: Values) -> None:
    points.drift_percent = int(values["percent"])


def _overrun(points: FaultPoints, values: Values) -> None:
    points.images_overrun = True


FAULTS = (
    Fault(
        "cable-pull",
        "the USB cable is pulled and stays out until the faults are cleared",
        _pull_cable,
        {"at": MOMENTS},
    ),
    Fault("dead-host", "the panel hears nothing of its host any more", _lose_host, {}),
    Fault("generator-silent", "the generator answers nothing on its line", _silence_generator, {}),
    Fault("generator-fault", "the generator reports a latched fault", _break_generator, {}),
    Fault(
        "timer-stuck",
        "the main timer fails, the backup timer must end it",
        _jam_main_timer,
        {},
        needs=PMX,
    ),
    Fault("no-x-rays", "the tube stays dark though everything allows X-rays", _darken_tube, {}),
    Fault("door-open", "the door contact stays open", _open_door, {}),
    Fault(
        "short-frame",
        "the last lines of every frame are missing",
        _shorten_frame,
        {"lines": range(1, 3000)},
    ),
    _wire_fault("byte-flip", "one bit of an answer of the panel is wrong"),
    _wire_fault("drop", "an answer of the panel is lost"),
    _wire_fault("duplicate", "an answer of the panel comes twice"),
    _wire_fault("late", "an answer of the panel comes late", range(1, 10_001), 400),
    _wire_fault("merged", "an answer of the panel comes together with the next"),
    Fault("silence", "the panel hears and obeys, but answers nothing", _fall_silent, {}),
    _wire_fault("busy", "the panel answers that it is busy"),
    _wire_fault(
        "pending-ack", "a command takes long, and the panel asks for time", range(51, 60_001), 200
    ),
    _wire_fault(
        "wrong-crc", "an answer on the panel's serial line has a wrong checksum", needs=PANEL_LINE
    ),
    Fault("heartbeat-loss", "the panel takes its host for lost, once", _lose_heartbeat, {}),
    Fault(
        "baud-fall-back",
        "the panel's serial line carries nothing above 9600 baud",
        _limit_baud,
        {},
        needs=PANEL_LINE,
    ),
    Fault(
        "power-cycle",
        "the unit loses its power once and starts anew, with a new boot id",
        _cut_power,
        {"at": MOMENTS},
    ),
    Fault("arc", "the tube arcs so many ms into the X-rays", _arc, {"ms": range(2, 400)}),
    Fault(
        "over-duty",
        "5 s of X-rays lie in the generator's last 2 minutes",
        _use_up_duty,
        {},
        needs=PMX,
    ),
    Fault(
        "hot-generator",
        "the generator's inverter is hotter than 60 C",
        _heat_inverter,
        {},
        needs=PMX,
    ),
    Fault(
        "rotor",
        "the high-speed starter fails while it prepares",
        _stop_rotor,
        {"kind": ROTOR_KINDS},
        needs=PMX,
    ),
    Fault(
        "generator-interlock",
        "the generator's own safety contact (tube flow) stays open",
        _open_generator_contact,
        {},
    ),
    Fault(
        "line-pull",
        "a serial cable is pulled and stays out until the faults are cleared",
        _pull_line,
        {"line": LINES},
    ),
    Fault(
        "hot-panel",
        "the panel is so much warmer than it should be, out of its working range",
        _heat_panel,
        {"kelvin": range(20, 61)},
    ),
    Fault(
        "dead-rows",
        "so many lines in the middle of the panel read nothing",
        _kill_rows,
        {"lines": range(1, 3000)},
    ),
    Fault(
        "stale-calibration",
        "the panel's amplifiers drifted by so much, no earlier calibration fits",
        _drift,
        {"percent": range(10, 51)},
    ),
    Fault("data-overrun", "the image buffer overruns in the middle of every frame", _overrun, {}),
)
_BY_NAME = {fault.name: fault for fault in FAULTS}
# What a parameter's word needs beyond its fault.
_WORD_NEEDS = {
    ("line-pull", "panel"): PANEL_LINE,
    ("line-pull", "generator"): GENERATOR_LINE,
    **{
        (name, moment): PMX
        for name in ("cable-pull", "power-cycle")
        for moment in ("prep", "ready")
    },
}


def list_faults() -> str:
    """Describe every fault on a line of its own, as the command line shows them."""
    return "\n".join(f"{_usage(fault):42} {fault.summary}" for fault in FAULTS)


def inject(points: FaultPoints, name: str, given: Values, parts: Collection[str]) -> Values:
    """Let a fault happen in a unit with these parts; returns the parameters, defaults included.

    Raises UnknownValue, also for a fault that would do nothing because its part is not there.
    """
    fault = _BY_NAME.get(name)
    if fault is None:
        raise UnknownValue(f"There is no fault {name!r}; the faults are {', '.join(_BY_NAME)}.")
    values = _checked(fault, given)
    for need in (fault.needs, *(_WORD_NEEDS.get((name, str(word))) for word in values.values())):
        if need and need not in parts:
            raise UnknownValue(f"The fault {name} needs {PARTS[need]}; this unit has none.")
    fault.inject(points, values)
    return values


def parse_fault(spec: str) -> tuple[str, dict[str, str]]:
    """Split `NAME[:key=value,...]`."""
    name, _, rest = spec.partition(":")
    pairs = [pair.partition("=") for pair in rest.split(",") if pair]
    return name, {key: value for key, _, value in pairs}


def _usage(fault: Fault) -> str:
    options = ",".join(f"{key}={_allowed(values)}" for key, values in fault.parameters.items())
    return f"{fault.name}:{options}" if options else fault.name


def _allowed(values: tuple[str, ...] | range) -> str:
    return f"{values.start}..{values.stop - 1}" if isinstance(values, range) else "|".join(values)


def _checked(fault: Fault, given: Values) -> Values:
    unknown = set(given) - set(fault.parameters)
    if unknown:
        raise UnknownValue(f"The fault {fault.name} knows no {', '.join(sorted(unknown))}.")
    return {
        key: _one_of(fault, key, allowed, given.get(key, fault.defaults.get(key, allowed[0])))
        for key, allowed in fault.parameters.items()
    }


def _one_of(fault: Fault, key: str, allowed: tuple[str, ...] | range, value: Value) -> Value:
    if isinstance(allowed, range) and str(value).isdecimal() and len(str(value)) < 10:
        value = int(value)
    if value not in allowed:
        raise UnknownValue(f"The fault {fault.name} takes {key}={_allowed(allowed)}, not {value}.")
    return value

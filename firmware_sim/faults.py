"""Every fault the simulator can rehearse, by name.

To add one: a field in `FaultPoints` for the part that shall misbehave, a row in `FAULTS`, and the
row's function, which sets the field. The part itself only ever looks at its field.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields

from firmware_sim.errors import UnknownValue

MOMENTS = ("idle", "armed", "exposing", "readout")

Value = str | int
Values = Mapping[str, Value]


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

    def mend(self) -> None:
        """Take every fault away."""
        healthy = FaultPoints()
        for point in fields(self):
            setattr(self, point.name, getattr(healthy, point.name))


@dataclass(frozen=True, slots=True)
class Fault:
    """One row of the table. A parameter allows its words, or whole numbers of a range; the first
    word, or the lowest number, is meant when it is left out."""

    name: str
    summary: str
    inject: Callable[[FaultPoints, Values], None]
    parameters: Mapping[str, tuple[str, ...] | range]


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
    Fault("timer-stuck", "the main timer fails, the backup timer must end it", _jam_main_timer, {}),
    Fault("no-x-rays", "the tube stays dark though everything allows X-rays", _darken_tube, {}),
    Fault("door-open", "the door contact stays open", _open_door, {}),
    Fault(
        "short-frame",
        "the last lines of every frame are missing",
        _shorten_frame,
        {"lines": range(1, 3000)},
    ),
)
_BY_NAME = {fault.name: fault for fault in FAULTS}


def list_faults() -> str:
    """Describe every fault on a line of its own, as the command line shows them."""
    return "\n".join(f"{_usage(fault):42} {fault.summary}" for fault in FAULTS)


def inject(points: FaultPoints, name: str, given: Values) -> Values:
    """Let a fault happen; returns the parameters it was given or has by default."""
    fault = _BY_NAME.get(name)
    if fault is None:
        raise UnknownValue(f"There is no fault {name!r}; the faults are {', '.join(_BY_NAME)}.")
    values = _checked(fault, given)
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
        key: _one_of(fault, key, allowed, given.get(key, allowed[0]))
        for key, allowed in fault.parameters.items()
    }


def _one_of(fault: Fault, key: str, allowed: tuple[str, ...] | range, value: Value) -> Value:
    if isinstance(allowed, range) and str(value).isdecimal():
        value = int(value)
    if value not in allowed:
        raise UnknownValue(f"The fault {fault.name} takes {key}={_allowed(allowed)}, not {value}.")
    return value

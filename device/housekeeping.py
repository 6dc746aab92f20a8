"""What a service engineer asks a panel at rest: temperatures, its own counters, its user sets.

Sources: SFNC, DeviceControl and UserSetControl; the counters are the vendor's LinkStatistics.
"""

from dataclasses import dataclass

from device.clock import Clock
from device.errors import NotOffered
from device.features import Features

LINK_STATISTICS = (
    "LinkCommandCount",
    "LinkResendCount",
    "LinkChecksumErrorCount",
    "LinkMalformedCount",
)
USER_SETS = ("UserSetSelector", "UserSetLoad", "UserSetSave")
# SFNC, DeviceControl: where a temperature is measured; the image depends on the sensor's.
PLACE = "DeviceTemperatureSelector"
SENSOR = "Sensor"
# Saving may erase a flash memory.
LONGEST_SAVE_S = 30.0


@dataclass(frozen=True, slots=True)
class PanelCounters:
    """What the panel heard on its control channel since power-up."""

    commands: int
    resends: int
    checksum_errors: int
    malformed: int


def measure_at_sensor(features: Features) -> None:
    """Let DeviceTemperature mean the sensor, where the panel measures there. Raises DeviceError."""
    if not features.has(PLACE) or SENSOR not in features.choices(PLACE):
        return
    if features.choice(PLACE) != SENSOR:
        features.choose(PLACE, SENSOR)


def read_temperatures(features: Features) -> dict[str, float]:
    """Give the temperature in C at each place the panel measures it. Raises DeviceError.

    DeviceTemperature means the same place afterwards as before.
    """
    if not features.has(PLACE):
        return {"Panel": features.number("DeviceTemperature")}
    before = features.choice(PLACE)
    try:
        return {place: _temperature_at(features, place) for place in features.choices(PLACE)}
    finally:
        features.choose(PLACE, before)


def _temperature_at(features: Features, place: str) -> float:
    features.choose(PLACE, place)
    return features.number("DeviceTemperature")


def read_counters(features: Features) -> PanelCounters:
    """Give the panel's own counters of its link. Raises NotOffered or another DeviceError."""
    _require(features, LINK_STATISTICS)
    return PanelCounters(*(features.integer(name) for name in LINK_STATISTICS))


def user_sets(features: Features) -> tuple[str, ...]:
    """Give the names of the stored settings. Raises NotOffered or another DeviceError."""
    _require(features, USER_SETS)
    return features.choices("UserSetSelector")


def load_user_set(features: Features, name: str, clock: Clock) -> None:
    """Let the panel take over stored settings. Raises NotOffered or another DeviceError."""
    _select_user_set(features, name)
    features.execute_and_wait("UserSetLoad", clock, LONGEST_SAVE_S)


def save_user_set(features: Features, name: str, clock: Clock) -> None:
    """Let the panel store its present settings. Raises NotOffered or another DeviceError."""
    _select_user_set(features, name)
    features.execute_and_wait("UserSetSave", clock, LONGEST_SAVE_S)


def _select_user_set(features: Features, name: str) -> None:
    known = user_sets(features)
    if name not in known:
        raise NotOffered(f"user set {name}; there are {', '.join(known)}")
    features.choose("UserSetSelector", name)


def _require(features: Features, names: tuple[str, ...]) -> None:
    missing = [name for name in names if not features.has(name)]
    if missing:
        raise NotOffered(f"no {missing[0]}")

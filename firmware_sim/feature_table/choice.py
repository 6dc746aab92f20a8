"""Selectors: features that only choose of which of several things others tell."""

from collections.abc import Callable, Mapping

from firmware_sim.features import Device, Feature, Kind, Value


def selector(name: str, category: str, description: str, entries: Mapping[str, int]) -> Feature:
    """Make the row of a selector; the first entry is chosen until the host chooses another."""
    first = next(iter(entries.values()))

    def choose(device: Device, value: object) -> None:
        assert isinstance(value, int)
        device.selected[name] = value

    return Feature(
        name,
        category,
        Kind.ENUMERATION,
        description,
        lambda device: device.selected.get(name, first),
        choose,
        entries=entries,
    )


def switch(
    row: Feature,
    is_on: Callable[[Device, int], bool],
    turn_on: Callable[[Device, int], None],
    turn_off: Callable[[Device, int], None],
) -> tuple[Callable[[Device], int], Callable[[Device, Value], None]]:
    """Return how to read and how to set whether what a selector has chosen is on."""

    def read(device: Device) -> int:
        return int(is_on(device, chosen(device, row)))

    def write(device: Device, value: Value) -> None:
        (turn_on if value else turn_off)(device, chosen(device, row))

    return read, write


def chosen(device: Device, row: Feature) -> int:
    """Tell what a selector has chosen."""
    return int(row.read(device))

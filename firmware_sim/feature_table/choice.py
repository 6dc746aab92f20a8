"""Selectors: features that only choose of which of several things others tell."""

from collections.abc import Mapping

from firmware_sim.features import Device, Feature, Kind


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


def chosen(device: Device, row: Feature) -> int:
    """Tell what a selector has chosen."""
    return int(row.read(device))

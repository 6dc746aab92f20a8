"""Which state of panel and generator followed which, in the course of a safety search."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from typing import Any

from firmware_sim.panel import Panel
from firmware_sim.tube import Tube

Transitions = set[tuple[str, str]]


@contextmanager
def watched_states(part: type[Panel] | type[Tube]) -> Iterator[Transitions]:
    """Give the transitions that every such part makes until the block ends."""
    seen: Transitions = set()

    def set_and_remember(self: object, name: str, value: Any) -> None:
        before = getattr(self, "state", None) if name == "state" else None
        object.__setattr__(self, name, value)
        if isinstance(before, Enum) and before is not value:
            seen.add((before.value, value.value))

    part.__setattr__ = set_and_remember  # type: ignore[method-assign]
    try:
        yield seen
    finally:
        del part.__setattr__

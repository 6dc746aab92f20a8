"""The copper of a simulated unit with a probe on it: every edge is told as it happens."""

from collections.abc import Callable
from typing import Any

from firmware_sim.lines import Lines

Edge = Callable[[str, Any], None]


class ProbedLines(Lines):
    """Lines whose every change is told, as (name of the line, its new level)."""

    probes: list[Edge]

    def __init__(self) -> None:
        object.__setattr__(self, "probes", [])
        super().__init__()

    def __setattr__(self, name: str, level: Any) -> None:
        changed = getattr(self, name, None) != level
        super().__setattr__(name, level)
        if changed:
            for probe in self.probes:
                probe(name, level)

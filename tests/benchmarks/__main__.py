"""Runs every benchmark, prints each figure beside the one asked, and writes out/bench.json."""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.benchmarks import checks, correction, device_link, display, reader, report
from tests.benchmarks.rows import Row

BENCHMARKS: tuple[Callable[[], Iterator[Row]], ...] = (
    device_link.measure,
    correction.measure,
    checks.measure,
    display.measure,
    reader.measure,
    report.measure,
)
OUT = Path("out/bench.json")


def main() -> int:
    """Measure everything; the exit code is 1 when a figure is not as asked."""
    rows = [row for measure in BENCHMARKS for row in measure()]
    OUT.parent.mkdir(exist_ok=True)
    record = [asdict(row) | {"met": row.met} for row in rows]
    OUT.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    table = Table("what", "asked", "measured", "figures", "met")
    for row in rows:
        met = "yes" if row.met else "NO"
        table.add_row(row.name, row.requirement, f"{row.measured:.2f}", row.figures, met)
    Console().print(table)
    return 0 if all(row.met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())

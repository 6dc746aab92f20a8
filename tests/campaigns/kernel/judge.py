"""The kernel campaign: Linux's USB stack, usbtest, pyusb and Aravis judge the simulated unit.

A virtual machine attaches it with the real `usbip` to the kernel's vhci_hcd, as a clinic's computer
would have it on a cable; none of our driver is in there. The guest's scripts print one line for
each check.
"""

import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.campaigns.kernel.machine import FOLDER, booted, build_image, require
from tests.campaigns.kernel.simulator import simulated

MARK = "@@RESULT|"
END = "guest: checks ended with 0"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One check of the guest's: PASS, FAIL, or NOTE for what is worth a look."""

    name: str
    verdict: str
    detail: str

    def __str__(self) -> str:
        return f"{self.verdict} {self.name}: {self.detail}"


def judge(count: int, seed: int, told: Callable[[int], None]) -> Counter[str]:
    """Judge `count` times, each with another seed; AssertionError says what was found."""
    require()
    build_image()
    tally: Counter[str] = Counter()
    for done in range(count):
        verdicts = _round(seed + done)
        tally.update({"PASS": "checks passed", "NOTE": "notes"}[each.verdict] for each in verdicts)
        told(done + 1)
    return tally


def _round(seed: int) -> list[Verdict]:
    folder = FOLDER / f"seed-{seed}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with (
        simulated(folder, seed) as (simulator, ear_port),
        booted(folder, simulator.usbip_port, ear_port) as console,
    ):
        return approved(_written(console, folder / "results.txt"))


def approved(lines: Iterable[str]) -> list[Verdict]:
    """Give the verdicts of a round; AssertionError where one failed or the round has no end."""
    lines = list(lines)
    verdicts = list(verdicts_in(lines))
    wrong = [str(each) for each in verdicts if each.verdict == "FAIL"]
    if not any(END in line for line in lines):
        wrong.append(f"the guest did not come to its end after {len(verdicts)} checks")
    if wrong:
        raise AssertionError("\n".join(wrong))
    return verdicts


def verdicts_in(lines: Iterable[str]) -> Iterator[Verdict]:
    """Find the guest's verdicts among the console's lines."""
    for line in lines:
        _, mark, told = line.partition(MARK)
        if mark:
            name, verdict, detail = told.split("|", 2)
            yield Verdict(name, verdict, detail)


def _written(lines: Iterable[str], path: Path) -> Iterator[str]:
    with path.open("w", buffering=1, encoding="utf-8") as results:
        for line in lines:
            for verdict in verdicts_in([line]):
                results.write(f"{verdict}\n")
                sys.stderr.write(f"{verdict.verdict} {verdict.name}\n")
            yield line

"""`scripts/campaign NAME`: the long seeded campaigns, at full size unless told otherwise."""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from bone_age.training.films import Part
from tests.campaigns import cables, films, fuzz, quality, reader, refusals, safety, visits
from tests.campaigns.kernel import judge
from tests.campaigns.kernel.machine import CannotRun

PROGRESS_S = 2.0


@dataclass(frozen=True, slots=True)
class Campaign:
    """One row: what is counted, how many at full size, and what runs them."""

    name: str
    counted: str
    full_size: int
    run: Callable[[int, int, Callable[[int], None]], Counter[str]]


CAMPAIGNS = (
    Campaign("safety", "steps", 1_000_000, safety.search),
    Campaign("bench", "steps with the bench generator", 200_000, safety.search_bench),
    Campaign("fuzz", "packets per side", 10_000_000, fuzz.fuzz),
    Campaign("visits", "visits", 2_000, visits.search_visits),
    Campaign("cables", "pulls of every cable in every state", 20, cables.pull_cables),
    Campaign("quality", "generated visits", 500, quality.judge_visits),
    Campaign("films", "real films", 300, films.judge_films),
    Campaign("reader", "films", 2_000, reader.judge_reader),
    Campaign("refusals", "pictures of each kind", 50, refusals.judge_refusals),
    Campaign("kernel", "round(s) in a virtual machine", 1, judge.judge),
)

# Campaigns over one part of the fixed split of films, by their names on the command line.
OF_ONE_PART = {"reader": reader.judge_reader, "refusals": refusals.judge_refusals}
PARTS = {"tune": Part.TUNE, "held-out": Part.HELD_OUT}


class Progress:
    """Writes how far a campaign has come, every two seconds."""

    def __init__(self, campaign: Campaign, count: int) -> None:
        self._campaign = campaign
        self._count = count
        self._began = self._written = time.monotonic()

    @property
    def seconds(self) -> float:
        """How long the campaign has run."""
        return time.monotonic() - self._began

    def told(self, done: int) -> None:
        """Write a line, unless the last one is fresh."""
        if time.monotonic() - self._written >= PROGRESS_S:
            self._written = time.monotonic()
            sys.stderr.write(f"{done:,} of {self._count:,} {self._campaign.counted}\n")


def main(arguments: list[str] | None = None) -> int:
    """Run one campaign; the exit code is 0, 1 with a find, or 2 when it cannot run here."""
    by_name = {campaign.name: campaign for campaign in CAMPAIGNS}
    parser = argparse.ArgumentParser("scripts/campaign", description=__doc__)
    parser.add_argument("name", choices=by_name, metavar="|".join(by_name))
    parser.add_argument("--count", "--steps", type=_count, help="smaller than the full size")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--part", choices=PARTS, default="tune", help="of the split of films")
    options = parser.parse_args(arguments)
    campaign = by_name[options.name]
    if options.name in OF_ONE_PART:
        run = partial(OF_ONE_PART[options.name], part=PARTS[options.part])
        campaign = replace(campaign, run=run)
    return _run(campaign, options.count or campaign.full_size, options.seed)


def _count(text: str) -> int:
    if not (text.isdecimal() and int(text) >= 1):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of 1 or more")
    return int(text)


def _run(campaign: Campaign, count: int, seed: int) -> int:
    progress = Progress(campaign, count)
    what = f"{campaign.name}: {count:,} {campaign.counted}, seed {seed}"
    try:
        tally = campaign.run(count, seed, progress.told)
    except AssertionError as found:
        sys.stdout.write(f"{what}: FAILED after {progress.seconds:.0f} s\n{found}\n")
        return 1
    except CannotRun as reason:
        sys.stderr.write(f"{reason}\n")
        return 2
    seen = ", ".join(f"{number:,} {name}" for name, number in sorted(tally.items()))
    sys.stdout.write(f"{what}: nothing found in {progress.seconds:.0f} s ({seen})\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

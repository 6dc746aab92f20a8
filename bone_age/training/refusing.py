"""From what is shown to the refuser to a refuser, and how it fares with kinds it never learnt."""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from bone_age.training.films import Films
from bone_age.training.net import ReadingNet
from bone_age.training.refuser import (
    REFUSED_SHARE,
    Features,
    Pixels,
    Refuser,
    both_ways,
    features_of,
    joined,
    learn,
    readable,
    set_limit,
)
from bone_age.training.unreadable import DELIVERIES, FEWEST_OF_CATEGORY, OTHER, WHOLE, Shown

WEIGHTS: Final = "refuser.pt"
RECORD: Final = "refuser.json"
# Spoilt and foreign pictures are few: each is shown as it is, and twice changed.
_COPIES: Final = 2
_SMALLER: Final = f"{OTHER}: smaller categories"


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """What a refuser learns from, as a net sees it; `kinds` (n,) are those of the `spoilt`.

    Changed copies are among them; `shown` has the pictures themselves.
    """

    pixels: int
    steps: int
    whole: Features
    spoilt: Features
    kinds: NDArray[np.str_]
    shown: Shown

    def learn(self) -> Refuser:
        """Learn from everything."""
        return learn(self.whole, self.spoilt, self.pixels, self.steps)

    def learn_without(self, left_out: tuple[str, ...]) -> Refuser:
        """Learn from all kinds but some, in a sixth of the steps."""
        learnt = torch.from_numpy(~np.isin(self.kinds, left_out))
        spoilt = Features(self.spoilt.fine[learnt], self.spoilt.coarse[learnt])
        return learn(self.whole, spoilt, self.pixels, max(1, self.steps // 6))


def prepare(net: ReadingNet, train: Films, shown: Shown, steps: int) -> Lesson:
    """Work out what a net sees of good and of spoilt crops."""
    bad = shown.has_hand & (shown.kinds != WHOLE)
    # Few films are delivered anew: each is shown as it is, and twice changed, as the spoilt are.
    good = [
        features_of(net, train.pixels, seed=1, copies=1),
        features_of(net, shown.of(WHOLE), seed=2, copies=_COPIES),
    ]
    return Lesson(
        train.pixels.shape[-1],
        steps,
        joined(good),
        features_of(net, shown.pixels[bad], seed=3, copies=_COPIES),
        np.tile(shown.kinds[bad], 1 + _COPIES),
        shown,
    )


def make_refuser(folder: Path, net: ReadingNet, lesson: Lesson, good: Films) -> None:
    """Learn a refuser, set its limit on good films that it never saw, and write both down."""
    refuser = lesson.learn()
    unseen = both_ways(net, good.pixels)
    set_limit(refuser, unseen)
    torch.save(refuser.state_dict(), folder / WEIGHTS)
    copies = Counter(str(kind) for kind in lesson.kinds)
    record = {
        "steps": lesson.steps,
        "refused_share": REFUSED_SHARE,
        "crops": {WHOLE: len(lesson.whole), **dict(sorted(copies.items()))},
        "left_out": left_out(lesson, net, unseen),
    }
    (folder / RECORD).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


def load_refuser(folder: Path, pixels: int) -> Refuser | None:
    """Return the refuser that `make_refuser` left, or None where it left none."""
    if not (folder / WEIGHTS).exists():
        return None
    refuser = Refuser(pixels)
    refuser.load_state_dict(torch.load(folder / WEIGHTS, "cpu", weights_only=True))
    return refuser.eval()


def left_out(lesson: Lesson, net: ReadingNet, good: Features) -> dict[str, dict[str, int]]:
    """Count for each kind how many of its pictures are refused where none of them was learnt.

    `good` are unseen good crops, seen both ways. What finds no hand, or what the rules refuse,
    needs no refuser.
    """
    counted: dict[str, dict[str, int]] = {}
    for name, kinds in _groups(lesson.shown).items():
        of_kind = np.isin(lesson.shown.kinds, kinds)
        open_to_it = lesson.shown.pixels[of_kind & lesson.shown.passes]
        read = _still_read(lesson, net, good, kinds, open_to_it) if len(open_to_it) else 0
        counted[name] = {"shown": int(of_kind.sum()), "refused": int(of_kind.sum()) - read}
    return counted


def _still_read(
    lesson: Lesson, net: ReadingNet, good: Features, kinds: tuple[str, ...], crops: Pixels
) -> int:
    refuser = lesson.learn_without(kinds)
    set_limit(refuser, good)
    return int((readable(refuser, both_ways(net, crops)) > 0).sum())


def _groups(shown: Shown) -> dict[str, tuple[str, ...]]:
    """Return the kinds that are left out together, by a name for them."""
    sizes = Counter(str(kind) for kind in shown.kinds if kind != WHOLE)
    small = tuple(
        kind
        for kind, size in sizes.items()
        if kind.startswith(OTHER) and size < FEWEST_OF_CATEGORY * DELIVERIES
    )
    single = {kind: (kind,) for kind in sizes if kind not in small}
    return single | ({_SMALLER: small} if small else {})

"""How quickly a report is made, with everything that a visit and its earlier ones may tell."""

import time
from collections.abc import Iterator

import cv2
import numpy as np

from bone_age.reading import LookedAt
from reports.content import report_content
from reports.looked_at import draw_looked_at
from reports.pdf import render
from reports.wording import CHINESE, ENGLISH, Wording
from tests.benchmarks.rows import Row, at_most
from tests.bone_age.test_crop import drawn_hand
from tests.reports.children import five_children, with_very_much_to_say

# A picture as the unit's panel makes it, with its noise: what is flat is packed too easily.
ROWS, COLUMNS, NOISE = 3000, 2400, 3.0
ASKED_SECONDS, REPEATS = 1.0, 5


def measure() -> Iterator[Row]:
    """Yield the seconds from a result and its pictures to the PDF, the median of several."""
    pictures = _picture(), _looked_at()
    fullest = with_very_much_to_say("欧阳喆堃阿卜杜热合曼买买提艾力")
    for name, result, words in (
        ("report", five_children()["near-adult-height"], ENGLISH),
        ("report, twelve visits, Chinese", fullest, CHINESE),
    ):
        seconds = [_seconds(result, pictures, words) for _ in range(REPEATS + 1)][1:]
        median = sorted(seconds)[REPEATS // 2]
        figures = f"{min(seconds):.2f} to {max(seconds):.2f} s, {REPEATS} times, process warm"
        yield at_most(name, f"{ASKED_SECONDS:g} s", median, ASKED_SECONDS, figures)


def _seconds(result: dict[str, object], pictures: tuple[bytes, bytes], words: Wording) -> float:
    start = time.perf_counter()
    render(report_content(result, *pictures, words))
    return time.perf_counter() - start


def _picture() -> bytes:
    hand = cv2.resize(drawn_hand(), (COLUMNS, ROWS), interpolation=cv2.INTER_CUBIC)
    noise = np.random.default_rng(1).normal(0, NOISE, hand.shape)
    grey = np.clip(200 * hand + noise * (hand > 0), 0, 255).astype(np.uint8)
    return bytes(cv2.imencode(".png", grey)[1].tobytes())


def _looked_at() -> bytes:
    chance = np.random.default_rng(2)
    crop = chance.random((256, 256), dtype=np.float32)
    return draw_looked_at(LookedAt(crop, chance.random((16, 16), dtype=np.float32)))

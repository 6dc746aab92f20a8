"""Work on an image strip by strip, so that each strip stays in the processor's cache."""

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import cv2

# 192 rows of 3072 float32 are 2.4 MB: what is worked on stays near a core, and few calls are made.
# Measured with `scripts/bench`: 128 to 256 rows are equally quick, whole frames 1.5 times as slow.
STRIP_ROWS: Final = 192
# More threads than this wait for the memory, not for the processor.
MOST_THREADS: Final = 4


def in_strips(rows: int, work: Callable[[slice], object]) -> None:
    """Call `work` with every strip of an image of `rows` rows, on several threads at a time.

    Each thread has a part of the image for itself: new memory comes in large pages, and two
    threads that enter the same page wait for each other. Each call writes its own rows and nothing
    else. What one raises is raised here.
    """
    strips = [slice(first, min(first + STRIP_ROWS, rows)) for first in range(0, rows, STRIP_ROWS)]
    share = max(1, math.ceil(len(strips) / min(cv2.getNumThreads(), MOST_THREADS)))

    def work_through(first: int) -> None:
        for strip in strips[first : first + share]:
            work(strip)

    with ThreadPoolExecutor(MOST_THREADS) as threads:
        list(threads.map(work_through, range(0, len(strips), share)))

"""Work on an image strip by strip, so that each strip stays in the processor's cache."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import cv2

# 128 rows of 3072 float32 are 1.6 MB: what is worked on stays near a core, and few calls are made
# (measured: 128 to 256 rows are equally quick, 64 rows and whole frames slower).
STRIP_ROWS: Final = 128
# More threads than this wait for the memory, not for the processor.
MOST_THREADS: Final = 4


def in_strips(rows: int, work: Callable[[slice], object]) -> None:
    """Call `work` with every strip of an image of `rows` rows, on several threads at a time.

    Each call writes its own rows and nothing else. What one raises is raised here.
    """
    strips = [slice(first, min(first + STRIP_ROWS, rows)) for first in range(0, rows, STRIP_ROWS)]
    with ThreadPoolExecutor(min(cv2.getNumThreads(), MOST_THREADS)) as threads:
        list(threads.map(work, strips))

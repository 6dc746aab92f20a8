"""The images that a panel makes of nothing, to prove a transfer pixel by pixel.

Source: SFNC, TestPattern; a ramp counts in pixels, modulo 65536.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from device.errors import NotOffered

Pixels = NDArray[np.uint16]
WHITE_DN = 0xFFFF

PATTERNS: dict[str, Callable[[Pixels, Pixels], Pixels]] = {
    "Black": lambda rows, columns: np.zeros_like(rows + columns),
    "White": lambda rows, columns: np.full_like(rows + columns, WHITE_DN),
    "GreyHorizontalRamp": lambda rows, columns: columns + np.zeros_like(rows),
    "GreyVerticalRamp": lambda rows, columns: rows + np.zeros_like(columns),
    "GreyDiagonalRamp": lambda rows, columns: rows + columns,
}


def expected_pattern(name: str, rows: int, columns: int) -> Pixels:
    """Give the pixels (rows, columns) that a test pattern must have. Raises NotOffered."""
    if name not in PATTERNS:
        raise NotOffered(f"test pattern {name}; known are {', '.join(PATTERNS)}")
    down = np.arange(rows).astype(np.uint16)[:, np.newaxis]
    right = np.arange(columns).astype(np.uint16)[np.newaxis, :]
    return PATTERNS[name](down, right)

"""Random numbers by name: the same seed, purpose and frame always give the same numbers."""

from enum import IntEnum

import numpy as np


class Purpose(IntEnum):
    """What a stream of random numbers is drawn for; a new purpose changes no other stream."""

    GAIN = 1
    DARK_OFFSET = 2
    DARK_CURRENT = 3
    DEFECTS = 4
    QUANTA = 5
    ELECTRONICS = 6
    LINES = 7
    SENSITIVITY = 8
    SHIELDED = 9
    SHIELDED_ELECTRONICS = 10
    DRIFT = 11


def stream(seed: int, purpose: Purpose, frame_number: int = 0) -> np.random.Generator:
    """Return the generator of one purpose; `frame_number` is 0 for what never changes."""
    sequence = np.random.SeedSequence(seed, spawn_key=(int(purpose), frame_number))
    return np.random.Generator(np.random.SFC64(sequence))

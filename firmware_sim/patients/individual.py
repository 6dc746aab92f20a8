"""What makes one child's hand differ from another of the same bone age."""

from dataclasses import dataclass
from zlib import crc32

import numpy as np


@dataclass(frozen=True, slots=True)
class Individual:
    """Random deviations by name, so that a change to one bone changes no other.

    `amount` scales the deviations: 0 is the mean child, 1 the usual variety.
    """

    seed: int
    amount: float = 1.0

    def deviate(self, name: str) -> float:
        """Return a standard normal number times the amount."""
        return self.amount * float(self._chance(name).standard_normal())

    def uniform(self, name: str, low: float, high: float) -> float:
        """Return a number that only shifts a pattern, whatever the amount."""
        return float(self._chance(name).uniform(low, high))

    def deviates(self, name: str, count: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """Return several standard normal numbers times the amount."""
        return self.amount * self._chance(name).standard_normal(count)

    def _chance(self, name: str) -> np.random.Generator:
        sequence = np.random.SeedSequence(self.seed, spawn_key=(crc32(name.encode()),))
        return np.random.Generator(np.random.PCG64(sequence))

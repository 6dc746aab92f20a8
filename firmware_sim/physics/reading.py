"""What goes into one read-out of the panel besides its light, and what comes out of it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Circumstances:
    """How long a frame integrated, how warm it was, its number, and when in model time it was.

    Its read-out is over `read_out_s` after it has integrated.
    """

    integration_s: float
    temperature_c: float
    frame_number: int
    began_s: float = 0.0
    # The full panel: 5 ms until it has settled, then 22 us for each line.
    read_out_s: float = 0.071

    @property
    def read_s(self) -> float:
        """When it had been read out."""
        return self.began_s + self.integration_s + self.read_out_s


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """The pixels (rows, columns) and, in DN, the mean of each row's light-shielded columns.

    Both hold offset, dark current, row noise and white noise; only the pixels see light.
    """

    pixels: NDArray[np.uint16]
    row_reference_dn: NDArray[np.float32]

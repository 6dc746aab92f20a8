"""The X-ray numbers as files, and the functions that read them."""

from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_FOLDER = Path(__file__).parent


@cache
def read_table(name: str) -> dict[str, NDArray[np.float64]]:
    """Return the columns of one CSV table by name; see SOURCES.md for the units."""
    path = _FOLDER / name
    header = path.read_text(encoding="ascii").partition("\n")[0].split(",")
    values = np.loadtxt(path, delimiter=",", skiprows=1)
    values.flags.writeable = False
    return dict(zip(header, values.T, strict=True))

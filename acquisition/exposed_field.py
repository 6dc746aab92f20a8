"""Where X-rays reached the panel: what the collimator's blades leave open.

The blades of this unit run along the panel's rows and columns, so the field is a rectangle. The
picture outside of it holds no anatomy and would dazzle beside a dark hand; it is shown black, and
its pixels are kept.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from acquisition.corrections import Signal

# A blade lets less than 0.01 of the beam through, and scatter from the hand adds some hundredths
# beneath it. A row that crosses the field holds more than this somewhere: 1 cm of bone with 2 cm
# of soft tissue lets 0.096 through, and beside it lies direct radiation.
BLADE_BELOW: Final = 0.15
# One or two stray millimetres, a row of the panel that failed, are no field (quantile of a row).
ROW_QUANTILE: Final = 0.97
# A blade near the tube throws a half-shadow: 0.6 mm of focus, half-way to the panel (our choice of
# the unfavourable case); the shutter closes inside of it.
HALF_SHADOW_MM: Final = 0.6
# Our choice: a narrower field holds no hand (a new-born's is 30 mm wide); something else is dark.
NARROWEST_MM: Final = 30.0


@dataclass(frozen=True, slots=True)
class ExposedField:
    """A rectangle of pixels: rows `top` to `bottom`, columns `left` to `right`, ends excluded."""

    top: int
    bottom: int
    left: int
    right: int

    def is_whole(self, shape: tuple[int, ...]) -> bool:
        """Tell whether no blade covers anything of an image of this shape."""
        return self == whole_field(shape)

    def without_half_shadow(self, shape: tuple[int, ...], pixel_pitch_um: float) -> "ExposedField":
        """Return the part that a shutter leaves open; sides without a blade stay as they are."""
        edge = int(np.ceil(HALF_SHADOW_MM * 1000 / pixel_pitch_um))
        return ExposedField(
            self.top + edge * (self.top > 0),
            self.bottom - edge * (self.bottom < shape[0]),
            self.left + edge * (self.left > 0),
            self.right - edge * (self.right < shape[1]),
        )


def whole_field(shape: tuple[int, ...]) -> ExposedField:
    """Return the field of an image without blades."""
    return ExposedField(0, shape[0], 0, shape[1])


def lit_part(coarse: Signal, direct_dn: float) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return first and one past the last row, and column, of a coarse image that X-rays reached."""
    lit = coarse > BLADE_BELOW * direct_dn
    down, across = (_lit_run(lit.mean(axis=axis) > 1 - ROW_QUANTILE) for axis in (1, 0))
    return down, across


def find_exposed_field(
    pixels: Signal, pixel_pitch_um: float, coarse: Signal, direct_dn: float
) -> ExposedField:
    """Return what the blades leave open, to the pixel; the whole image where no blade is seen.

    `coarse` is the image on pixels of about 1 mm, `direct_dn` its direct radiation.
    """
    down, across = lit_part(coarse, direct_dn)
    narrowest = NARROWEST_MM * 1000 / pixel_pitch_um
    scale = np.divide(pixels.shape, coarse.shape)
    top, bottom = _refined(pixels, down, scale[0], direct_dn)
    left, right = _refined(pixels.T, across, scale[1], direct_dn)
    if min(bottom - top, right - left) < narrowest:
        return whole_field(pixels.shape)
    return ExposedField(top, bottom, left, right)


def _lit_run(lit: NDArray[np.bool_]) -> tuple[int, int]:
    """Return the first and one past the last lit row; nothing lit is everything."""
    found = np.flatnonzero(lit)
    return (int(found[0]), int(found[-1]) + 1) if found.size else (0, len(lit))


def _refined(
    pixels: Signal, run: tuple[int, int], scale: float, direct_dn: float
) -> tuple[int, int]:
    """Carry coarse rows over to pixels: an end is the first row in which the field shows."""
    rows = len(pixels)
    reach = 2 * round(scale)
    first, last = round(run[0] * scale), round(run[1] * scale)
    head, tail = max(0, first - reach), min(rows, last + reach)
    if run[0] > 0:
        first = head + _first_lit(pixels[head : first + reach], direct_dn)
    if last < rows:
        last = tail - _first_lit(pixels[max(0, last - reach) : tail][::-1], direct_dn)
    return first, last


def _first_lit(rows: Signal, direct_dn: float) -> int:
    """Return the first row that is lit in the half-shadow's middle."""
    lit = np.quantile(rows, ROW_QUANTILE, axis=1) > direct_dn / 2
    return int(np.argmax(lit)) if lit.any() else len(rows) // 2

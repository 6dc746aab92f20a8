"""The noise power spectrum of flat images, after IEC 62220-1-1:2015.

Squares of 256 x 256 pixels overlap by half; a second-order surface is taken from each. The spectrum
along an axis is the mean of seven lines on either side of it, the axis itself left out: what is
common to whole rows or columns lies on it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from acquisition.corrections import Signal
from acquisition.detector_quality.regions import (
    Area,
    Curve,
    averaged,
    frequency_grid,
    inner_area,
    tiles,
)
from acquisition.errors import QualityFramesMissing

# IEC 62220-1-1:2015: side of a square, overlap by half, lines on either side of an axis.
SQUARE_PIXELS: Final = 256
STEP_PIXELS: Final = SQUARE_PIXELS // 2
LINES: Final = 7
# IEC 62220-1-1:2015: independent pixels that the spectrum is made of, at least.
FEWEST_PIXELS: Final = 4_000_000


@dataclass(frozen=True, slots=True, eq=False)
class NoisePower:
    """Normalised noise power (NNPS) in mm2 over `frequencies_per_mm` (multiples of 0.1).

    `across` holds along a row (noise that changes from column to column), `down` along a column.
    `signal_dn` is the mean signal; `pixels` counts those used, each once.
    """

    frequencies_per_mm: Curve
    across: Curve
    down: Curve
    signal_dn: float
    squares: int
    pixels: int

    @property
    def mean(self) -> Curve:
        """Mean of both axes."""
        return (self.across + self.down) / 2


def measure_noise_power(flats: Iterable[Signal], pitch_mm: float) -> NoisePower:
    """Measure corrected flat images of one exposure level, one at a time.

    Raises `PanelTooSmall`, or `QualityFramesMissing` without an image.
    """
    power = np.zeros((SQUARE_PIXELS, SQUARE_PIXELS // 2 + 1))
    signals: list[float] = []
    squares = pixels = 0
    for flat in flats:
        area = inner_area(flat.shape, pitch_mm)
        signals.append(float(flat[area].mean(dtype=np.float64)))
        for row in tiles(area, SQUARE_PIXELS, STEP_PIXELS):
            power += _power(flat, row) / signals[-1] ** 2
            squares += len(row)
        pixels += _covered(area)
    if not squares:
        raise QualityFramesMissing("There is no flat image to measure the noise of.")
    # IEC 62220-1-1: power x pixel area / number of pixels.
    power *= pitch_mm**2 / (SQUARE_PIXELS**2 * squares)
    across, down = _along_axes(power, pitch_mm)
    frequencies = frequency_grid(pitch_mm)
    return NoisePower(frequencies, across, down, float(np.mean(signals)), squares, pixels)


def _power(flat: Signal, row: tuple[Area, ...]) -> NDArray[np.float64]:
    squares = np.stack([flat[place].ravel() for place in row])
    squares -= (squares @ _SURFACES) @ _SURFACES.T
    squares = squares.reshape(-1, SQUARE_PIXELS, SQUARE_PIXELS)
    waves = np.fft.rfft2(squares)
    return np.asarray((np.square(waves.real) + np.square(waves.imag)).sum(0, dtype=np.float64))


def _surfaces() -> Signal:
    """Orthonormal base (pixels, 6) of second-order surfaces over a square."""
    line = np.linspace(-1, 1, SQUARE_PIXELS)
    y, x = (part.ravel() for part in np.meshgrid(line, line, indexing="ij"))
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=1)
    return np.linalg.qr(terms)[0].astype(np.float32)


_SURFACES: Final = _surfaces()


def _covered(area: Area) -> int:
    """How many pixels the squares of an area cover."""
    rows, columns = (
        (part.stop - part.start - SQUARE_PIXELS) // STEP_PIXELS * STEP_PIXELS + SQUARE_PIXELS
        for part in area
    )
    return int(rows * columns)


def _along_axes(power: NDArray[np.float64], pitch_mm: float) -> tuple[Curve, Curve]:
    """The spectrum along u and along v from half a plane; its other half is the same mirrored."""
    v = np.fft.fftfreq(SQUARE_PIXELS, pitch_mm)[:, None]
    u = np.fft.rfftfreq(SQUARE_PIXELS, pitch_mm)[None]
    radius = np.hypot(u, v)
    beside = [*range(1, LINES + 1), *range(-LINES, 0)]
    across = averaged(radius[beside, 1:], power[beside, 1:], pitch_mm)
    down = averaged(radius[1:, 1 : LINES + 1], power[1:, 1 : LINES + 1], pitch_mm)
    return across, down

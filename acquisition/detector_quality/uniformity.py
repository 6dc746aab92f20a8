"""Uniformity of signal, noise and SNR, and anomalous pixels, after AAPM Report 150 (TG-150, 2024).

The outer 10 mm are left out; regions of 10 x 10 mm lie side by side. Local non-uniformity is the
largest difference of a region from the mean of its four neighbours, global non-uniformity the whole
spread, both over the mean of all regions. Noise non-uniformity shows a bad calibration first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from acquisition.corrections import Mask, Signal
from acquisition.detector_quality.regions import Area, inner_area, tiles
from acquisition.errors import QualityFramesMissing

Map = NDArray[np.float64]

# AAPM Report 150 (2024): side of a region.
REGION_MM: Final = 10.0
# AAPM Report 150 (2024): a pixel is anomalous if it is this many deviations off in all flats.
ANOMALOUS_DEVIATIONS: Final = 3.0
# AAPM Report 150 (2024): flats at four exposure levels.
FEWEST_FLATS: Final = 4
_NEIGHBOURS: Final = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]], dtype=np.float64)


@dataclass(frozen=True, slots=True)
class NonUniformity:
    """Local and global non-uniformity as shares of the characteristic (mean) value."""

    characteristic: float
    local: float
    overall: float


@dataclass(frozen=True, slots=True, eq=False)
class Uniformity:
    """Maps (regions down, regions across) of one exposure level, and what they come to.

    `signal_dn` and `noise_dn` in DN; `snr` is their quotient.
    """

    signal_dn: Map
    noise_dn: Map
    signal: NonUniformity
    noise: NonUniformity
    snr: NonUniformity


def measure_uniformity(flats: Iterable[Signal], pitch_mm: float) -> Uniformity:
    """Measure corrected flat images of one exposure level; noise is that within one image.

    Raises `PanelTooSmall`, or `QualityFramesMissing` without an image.
    """
    maps = [_region_maps(flat, pitch_mm) for flat in flats]
    if not maps:
        raise QualityFramesMissing("There is no flat image to measure the uniformity of.")
    signal, variance = np.mean(maps, axis=0)
    noise = np.sqrt(variance)
    return Uniformity(
        signal_dn=signal,
        noise_dn=noise,
        signal=non_uniformity(signal),
        noise=non_uniformity(noise),
        snr=non_uniformity(signal / noise),
    )


def non_uniformity(values: Map) -> NonUniformity:
    """Judge a map of regions; at the rim only the neighbours that exist count."""
    characteristic = float(values.mean())
    border = cv2.BORDER_CONSTANT
    total = cv2.filter2D(values, -1, _NEIGHBOURS, borderType=border)
    count = cv2.filter2D(np.ones_like(values), -1, _NEIGHBOURS, borderType=border)
    local = float(np.abs(values - total / np.maximum(count, 1)).max()) if values.size > 1 else 0.0
    return NonUniformity(
        characteristic, local / characteristic, float(np.ptp(values)) / characteristic
    )


def _region_maps(flat: Signal, pitch_mm: float) -> tuple[Map, Map]:
    """Mean and variance of every region."""
    rows = list(_regions(flat.shape, pitch_mm))
    mean = [[flat[place].mean(dtype=np.float64) for place in row] for row in rows]
    variance = [[flat[place].var(dtype=np.float64) for place in row] for row in rows]
    return np.array(mean), np.array(variance)


def _regions(shape: tuple[int, ...], pitch_mm: float) -> list[tuple[Area, ...]]:
    side = max(2, round(REGION_MM / pitch_mm))
    return list(tiles(inner_area(shape, pitch_mm), side, side))


def anomalous_pixels(flats: Sequence[Signal], pitch_mm: float) -> Mask:
    """Mark pixels (rows, columns) that stand off their region in every flat by 3 deviations.

    The flats are corrected, at least four, at different exposure levels.
    Raises `QualityFramesMissing`.
    """
    if len(flats) < FEWEST_FLATS:
        raise QualityFramesMissing(
            f"Anomalous pixels need {FEWEST_FLATS} flat images; there are {len(flats)}."
        )
    marked = np.ones(flats[0].shape, dtype=np.bool_)
    regions = _regions(flats[0].shape, pitch_mm)
    for flat in flats:
        marked &= _standing_off(flat, regions)
    return marked


def _standing_off(flat: Signal, regions: Iterable[tuple[Area, ...]]) -> Mask:
    marked = np.zeros(flat.shape, dtype=np.bool_)
    for place in (place for row in regions for place in row):
        region = flat[place]
        limit = ANOMALOUS_DEVIATIONS * float(region.std(dtype=np.float64))
        marked[place] = np.abs(region - float(region.mean(dtype=np.float64))) >= limit
    return marked

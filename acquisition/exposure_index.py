"""Exposure index and deviation index, after IEC 62494-1 with one declared deviation.

IEC 62494-1 calibrates the index at RQA5 (70 kV). This unit's generator ends at 50 kV and cannot
make that beam; an RQA5 index would read 30 to 43 % of 100 x kerma here. So the index is calibrated
at RQA3 (50 kV, 10 mm Al):

    EI = 100 x the air kerma in uGy that gives the same detector signal at RQA3.

Whoever shows an EI says so beside it (`EXPOSURE_INDEX_NOTE`).

It has a file of its own because it measures the radiograph and judges nothing; `quality.py` judges.
"""

import math
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from acquisition.averages import central_area
from acquisition.corrections import Signal
from acquisition.errors import NoExposure, SettingUnusable
from acquisition.exposed_field import lit_part

EXPOSURE_INDEX_NOTE: Final = (
    "Exposure index calibrated at RQA3 (50 kV), not at RQA5 as in IEC 62494-1."
)

NO_X_RAYS: Final = "The image holds no X-rays. Check that the tube exposed, and repeat."

# IEC 62494-1: the index is 100 times the kerma in uGy.
INDEX_PER_UGY: Final = 100.0
# The index a site aims at is the site's choice (Seibert and Morin 2011, PMC3076558). For a hand 250
# to 500 is a usual start; the start preset (50 kV, 0.3 mAs) gives 310 behind the hand of a child of
# one year and 180 behind a grown one.
DEFAULT_TARGET_EXPOSURE_INDEX: Final = 250.0

# The regions are sought on pixels of about 1 mm, on which noise does not show even at 0.3 uGy.
COARSE_MM: Final = 1.0
# 2 cm of soft tissue let 0.48 of the 50 kV beam through: 0.85 is the edge of about 4 mm of tissue.
ANATOMY_BELOW: Final = 0.85
# 1 cm of bone with 2 cm of soft tissue lets 0.096 through, and scatter adds to it; a collimator
# blade lets less than 0.01 through.
ANATOMY_ABOVE: Final = 0.02
# Direct radiation is what lies within 10 % of the brightest, a flat corrected field being even.
DIRECT_WITHIN: Final = 0.9
# The brightest hundredth may hold a stray artefact.
BRIGHTEST_PERCENTILE: Final = 99.0
# Our choice: the smallest newborn's hand covers 1,500 mm2 with its skin, a large coin 500.
SMALLEST_ANATOMY_MM2: Final = 500.0
# Public IEC tools measure uniformity over the central 80 %.
CENTRAL_SHARE: Final = 0.8
# The panel's noise is 6 to 10 DN a pixel: a field below it saw no X-rays.
NO_SIGNAL_DN: Final = 10.0


@dataclass(frozen=True, slots=True)
class ExposureIndication:
    """What the image says of its own exposure.

    Signals are in DN; shares are 0 to 1. `anatomy_share` is 0 when nothing lies on the panel; the
    index then holds for the central field. `direct_dn` is the signal beside the hand.
    """

    exposure_index: float
    relevant_dn: float
    direct_dn: float
    anatomy_share: float
    saturated_share: float
    relevant_saturated_share: float


@dataclass(frozen=True, slots=True, eq=False)
class Regions:
    """Coarse picture of the field and what lies where in it; pixels of about `COARSE_MM`."""

    coarse: Signal
    direct_dn: float
    anatomy: NDArray[np.bool_]

    @property
    def has_anatomy(self) -> bool:
        """True when something with the size of a hand lies on the panel."""
        return float(self.anatomy.sum()) * COARSE_MM**2 >= SMALLEST_ANATOMY_MM2


def coarsen(pixels: Signal | NDArray[np.uint8], pixel_pitch_um: float) -> Signal:
    """Average the image to pixels of about 1 mm."""
    factor = COARSE_MM * 1000 / pixel_pitch_um
    rows, columns = (max(1, round(size / factor)) for size in pixels.shape)
    coarse = cv2.resize(pixels, (columns, rows), interpolation=cv2.INTER_AREA)
    return np.asarray(coarse, dtype=np.float32)


def find_regions(pixels: Signal, pixel_pitch_um: float) -> Regions:
    """Separate anatomy from direct radiation and from what a collimator covers."""
    coarse = coarsen(pixels, pixel_pitch_um)
    brightest = float(np.percentile(coarse, BRIGHTEST_PERCENTILE))
    direct = float(np.median(coarse[coarse >= DIRECT_WITHIN * brightest]))
    if direct < NO_SIGNAL_DN:
        return Regions(coarse, direct, np.zeros(coarse.shape, dtype=np.bool_))
    inside = (coarse < ANATOMY_BELOW * direct) & (coarse > ANATOMY_ABOVE * direct)
    inside &= _between_blades(coarse, direct)
    # One coarse pixel less all round leaves the half-shadow at the skin out.
    kernel = np.ones((3, 3), dtype=np.uint8)
    anatomy = cv2.erode(inside.astype(np.uint8), kernel)
    return Regions(coarse, direct, _largest(np.asarray(anatomy, dtype=np.uint8)))


def _between_blades(coarse: Signal, direct_dn: float) -> NDArray[np.bool_]:
    """Mark what no blade covers, less the millimetre of its edge: scatter lies beneath blades."""
    between = np.zeros(coarse.shape, dtype=np.bool_)
    ends = [
        slice(first + (first > 0), last - (last < size))
        for (first, last), size in zip(lit_part(coarse, direct_dn), coarse.shape, strict=True)
    ]
    between[ends[0], ends[1]] = True
    return between


def _largest(marked: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Keep the largest connected region: letters and strips beside the hand are no anatomy."""
    _, labels, figures, _ = cv2.connectedComponentsWithStats(marked)
    areas = np.asarray(figures)[:, cv2.CC_STAT_AREA].copy()
    # The first region is what is not marked.
    areas[0] = 0
    return np.asarray((labels == int(areas.argmax())) & (marked > 0), dtype=np.bool_)


def relevant_region(regions: Regions) -> NDArray[np.bool_]:
    """Return the anatomy, or the central field where there is none."""
    if regions.has_anatomy:
        return regions.anatomy
    rows, columns = regions.coarse.shape
    field = np.zeros((rows, columns), dtype=np.bool_)
    field[central_area((rows, columns), CENTRAL_SHARE)] = True
    return field


def check_sensitivity(sensitivity_rqa3: float) -> None:
    """Raise SettingUnusable unless the sensitivity (DN per uGy) is known."""
    if not sensitivity_rqa3 > 0:
        raise SettingUnusable(
            "The detector's sensitivity is not known. Enter the figure of its data sheet."
        )


def indicate_exposure(
    pixels: Signal, saturated: NDArray[np.uint8], pixel_pitch_um: float, sensitivity_rqa3: float
) -> ExposureIndication:
    """Measure the exposure of a corrected image.

    `saturated` marks with 255 where the converter was full; `sensitivity_rqa3` is in DN per uGy.
    """
    check_sensitivity(sensitivity_rqa3)
    regions = find_regions(pixels, pixel_pitch_um)
    relevant = relevant_region(regions)
    full = coarsen(saturated, pixel_pitch_um) / 255
    signal = float(np.median(regions.coarse[relevant]))
    return ExposureIndication(
        exposure_index=INDEX_PER_UGY * signal / sensitivity_rqa3,
        relevant_dn=signal,
        direct_dn=regions.direct_dn,
        anatomy_share=float(regions.anatomy.mean()) if regions.has_anatomy else 0.0,
        saturated_share=float(full.mean()),
        relevant_saturated_share=float(full[relevant].mean()),
    )


def deviation_index(
    exposure_index: float, target_exposure_index: float = DEFAULT_TARGET_EXPOSURE_INDEX
) -> float:
    """Return 10 log10(EI / EI_T) of IEC 62494-1; raises `NoExposure` for an EI of 0 or less."""
    if not target_exposure_index > 0:
        raise SettingUnusable("The target exposure index must be above 0. Correct the preset.")
    if not exposure_index > 0:
        raise NoExposure(NO_X_RAYS)
    return 10 * math.log10(exposure_index / target_exposure_index)

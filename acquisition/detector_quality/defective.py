"""The defects that the calibration knows, and those that correction leaves."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from acquisition.corrections import Mask
from acquisition.defects import LINE_PIXELS, DefectCount, count_defects
from acquisition.detector_quality.regions import inner_area


@dataclass(frozen=True, slots=True)
class DefectSummary:
    """Counts of the calibration's map, and shares of pixels.

    `outside_lines` is the share of defective pixels that lie in no line (11 or more in a row);
    `anomalous` that of anomalous pixels inside the border, after correction.
    """

    count: DefectCount
    outside_lines: float
    anomalous: float


def summarise_defects(
    defects: NDArray[np.uint8], anomalous: Mask, pitch_mm: float
) -> DefectSummary:
    """Summarise the calibration's map (0: good) and what `anomalous_pixels` found."""
    found = (defects > 0).astype(np.uint8)
    lines = np.zeros_like(found)
    # An odd length: an even one would shift what it finds by a pixel.
    for shape in ((1, LINE_PIXELS + 1), (LINE_PIXELS + 1, 1)):
        lines |= np.asarray(cv2.morphologyEx(found, cv2.MORPH_OPEN, np.ones(shape, np.uint8)))
    return DefectSummary(
        count=count_defects(defects),
        outside_lines=float(((found > 0) & (lines == 0)).mean()),
        anomalous=float(anomalous[inner_area(anomalous.shape, pitch_mm)].mean()),
    )

"""The frames of a detector's quality control: what is laid on the panel, exposed and corrected.

The beam is RQA3: 50 kV and 10 mm of aluminium that a person puts before the tube.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

import numpy as np

from acquisition.averages import central_area
from acquisition.calibration import Calibration
from acquisition.calibration_checks import CENTRAL_SHARE, check_field
from acquisition.correct import corrected_signal
from acquisition.corrections import Signal, subtract_offset
from acquisition.errors import BeamDoubtful
from device.detector import EXPOSURE_WINDOW_MS
from device.frame import RawFrame
from device.technique import Technique
from examination.examination import Unit
from examination.service_exposure import Told, Watch, expose_without_patient

PURPOSE: Final = "detector quality"
BEAM: Final = "RQA3"
# IEC 61267:2005, RQA3: filter to add at 50 kV.
ADDED_ALUMINIUM_MM: Final = 10.0
# Air kerma at 1 m in uGy per mAs at 50 kV, tungsten 12 degrees, 2.5 + 10 mm Al and 1 m of air.
# Computed with SpekPy 2.5.4, model casim (Poludniowski et al., Med Phys 2021;48:3630).
RQA3_UGY_PER_MAS: Final = 2.12
# IEC 62220-1-1 measures at a usual level and 3.2 times below and above it (2.5 uGy: a low-dose
# hand); AAPM Report 150 adds a level near the calibration's (20 uGy). 0.85, 2.5, 8.1, 20 uGy.
LEVELS: Final = tuple(Technique(50.0, ma, 100.0) for ma in (4.0, 12.0, 38.0, 94.0))
REFERENCE: Final = LEVELS[1]
# IEC 62494-1: an exposure index is right within 20 %; a beam without its filter is off sevenfold.
BEAM_TOLERANCE: Final = 0.2
# A panel's lag ends within two minutes, in which the generator makes six exposures.
REMEMBERED_FRAMES: Final = 6


class OnPanel(Enum):
    """What a person lays on the panel."""

    NOTHING = "nothing"
    EDGE_UPRIGHT = "edge upright"
    EDGE_ACROSS = "edge across"


@dataclass(frozen=True, slots=True)
class Bench:
    """Who works with the panel: lays things on it, follows the work, and measured the kerma.

    `lay(what, why_again)` returns when it lies there; `why_again` is empty the first time.
    `reference_kerma_ugy` is a dosimeter's at the panel for `REFERENCE`, None without one.
    """

    lay: Callable[[OnPanel, str], None]
    told: Told
    watch: Watch
    reference_kerma_ugy: float | None


@dataclass(frozen=True, slots=True, eq=False)
class QualityExposure:
    """One exposure: its raw frame, the corrected image, and the air kerma in uGy."""

    raw: RawFrame
    image: Signal
    kerma_ugy: float


class QualityFrames:
    """Takes frames and corrects them; what earlier exposures left in the panel is taken away."""

    def __init__(self, unit: Unit, calibration: Calibration, bench: Bench) -> None:
        self._unit, self._calibration, self._bench = unit, calibration, bench
        self._exposed: deque[RawFrame] = deque(maxlen=REMEMBERED_FRAMES)
        # The images of which only the level is wanted use the same memory one after another.
        self._level = np.empty_like(calibration.gain)

    def darks(self, kind: str, count: int) -> Iterator[RawFrame]:
        """Take frames without X-rays, one after another."""
        for number in range(count):
            self._bench.told(kind, number, count)
            yield self._unit.detector.read_dark(EXPOSURE_WINDOW_MS)
        self._bench.told(kind, count, count)

    def exposures(
        self, kind: str, technique: Technique, count: int, done: int = 0
    ) -> Iterator[QualityExposure]:
        """Take exposures; `done` of those wanted were taken before."""
        for number in range(done, done + count):
            self._bench.told(kind, number, done + count)
            raw = expose_without_patient(self._unit, technique, PURPOSE, self._bench.watch)
            image = self.corrected(raw)
            self._exposed.append(raw)
            yield QualityExposure(raw, image, self._kerma_ugy(raw))
        self._bench.told(kind, done + count, done + count)

    def corrected(self, raw: RawFrame) -> Signal:
        """Correct a frame as those of children are."""
        return corrected_signal(raw, self._calibration, self._exposed)

    def corrected_level_dn(self, raw: RawFrame) -> float:
        """Return the mean of the centre after correction."""
        image = corrected_signal(raw, self._calibration, self._exposed, self._level)
        return float(image[central_area(image.shape, CENTRAL_SHARE)].mean(dtype=np.float64))

    def raw_level_dn(self, raw: RawFrame) -> float:
        """Return the mean of the centre above the dark signal, without the defects."""
        centre = central_area(raw.pixels.shape, CENTRAL_SHARE)
        signal = subtract_offset(raw.pixels, self._calibration.dark.dark_of(raw))[centre]
        return float(signal.mean(where=~self._calibration.defect_mask[centre], dtype=np.float64))

    def check_flat(self, exposure: QualityExposure) -> None:
        """Refuse to go on with something on the panel, or with a beam that is not RQA3.

        Raises `ObjectInBeam`, `FlatNotUniform` or `BeamDoubtful`.
        """
        check_field(exposure.image, exposure.raw.pixel_pitch_um)
        centre = exposure.image[central_area(exposure.image.shape, CENTRAL_SHARE)]
        expected = exposure.kerma_ugy * self._calibration.sensitivity_rqa3
        found = float(centre.mean(dtype=np.float64)) / expected
        if abs(found - 1) > BEAM_TOLERANCE:
            raise BeamDoubtful(
                f"The signal is {found:.2f} times what {exposure.kerma_ugy:.2f} uGy of RQA3 give. "
                f"Check the {ADDED_ALUMINIUM_MM:g} mm aluminium filter, the distance and the "
                "air kerma."
            )

    def _kerma_ugy(self, raw: RawFrame) -> float:
        """Air kerma of an exposure: the generator's mAs times the measured or computed output."""
        assert raw.exposure is not None, "it was exposed"
        measured = self._bench.reference_kerma_ugy
        output = RQA3_UGY_PER_MAS if measured is None else measured / REFERENCE.mas
        return raw.exposure.technique_read_back.mas * output

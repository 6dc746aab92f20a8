"""The corrected image of one exposure."""

from dataclasses import dataclass
from datetime import datetime

from acquisition.corrections import Signal
from acquisition.exposure_index import ExposureIndication
from device.frame import DetectorIdentity, MeasuredExposure


@dataclass(frozen=True, slots=True, eq=False)
class Radiograph:
    """One corrected image with what is known about how it was made.

    `pixels` are linear For Processing DN (rows, columns), 0 to 65535, read-only, proportional to
    the detector's dose; row 0 lies at the finger tips. `exposure` is None for a frame without
    X-rays.
    """

    pixels: Signal
    pixel_pitch_um: float
    detector: DetectorIdentity
    detector_temperature_c: float
    integration_ms: float
    timestamp_ns: int
    exposure: MeasuredExposure | None
    indication: ExposureIndication
    calibration_id: str
    calibration_created: datetime

    @property
    def exposure_index(self) -> float:
        """100 x the kerma in uGy that gives the same signal at RQA3 (see `exposure_index.py`)."""
        return self.indication.exposure_index

"""What the panel gives: one raw frame, with everything known about how it was made."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from device.technique import Technique


@dataclass(frozen=True, slots=True)
class DetectorIdentity:
    """Who the panel is; `boot_id` changes at every power-up (None: the panel does not tell)."""

    vendor: str
    model: str
    serial: str
    firmware_version: str
    boot_id: int | None


@dataclass(frozen=True, slots=True)
class MeasuredExposure:
    """One exposure as programmed, as the generator read it back, and as it was measured.

    `exposure_ms` is how long the panel saw X-rays; `kv_measured` is the generator's own peak
    reading of the last exposure, None when the generator could not be asked any more.
    """

    nonce: int
    technique: Technique
    technique_read_back: Technique
    kv_measured: float | None
    exposure_ms: float


@dataclass(frozen=True, slots=True, eq=False)
class RawFrame:
    """Pixels as read out: (rows, columns) uint16 DN, row 0 at the finger tips.

    `timestamp_ns` is the panel's own clock (USB3 Vision leader); `exposure` is None for a frame
    without X-rays. `row_reference_dn` (rows,) is the mean of each row's light-shielded columns as
    read out, None where the panel does not tell.
    """

    pixels: NDArray[np.uint16]
    pixel_pitch_um: float
    detector: DetectorIdentity
    temperature_c: float
    integration_ms: float
    timestamp_ns: int
    exposure: MeasuredExposure | None
    row_reference_dn: NDArray[np.float32] | None = None

    @property
    def rows(self) -> int:
        """Number of rows."""
        return int(self.pixels.shape[0])

    @property
    def columns(self) -> int:
        """Number of columns."""
        return int(self.pixels.shape[1])

"""The calibration of one panel: what is needed to correct its frames.

Corrected signal = x (1 + c x) / gain, where x is the raw signal less dark signal, row reference and
lag. `gain` is each pixel's response to an even field over the mean response of the panel's good
pixels: its mean is 1 and corrected DN remain the panel's mean DN, so the factory's
`sensitivity_rqa3` holds for them.
"""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from acquisition.corrections import RepairPlan, Signal
from acquisition.dark_maps import DarkMaps
from acquisition.lag import LagCoefficients
from device.technique import Technique

_STAMP = "%Y%m%dT%H%M%S%z"


@dataclass(frozen=True, slots=True)
class FlatLevel:
    """How many flats were taken at one mAs, and the signal in DN that they had."""

    mas: float
    frames: int
    level_dn: float


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """Everything needed to correct the frames of one panel.

    Maps are (rows, columns), read-only: `gain` around 1 (a divisor), `defects` with the
    `DefectKind` of each pixel (0: good). `curvature` (columns,) is the c above in 1/DN; it and
    `lag` are None where they were not measured. `sensitivity_rqa3` is in DN per uGy;
    `flat_level_dn` is the mean over all flats.
    Moments carry their time zone. `repair` follows from `defects`.
    """

    serial: str
    model: str
    firmware_version: str
    pixel_pitch_um: float
    dark: DarkMaps
    gain: Signal
    curvature: NDArray[np.float32] | None
    defects: NDArray[np.uint8]
    repair: RepairPlan
    lag: LagCoefficients | None
    sensitivity_rqa3: float
    flat_levels: tuple[FlatLevel, ...]
    flat_technique: Technique
    flat_level_dn: float
    created: datetime
    valid_until: datetime

    @property
    def calibration_id(self) -> str:
        """Name of these maps: the panel's serial number and the moment they were made.

        Darks that were renewed since have their own moment in it.
        """
        made = f"{self.serial}-{self.created:{_STAMP}}"
        is_renewed = self.dark.made > self.created
        return f"{made}-dark-{self.dark.made:{_STAMP}}" if is_renewed else made

    @property
    def defect_mask(self) -> NDArray[np.bool_]:
        """True at the pixels that are not trusted."""
        return self.defects > 0

    @property
    def offset(self) -> Signal:
        """The dark signal in DN at `temperature_c` and `integration_ms`."""
        return self.dark.offset

    @property
    def temperature_c(self) -> float:
        """The panel's temperature during the darks."""
        return self.dark.temperature_c

    @property
    def integration_ms(self) -> float:
        """The integration time for which the offset stands."""
        return self.dark.integration_ms

    @property
    def dark_frames(self) -> int:
        """How many darks were averaged."""
        return self.dark.frames

    @property
    def flat_frames(self) -> int:
        """How many flats were averaged."""
        return sum(level.frames for level in self.flat_levels)

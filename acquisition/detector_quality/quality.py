"""Everything that one quality control found about a detector."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from acquisition.detector_quality.dark_noise import DarkNoise
from acquisition.detector_quality.defective import DefectSummary
from acquisition.detector_quality.dqe import QuantumEfficiency
from acquisition.detector_quality.edge import EdgeResponse
from acquisition.detector_quality.lag import Lag
from acquisition.detector_quality.noise_power import NoisePower
from acquisition.detector_quality.response import Response
from acquisition.detector_quality.uniformity import Uniformity
from device.frame import DetectorIdentity


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Which panel was measured, when, and under what.

    `kerma_source` says where the air kerma comes from; `factory_sensitivity` is in DN/uGy at RQA3.
    """

    detector: DetectorIdentity
    rows: int
    columns: int
    pixel_pitch_um: float
    made: datetime
    temperature_c: float
    calibration_id: str
    beam: str
    kerma_source: str
    factory_sensitivity: float


@dataclass(frozen=True, slots=True, eq=False)
class LevelQuality:
    """Noise, DQE and uniformity of `frames` flat images at one air kerma (uGy)."""

    kerma_ugy: float
    frames: int
    noise: NoisePower
    efficiency: QuantumEfficiency
    uniformity: Uniformity


@dataclass(frozen=True, slots=True, eq=False)
class DetectorQuality:
    """One quality control: levels from the lowest to the highest air kerma.

    `lag` is the panel's own, `corrected_lag` what the correction leaves of it.
    """

    circumstances: Circumstances
    edges: Sequence[EdgeResponse]
    levels: Sequence[LevelQuality]
    response: Response
    dark: DarkNoise
    lag: Lag
    corrected_lag: Lag
    defects: DefectSummary

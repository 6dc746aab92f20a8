"""A quality control as a healthy panel of 100 um pixels would come out, made from formulas."""

from datetime import UTC, datetime

import numpy as np

from acquisition.defects import DefectCount
from acquisition.detector_quality.dark_noise import DarkNoise
from acquisition.detector_quality.defective import DefectSummary
from acquisition.detector_quality.dqe import measure_dqe
from acquisition.detector_quality.edge import Direction, EdgeResponse
from acquisition.detector_quality.lag import measure_lag
from acquisition.detector_quality.noise_power import NoisePower
from acquisition.detector_quality.quality import Circumstances, DetectorQuality, LevelQuality
from acquisition.detector_quality.regions import frequency_grid
from acquisition.detector_quality.response import Level, measure_response
from acquisition.detector_quality.uniformity import Uniformity, non_uniformity
from device.frame import DetectorIdentity

MADE = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
LEVELS_UGY = (0.85, 2.5, 8.1, 20.0)
SENSITIVITY = 1024.0


def quality(pitch_um=100.0, made=MADE, model="HandPanel (simulated)"):
    """Sharpness, quanta and electronics of a usual panel."""
    grid = frequency_grid(pitch_um / 1000)
    edges = [edge(direction, grid) for direction in Direction]
    levels = [level(kerma, grid, edges) for kerma in LEVELS_UGY]
    detector = DetectorIdentity("Textbook", model, "TB-7", "1.2", 1)
    return DetectorQuality(
        circumstances=Circumstances(
            *(detector, 3000, 2400, pitch_um, made, 27.0, "TB-7-20260301"),
            *("RQA3", "computed from the generator's technique", SENSITIVITY),
        ),
        edges=edges,
        levels=levels,
        response=measure_response([Level(k, SENSITIVITY * k, noise_dn(k)) for k in LEVELS_UGY]),
        dark=DarkNoise(7.0, 3.0, 235.0, 8),
        lag=measure_lag(20000.0, (700.0, 60.0), (0.6, 1.2), 0.0),
        corrected_lag=measure_lag(20000.0, (2.0, 1.0), (0.6, 1.2), 0.0),
        defects=DefectSummary(
            DefectCount(900, {"DEAD": 800, "HOT": 100}, 700, 4, 2, 12), 1.2e-4, 0.0
        ),
    )


def noise_dn(kerma_ugy):
    return float(np.sqrt(420.0 * kerma_ugy + 60.0))


def edge(direction, grid):
    distance = np.linspace(-2.0, 2.0, 401)
    mtf = 1 / (1 + 0.55 * grid**1.6)
    return EdgeResponse(direction, 2.0, distance, distance, np.exp(-(distance**2)), grid, mtf)


def level(kerma_ugy, grid, edges):
    power = edges[0].mtf ** 2 / (16200.0 * kerma_ugy) + 1e-7 / kerma_ugy**2
    noise = NoisePower(grid, power, power, SENSITIVITY * kerma_ugy, 100, 6_000_000)
    signal = np.full((5, 4), SENSITIVITY * kerma_ugy)
    signal[2, 1] *= 1.004
    spread = np.full((5, 4), noise_dn(kerma_ugy))
    flat = Uniformity(
        *(signal, spread),
        *(non_uniformity(values) for values in (signal, spread, signal / spread)),
    )
    return LevelQuality(kerma_ugy, 4, noise, measure_dqe(edges, noise, "RQA3", kerma_ugy), flat)

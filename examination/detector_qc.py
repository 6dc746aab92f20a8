"""Measure what the panel is worth: darks, edges and flats, every exposure one of the journal.

The edge comes first, in both directions: if it lies wrong, that is found after one exposure. Then
flats from the lowest level to the highest, and right after the last of them the darks in which its
lag shows. A person presses the hand switch 22 times; with the generator's rest of 20 s between
exposures it takes 9 minutes.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from acquisition.averages import FrameAverage
from acquisition.calibration import Calibration
from acquisition.corrections import Signal
from acquisition.detector_quality.dark_noise import DarkNoise, measure_dark_noise
from acquisition.detector_quality.defective import summarise_defects
from acquisition.detector_quality.dqe import measure_dqe
from acquisition.detector_quality.edge import EdgeResponse, measure_edge
from acquisition.detector_quality.lag import Lag, measure_lag
from acquisition.detector_quality.noise_power import measure_noise_power
from acquisition.detector_quality.quality import Circumstances, DetectorQuality, LevelQuality
from acquisition.detector_quality.response import Level, measure_response
from acquisition.detector_quality.uniformity import anomalous_pixels, measure_uniformity
from acquisition.errors import EdgeNotFound, EdgeTilted, SettingUnusable
from device.frame import RawFrame
from device.technique import Technique
from examination.examination import Unit
from examination.exposures import check_calibration, check_generator_may_be_armed
from examination.quality_frames import (
    BEAM,
    LEVELS,
    Bench,
    OnPanel,
    QualityExposure,
    QualityFrames,
)
from examination.run import close_interrupted
from examination.service_exposure import let_panel_rest

FLATS_PER_LEVEL: Final = 4
# IEC 62220-1-1: the edge at the highest level of the DQE.
EDGE_TECHNIQUE: Final = LEVELS[2]
EDGE_FRAMES: Final = 3
EDGE_ATTEMPTS: Final = 3
DARK_FRAMES: Final = 8
LAG_FRAMES: Final = 4

MEASURED: Final = "measured with a dosimeter"
COMPUTED: Final = "computed from the generator's technique"


@dataclass(frozen=True, slots=True)
class _Rested:
    """What the panel reads before any exposure: its noise, and levels in DN."""

    noise: DarkNoise
    raw_dn: float
    corrected_dn: float


def measure_detector(unit: Unit, calibration: Calibration, bench: Bench) -> DetectorQuality:
    """Take and measure all frames; a person presses the hand switch for every exposure.

    Raises AcquisitionError, DeviceError or RecordsError.
    """
    check_generator_may_be_armed(unit)
    _check_kerma(bench.reference_kerma_ugy)
    close_interrupted(unit)
    temperature_c = unit.detector.status().temperature_c
    check_calibration(unit, calibration, temperature_c)
    frames, pitch_mm = QualityFrames(unit, calibration, bench), calibration.pixel_pitch_um / 1000
    let_panel_rest(unit, bench.told)
    rested = _measure_rested(frames, calibration)
    edges = [
        _measure_edge(frames, bench, what, pitch_mm)
        for what in (OnPanel.EDGE_UPRIGHT, OnPanel.EDGE_ACROSS)
    ]
    bench.lay(OnPanel.NOTHING, "")
    levels, first_images = [], []
    for technique in LEVELS:
        flats = _take_flats(frames, technique)
        if technique is LEVELS[-1]:  # at once: lag falls quickly
            lag, corrected_lag = _measure_lag(frames, flats[-1].raw, rested)
        levels.append(_measure_level(edges, flats, pitch_mm))
        first_images.append(flats[0].image)
    anomalous = anomalous_pixels(first_images, pitch_mm)
    return DetectorQuality(
        circumstances=_circumstances(unit, calibration, bench, temperature_c),
        edges=edges,
        levels=levels,
        response=measure_response([_as_level(level) for level in levels]),
        dark=rested.noise,
        lag=lag,
        corrected_lag=corrected_lag,
        defects=summarise_defects(calibration.defects, anomalous, pitch_mm),
    )


def _check_kerma(measured_ugy: float | None) -> None:
    if measured_ugy is not None and not 0 < measured_ugy < math.inf:
        raise SettingUnusable("The measured air kerma must be above 0. Correct --kerma-ugy.")


def _measure_rested(frames: QualityFrames, calibration: Calibration) -> _Rested:
    """Measure darks before any exposure, each held only until the next has come."""
    raw_dn: list[float] = []
    corrected_dn: list[float] = []

    def take() -> Iterator[NDArray[np.uint16]]:
        for frame in frames.darks("dark frames", DARK_FRAMES):
            raw_dn.append(frames.raw_level_dn(frame))
            corrected_dn.append(frames.corrected_level_dn(frame))
            yield frame.pixels

    noise = measure_dark_noise(take(), ~calibration.defect_mask)
    return _Rested(noise, float(np.mean(raw_dn)), float(np.mean(corrected_dn)))


def _measure_edge(
    frames: QualityFrames, bench: Bench, what: OnPanel, pitch_mm: float
) -> EdgeResponse:
    """Measure one edge; where it lies wrong, a person lays it anew and it is exposed again."""
    kind, first = f"exposures, {what.value}", _first_edge(frames, bench, what, pitch_mm)
    average = FrameAverage(*first.shape)
    average.add(first)
    for exposure in frames.exposures(kind, EDGE_TECHNIQUE, EDGE_FRAMES - 1, done=1):
        average.add(exposure.image)
    return measure_edge(average.mean(), pitch_mm)


def _first_edge(frames: QualityFrames, bench: Bench, what: OnPanel, pitch_mm: float) -> Signal:
    """Return an image in which the edge lies right; raises what the last attempt showed."""
    why_again = ""
    for attempt in range(1, EDGE_ATTEMPTS + 1):
        bench.lay(what, why_again)
        (exposure,) = frames.exposures(f"{what.value}, first look", EDGE_TECHNIQUE, 1)
        try:
            measure_edge(exposure.image, pitch_mm)
            break
        except (EdgeNotFound, EdgeTilted) as error:
            if attempt == EDGE_ATTEMPTS:
                raise
            why_again = str(error)
    return exposure.image


def _take_flats(frames: QualityFrames, technique: Technique) -> list[QualityExposure]:
    taken: list[QualityExposure] = []
    for exposure in frames.exposures(f"flats at {technique.mas:g} mAs", technique, FLATS_PER_LEVEL):
        if not taken:  # whoever lies in the beam must not be exposed again to find out
            frames.check_flat(exposure)
        taken.append(exposure)
    return taken


def _measure_lag(frames: QualityFrames, exposed: RawFrame, rested: _Rested) -> tuple[Lag, Lag]:
    """Take darks right after an exposure; return its lag before and after correction."""
    after = list(frames.darks("darks after an exposure", LAG_FRAMES))
    after_s = [(frame.timestamp_ns - exposed.timestamp_ns) / 1e9 for frame in after]
    exposed_dn = frames.raw_level_dn(exposed)
    raw_dn = [frames.raw_level_dn(frame) for frame in after]
    corrected_dn = [frames.corrected_level_dn(frame) for frame in after]
    return (
        measure_lag(exposed_dn, raw_dn, after_s, rested.raw_dn),
        measure_lag(exposed_dn, corrected_dn, after_s, rested.corrected_dn),
    )


def _measure_level(
    edges: Sequence[EdgeResponse], flats: Sequence[QualityExposure], pitch_mm: float
) -> LevelQuality:
    images = [each.image for each in flats]
    kerma_ugy = float(np.mean([each.kerma_ugy for each in flats]))
    noise = measure_noise_power(images, pitch_mm)
    return LevelQuality(
        kerma_ugy=kerma_ugy,
        frames=len(images),
        noise=noise,
        efficiency=measure_dqe(edges, noise, BEAM, kerma_ugy),
        uniformity=measure_uniformity(images, pitch_mm),
    )


def _as_level(level: LevelQuality) -> Level:
    found = level.uniformity
    return Level(level.kerma_ugy, found.signal.characteristic, found.noise.characteristic)


def _circumstances(
    unit: Unit, calibration: Calibration, bench: Bench, temperature_c: float
) -> Circumstances:
    rows, columns = calibration.gain.shape
    return Circumstances(
        detector=unit.detector.identity,
        rows=rows,
        columns=columns,
        pixel_pitch_um=calibration.pixel_pitch_um,
        made=unit.now(),
        temperature_c=temperature_c,
        calibration_id=calibration.calibration_id,
        beam=BEAM,
        kerma_source=COMPUTED if bench.reference_kerma_ugy is None else MEASURED,
        factory_sensitivity=calibration.sensitivity_rqa3,
    )

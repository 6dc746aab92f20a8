"""A quality control as plain data, for the site's records, for programs and for the PDF."""

from dataclasses import asdict
from typing import Any, Final

import numpy as np

from acquisition.detector_quality.acceptance import Judgement, judge
from acquisition.detector_quality.edge import EdgeResponse
from acquisition.detector_quality.quality import DetectorQuality, LevelQuality
from acquisition.detector_quality.regions import Curve
from acquisition.detector_quality.uniformity import Map

# Of the line spread function this much is kept on either side of its peak.
LSF_MM: Final = 1.0
_DIGITS: Final = 5


def as_record(quality: DetectorQuality) -> dict[str, Any]:
    """Return everything found, with its judgements, as JSON can hold it; lengths in mm."""
    judged = judge(quality)
    about = quality.circumstances
    return {
        "passed": all(each.passed for each in judged),
        "made": about.made.isoformat(timespec="seconds"),
        "detector": asdict(about.detector)
        | {"rows": about.rows, "columns": about.columns, "pixel_pitch_um": about.pixel_pitch_um},
        "temperature_c": _number(about.temperature_c),
        "calibration_id": about.calibration_id,
        "beam": about.beam,
        "kerma_source": about.kerma_source,
        "judgements": [_judgement(each) for each in judged],
        "edges": [_edge(each) for each in quality.edges],
        "levels": [_level(each) for each in quality.levels],
        "response": _rounded(asdict(quality.response))
        | {"factory_sensitivity": _number(about.factory_sensitivity)},
        "dark": _rounded(asdict(quality.dark)),
        "lag": _rounded(asdict(quality.lag)),
        "corrected_lag": _rounded(asdict(quality.corrected_lag)),
        "defects": _rounded(asdict(quality.defects)),
    }


def _judgement(judged: Judgement) -> dict[str, Any]:
    return {**_rounded(asdict(judged)), "passed": judged.passed}


def _edge(edge: EdgeResponse) -> dict[str, Any]:
    near = np.abs(edge.distance_mm) <= LSF_MM
    return {
        "direction": edge.direction.value,
        "angle_deg": _number(edge.angle_deg),
        "frequencies_per_mm": _curve(edge.frequencies_per_mm),
        "mtf": _curve(edge.mtf),
        "distance_mm": _curve(edge.distance_mm[near]),
        "lsf_per_mm": _curve(edge.lsf[near]),
    }


def _level(level: LevelQuality) -> dict[str, Any]:
    noise, efficiency, uniformity = level.noise, level.efficiency, level.uniformity
    return {
        "kerma_ugy": _number(level.kerma_ugy),
        "frames": level.frames,
        "signal_dn": _number(noise.signal_dn),
        "pixels": noise.pixels,
        "frequencies_per_mm": _curve(noise.frequencies_per_mm),
        "nnps_across_mm2": _curve(noise.across),
        "nnps_down_mm2": _curve(noise.down),
        "dqe_across": _curve(efficiency.across),
        "dqe_down": _curve(efficiency.down),
        "uniformity": {
            "signal_dn": _map(uniformity.signal_dn),
            "noise_dn": _map(uniformity.noise_dn),
            "signal": _rounded(asdict(uniformity.signal)),
            "noise": _rounded(asdict(uniformity.noise)),
            "snr": _rounded(asdict(uniformity.snr)),
        },
    }


def _curve(values: Curve) -> list[float | None]:
    return [_number(value) for value in values.tolist()]


def _map(values: Map) -> list[list[float | None]]:
    return [_curve(row) for row in values]


def _number(value: float) -> float | None:
    """Five digits; JSON knows neither infinity nor what is no number."""
    return float(f"{value:.{_DIGITS}g}") if np.isfinite(value) else None


def _rounded(part: Any) -> Any:
    if isinstance(part, dict):
        return {name: _rounded(value) for name, value in part.items()}
    if isinstance(part, list | tuple):
        return [_rounded(value) for value in part]
    return _number(part) if isinstance(part, float) else part

"""Raw frames on disk: the pixels in a file, everything else known about them in the journal."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from device.frame import DetectorIdentity, MeasuredExposure, RawFrame
from device.technique import Technique
from records.errors import FrameUnreadable
from records.files import load_frame, store_frame


def store_raw_frame(folder: Path, name: str, frame: RawFrame) -> dict[str, Any]:
    """Store a frame durably; return plain data from which `load_raw_frame` restores it whole.

    Raises FileNotStored.
    """
    path = folder / f"{name}.npy"
    digest = store_frame(path, frame.pixels)
    return {
        "file": path.name,
        "sha256": digest,
        "pixel_pitch_um": frame.pixel_pitch_um,
        "detector": asdict(frame.detector),
        "temperature_c": frame.temperature_c,
        "integration_ms": frame.integration_ms,
        "timestamp_ns": frame.timestamp_ns,
        "exposure": None if frame.exposure is None else asdict(frame.exposure),
    }


def load_raw_frame(folder: Path, stored: dict[str, Any]) -> RawFrame:
    """Restore a frame; raises FrameUnreadable if its file is missing or was changed."""
    try:
        return RawFrame(
            pixels=load_frame(folder / stored["file"], stored["sha256"]),
            pixel_pitch_um=stored["pixel_pitch_um"],
            detector=DetectorIdentity(**stored["detector"]),
            temperature_c=stored["temperature_c"],
            integration_ms=stored["integration_ms"],
            timestamp_ns=stored["timestamp_ns"],
            exposure=_exposure(stored["exposure"]),
        )
    except (KeyError, TypeError) as exc:
        raise FrameUnreadable("The journal does not say enough about a stored frame.") from exc


def _exposure(stored: dict[str, Any] | None) -> MeasuredExposure | None:
    if stored is None:
        return None
    techniques = {name: Technique(**stored[name]) for name in ("technique", "technique_read_back")}
    return MeasuredExposure(**{**stored, **techniques})

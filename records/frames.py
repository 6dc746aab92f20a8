"""Raw frames on disk: the pixels in one file, what else is known about them in another."""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from device.frame import DetectorIdentity, MeasuredExposure, RawFrame
from device.technique import Technique
from records.errors import FileNotStored, FrameUnreadable
from records.files import load_frame, store_frame, write_atomically


def store_raw_frame(folders: Sequence[Path], name: str, frame: RawFrame) -> dict[str, Any]:
    """Store a frame durably in the first folder that takes it; a dose must not be given in vain.

    Returns plain data from which `load_raw_frame` restores it whole. Raises FileNotStored when no
    folder takes it.
    """
    *first, last = (folder / f"{name}.npy" for folder in folders)
    for path in first:
        with suppress(FileNotStored):
            return _store(path, frame)
    return _store(last, frame)


def _store(path: Path, frame: RawFrame) -> dict[str, Any]:
    stored = _facts(path, store_frame(path, frame.pixels), frame)
    if frame.row_reference_dn is not None:
        rows = path.with_name(f"{path.stem}-rows.npy")
        digest = store_frame(rows, frame.row_reference_dn)
        stored["row_reference"] = {"file": str(rows), "sha256": digest}
    write_atomically(path.with_suffix(".json"), json.dumps(stored).encode())
    return stored


def _facts(path: Path, digest: str, frame: RawFrame) -> dict[str, Any]:
    return {
        "file": str(path),
        "sha256": digest,
        "pixel_pitch_um": frame.pixel_pitch_um,
        "detector": asdict(frame.detector),
        "temperature_c": frame.temperature_c,
        "integration_ms": frame.integration_ms,
        "timestamp_ns": frame.timestamp_ns,
        "exposure": None if frame.exposure is None else asdict(frame.exposure),
    }


def find_stored_frame(folders: Sequence[Path], name: str) -> dict[str, Any] | None:
    """Return what `store_raw_frame` returned for a frame before the program was interrupted."""
    for folder in folders:
        try:
            stored: dict[str, Any] = json.loads((folder / f"{name}.json").read_text())
            load_raw_frame(stored)
        except (OSError, ValueError, FrameUnreadable):
            continue
        return stored
    return None


def load_raw_frame(stored: dict[str, Any]) -> RawFrame:
    """Restore a frame; raises FrameUnreadable if its file is missing or was changed.

    Without its row reference, where that is missing or damaged, the image is still worth having.
    """
    try:
        return RawFrame(
            pixels=load_frame(Path(stored["file"]), stored["sha256"]),
            pixel_pitch_um=stored["pixel_pitch_um"],
            detector=DetectorIdentity(**stored["detector"]),
            temperature_c=stored["temperature_c"],
            integration_ms=stored["integration_ms"],
            timestamp_ns=stored["timestamp_ns"],
            exposure=_exposure(stored["exposure"]),
            row_reference_dn=_row_reference(stored.get("row_reference")),
        )
    except (KeyError, TypeError) as exc:
        raise FrameUnreadable("The journal does not say enough about a stored frame.") from exc


def _exposure(stored: dict[str, Any] | None) -> MeasuredExposure | None:
    if stored is None:
        return None
    techniques = {name: Technique(**stored[name]) for name in ("technique", "technique_read_back")}
    return MeasuredExposure(**{**stored, **techniques})


def _row_reference(stored: dict[str, str] | None) -> NDArray[np.float32] | None:
    """Load the row reference; None where the panel told none or its file is no longer whole."""
    if stored is None:
        return None
    try:
        return load_frame(Path(stored["file"]), stored["sha256"])
    except FrameUnreadable:
        return None

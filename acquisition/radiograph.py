"""The corrected image of one exposure, and pictures of other units read from files.

This is the only place that reads DICOM. Of a file the pixels are read and what they mean as grey
levels, nothing about the child or the day; its sex alone may be asked for, to compare.
"""

import io
import struct
import zlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.pixels.processing import apply_modality_lut

from acquisition.corrections import Signal
from acquisition.errors import FrameUnusable
from acquisition.exposure_index import ExposureIndication
from acquisition.ordinary_files import LARGEST_PICTURE_BYTES, read_file
from acquisition.picture_header import (
    JPEG_START,
    MOST_PIXELS,
    PNG_MARK,
    RIFF_MARK,
    WEBP_MARK,
    other_kind,
    pixels_told,
)
from device.frame import DetectorIdentity, MeasuredExposure


@dataclass(frozen=True, slots=True, eq=False)
class Radiograph:
    """One corrected image with what is known about how it was made.

    `pixels` are linear For Processing DN (rows, columns), 0 to 65535, read-only, proportional to
    the detector's dose; row 0 lies at the finger tips. `exposure` is None for a frame without
    X-rays. `not_corrected` says in sentences what the correction had to leave undone.
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
    not_corrected: tuple[str, ...] = ()

    @property
    def exposure_index(self) -> float:
        """100 x the kerma in uGy that gives the same signal at RQA3 (see `exposure_index.py`)."""
        return self.indication.exposure_index


# PS3.10 7.1: four letters after a preamble of 128 bytes.
_DICOM_MARK: Final = slice(128, 132)
# ISO/IEC 10918-1 B.1.1.3: the end of a JPEG.
_JPEG_END: Final = b"\xff\xd9"


def read_picture(path: Path) -> Signal:
    """Read a PNG, JPEG, WebP or DICOM file as greys (rows, columns) that follow attenuation.

    Grey levels are in the file's own units; bone is higher in a DICOM file, and as the file shows
    it in the others. Raises FrameUnusable for a file that is missing, damaged or no picture.
    """
    try:
        content = read_file(path, LARGEST_PICTURE_BYTES)
    except OSError as exc:
        raise FrameUnusable(f"The file {path} cannot be read: {exc.strerror}.") from exc
    except ValueError as exc:  # a NUL in the name
        raise FrameUnusable("The name of the file holds a character that no file has.") from exc
    return picture_from(content, path.name)


def picture_from(content: bytes, name: str) -> Signal:
    """Return the picture in the content of a file, whose name serves the messages alone."""
    if content[_DICOM_MARK] == b"DICM":
        return _dicom_picture(content, name)
    return _ordinary_picture(content, name)


def patient_sex_told(path: Path) -> str | None:
    """Return F or M as a DICOM file says of its patient; None where it or another file does not.

    Raises FrameUnusable.
    """
    try:
        content = read_file(path, LARGEST_PICTURE_BYTES)
        if content[_DICOM_MARK] != b"DICM":
            return None
        tags: list[str] = ["PatientSex"]
        told = pydicom.dcmread(io.BytesIO(content), stop_before_pixels=True, specific_tags=tags)
        said = str(told.get("PatientSex") or "").strip().upper()
    except Exception as exc:  # as below
        raise FrameUnusable(f"The sex in the DICOM file {path.name} cannot be read.") from exc
    return said if said in ("F", "M") else None


def _check_pixels(pixels: int, name: str) -> None:
    """Refuse what would take all memory before anything is decoded."""
    if pixels > MOST_PIXELS:
        raise FrameUnusable(
            f"The picture in {name} has {pixels / 1e6:.0f} million pixels; at most "
            f"{MOST_PIXELS / 1e6:.0f} million are read: send the hand alone, or at fewer pixels."
        )


def _ordinary_picture(content: bytes, name: str) -> Signal:
    other = other_kind(content)
    if other is not None:
        raise FrameUnusable(
            f"The file {name} is a {other}, a kind of file that is not read here; use a PNG, JPEG, "
            "WebP or DICOM file."
        )
    if not _is_whole(content):
        raise FrameUnusable(
            f"The file {name} is damaged or no picture; use a PNG, JPEG, WebP or DICOM file."
        )
    _check_pixels(pixels_told(content), name)
    wanted = cv2.IMREAD_GRAYSCALE | cv2.IMREAD_ANYDEPTH | cv2.IMREAD_IGNORE_ORIENTATION
    try:
        picture = cv2.imdecode(np.frombuffer(content, np.uint8), wanted)
    except cv2.error as exc:
        raise FrameUnusable(f"The picture in {name} cannot be decoded.") from exc
    if picture is None:
        raise FrameUnusable(f"The picture in {name} cannot be decoded.")
    return np.asarray(picture, dtype=np.float32)


def _is_whole(content: bytes) -> bool:
    """Tell whether the file is there to its end: decoders fill in grey what is missing."""
    if content.startswith(PNG_MARK):
        return _chunks_are_whole(content)
    if content.startswith(JPEG_START):
        # Cameras append notes to their files. JPEG has no check sums: damage before goes unseen.
        return _JPEG_END in content[-4096:]
    if content[:4] == RIFF_MARK and content[8:12] == WEBP_MARK:
        return len(content) >= 8 + int(struct.unpack("<I", content[4:8])[0])
    return False


def _chunks_are_whole(content: bytes) -> bool:
    """Walk through a PNG's chunks and check the sum of each (PNG 5.3)."""
    at = len(PNG_MARK)
    while at + 12 <= len(content):
        length = int(struct.unpack(">I", content[at : at + 4])[0])
        body, end = content[at + 4 : at + 8 + length], at + 12 + length
        if content[end - 4 : end] != struct.pack(">I", zlib.crc32(body)):
            return False
        if body[:4] == b"IEND":
            return True
        at = end
    return False


def _dicom_picture(content: bytes, name: str) -> Signal:
    try:
        dataset = pydicom.dcmread(io.BytesIO(content))
        _check_pixels(_pixels_of(dataset), name)
        return _greys(dataset)
    except FrameUnusable:
        raise
    # pydicom raises InvalidDicomError, KeyError, AttributeError, ValueError, NotImplementedError,
    # struct.error and more on damaged files, without a common base.
    except Exception as exc:
        raise FrameUnusable(
            f"The DICOM file {name} is damaged or holds no picture that can be read."
        ) from exc


def _pixels_of(dataset: pydicom.Dataset) -> int:
    return int(dataset.Rows) * int(dataset.Columns) * int(dataset.get("NumberOfFrames") or 1)


def _greys(dataset: pydicom.Dataset) -> Signal:
    """Return greys that grow with attenuation: the picture, or the logarithm of linear dose."""
    stored: NDArray[np.generic] = dataset.pixel_array
    if stored.ndim != 2:
        raise ValueError("colour or several frames")
    _check_header(dataset, stored)
    greys = np.asarray(apply_modality_lut(stored, dataset), dtype=np.float64)
    bone_is_low = dataset.PhotometricInterpretation == "MONOCHROME1"
    if dataset.get("PixelIntensityRelationship") == "LIN":
        # A pixel of a hand holds hundreds of units; 1 keeps those of a collimator finite.
        greys = np.log(np.maximum(greys, 1))
    kept = _near_zero(greys).astype(np.float32)
    return -kept if bone_is_low else kept


# So many spans away from 0 the 24 bits of a grey would begin to round a picture of 16 bits.
_FAR_FROM_ZERO: Final = 128.0


def _near_zero(greys: NDArray[np.float64]) -> NDArray[np.float64]:
    """Take off an offset in which the picture would be lost; any other stands as in the file."""
    least = float(greys.min())
    is_far = abs(least) > _FAR_FROM_ZERO * (float(greys.max()) - least)
    return greys - least if is_far else greys


def _check_header(dataset: pydicom.Dataset, stored: NDArray[np.generic]) -> None:
    """Raise ValueError where rows, columns or bits contradict the pixels."""
    if not dataset.file_meta.TransferSyntaxUID.is_compressed:
        expected = stored.size * int(dataset.BitsAllocated) // 8
        if len(dataset.PixelData) > expected + expected % 2:
            raise ValueError("more pixels than rows and columns tell")
    if not dataset.PixelRepresentation and int(stored.max()) >= 2 ** int(dataset.BitsStored):
        raise ValueError("pixels with more bits than are said to be stored")

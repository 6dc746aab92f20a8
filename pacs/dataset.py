"""From our types to DICOM: the only place that writes it.

DX Image Storage, PS3.3 A.26: For Processing holds the linear corrected pixels, For Presentation
the picture as displayed. The modules are filled by `study_modules.py` (who and by whose order),
`acquisition_modules.py` (how it was made) and `picture_modules.py` (how it is to be shown).
"""

import copy
import io
from datetime import date
from typing import Final

import numpy as np
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import (
    UID,
    DigitalXRayImageStorageForPresentation,
    DigitalXRayImageStorageForProcessing,
    ExplicitVRLittleEndian,
    JPEGLSLossless,
)

from acquisition.display import PRESENTATION_BITS, Developed, presentation_values, windows_of
from acquisition.exposed_field import find_exposed_field
from acquisition.exposure_index import find_regions
from acquisition.radiograph import Radiograph
from pacs.acquisition_modules import (
    fill_anatomy,
    fill_detector,
    fill_detector_history,
    fill_dose,
    fill_geometry,
    fill_image,
    fill_technique,
)
from pacs.errors import NotDicom
from pacs.facts import SIDES, Facts, Instance, Patient, uid_from
from pacs.picture_modules import (
    fill_grey_scale,
    fill_marker,
    fill_pixels,
    fill_shutter,
    fill_source,
    fill_windows,
)
from pacs.study_modules import (
    fill_equipment,
    fill_patient,
    fill_request,
    fill_series,
    fill_study,
)
from pacs.values import as_not_dicom, checked_uid

PROCESSING_BITS: Final = 16
# Names this software among the writers of DICOM files (PS3.10 7.1).
_IMPLEMENTATION_UID: Final = uid_from("boneage-dr", "implementation")
_IMPLEMENTATION: Final = "BONEAGE_DR"
# pydicom's name for the package that codes JPEG-LS.
_JPEG_LS_CODEC: Final = "pyjpegls"


def for_processing(radiograph: Radiograph, facts: Facts, instance: Instance) -> Dataset:
    """Return the linear 16-bit image, For Processing, without a window.

    Pixels are the corrected DN, rounded. Raises NotDicom for facts that DICOM cannot hold.
    """
    pixels = np.rint(radiograph.pixels).astype(np.uint16)
    dataset = _dataset(radiograph, facts, instance, DigitalXRayImageStorageForProcessing)
    dataset.PresentationIntentType = "FOR PROCESSING"
    dataset.ImageType = ["ORIGINAL", "PRIMARY", ""]
    # More X-rays are higher values here, and bone is shown white.
    fill_grey_scale(dataset, "LIN", 1, "MONOCHROME1", "INVERSE")
    fill_pixels(dataset, pixels, PROCESSING_BITS)
    return dataset


def for_presentation(
    radiograph: Radiograph, developed: Developed, facts: Facts, instance: Instance, source: Instance
) -> Dataset:
    """Return the picture with 12 bits, For Presentation: windows, shutter and marker beside it.

    `developed` is the radiograph as displayed; `source` is the For Processing image it was made
    from. Raises NotDicom.
    """
    dataset = _dataset(radiograph, facts, instance, DigitalXRayImageStorageForPresentation)
    dataset.PresentationIntentType = "FOR PRESENTATION"
    dataset.ImageType = ["DERIVED", "PRIMARY", ""]
    fill_grey_scale(dataset, "LOG", -1, "MONOCHROME2", "IDENTITY")
    fill_pixels(dataset, presentation_values(developed), PRESENTATION_BITS)
    with as_not_dicom():
        fill_windows(dataset, windows_of(developed))
        fill_source(dataset, source)
        if not developed.field.is_whole(radiograph.pixels.shape):
            fill_shutter(dataset, developed.shutter)
        marker = developed.marker(SIDES[facts.exposure.laterality])
        if marker is not None:
            fill_marker(dataset, marker)
    return dataset


def check_patient(patient: Patient, on: date) -> None:
    """Raise NotDicom unless DICOM can hold what is said about a patient examined on a day."""
    with as_not_dicom():
        fill_patient(Dataset(), patient, on)


def to_bytes(dataset: Dataset) -> bytes:
    """Return the DICOM file; the same dataset always gives the same bytes. Raises NotDicom."""
    file = io.BytesIO()
    try:
        dataset.save_as(file, enforce_file_format=True)
    except Exception as exc:  # pydicom: ValueError, TypeError, AttributeError, struct.error ...
        raise NotDicom(f"The image cannot be written as DICOM: {exc}.") from exc
    return file.getvalue()


def to_jpeg_ls_bytes(dataset: Dataset) -> bytes:
    """Return the DICOM file with its pixels in JPEG-LS, without loss: a third of the size.

    The dataset stays as it is. Raises NotDicom.
    """
    packed = copy.deepcopy(dataset)
    try:
        packed.compress(JPEGLSLossless, encoding_plugin=_JPEG_LS_CODEC, generate_instance_uid=False)
    except Exception as exc:  # pydicom: ValueError, RuntimeError, NotImplementedError ...
        raise NotDicom(f"The image cannot be compressed: {exc}.") from exc
    return to_bytes(packed)


def _dataset(radiograph: Radiograph, facts: Facts, instance: Instance, kind: UID) -> Dataset:
    """Start an image with everything that the two kinds have in common."""
    pitch = radiograph.pixel_pitch_um
    regions = find_regions(radiograph.pixels, pitch)
    with as_not_dicom():
        dataset = _start(instance, kind)
        fill_patient(dataset, facts.patient, facts.study.started.date())
        fill_study(dataset, facts.study)
        fill_series(dataset, instance, facts.study, facts.exposure.at)
        fill_request(dataset, facts.study)
        fill_equipment(dataset, facts.unit)
        fill_image(dataset, instance, facts.exposure)
        fill_anatomy(dataset, facts.exposure)
        fill_technique(dataset, facts.exposure)
        fill_dose(dataset, facts.exposure)
        fill_geometry(
            dataset, find_exposed_field(radiograph.pixels, pitch, regions.coarse, regions.direct_dn)
        )
        fill_detector(dataset, radiograph)
        fill_detector_history(dataset, facts.detector)
    return dataset


def _start(instance: Instance, kind: UID) -> Dataset:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = kind
    meta.MediaStorageSOPInstanceUID = checked_uid(instance.uid)
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID = UID(_IMPLEMENTATION_UID)
    meta.ImplementationVersionName = _IMPLEMENTATION
    dataset = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.SOPClassUID = kind
    dataset.SOPInstanceUID = checked_uid(instance.uid)
    return dataset

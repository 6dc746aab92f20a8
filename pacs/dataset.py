"""From our types to DICOM: the only place that writes it.

DX Image Storage, PS3.3 A.26: For Processing holds the linear corrected pixels, For Presentation
the picture as displayed. Each function below fills the modules that its name says.
"""

import io
import math
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydicom import config
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import (
    UID,
    DigitalXRayImageStorageForPresentation,
    DigitalXRayImageStorageForProcessing,
    ExplicitVRLittleEndian,
)
from pydicom.valuerep import validate_value

from acquisition.display import (
    BLACK_ATTENUATION,
    attenuation,
    raise_detail,
    white_attenuation,
)
from acquisition.exposure_index import EXPOSURE_INDEX_NOTE, NO_SIGNAL_DN, find_regions
from acquisition.radiograph import Radiograph
from pacs.errors import NotDicom
from pacs.facts import Exposure, Facts, Instance, Patient, Study, Unit, uid_from

_Pixels = NDArray[np.uint16]

# PS3.5 6.2.3: the deepest presentation that displays use; 4096 greys.
PRESENTATION_BITS: Final = 12
PROCESSING_BITS: Final = 16
# Letters that a value representation holds (PS3.5 6.2).
_LONGEST: Final = {"SH": 16, "LO": 64}
# Names this software among the writers of DICOM files (PS3.10 7.1).
_IMPLEMENTATION_UID: Final = uid_from("boneage-dr", "implementation")
_IMPLEMENTATION: Final = "BONEAGE_DR"
# The unit: 1000 mm from focus to panel, the hand on the panel, no grid, focus 0.6 mm, tungsten
# anode, 2.5 mm aluminium.
_DISTANCE_MM: Final = 1000
_FOCUS_MM: Final = 0.6
_FILTER_MM: Final = 2.5
# Computed with SpekPy 2.5.4 for 50 kV, 2.5 mm Al and 1 m of air.
_HALF_VALUE_LAYER_MM_AL: Final = 1.78
# SNOMED CT, PS3.16 CID 4031 (hand) and CID 4010 (postero-anterior).
_HAND: Final = ("85562004", "Hand")
_POSTERO_ANTERIOR: Final = ("272479007", "postero-anterior")
# PS3.16 CID 7202: what the source image was used for.
_SOURCE_OF_PROCESSING: Final = ("121322", "Source image for image processing operation")


def for_processing(radiograph: Radiograph, facts: Facts, instance: Instance) -> Dataset:
    """Return the linear 16-bit image, For Processing, without a window.

    Pixels are the corrected DN, rounded. Raises NotDicom for facts that DICOM cannot hold.
    """
    pixels = np.rint(radiograph.pixels).astype(np.uint16)
    dataset = _dataset(radiograph, facts, instance, DigitalXRayImageStorageForProcessing)
    dataset.PresentationIntentType = "FOR PROCESSING"
    dataset.ImageType = ["ORIGINAL", "PRIMARY", ""]
    # More X-rays are higher values here, and bone is shown white.
    _fill_grey_scale(dataset, "LIN", 1, "MONOCHROME1", "INVERSE")
    _fill_pixels(dataset, pixels, PROCESSING_BITS)
    return dataset


def for_presentation(
    radiograph: Radiograph, facts: Facts, instance: Instance, source: Instance
) -> Dataset:
    """Return the picture of `display_image` with 12 bits, For Presentation.

    `source` is the For Processing image it was made from. Raises NotDicom.
    """
    pixels = presentation_pixels(radiograph)
    dataset = _dataset(radiograph, facts, instance, DigitalXRayImageStorageForPresentation)
    dataset.PresentationIntentType = "FOR PRESENTATION"
    dataset.ImageType = ["DERIVED", "PRIMARY", ""]
    _fill_grey_scale(dataset, "LOG", -1, "MONOCHROME2", "IDENTITY")
    _fill_pixels(dataset, pixels, PRESENTATION_BITS)
    _fill_window(dataset)
    with _as_not_dicom():
        _fill_source(dataset, source)
    return dataset


def check_patient(patient: Patient, on: date) -> None:
    """Raise NotDicom unless DICOM can hold what is said about a patient examined on a day."""
    with _as_not_dicom():
        _fill_patient(Dataset(), patient, on)


def to_bytes(dataset: Dataset) -> bytes:
    """Return the DICOM file; the same dataset always gives the same bytes. Raises NotDicom."""
    file = io.BytesIO()
    try:
        dataset.save_as(file, enforce_file_format=True)
    except Exception as exc:  # pydicom: ValueError, TypeError, AttributeError, struct.error ...
        raise NotDicom(f"The image cannot be written as DICOM: {exc}.") from exc
    return file.getvalue()


def presentation_pixels(radiograph: Radiograph) -> _Pixels:
    """Return the greys of the displayed picture as 0 (air) to 4095, bone high."""
    regions = find_regions(radiograph.pixels, radiograph.pixel_pitch_um)
    if regions.direct_dn < NO_SIGNAL_DN:
        return np.zeros(radiograph.pixels.shape, dtype=np.uint16)
    detailed = raise_detail(
        attenuation(radiograph.pixels, regions.direct_dn), radiograph.pixel_pitch_um
    )
    greatest = 2**PRESENTATION_BITS - 1
    scale = np.float32(greatest / (white_attenuation(regions) - BLACK_ATTENUATION))
    greys = np.clip((detailed - np.float32(BLACK_ATTENUATION)) * scale, 0, greatest)
    return np.asarray(np.rint(greys), dtype=np.uint16)


def _dataset(radiograph: Radiograph, facts: Facts, instance: Instance, kind: UID) -> Dataset:
    """Start an image with everything that the two kinds have in common."""
    with _as_not_dicom():
        dataset = _start(instance, kind)
        _fill_patient(dataset, facts.patient, facts.study.started.date())
        _fill_study(dataset, facts.study)
        _fill_series(dataset, instance, facts.exposure.at)
        _fill_request(dataset, facts.study)
        _fill_equipment(dataset, facts.unit)
        _fill_image(dataset, instance, facts.exposure)
        _fill_anatomy(dataset, facts.exposure)
        _fill_technique(dataset, facts.exposure)
        _fill_geometry(dataset, radiograph)
        _fill_detector(dataset, radiograph)
        _fill_detector_history(dataset, facts)
    return dataset


@contextmanager
def _as_not_dicom() -> Iterator[None]:
    """Turn what is raised on a fact that DICOM cannot hold into NotDicom."""
    try:
        yield
    except (ValueError, TypeError, AttributeError, OverflowError) as exc:
        raise NotDicom(f"The image cannot be written as DICOM: {exc}.") from exc


def _start(instance: Instance, kind: UID) -> Dataset:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = kind
    meta.MediaStorageSOPInstanceUID = _uid(instance.uid)
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID = UID(_IMPLEMENTATION_UID)
    meta.ImplementationVersionName = _IMPLEMENTATION
    dataset = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.SOPClassUID = kind
    dataset.SOPInstanceUID = _uid(instance.uid)
    return dataset


def _date(moment: date) -> str:
    return f"{moment:%Y%m%d}"


def _time(moment: datetime) -> str:
    return f"{moment:%H%M%S}.{moment.microsecond:06d}"


def _decimal(value: float) -> str:
    """Return a DS value: at most 16 characters (PS3.5 6.2); raises ValueError."""
    if not math.isfinite(value):
        raise ValueError("a figure is not a number")
    return f"{value:.10g}"


def _text(kind: str, value: str) -> str:
    """Return one text that fits its value representation (PS3.5 6.2); raises ValueError."""
    if "\\" in value or any(ord(letter) < 32 for letter in value):
        raise ValueError("a text holds a backslash or a control character")
    validate_value(kind, value, config.RAISE)
    return value


def _shortened(kind: str, value: str) -> str:
    """Return a device's own name for itself, cut to what its value representation holds.

    A panel with a long serial number is no reason to lose a child's image.
    """
    kept = "".join(letter for letter in value if letter.isprintable() and letter != "\\")
    return kept[: _LONGEST[kind]].strip()


def _uid(value: str) -> UID:
    """Return a UID; raises ValueError for what is none: archives may drop such images."""
    uid = UID(value, validation_mode=config.IGNORE)
    if not uid.is_valid:
        raise ValueError(f"{value!r} is not a UID")
    return uid


def _code(code: tuple[str, str], scheme: str) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodeMeaning = code
    item.CodingSchemeDesignator = scheme
    return item


def _fill_patient(dataset: Dataset, patient: Patient, on: date) -> None:
    dataset.PatientID = _text("LO", patient.id)
    dataset.PatientName = _text("PN", patient.name)
    dataset.PatientSex = _text("CS", patient.sex or "")
    dataset.PatientBirthDate = _date(patient.birth_date)
    dataset.PatientAge = _age(patient.birth_date, on)
    if patient.size_m is not None:
        dataset.PatientSize = _decimal(patient.size_m)
    if patient.weight_kg is not None:
        dataset.PatientWeight = _decimal(patient.weight_kg)


def _age(birth: date, on: date) -> str:
    """Return the age as PS3.5 6.2 writes it: full months below two years, full years above."""
    months = (on.year - birth.year) * 12 + on.month - birth.month - (on.day < birth.day)
    if months < 0:
        raise ValueError("the study lies before the birth date")
    return f"{months:03d}M" if months < 24 else f"{months // 12:03d}Y"


def _fill_study(dataset: Dataset, study: Study) -> None:
    dataset.StudyInstanceUID = _uid(study.uid)
    dataset.StudyDate = _date(study.started)
    dataset.StudyTime = _time(study.started)
    dataset.StudyID = _text("SH", study.id)
    dataset.StudyDescription = _text("LO", study.description)
    dataset.AccessionNumber = _text("SH", study.accession_number)
    dataset.ReferringPhysicianName = _text("PN", study.referring_physician)
    dataset.TimezoneOffsetFromUTC = f"{study.started:%z}" or None


def _fill_series(dataset: Dataset, instance: Instance, at: datetime) -> None:
    dataset.Modality = "DX"
    dataset.SeriesInstanceUID = _uid(instance.series_uid)
    dataset.SeriesNumber = instance.series_number
    dataset.SeriesDate = _date(at)
    dataset.SeriesTime = _time(at)
    dataset.BodyPartExamined = "HAND"


def _fill_request(dataset: Dataset, study: Study) -> None:
    if not study.requested_procedure_id:
        return
    request = Dataset()
    request.RequestedProcedureID = _text("SH", study.requested_procedure_id)
    if study.scheduled_step_id:
        request.ScheduledProcedureStepID = _text("SH", study.scheduled_step_id)
    dataset.RequestAttributesSequence = [request]


def _fill_equipment(dataset: Dataset, unit: Unit) -> None:
    dataset.Manufacturer = _shortened("LO", unit.manufacturer)
    dataset.ManufacturerModelName = _shortened("LO", unit.model)
    dataset.DeviceSerialNumber = _shortened("LO", unit.serial)
    dataset.SoftwareVersions = _shortened("LO", unit.software_versions)
    if unit.station_name:
        dataset.StationName = _shortened("SH", unit.station_name)
    if unit.institution:
        dataset.InstitutionName = _shortened("LO", unit.institution)


def _fill_image(dataset: Dataset, instance: Instance, exposure: Exposure) -> None:
    dataset.InstanceNumber = instance.number
    dataset.AcquisitionNumber = instance.number
    dataset.AcquisitionDate = dataset.ContentDate = _date(exposure.at)
    dataset.AcquisitionTime = dataset.ContentTime = _time(exposure.at)
    dataset.IrradiationEventUID = _uid(exposure.event_uid)
    dataset.LossyImageCompression = "00"
    dataset.BurnedInAnnotation = "NO"
    dataset.RescaleIntercept, dataset.RescaleSlope, dataset.RescaleType = "0", "1", "US"
    dataset.AcquisitionContextSequence = []
    dataset.ImageComments = EXPOSURE_INDEX_NOTE


def _fill_anatomy(dataset: Dataset, exposure: Exposure) -> None:
    dataset.ImageLaterality = exposure.laterality.value
    dataset.AnatomicRegionSequence = [_code(_HAND, "SCT")]
    dataset.ViewPosition = "PA"
    view = _code(_POSTERO_ANTERIOR, "SCT")
    view.ViewModifierCodeSequence = []
    dataset.ViewCodeSequence = [view]
    # Fingers up, seen from the back of the hand: the thumb side of a left hand and the little
    # finger's side of a right one lie to the right, the patient's left in the anatomical position;
    # down the columns lies the forearm, towards the head (PS3.3 C.7.6.1.1.1).
    dataset.PatientOrientation = ["L", "H"]


def _fill_technique(dataset: Dataset, exposure: Exposure) -> None:
    """X-Ray Generation, Filtration, Grid, Acquisition Dose (PS3.3 C.8.7.8 to C.8.7.11)."""
    dataset.KVP = _decimal(exposure.kv)
    dataset.XRayTubeCurrent = round(exposure.ma)
    dataset.XRayTubeCurrentInuA = _decimal(exposure.ma * 1000)
    dataset.ExposureTime = round(exposure.ms)
    dataset.ExposureTimeInuS = _decimal(exposure.ms * 1000)
    dataset.ExposureInuAs = round(exposure.ma * exposure.ms)
    dataset.ExposureControlMode = "MANUAL"
    dataset.FocalSpots = _decimal(_FOCUS_MM)
    dataset.AnodeTargetMaterial = "TUNGSTEN"
    dataset.FilterType = "FLAT"
    dataset.FilterMaterial = "ALUMINUM"
    dataset.FilterThicknessMinimum = dataset.FilterThicknessMaximum = _decimal(_FILTER_MM)
    dataset.HalfValueLayer = _decimal(_HALF_VALUE_LAYER_MM_AL)
    dataset.Grid = "NONE"
    dataset.EntranceDoseInmGy = _decimal(exposure.entrance_air_kerma_ugy / 1000)
    # 1 uGy m2 = 0.1 dGy cm2.
    dataset.ImageAndFluoroscopyAreaDoseProduct = _decimal(exposure.dose_area_product_ugy_m2 / 10)
    dataset.ExposureIndex = _decimal(round(exposure.exposure_index, 2))
    dataset.TargetExposureIndex = _decimal(round(exposure.target_exposure_index, 2))
    dataset.DeviationIndex = _decimal(round(exposure.deviation_index, 2))


def _fill_geometry(dataset: Dataset, radiograph: Radiograph) -> None:
    """DX Positioning and X-Ray Collimator: the field is the whole panel."""
    rows, columns = radiograph.pixels.shape
    dataset.PositionerType = "RIGID"
    dataset.DistanceSourceToDetector = _DISTANCE_MM
    dataset.DistanceSourceToPatient = _DISTANCE_MM
    dataset.EstimatedRadiographicMagnificationFactor = "1"
    dataset.CollimatorShape = "RECTANGULAR"
    # PS3.3 C.8.7.3: the first row and column that the blades cover, 1 being the image's first.
    dataset.CollimatorLeftVerticalEdge, dataset.CollimatorRightVerticalEdge = 0, columns + 1
    dataset.CollimatorUpperHorizontalEdge, dataset.CollimatorLowerHorizontalEdge = 0, rows + 1


def _fill_detector(dataset: Dataset, radiograph: Radiograph) -> None:
    """DX Detector (PS3.3 C.8.11.4)."""
    rows, columns = radiograph.pixels.shape
    pitch_mm = radiograph.pixel_pitch_um / 1000
    detector = radiograph.detector
    dataset.DetectorType = "SCINTILLATOR"
    dataset.DetectorConfiguration = "AREA"
    dataset.DetectorID = _shortened("SH", detector.serial)
    dataset.DetectorManufacturerName = _shortened("LO", detector.vendor)
    dataset.DetectorManufacturerModelName = _shortened("LO", detector.model)
    dataset.DetectorDescription = _shortened("LO", f"Firmware {detector.firmware_version}")
    dataset.DetectorTemperature = _decimal(round(radiograph.detector_temperature_c, 2))
    dataset.DetectorConditionsNominalFlag = "YES"
    dataset.DateOfLastDetectorCalibration = _date(radiograph.calibration_created)
    dataset.TimeOfLastDetectorCalibration = _time(radiograph.calibration_created)
    dataset.ImagerPixelSpacing = [_decimal(pitch_mm)] * 2
    dataset.DetectorElementSpacing = [_decimal(pitch_mm)] * 2
    dataset.DetectorActiveShape = dataset.FieldOfViewShape = "RECTANGLE"
    size = [_decimal(rows * pitch_mm), _decimal(columns * pitch_mm)]
    dataset.DetectorActiveDimensions = size
    dataset.FieldOfViewDimensions = [round(rows * pitch_mm), round(columns * pitch_mm)]
    dataset.AcquisitionDeviceProcessingDescription = _shortened(
        "LO", f"Offset, gain, defects: {radiograph.calibration_id}"
    )


def _fill_detector_history(dataset: Dataset, facts: Facts) -> None:
    told = facts.detector
    if told.sensitivity_dn_per_ugy is not None:
        dataset.Sensitivity = _decimal(told.sensitivity_dn_per_ugy)
    if told.exposures_since_calibration is not None:
        dataset.ExposuresOnDetectorSinceLastCalibration = told.exposures_since_calibration
    if told.exposures_since_manufactured is not None:
        dataset.ExposuresOnDetectorSinceManufactured = told.exposures_since_manufactured
    if told.seconds_since_last_exposure is not None:
        dataset.DetectorTimeSinceLastExposure = _decimal(told.seconds_since_last_exposure)
    if told.activation_offset_ms is not None:
        dataset.DetectorActivationOffsetFromExposure = _decimal(told.activation_offset_ms)


def _fill_grey_scale(
    dataset: Dataset, relationship: str, sign: int, photometric: str, shape: str
) -> None:
    """DX Image (PS3.3 C.8.11.3): sign 1 where more X-rays are higher values."""
    dataset.PixelIntensityRelationship = relationship
    dataset.PixelIntensityRelationshipSign = sign
    dataset.PhotometricInterpretation = photometric
    dataset.PresentationLUTShape = shape


def _fill_pixels(dataset: Dataset, pixels: _Pixels, bits: int) -> None:
    dataset.SamplesPerPixel = 1
    dataset.Rows, dataset.Columns = pixels.shape
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, bits, bits - 1
    dataset.PixelRepresentation = 0
    content = pixels.astype("<u2").tobytes()
    dataset.add_new("PixelData", "OW", content)


def _fill_window(dataset: Dataset) -> None:
    greys = 2**PRESENTATION_BITS
    dataset.WindowCenter, dataset.WindowWidth = str(greys // 2), str(greys)


def _fill_source(dataset: Dataset, source: Instance) -> None:
    image = Dataset()
    image.ReferencedSOPClassUID = DigitalXRayImageStorageForProcessing
    image.ReferencedSOPInstanceUID = _uid(source.uid)
    image.SpatialLocationsPreserved = "YES"
    image.PurposeOfReferenceCodeSequence = [_code(_SOURCE_OF_PROCESSING, "DCM")]
    dataset.SourceImageSequence = [image]
    reference = Dataset()
    reference.ReferencedSOPClassUID = DigitalXRayImageStorageForProcessing
    reference.ReferencedSOPInstanceUID = _uid(source.uid)
    series = Dataset()
    series.SeriesInstanceUID = _uid(source.series_uid)
    series.ReferencedInstanceSequence = [reference]
    # Common Instance Reference (PS3.3 C.12.2): the same study, another series.
    dataset.ReferencedSeriesSequence = [series]

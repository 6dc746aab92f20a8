"""How the image was made: tube, dose, geometry and detector (PS3.3 C.8.7 and C.8.11)."""

from typing import Final

from pydicom.dataset import Dataset

from acquisition.exposed_field import ExposedField
from acquisition.exposure_index import EXPOSURE_INDEX_NOTE
from acquisition.radiograph import Radiograph
from pacs.facts import DetectorHistory, Exposure, Instance, Laterality
from pacs.values import checked_uid, code_item, date_of, decimal, shortened, time_of

# The unit: 1000 mm from focus to panel, the hand on the panel, no grid, focus 0.6 mm, tungsten
# anode, 2.5 mm aluminium.
_DISTANCE_MM: Final = 1000
_FOCUS_MM: Final = 0.6
_FILTER_MM: Final = 2.5
# Computed with SpekPy 2.5.4 for 50 kV, 2.5 mm Al and 1 m of air; known for that voltage alone.
_HALF_VALUE_LAYER_MM_AL: Final = 1.78
_HALF_VALUE_LAYER_KV: Final = 50.0
# SNOMED CT, PS3.16 CID 4031 (hand), CID 244 (laterality) and CID 4010 (postero-anterior).
_HAND: Final = ("85562004", "Hand")
_SIDES: Final = {Laterality.LEFT: ("7771000", "Left"), Laterality.RIGHT: ("24028007", "Right")}
_SIDE_COMMENTS: Final = {
    Laterality.RIGHT: (
        "Side in doubt: a left hand was ordered, the image looks like a right hand or is mirrored. "
        "The laterality is the software's, no marker was checked."
    ),
    Laterality.UNTOLD: (
        "Side in doubt: which hand this is cannot be told from the image. The laterality is that "
        "of the order."
    ),
}
_POSTERO_ANTERIOR: Final = ("272479007", "postero-anterior")
# Panels work to their data sheet from 15 to 40 C.
_NOMINAL_TEMPERATURE_C: Final = (15.0, 40.0)


def fill_image(dataset: Dataset, instance: Instance, exposure: Exposure) -> None:
    """General Image and General Acquisition (PS3.3 C.7.6.1, C.7.10.1)."""
    dataset.InstanceNumber = instance.number
    dataset.AcquisitionNumber = instance.number
    dataset.AcquisitionDate = dataset.ContentDate = date_of(exposure.at)
    dataset.AcquisitionTime = dataset.ContentTime = time_of(exposure.at)
    dataset.IrradiationEventUID = checked_uid(exposure.event_uid)
    dataset.LossyImageCompression = "00"
    dataset.BurnedInAnnotation = "NO"
    dataset.RescaleIntercept, dataset.RescaleSlope, dataset.RescaleType = "0", "1", "US"
    dataset.AcquisitionContextSequence = []
    told = _SIDE_COMMENTS.get(exposure.laterality)
    dataset.ImageComments = f"{told} {EXPOSURE_INDEX_NOTE}" if told else EXPOSURE_INDEX_NOTE


def fill_anatomy(dataset: Dataset, exposure: Exposure) -> None:
    """DX Anatomy Imaged and DX Positioning (PS3.3 C.8.11.2, C.8.11.5): which hand, which view."""
    # Type 1, and DICOM has no word for a side that nobody can tell: then the one that was ordered,
    # which the comment says.
    is_right = exposure.laterality is Laterality.RIGHT
    dataset.ImageLaterality = (Laterality.RIGHT if is_right else Laterality.LEFT).value
    region = code_item(_HAND, "SCT")
    if exposure.laterality in _SIDES:
        region.AnatomicRegionModifierSequence = [code_item(_SIDES[exposure.laterality], "SCT")]
    dataset.AnatomicRegionSequence = [region]
    dataset.ViewPosition = "PA"
    view = code_item(_POSTERO_ANTERIOR, "SCT")
    view.ViewModifierCodeSequence = []
    dataset.ViewCodeSequence = [view]
    along_rows = exposure.rotation_deg
    dataset.PatientOrientation = [_direction(along_rows), _direction(along_rows + 90.0)]


# PS3.3 C.7.6.1.1.1. Fingers up, seen from the back of the hand: the thumb side of a left hand and
# the little finger's side of a right one lie to the right, the patient's left in the anatomical
# position; down the columns lies the forearm, towards the head. Clockwise from there, 45 degrees
# each, the letter that rules first.
_DIRECTIONS: Final = (("L", "LH", "HL"), ("H", "HR", "RH"), ("R", "RF", "FR"), ("F", "FL", "LF"))


def _direction(clockwise_deg: float) -> str:
    """Name a direction of the picture, clockwise from right when the fingers point up."""
    quarter, rest = divmod(clockwise_deg % 360.0, 90.0)
    # Half-way between two letters both are said; within 22.5 degrees of one, that one alone.
    if rest > 67.5:
        quarter, rest = quarter + 1, 0.0
    alone, first, second = _DIRECTIONS[int(quarter) % 4]
    return alone if rest < 22.5 else first if rest <= 45.0 else second


def fill_technique(dataset: Dataset, exposure: Exposure) -> None:
    """X-Ray Generation, Filtration and Grid (PS3.3 C.8.7.9 to C.8.7.11)."""
    dataset.KVP = decimal(exposure.kv)
    dataset.XRayTubeCurrent = round(exposure.ma)
    dataset.XRayTubeCurrentInuA = decimal(exposure.ma * 1000)
    dataset.ExposureTime = round(exposure.ms)
    dataset.ExposureTimeInuS = decimal(exposure.ms * 1000)
    dataset.ExposureInuAs = round(exposure.ma * exposure.ms)
    dataset.ExposureControlMode = "MANUAL"
    # An image is accepted only of an exposure that ended as programmed.
    dataset.ExposureStatus = "NORMAL"
    dataset.FocalSpots = decimal(_FOCUS_MM)
    dataset.AnodeTargetMaterial = "TUNGSTEN"
    # Nothing is put into the beam but the tube's own total filtration.
    dataset.FilterType = "NONE"
    dataset.FilterMaterial = "ALUMINUM"
    dataset.FilterThicknessMinimum = dataset.FilterThicknessMaximum = decimal(_FILTER_MM)
    dataset.Grid = "NONE"


def fill_dose(dataset: Dataset, exposure: Exposure) -> None:
    """X-Ray Acquisition Dose (PS3.3 C.8.7.8) and the exposure index of the image."""
    dataset.EntranceDoseInmGy = decimal(exposure.entrance_air_kerma_ugy / 1000)
    if exposure.ma * exposure.ms > 0:
        # mGy per mAs: uGy per uAs.
        output = exposure.entrance_air_kerma_ugy / (exposure.ma * exposure.ms)
        dataset.XRayOutput = decimal(round(output, 6))
    # 1 uGy m2 = 0.1 dGy cm2.
    dataset.ImageAndFluoroscopyAreaDoseProduct = decimal(exposure.dose_area_product_ugy_m2 / 10)
    if abs(exposure.kv - _HALF_VALUE_LAYER_KV) < 0.5:
        dataset.HalfValueLayer = decimal(_HALF_VALUE_LAYER_MM_AL)
    if exposure.dose_comment:
        dataset.CommentsOnRadiationDose = shortened("ST", exposure.dose_comment)
    dataset.ExposureIndex = decimal(round(exposure.exposure_index, 2))
    dataset.TargetExposureIndex = decimal(round(exposure.target_exposure_index, 2))
    dataset.DeviationIndex = decimal(round(exposure.deviation_index, 2))


def fill_geometry(dataset: Dataset, field: ExposedField) -> None:
    """DX Positioning and X-Ray Collimator (PS3.3 C.8.11.5, C.8.7.3)."""
    dataset.PositionerType = "RIGID"
    dataset.DistanceSourceToDetector = _DISTANCE_MM
    dataset.DistanceSourceToPatient = _DISTANCE_MM
    dataset.EstimatedRadiographicMagnificationFactor = "1"
    dataset.CollimatorShape = "RECTANGULAR"
    # The first row and column that the blades cover, 1 being the image's first.
    dataset.CollimatorLeftVerticalEdge = field.left
    dataset.CollimatorRightVerticalEdge = field.right + 1
    dataset.CollimatorUpperHorizontalEdge = field.top
    dataset.CollimatorLowerHorizontalEdge = field.bottom + 1


# What `acquisition/correct.py` takes out of a frame; LO, at most 64 characters.
_PROCESSING: Final = "Offset, row noise, lag, response, gain, defects"


def fill_detector(dataset: Dataset, radiograph: Radiograph) -> None:
    """DX Detector (PS3.3 C.8.11.4): what the panel is and how it was calibrated."""
    rows, columns = radiograph.pixels.shape
    pitch_mm = radiograph.pixel_pitch_um / 1000
    detector = radiograph.detector
    dataset.DetectorType = "SCINTILLATOR"
    dataset.DetectorConfiguration = "AREA"
    dataset.DetectorID = shortened("SH", detector.serial)
    dataset.DetectorManufacturerName = shortened("LO", detector.vendor)
    dataset.DetectorManufacturerModelName = shortened("LO", detector.model)
    dataset.DetectorDescription = shortened(
        "ST", f"Firmware {detector.firmware_version}, calibration {radiograph.calibration_id}"
    )
    dataset.DetectorTemperature = decimal(round(radiograph.detector_temperature_c, 2))
    lowest, highest = _NOMINAL_TEMPERATURE_C
    is_nominal = lowest <= radiograph.detector_temperature_c <= highest
    dataset.DetectorConditionsNominalFlag = "YES" if is_nominal else "NO"
    dataset.DetectorActiveTime = decimal(radiograph.integration_ms)
    dataset.DateOfLastDetectorCalibration = date_of(radiograph.calibration_created)
    dataset.TimeOfLastDetectorCalibration = time_of(radiograph.calibration_created)
    dataset.DetectorBinning = ["1", "1"]
    dataset.ImagerPixelSpacing = [decimal(pitch_mm)] * 2
    dataset.DetectorElementSpacing = [decimal(pitch_mm)] * 2
    dataset.DetectorElementPhysicalSize = [decimal(pitch_mm)] * 2
    dataset.DetectorActiveShape = dataset.FieldOfViewShape = "RECTANGLE"
    dataset.DetectorActiveDimensions = [decimal(rows * pitch_mm), decimal(columns * pitch_mm)]
    dataset.FieldOfViewDimensions = [round(rows * pitch_mm), round(columns * pitch_mm)]
    dataset.FieldOfViewOrigin = ["0", "0"]
    dataset.FieldOfViewRotation = "0"
    dataset.FieldOfViewHorizontalFlip = "NO"
    dataset.AcquisitionDeviceProcessingDescription = _PROCESSING


def fill_detector_history(dataset: Dataset, told: DetectorHistory) -> None:
    """What the panel and the records count; nothing where nobody knows."""
    if told.sensitivity_dn_per_ugy is not None:
        dataset.Sensitivity = decimal(told.sensitivity_dn_per_ugy)
    if told.exposures_since_calibration is not None:
        dataset.ExposuresOnDetectorSinceLastCalibration = told.exposures_since_calibration
    if told.exposures_since_manufactured is not None:
        dataset.ExposuresOnDetectorSinceManufactured = told.exposures_since_manufactured
    if told.seconds_since_last_exposure is not None:
        dataset.DetectorTimeSinceLastExposure = decimal(told.seconds_since_last_exposure)

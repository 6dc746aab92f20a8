"""How the image is to be shown: greys, windows, shutter, marker and where it comes from."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.pixels.utils import pack_bits
from pydicom.uid import DigitalXRayImageStorageForProcessing

from acquisition.exposed_field import ExposedField
from acquisition.side_marker import SideMarker
from pacs.facts import Instance
from pacs.values import checked_uid, code_item, decimal

Pixels = NDArray[np.uint16]

# PS3.16 CID 7202: what the source image was used for.
_SOURCE_OF_PROCESSING: Final = ("121322", "Source image for image processing operation")
# PS3.16 CID 7203: what was done to it.
_DERIVATIONS: Final = (("113086", "Edge enhancement"), ("113087", "Smoothing"))
_PROCESSING_CODE: Final = "HAND-MF-1"
# PS3.5 7.6: the first of the 16 groups of overlays.
_OVERLAY: Final = 0x6000


def fill_grey_scale(
    dataset: Dataset, relationship: str, sign: int, photometric: str, shape: str
) -> None:
    """DX Image (PS3.3 C.8.11.3): sign 1 where more X-rays are higher values."""
    dataset.PixelIntensityRelationship = relationship
    dataset.PixelIntensityRelationshipSign = sign
    dataset.PhotometricInterpretation = photometric
    dataset.PresentationLUTShape = shape


def fill_pixels(dataset: Dataset, pixels: Pixels, bits: int) -> None:
    """Image Pixel (PS3.3 C.7.6.3), uncompressed."""
    dataset.SamplesPerPixel = 1
    dataset.Rows, dataset.Columns = pixels.shape
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, bits, bits - 1
    dataset.PixelRepresentation = 0
    content = pixels.astype("<u2").tobytes()
    dataset.add_new("PixelData", "OW", content)


def fill_windows(dataset: Dataset, windows: list[tuple[str, float, float]]) -> None:
    """VOI LUT (PS3.3 C.11.2): the first window is the one that was looked at when accepting.

    Each has its explanation, lowest and highest value; what comes out are P-values.
    """
    # C.11.2.1.2: a linear window of width w around c runs from c - 0.5 - (w - 1) / 2.
    dataset.WindowCenter = [decimal(round((low + high) / 2 + 0.5, 1)) for _, low, high in windows]
    dataset.WindowWidth = [decimal(round(high - low + 1, 1)) for _, low, high in windows]
    dataset.WindowCenterWidthExplanation = [explanation for explanation, _, _ in windows]


def fill_shutter(dataset: Dataset, field: ExposedField) -> None:
    """Display Shutter (PS3.3 C.7.6.11): what the blades covered is shown black and kept."""
    dataset.ShutterShape = "RECTANGULAR"
    dataset.ShutterLeftVerticalEdge = field.left
    dataset.ShutterRightVerticalEdge = field.right + 1
    dataset.ShutterUpperHorizontalEdge = field.top
    dataset.ShutterLowerHorizontalEdge = field.bottom + 1
    dataset.ShutterPresentationValue = 0


def fill_marker(dataset: Dataset, marker: SideMarker) -> None:
    """Overlay Plane (PS3.3 C.9.2): the electronic side marker, beside the pixels."""
    rows, columns = marker.bits.shape
    elements = (
        (0x0010, "US", rows),
        (0x0011, "US", columns),
        (0x0022, "LO", "Electronic side marker, set by the software"),
        (0x0040, "CS", "G"),
        (0x0045, "LO", "AUTOMATED"),
        # The first pixel of the image is 1, 1.
        (0x0050, "SS", [marker.row + 1, marker.column + 1]),
        (0x0100, "US", 1),
        (0x0102, "US", 0),
        (0x1500, "LO", marker.text),
        (0x3000, "OW", pack_bits(marker.bits)),
    )
    for element, kind, value in elements:
        dataset.add_new((_OVERLAY, element), kind, value)


def fill_source(dataset: Dataset, source: Instance) -> None:
    """Say what was done to which image; Common Instance Reference (PS3.3 C.12.2)."""
    image = Dataset()
    image.ReferencedSOPClassUID = DigitalXRayImageStorageForProcessing
    image.ReferencedSOPInstanceUID = checked_uid(source.uid)
    image.SpatialLocationsPreserved = "YES"
    image.PurposeOfReferenceCodeSequence = [code_item(_SOURCE_OF_PROCESSING, "DCM")]
    dataset.SourceImageSequence = [image]
    dataset.DerivationDescription = "Logarithm, detail by size, noise-adaptive"
    dataset.DerivationCodeSequence = [code_item(code, "DCM") for code in _DERIVATIONS]
    dataset.AcquisitionDeviceProcessingCode = _PROCESSING_CODE
    reference = Dataset()
    reference.ReferencedSOPClassUID = DigitalXRayImageStorageForProcessing
    reference.ReferencedSOPInstanceUID = checked_uid(source.uid)
    series = Dataset()
    series.SeriesInstanceUID = checked_uid(source.series_uid)
    series.ReferencedInstanceSequence = [reference]
    # The same study, another series.
    dataset.ReferencedSeriesSequence = [series]

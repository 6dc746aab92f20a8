"""What can keep a radiograph from becoming a DICOM object.

PacsError
└── NotDicom             E-PACS-1   a name, number or UID that DICOM cannot hold
"""

from typing import ClassVar


class PacsError(Exception):
    """Anything that keeps an image from the archive."""

    code: ClassVar[str] = "E-PACS-0"


class NotDicom(PacsError):
    """What is known about the image does not fit into DICOM."""

    code: ClassVar[str] = "E-PACS-1"

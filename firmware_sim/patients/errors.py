"""What can go wrong when a patient is laid on the panel."""

from typing import ClassVar


class PatientError(Exception):
    """The patient that was asked for cannot be laid on the panel."""

    code: ClassVar[str] = "E-SIM-3"

"""What can stop a visit.

ExaminationError
├── NoOrder              E-ORD-1   nobody asked for this exposure
├── OrderUnreadable      E-ORD-2   the patient file cannot be read
├── OrderWrong           E-ORD-3   the patient file says something impossible
├── FolderTaken          E-ORD-4   the folder holds another visit
├── VisitInterrupted     E-ORD-5   an earlier run was cut off while an exposure was possible
├── FrameNotKept         E-ORD-6   X-rays were made and the image could not be stored
├── FrameNotNoted        E-ORD-7   X-rays were made, the image is safe, the journal is not
├── DoseTooHigh          E-ORD-8   the technique gives more than a child's hand ever needs
└── NoBenchGenerator     E-DIA-6   a bench beam was asked of another generator
"""

from typing import ClassVar


class ExaminationError(Exception):
    """Anything that stops a visit."""

    code: ClassVar[str] = "E-ORD-0"


class NoOrder(ExaminationError):
    """Nobody asked for this exposure."""

    code = "E-ORD-1"


class OrderUnreadable(ExaminationError):
    """The patient file cannot be read."""

    code = "E-ORD-2"


class OrderWrong(ExaminationError):
    """The patient file says something impossible."""

    code = "E-ORD-3"


class FolderTaken(ExaminationError):
    """The folder holds another visit."""

    code = "E-ORD-4"


class VisitInterrupted(ExaminationError):
    """An earlier run was cut off while an exposure was possible."""

    code = "E-ORD-5"


class FrameNotKept(ExaminationError):
    """X-rays were made and the image could not be stored."""

    code = "E-ORD-6"


class FrameNotNoted(ExaminationError):
    """X-rays were made, the image is safe, but the journal could not be written."""

    code = "E-ORD-7"


class DoseTooHigh(ExaminationError):
    """The technique gives more dose than a child's hand ever needs."""

    code = "E-ORD-8"


class NoBenchGenerator(ExaminationError):
    """A bench beam was asked of a generator that exposes patients, or of none."""

    code = "E-DIA-6"

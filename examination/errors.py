"""What can stop a visit, or the signing of its report.

ExaminationError
├── NoOrder              E-ORD-1   nobody asked for this exposure
├── OrderUnreadable      E-ORD-2   the patient file cannot be read
├── OrderWrong           E-ORD-3   the patient file says something impossible
├── FolderTaken          E-ORD-4   the folder holds another visit
├── VisitInterrupted     E-ORD-5   an earlier run was cut off while an exposure was possible
├── FrameNotKept         E-ORD-6   X-rays were made and the image could not be stored
├── FrameNotNoted        E-ORD-7   X-rays were made, the image is safe, the journal is not
├── DoseTooHigh          E-ORD-8   the technique gives more than a child's hand ever needs
├── NoBenchGenerator     E-DIA-6   a bench beam was asked of another generator
├── SignOffIncomplete    E-SGN-1   a signature lacks a name, or an amendment its reason
├── NotInThisState       E-SGN-2   what a report is already, or is not yet, forbids it
├── ReportUnknown        E-SGN-3   a file is no report of these records
├── ReportAltered        E-SGN-4   a report is no longer what was recorded
├── AmendmentRefused     E-SGN-5   a result amends nothing, or is of another visit
├── PrintedOtherwise     E-SGN-6   a draft that was read would be printed differently today
└── ResultContradictory  E-SGN-7   the figures of a result do not belong to its own child
"""

from typing import ClassVar


class ExaminationError(Exception):
    """Anything that stops a visit or a signature."""

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


class SignOffIncomplete(ExaminationError):
    """A signature lacks a name that can be printed, or an amendment its reason."""

    code = "E-SGN-1"


class NotInThisState(ExaminationError):
    """What a report is already, or is not yet, forbids what was asked."""

    code = "E-SGN-2"


class ReportUnknown(ExaminationError):
    """A file is no report of these records."""

    code = "E-SGN-3"


class ReportAltered(ExaminationError):
    """A report is no longer what was recorded."""

    code = "E-SGN-4"


class AmendmentRefused(ExaminationError):
    """A result changes nothing of a report, or is of another visit."""

    code = "E-SGN-5"


class PrintedOtherwise(ExaminationError):
    """A draft that was read would be printed differently today."""

    code = "E-SGN-6"


class ResultContradictory(ExaminationError):
    """The figures of a result do not belong to the child that it names."""

    code = "E-SGN-7"

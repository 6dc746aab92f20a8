"""What can stop a visit before anything is exposed.

ExaminationError
├── NoOrder              E-ORD-1   nobody asked for this exposure
├── OrderUnreadable      E-ORD-2   the patient file cannot be read
├── OrderWrong           E-ORD-3   the patient file says something impossible
├── FolderTaken          E-ORD-4   the folder holds another visit
└── VisitInterrupted     E-ORD-5   an earlier run was cut off while an exposure was possible
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

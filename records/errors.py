"""What can go wrong with the records.

RecordsError
├── RecordsUnreadable   E-REC-1   the database cannot be opened, read or written
├── RecordsBusy         E-REC-2   another command is using the unit
├── FileNotStored       E-REC-3   a file could not be written durably
├── FrameUnreadable     E-REC-4   a stored frame is missing or was changed
├── DiskFull            E-REC-5   there is no room for the image of another exposure
├── KeptFileUnreadable  E-REC-6   a file that is kept with a report is missing or was changed
└── HistoryAltered      E-REC-7   the written history of the reports was changed
"""

from typing import ClassVar


class RecordsError(Exception):
    """Anything about the records that a technician must know."""

    code: ClassVar[str] = "E-REC-0"


class RecordsUnreadable(RecordsError):
    """The database cannot be opened, read or written."""

    code = "E-REC-1"


class RecordsBusy(RecordsError):
    """Another command is using the unit."""

    code = "E-REC-2"


class FileNotStored(RecordsError):
    """A file could not be written durably."""

    code = "E-REC-3"


class FrameUnreadable(RecordsError):
    """A stored frame is missing or is no longer what was written."""

    code = "E-REC-4"


class DiskFull(RecordsError):
    """There is no room for the image of another exposure."""

    code = "E-REC-5"


class KeptFileUnreadable(RecordsError):
    """A file that is kept with a report is missing or is no longer what was written."""

    code = "E-REC-6"


class HistoryAltered(RecordsError):
    """The written history of the reports is no longer what was written."""

    code = "E-REC-7"

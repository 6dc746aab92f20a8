"""What can keep a report from being printed.

ReportError
├── GlyphMissing       E-REP-1   a text has a character that the report's typeface lacks
├── PictureUnreadable  E-REP-2   the picture of the hand is not a PNG file that can be read
├── ResultUnusable     E-REP-3   the result lacks something without which there is no report
└── LargerThanPage     E-REP-4   a text is too long to stand on a page
"""

from typing import ClassVar


class ReportError(Exception):
    """Anything that keeps a report from being printed."""

    code: ClassVar[str] = "E-REP-0"


class GlyphMissing(ReportError):
    """A text has a character that the report's typeface lacks."""

    code = "E-REP-1"


class PictureUnreadable(ReportError):
    """The picture of the hand cannot be read."""

    code = "E-REP-2"


class ResultUnusable(ReportError):
    """The result lacks something without which there is no report."""

    code = "E-REP-3"


class LargerThanPage(ReportError):
    """A text is too long to stand on a page."""

    code = "E-REP-4"

"""What can keep a report from being printed.

ReportError
├── PictureUnreadable  E-REP-2   the picture of the hand is not a PNG file that can be read
├── ResultUnusable     E-REP-3   the result lacks something without which there is no report
├── LargerThanPage     E-REP-4   a text is too long to stand on a page
├── SigningNotInstalled E-REP-5  a digital signature needs the extra `sign`
└── KeyUnusable        E-REP-6   a clinic's key cannot be used for a digital signature
"""

from typing import ClassVar, Final

# What plain data of another shape than a result's raises.
WRONG_SHAPE: Final = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


class ReportError(Exception):
    """Anything that keeps a report from being printed."""

    code: ClassVar[str] = "E-REP-0"


class PictureUnreadable(ReportError):
    """The picture of the hand cannot be read."""

    code = "E-REP-2"


class ResultUnusable(ReportError):
    """The result lacks something without which there is no report."""

    code = "E-REP-3"


class LargerThanPage(ReportError):
    """A text is too long to stand on a page."""

    code = "E-REP-4"


class SigningNotInstalled(ReportError):
    """A digital signature needs packages that are not installed."""

    code = "E-REP-5"


class KeyUnusable(ReportError):
    """A clinic's key cannot be used for a digital signature."""

    code = "E-REP-6"

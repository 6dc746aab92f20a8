"""Single values of a DICOM object: texts, numbers, dates, UIDs and codes, each checked."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Final

from pydicom import config
from pydicom.dataset import Dataset
from pydicom.uid import UID
from pydicom.valuerep import validate_value

from pacs.errors import NotDicom

# Letters that a value representation holds (PS3.5 6.2).
_LONGEST: Final = {"SH": 16, "LO": 64, "ST": 1024}


@contextmanager
def as_not_dicom() -> Iterator[None]:
    """Turn what is raised on a fact that DICOM cannot hold into NotDicom."""
    try:
        yield
    except (ValueError, TypeError, AttributeError, OverflowError) as exc:
        raise NotDicom(f"The image cannot be written as DICOM: {exc}.") from exc


def date_of(moment: date) -> str:
    """Return a DA value."""
    return f"{moment:%Y%m%d}"


def time_of(moment: datetime) -> str:
    """Return a TM value with microseconds."""
    return f"{moment:%H%M%S}.{moment.microsecond:06d}"


def decimal(value: float) -> str:
    """Return a DS value: at most 16 characters (PS3.5 6.2); raises ValueError."""
    if not math.isfinite(value):
        raise ValueError("a figure is not a number")
    return f"{value:.10g}"


def text(kind: str, value: str) -> str:
    """Return one text that fits its value representation (PS3.5 6.2); raises ValueError."""
    if "\\" in value or any(ord(letter) < 32 for letter in value):
        raise ValueError("a text holds a backslash or a control character")
    validate_value(kind, value, config.RAISE)
    return value


def shortened(kind: str, value: str) -> str:
    """Return a device's own name for itself, cut to what its value representation holds.

    A panel with a long serial number is no reason to lose a child's image.
    """
    kept = "".join(letter for letter in value if letter.isprintable() and letter != "\\")
    return kept[: _LONGEST[kind]].strip()


def checked_uid(value: str) -> UID:
    """Return a UID; raises ValueError for what is none: archives may drop such images."""
    uid = UID(value, validation_mode=config.IGNORE)
    if not uid.is_valid:
        raise ValueError(f"{value!r} is not a UID")
    return uid


def code_item(code: tuple[str, str], scheme: str) -> Dataset:
    """Return a coded concept: value, meaning and the scheme they are of (PS3.3 8.8)."""
    item = Dataset()
    item.CodeValue, item.CodeMeaning = code
    item.CodingSchemeDesignator = scheme
    return item

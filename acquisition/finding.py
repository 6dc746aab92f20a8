"""What a check says about a radiograph."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class Severity(Enum):
    """What a finding asks of the technician."""

    NOTE = "note"
    WARNING = "warning"
    REPEAT = "repeat"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing worth saying about a radiograph, in one plain sentence with its figures."""

    code: str
    severity: Severity
    message: str
    figures: Mapping[str, float]

"""The types of a bone-age reading."""

from dataclasses import dataclass
from enum import Enum


class Sex(Enum):
    """The child's sex as the standards of skeletal maturity know it."""

    FEMALE = "F"
    MALE = "M"


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """Which net read: name, version and the SHA-256 of its file."""

    name: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class BoneAgeReading:
    """A bone age, or the reasons for which none was read.

    `interval_months` held `interval_coverage` of the children that the model was calibrated on.
    `doubts` say in sentences what in the picture may have moved the bone age beyond it.
    """

    bone_age_months: float | None
    interval_months: tuple[float, float] | None
    interval_coverage: float | None
    reasons: tuple[str, ...]
    method: str
    model: ModelIdentity
    doubts: tuple[str, ...] = ()

    @property
    def refused(self) -> bool:
        """Tell whether no bone age was read."""
        return self.bone_age_months is None

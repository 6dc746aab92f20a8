"""The types of a bone-age reading."""

from dataclasses import dataclass
from enum import Enum, StrEnum

import numpy as np
from numpy.typing import NDArray


class Sex(Enum):
    """The child's sex as the standards of skeletal maturity know it."""

    FEMALE = "F"
    MALE = "M"


class Trust(StrEnum):
    """Why a site reads with a model: a key that it trusts signed it, or an administrator named
    its hash, or nobody did: an unsigned development release.
    """

    SIGNED = "signed"
    NAMED = "named by its hash"
    UNSIGNED = "unsigned"


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """Which net read, and who answers for it.

    `sha256` is that of the net's file, `package_sha256` that of the manifest and so of everything
    that came with it. `signed_by` names the key where a trusted one signed.
    """

    name: str
    version: str
    sha256: str
    package_sha256: str
    trust: Trust
    signed_by: str | None


class Region(StrEnum):
    """A part of the hand whose bones ripen at their own pace."""

    FINGERS = "fingers"
    CARPALS = "carpals"
    WRIST = "radius and ulna"


@dataclass(frozen=True, slots=True)
class RegionReading:
    """What one region alone says."""

    region: Region
    bone_age_months: float


@dataclass(frozen=True, slots=True, eq=False)
class LookedAt:
    """The crop that the net saw, and how much each part of it moved the bone age.

    `crop` (side, side) float32 in 0..1, bone white; `weight` (any, any) float32 in 0..1 over the
    same square, 1 where it moved the bone age most.
    """

    crop: NDArray[np.float32]
    weight: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class AppliedCalibration:
    """The local calibration that moved a bone age, and what the model alone had read.

    Bone age = `intercept_months` + `slope` x `uncorrected_months` for readings within
    `fitted_months`; beyond, the correction is that of the edge. It was fitted to `children` of
    this sex at `site`; its own uncertainty has widened the interval. `error_before_months` and
    `error_after_months` are the mean absolute errors of these children, the latter
    cross-validated. `sha256` is that of the calibration's file, which `signed_by` has signed.
    """

    site: str
    fitted_on: str
    sha256: str
    signed_by: str
    uncorrected_months: float
    uncorrected_interval_months: tuple[float, float]
    slope: float
    slope_95: tuple[float, float]
    intercept_months: float
    intercept_95_months: tuple[float, float]
    fitted_months: tuple[float, float]
    children: int
    error_before_months: float
    error_after_months: float


@dataclass(frozen=True, slots=True)
class BoneAgeReading:
    """A bone age, or the reasons for which none was read.

    `interval_months` held `interval_coverage` of the children that the model was calibrated on.
    `doubts` say in sentences what in the picture may have moved the bone age beyond it.
    `spread_months` is the standard deviation of what the model's nets read, each for itself; it
    and `regions` and `looked_at` are there where the model gives them. `local_calibration` is
    there where one has corrected the bone age. `sex` is the one that the hand was read as.
    """

    bone_age_months: float | None
    interval_months: tuple[float, float] | None
    interval_coverage: float | None
    reasons: tuple[str, ...]
    method: str
    model: ModelIdentity
    doubts: tuple[str, ...] = ()
    spread_months: float | None = None
    regions: tuple[RegionReading, ...] = ()
    looked_at: LookedAt | None = None
    local_calibration: AppliedCalibration | None = None
    sex: Sex | None = None

    @property
    def refused(self) -> bool:
        """Tell whether no bone age was read."""
        return self.bone_age_months is None

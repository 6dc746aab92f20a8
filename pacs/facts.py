"""What a DICOM object says beside its pixels: plain facts, handed in."""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Final

from acquisition.hand import Side


class Laterality(Enum):
    """Which hand the image shows, as far as it tells."""

    LEFT = "L"
    RIGHT = "R"
    UNTOLD = "untold"


# The side as the image finds it, for each laterality.
SIDES: Final = {
    Laterality.LEFT: Side.LEFT,
    Laterality.RIGHT: Side.RIGHT,
    Laterality.UNTOLD: Side.UNCLEAR,
}


@dataclass(frozen=True, slots=True)
class Patient:
    """Who was examined; `sex` is F or M, None where nobody knows or measured."""

    id: str
    name: str
    sex: str | None
    birth_date: date
    size_m: float | None = None
    weight_kg: float | None = None


@dataclass(frozen=True, slots=True)
class Study:
    """The examination; times carry their time zone. Empty numbers are unknown.

    `protocol` is what was ordered, `performed` what the image shows of it where that may differ.
    """

    uid: str
    started: datetime
    id: str = ""
    accession_number: str = ""
    requested_procedure_id: str = ""
    scheduled_step_id: str = ""
    referring_physician: str = ""
    description: str = "Bone age, left hand"
    protocol: str = "Left hand and wrist, PA"
    performed: str = ""


@dataclass(frozen=True, slots=True)
class Instance:
    """One image: its own UID and that of its series; the two kinds of image are two series."""

    uid: str
    series_uid: str
    series_number: int = 1
    number: int = 1
    series_description: str = ""


@dataclass(frozen=True, slots=True)
class Exposure:
    """What was exposed and what it gave: units in the names.

    `entrance_air_kerma_ugy` is without backscatter; `event_uid` names the irradiation event.
    `dose_comment` says what no figure of DICOM can hold. `laterality` is what the image shows;
    `rotation_deg` turns it clockwise until the fingers point up.
    """

    at: datetime
    event_uid: str
    kv: float
    ma: float
    ms: float
    entrance_air_kerma_ugy: float
    dose_area_product_ugy_m2: float
    exposure_index: float
    target_exposure_index: float
    deviation_index: float
    dose_comment: str = ""
    laterality: Laterality = Laterality.LEFT
    rotation_deg: float = 0.0


@dataclass(frozen=True, slots=True)
class Unit:
    """The unit that made the image."""

    manufacturer: str
    model: str
    serial: str
    software_versions: str
    station_name: str = ""
    institution: str = ""


@dataclass(frozen=True, slots=True)
class DetectorHistory:
    """What the panel counts, None where it does not tell."""

    sensitivity_dn_per_ugy: float | None = None
    exposures_since_calibration: int | None = None
    exposures_since_manufactured: int | None = None
    seconds_since_last_exposure: float | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the header of an image is written from."""

    patient: Patient
    study: Study
    exposure: Exposure
    unit: Unit
    detector: DetectorHistory = DetectorHistory()


def uid_from(*parts: str) -> str:
    """Return the UID that belongs to these parts, always the same one.

    PS3.5 B.2: 2.25 and the decimal value of a UUID; the UUID is made of the parts' SHA-256.
    """
    digest = hashlib.sha256("\0".join(parts).encode()).digest()
    return f"2.25.{uuid.UUID(bytes=digest[:16], version=5).int}"

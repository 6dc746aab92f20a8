"""What the DICOM images of a visit say beside their pixels, from its result."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from acquisition.hand import Side
from acquisition.quality import Finding
from acquisition.quality_positioning import ROTATION_FIGURE, TURNED_HAND
from acquisition.radiograph import Radiograph
from bone_age.reading import Sex
from growth.child import Child
from pacs.facts import (
    SIDES,
    DetectorHistory,
    Exposure,
    Facts,
    Instance,
    Patient,
    Study,
    Unit,
    uid_from,
)
from reports import outcomes

_LEFT_HAND, _SOME_HAND = "Bone age, left hand", "Bone age, hand"
_LATERALITIES = {side: laterality for laterality, side in SIDES.items()}


def side_shown(told: Side | None) -> Side:
    """Return which hand the image is marked with: unclear, and no mark, where none was told."""
    return Side.UNCLEAR if told is None else told


def rotation_shown(findings: Sequence[Finding]) -> float:
    """Return by how many degrees the picture is turned clockwise until the fingers point up."""
    turned = (finding for finding in findings if finding.code == TURNED_HAND)
    return next((finding.figures[ROTATION_FIGURE] for finding in turned), 0.0)


def patient_of(child: Child) -> Patient:
    """Return a child as DICOM knows patients."""
    return Patient(
        id=child.id,
        name=child.name,
        sex=child.sex.value,
        birth_date=child.birth_date,
        size_m=None if child.height_cm is None else child.height_cm / 100,
        weight_kg=child.weight_kg,
    )


def facts_of(
    result: Mapping[str, Any],
    radiograph: Radiograph,
    side: Side,
    rotation_deg: float,
    history: DetectorHistory,
) -> Facts:
    """Return the facts of a visit's accepted image; the same result always gives the same UIDs."""
    visit, detector = result["visit"], radiograph.detector
    software = f"boneage-dr {result['software']['version']}"
    return Facts(
        patient=patient_of(_child(result["patient"])),
        study=Study(
            uid=uid_from(visit["id"], "study"),
            # The day of the exposure, also where a demo was given another visit date: the report
            # says "as given" of that one.
            started=datetime.fromisoformat(visit["started"]),
            # SH holds 16 characters (PS3.5 6.2).
            id=visit["id"][:16],
            description=_LEFT_HAND if side is Side.LEFT else _SOME_HAND,
            protocol=visit["procedure"],
            performed="" if side is Side.LEFT else f"As ordered: {visit['procedure']}",
        ),
        exposure=replace(_exposure(result, side), rotation_deg=rotation_deg),
        unit=Unit(detector.vendor, detector.model, detector.serial, software),
        detector=history,
    )


def instances_of(result: Mapping[str, Any]) -> tuple[Instance, Instance]:
    """Return the image For Processing and the one For Presentation, each a series of its own."""
    visit_id = result["visit"]["id"]
    processing, presentation = (
        Instance(
            uid=uid_from(visit_id, intent, "image"),
            series_uid=uid_from(visit_id, intent, "series"),
            series_number=number,
            series_description=f"Hand PA, {intent}",
        )
        for number, intent in enumerate(("for processing", "for presentation"), 1)
    )
    return processing, presentation


def _child(patient: Mapping[str, Any]) -> Child:
    return Child(
        id=patient["id"],
        name=patient["name"],
        sex=Sex(patient["sex"]),
        birth_date=date.fromisoformat(patient["birth_date"]),
        height_cm=patient["height_cm"],
        weight_kg=patient["weight_kg"],
    )


def _exposure(result: Mapping[str, Any], side: Side) -> Exposure:
    given, dose = result["exposure"], result["dose"]
    image = next(one for one in result["exposures"] if one["outcome"] in outcomes.READ)
    return Exposure(
        at=datetime.fromisoformat(image["at"]),
        event_uid=uid_from(result["visit"]["id"], image["at"], "irradiation event"),
        kv=given["kv"],
        ma=given["ma"],
        ms=given["ms"],
        entrance_air_kerma_ugy=given["entrance_air_kerma_ugy"],
        dose_area_product_ugy_m2=given["dose_area_product_ugy_m2"],
        exposure_index=given["exposure_index"],
        target_exposure_index=given["target_exposure_index"],
        deviation_index=given["deviation_index"],
        dose_comment=(
            f"{given['effective_dose_usv']:g} uSv. {dose['effective_dose_note']} "
            f"{given['dose_area_product_note']}"
        ),
        laterality=_LATERALITIES[side],
    )

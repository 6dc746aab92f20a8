"""The order: which child is to be examined, and with which technique."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

from acquisition.dose import air_kerma_ugy
from acquisition.exposure_index import DEFAULT_TARGET_EXPOSURE_INDEX
from acquisition.ordinary_files import read_text
from acquisition.technique_presets import (
    LARGEST_KERMA_UGY,
    Expected,
    TechniquePreset,
    preset_for_age,
    preset_for_thickness,
)
from bone_age.reading import Sex
from device.technique import Technique, check_technique
from examination.dicom_facts import patient_of
from examination.errors import DoseTooHigh, NoOrder, OrderUnreadable, OrderWrong
from growth.assess import PLAUSIBLE_SIZE
from growth.child import Child, Gestation
from growth.earlier_file import earlier_visits_from
from growth.entered import ENTERED_FIELDS, NOTHING_ENTERED, Entered, entered_from
from growth.errors import GestationUnusable
from growth.references import Position
from growth.scoring import ScoredSheet, sheet_told
from growth.visits import EarlierVisit
from pacs.dataset import check_patient
from pacs.errors import NotDicom

# A left hand and wrist, postero-anterior: the view that Greulich and Pyle's atlas is made of.
LEFT_HAND = "Left hand and wrist, PA"

# Bone age is read up to skeletal maturity; the films and references end before 20 years.
_OLDEST_YEARS = 20.0

# Our choice: below a new-born's palm and above any child's; it catches a thickness in centimetres.
_PALM_MM = (8.0, 60.0)

# How long the mother was pregnant, as a patient file says it.
_GESTATION = ("gestation_weeks", "gestation_days")

# A technique computed for the largest kerma may lie above it in the last digit of a float.
_ROUNDING = 1 + 1e-6


@dataclass(frozen=True, slots=True)
class Order:
    """One requested examination.

    `height_position` is how the child was measured, None where nobody said. `preset` names where
    the technique is from and `expected` what that preset should give; empty and None where a
    person gave the technique. `scored` is a sheet that a physician filled in.
    """

    child: Child
    technique: Technique
    visit_date: date
    procedure: str = LEFT_HAND
    height_position: Position | None = None
    target_exposure_index: float = DEFAULT_TARGET_EXPOSURE_INDEX
    preset: str = ""
    expected: Expected | None = None
    entered: Entered = NOTHING_ENTERED
    earlier: tuple[EarlierVisit, ...] = ()
    scored: ScoredSheet | None = None

    def as_record(self) -> dict[str, Any]:
        """Return the order as plain data for the records."""
        return {
            "child": _child_record(self.child),
            "technique": asdict(self.technique),
            "visit_date": self.visit_date.isoformat(),
            "procedure": self.procedure,
            "height_position": self.height_position.value if self.height_position else None,
            "target_exposure_index": self.target_exposure_index,
            "preset": self.preset,
            "expected": asdict(self.expected) if self.expected else None,
        }

    def as_on_record(self, record: Mapping[str, Any]) -> "Order":
        """Return the order with day, technique and target of the visit's record, as it began.

        Records written before targets were kept stand for the unit's own target.
        """
        expected = record.get("expected")
        return replace(
            self,
            technique=Technique(**record["technique"]),
            visit_date=date.fromisoformat(record["visit_date"]),
            target_exposure_index=record.get(
                "target_exposure_index", DEFAULT_TARGET_EXPOSURE_INDEX
            ),
            preset=record.get("preset", ""),
            expected=Expected(**expected) if expected else None,
        )

    def exposed_with(self, technique: Technique) -> "Order":
        """Return the order with the technique that a person chose; another one is no preset's."""
        if technique == self.technique:
            return self
        return replace(self, technique=technique, preset="", expected=None)


def _child_record(child: Child) -> dict[str, Any]:
    """Return a child as patient files say it; without gestation as records before it was asked."""
    said = asdict(child) | {"sex": child.sex.value, "birth_date": child.birth_date.isoformat()}
    del said["gestation"]
    return said if child.gestation is None else said | child.gestation.as_record()


@dataclass(frozen=True, slots=True)
class Asked:
    """What the operator says about the technique: each value is None where the presets decide."""

    kv: float | None = None
    ma: float | None = None
    ms: float | None = None
    thickness_mm: float | None = None


def with_technique(order: Order, asked: Asked, presets: Sequence[TechniquePreset]) -> Order:
    """Give an order the preset of the child's age, or of the hand's thickness where it is known.

    What the operator asked for stands instead of the preset's. Raises PresetWrong, or OrderWrong
    for a thickness that is no palm's.
    """
    _check_palm(asked.thickness_mm)
    if asked.thickness_mm is None:
        preset = preset_for_age(presets, order.child.age_years(order.visit_date))
    else:
        preset = preset_for_thickness(presets, asked.thickness_mm)
    given = {name: getattr(asked, name) for name in ("kv", "ma", "ms")}
    changed = {name: value for name, value in given.items() if value is not None}
    return replace(
        order,
        technique=replace(preset.technique, **changed),
        target_exposure_index=preset.target_exposure_index,
        preset="" if changed else preset.name,
        expected=None if changed else preset.expected,
    )


def _check_palm(thickness_mm: float | None) -> None:
    thinnest, thickest = _PALM_MM
    if thickness_mm is not None and not thinnest <= thickness_mm < thickest:
        raise OrderWrong(
            f"A palm of {thickness_mm:g} mm is no child's: its thickness must be given in "
            f"millimetres, from {thinnest:g} to below {thickest:g}."
        )


def check_for_child(technique: Technique) -> None:
    """Refuse what the unit may not make, and more dose than a child's hand ever needs.

    Raises TechniqueOutsideLimits or DoseTooHigh. Flats of a calibration are no patients: they may
    have more.
    """
    check_technique(technique)
    kerma_ugy = air_kerma_ugy(technique)
    if kerma_ugy > LARGEST_KERMA_UGY * _ROUNDING:
        raise DoseTooHigh(
            f"A technique of {technique.kv:g} kV and {technique.mas:.3g} mAs would give "
            f"{kerma_ugy:.0f} uGy at the panel, at most {LARGEST_KERMA_UGY:g} uGy are allowed "
            "for a child's hand; nothing was armed."
        )


def read_order(path: Path | None, technique: Technique, visit_date: date) -> Order:
    """Read a patient file (JSON with id, name, sex, birth_date and, where known, sizes).

    Raises NoOrder without a file, OrderUnreadable and OrderWrong with the field that is wrong.
    """
    if path is None:
        raise NoOrder("No order: nothing is exposed without a patient file (--patient FILE).")
    return order_from(_read_json(path), technique, visit_date)


def order_from(said: dict[str, Any], technique: Technique, visit_date: date) -> Order:
    """Check what a patient file says and return the order; raises OrderWrong."""
    about_child = dict(said)
    position = position_told(about_child.pop("height_position", None))
    earlier = about_child.pop("earlier_visits", None)
    scoring = {"scoring": about_child.pop("scoring", None)}
    entered = {name: about_child.pop(name, None) for name in ENTERED_FIELDS}
    child = child_from(about_child, visit_date)
    return Order(
        child,
        technique,
        visit_date,
        height_position=position,
        entered=entered_from(entered, child.sex, child.age_years(visit_date)),
        earlier=earlier_visits_from([] if earlier is None else earlier, child.birth_date),
        scored=sheet_told(scoring, child.sex),
    )


def child_from(said: dict[str, Any], visit_date: date) -> Child:
    """Check what is said about a child and return the child; raises OrderWrong."""
    _refuse_unknown(said)
    child = Child(
        id=_text(said, "id"),
        name=_text(said, "name"),
        sex=_sex(said),
        birth_date=_birth_date(said),
        height_cm=_size(said, "height_cm"),
        weight_kg=_size(said, "weight_kg"),
        mother_cm=_size(said, "mother_cm"),
        father_cm=_size(said, "father_cm"),
        gestation=_gestation(said),
    )
    if child.birth_date > visit_date:
        raise OrderWrong(f"The birth date {child.birth_date} is after the visit on {visit_date}.")
    if child.age_years(visit_date) > _OLDEST_YEARS:
        raise OrderWrong(
            f"A birth date of {child.birth_date} makes the patient older than "
            f"{_OLDEST_YEARS:.0f} years; bone age is read in children only."
        )
    _refuse_undeliverable(child, visit_date)
    return child


def _refuse_undeliverable(child: Child, visit_date: date) -> None:
    """Refuse before anybody is exposed what no archive could hold afterwards."""
    try:
        check_patient(patient_of(child), visit_date)
    except NotDicom as exc:
        raise OrderWrong(f"The patient's name or id fits no DICOM image: {exc}") from exc


def _read_json(path: Path) -> dict[str, Any]:
    try:
        said = json.loads(read_text(path, "utf-8-sig"), object_pairs_hook=_once)
    except OSError as exc:
        raise OrderUnreadable(f"The patient file {path} cannot be read: {exc.strerror}.") from exc
    except (ValueError, RecursionError) as exc:
        raise OrderUnreadable(f"The patient file {path} is not JSON: {exc}.") from exc
    if not isinstance(said, dict):
        raise OrderUnreadable(f"The patient file {path} must hold one JSON object.")
    return said


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a field that is there twice: which one holds is never guessed."""
    said = dict(pairs)
    if len(said) < len(pairs):
        raise ValueError("a field is there twice")
    return said


def _refuse_unknown(said: dict[str, Any]) -> None:
    known = {field.name for field in fields(Child)} - {"gestation"} | set(_GESTATION)
    unknown = sorted(set(said) - known)
    if unknown:
        named = ", ".join(ascii(name) for name in unknown)
        raise OrderWrong(f"The patient file has a field that nobody knows: {named}.")


# Our choice: more than any name, and what the head of a page holds without covering the rest.
_LONGEST_TEXT = 200


def _text(said: dict[str, Any], name: str) -> str:
    value = said.get(name)
    if not isinstance(value, str) or not value.strip():
        raise OrderWrong(f"The patient's {name} is missing.")
    if not value.strip().isprintable():
        raise OrderWrong(f"The patient's {name} holds characters that cannot be printed.")
    if len(value.strip()) > _LONGEST_TEXT:
        raise OrderWrong(f"The patient's {name} may have at most {_LONGEST_TEXT} characters.")
    return value.strip()


def _sex(said: dict[str, Any]) -> Sex:
    try:
        return Sex(said.get("sex"))
    except ValueError as exc:
        raise OrderWrong("The patient's sex must be F or M; it is never guessed.") from exc


def _birth_date(said: dict[str, Any]) -> date:
    try:
        return date.fromisoformat(said.get("birth_date", ""))
    except (TypeError, ValueError) as exc:
        raise OrderWrong("The patient's birth_date must be a date like 2016-05-03.") from exc


def _size(said: dict[str, Any], name: str) -> float | None:
    value = said.get(name)
    if value is None:
        return None
    low, high = PLAUSIBLE_SIZE[name]
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not low <= value <= high:
        unit = "kilograms" if name.endswith("_kg") else "centimetres"
        raise OrderWrong(f"{name} must be a number of {unit} between {low:g} and {high:g}.")
    return float(value)


def _gestation(said: dict[str, Any]) -> Gestation | None:
    weeks, days = (_whole(said, name) for name in _GESTATION)
    if weeks is None and days is None:
        return None
    if weeks is None:
        raise OrderWrong("gestation_days says nothing without gestation_weeks.")
    try:
        return Gestation(weeks, days or 0)
    except GestationUnusable as exc:
        raise OrderWrong(str(exc)) from exc


def _whole(said: dict[str, Any], name: str) -> int | None:
    value = said.get(name)
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise OrderWrong(f"{name} must be a whole number.")


def position_told(said: object) -> Position | None:
    """Return how a patient file says that the child was measured; raises OrderWrong."""
    try:
        return None if said is None else Position(said)
    except ValueError as exc:
        raise OrderWrong("height_position must be standing or recumbent.") from exc

"""The order: which child is to be examined, and with which technique."""

import json
from dataclasses import asdict, dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

from bone_age.reading import Sex
from device.technique import Technique
from examination.errors import NoOrder, OrderUnreadable, OrderWrong
from growth.child import Child

# A left hand and wrist, postero-anterior: the view that Greulich and Pyle's atlas is made of.
LEFT_HAND = "Left hand and wrist, PA"

# Beyond these nobody has a child or a parent: the limits only catch wrong units and slips.
_LARGEST_SIZE = {"height_cm": 250.0, "weight_kg": 300.0, "mother_cm": 250.0, "father_cm": 250.0}
_SMALLEST_SIZE = {"height_cm": 30.0, "weight_kg": 0.5, "mother_cm": 80.0, "father_cm": 80.0}
# Bone age is read up to skeletal maturity; the films and references end before 20 years.
_OLDEST_YEARS = 20.0


@dataclass(frozen=True, slots=True)
class Order:
    """One requested examination."""

    child: Child
    technique: Technique
    visit_date: date
    procedure: str = LEFT_HAND

    def as_record(self) -> dict[str, Any]:
        """Return the order as plain data for the records."""
        child = asdict(self.child) | {
            "sex": self.child.sex.value,
            "birth_date": self.child.birth_date.isoformat(),
        }
        return {
            "child": child,
            "technique": asdict(self.technique),
            "visit_date": self.visit_date.isoformat(),
            "procedure": self.procedure,
        }


def read_order(path: Path | None, technique: Technique, visit_date: date) -> Order:
    """Read a patient file (JSON with id, name, sex, birth_date and, where known, sizes).

    Raises NoOrder without a file, OrderUnreadable and OrderWrong with the field that is wrong.
    """
    if path is None:
        raise NoOrder("No order: nothing is exposed without a patient file (--patient FILE).")
    return Order(child_from(_read_json(path), visit_date), technique, visit_date)


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
    )
    if child.birth_date > visit_date:
        raise OrderWrong(f"The birth date {child.birth_date} is after the visit on {visit_date}.")
    if child.age_years(visit_date) > _OLDEST_YEARS:
        raise OrderWrong(
            f"A birth date of {child.birth_date} makes the patient older than "
            f"{_OLDEST_YEARS:.0f} years; bone age is read in children only."
        )
    return child


def _read_json(path: Path) -> dict[str, Any]:
    try:
        said = json.loads(path.read_text(encoding="utf-8-sig"), object_pairs_hook=_once)
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
    unknown = sorted(set(said) - {field.name for field in fields(Child)})
    if unknown:
        named = ", ".join(ascii(name) for name in unknown)
        raise OrderWrong(f"The patient file has a field that nobody knows: {named}.")


def _text(said: dict[str, Any], name: str) -> str:
    value = said.get(name)
    if not isinstance(value, str) or not value.strip():
        raise OrderWrong(f"The patient's {name} is missing.")
    if not value.strip().isprintable():
        raise OrderWrong(f"The patient's {name} holds characters that cannot be printed.")
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
    low, high = _SMALLEST_SIZE[name], _LARGEST_SIZE[name]
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not low <= value <= high:
        raise OrderWrong(f"{name} must be a number between {low:g} and {high:g}.")
    return float(value)

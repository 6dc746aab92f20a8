"""The words of `phantom:sex=F,bone_age=9.2,seed=1`."""

from collections.abc import Collection

from firmware_sim.patients.collimator import Blades
from firmware_sim.patients.errors import PatientError
from firmware_sim.patients.motion import Motion
from firmware_sim.patients.ossification import Sex
from firmware_sim.patients.phantom import HandRequest
from firmware_sim.patients.placement import Placement, Side
from firmware_sim.patients.things import THINGS
from firmware_sim.patients.worn import WORN

# Word -> field of HandRequest, lowest and highest value.
_NUMBERS = {
    "bone_age": ("bone_age_years", 0.0, 19.0),
    "size": ("size", 0.7, 1.3),
    # Below 0 the fingers cross.
    "spread": ("spread", -3.0, 2.0),
    "rotation": ("rotation_degrees", -180.0, 180.0),
    "shift_x": ("shift_x_mm", -200.0, 200.0),
    "shift_y": ("shift_y_mm", -200.0, 200.0),
    "variety": ("variety", 0.0, 3.0),
}
# Word and field of Placement -> lowest and highest value; below 0 it stays inside by so much.
_OFF = {
    "fingers_off_mm": (-50.0, 100.0),
    "thumb_off_mm": (-50.0, 100.0),
    "wrist_off_mm": (-50.0, 100.0),
}
_MOTION = {"motion_mm": (0.0, 20.0), "motion_degrees": (-180.0, 180.0)}
# Blades may close the whole panel.
_BLADE_MM = (0.0, 300.0)
_WORDS = ("sex", "seed", *_NUMBERS, "side", *_OFF, *_MOTION, "metal", "object", "collimation")


def placement_of(details: str) -> Placement:
    """Return what `sex=..,bone_age=..` with optional further words lays on the panel.

    Raises PatientError for unknown or missing words and values outside their range.
    """
    given = _words(details)
    for word in ("sex", "bone_age"):
        if word not in given:
            raise PatientError(f"The phantom needs {word}; write for example sex=F,bone_age=9.2.")
    off = {word: _number(word, given[word], _OFF[word]) for word in _OFF if word in given}
    return Placement(
        _hand(given),
        _side(given.get("side", "left")),
        metal=_named("metal", given.get("metal", ""), WORN),
        things=_named("object", given.get("object", ""), THINGS),
        motion=_motion(given),
        blades=_blades(given["collimation"]) if "collimation" in given else None,
        **off,
    )


def _words(details: str) -> dict[str, str]:
    given: dict[str, str] = {}
    for piece in details.split(",") if details else ():
        word, _, value = piece.partition("=")
        if word not in _WORDS:
            raise PatientError(f"The phantom knows no {word!r}; use {', '.join(_WORDS)}.")
        if word in given:
            raise PatientError(f"The phantom's {word} is given twice; give it once.")
        given[word] = value
    return given


def _hand(given: dict[str, str]) -> HandRequest:
    numbers = {
        field: _number(word, given[word], (low, high))
        for word, (field, low, high) in _NUMBERS.items()
        if word in given
    }
    return HandRequest(sex=_sex(given["sex"]), seed=_seed(given.get("seed", "0")), **numbers)


def _motion(given: dict[str, str]) -> Motion | None:
    if "motion_mm" not in given:
        return None
    way, degrees = (_number(word, given.get(word, "0"), _MOTION[word]) for word in _MOTION)
    return Motion(way, degrees)


def _sex(value: str) -> Sex:
    if value not in ("F", "M"):
        raise PatientError(f"The phantom's sex cannot be {value!r}; use F or M.")
    return Sex(value)


def _seed(value: str) -> int:
    if not (value.isascii() and value.isdigit()):
        raise PatientError(f"The phantom's seed cannot be {value!r}; use a whole number from 0.")
    return int(value)


def _side(value: str) -> Side:
    if value not in (side.value for side in Side):
        raise PatientError(f"The phantom's side cannot be {value!r}; use left, right or both.")
    return Side(value)


def _named(word: str, value: str, known: Collection[str]) -> tuple[str, ...]:
    names = tuple(value.split("+")) if value else ()
    for name in names:
        if name not in known:
            use = f"use {', '.join(known)}, joined by +"
            raise PatientError(f"The phantom's {word} cannot be {name!r}; {use}.")
    return names


def _blades(value: str) -> Blades:
    sides = value.split(":")
    if len(sides) != 4:
        raise PatientError("The collimation has four blades; write left:top:right:bottom in mm.")
    left, top, right, bottom = (_number("collimation", side, _BLADE_MM) for side in sides)
    return Blades(left, top, right, bottom)


def _number(word: str, value: str, limits: tuple[float, float]) -> float:
    low, high = limits
    try:
        number = float(value)
    except ValueError:
        number = float("nan")
    if not low <= number <= high:
        raise PatientError(
            f"The phantom's {word} cannot be {value!r}; use a number from {low:g} to {high:g}."
        )
    return number

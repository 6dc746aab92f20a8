"""The words of `phantom:sex=F,bone_age=9.2,seed=1`."""

from firmware_sim.patients.errors import PatientError
from firmware_sim.patients.ossification import Sex
from firmware_sim.patients.phantom import HandRequest

# Word -> field of HandRequest, lowest and highest value.
_NUMBERS = {
    "bone_age": ("bone_age_years", 0.0, 19.0),
    "size": ("size", 0.7, 1.3),
    "spread": ("spread", 0.0, 2.0),
    "rotation": ("rotation_degrees", -180.0, 180.0),
    "shift_x": ("shift_x_mm", -200.0, 200.0),
    "shift_y": ("shift_y_mm", -200.0, 200.0),
    "variety": ("variety", 0.0, 3.0),
}
_WORDS = ("sex", "seed", *_NUMBERS)


def hand_request(details: str) -> HandRequest:
    """Return the request in `sex=..,bone_age=..` with optional further words.

    Raises PatientError for unknown or missing words and values outside their range.
    """
    given = _words(details)
    for word in ("sex", "bone_age"):
        if word not in given:
            raise PatientError(f"The phantom needs {word}; write for example sex=F,bone_age=9.2.")
    sex, seed = _sex(given.pop("sex")), _seed(given.pop("seed", "0"))
    numbers = {_NUMBERS[word][0]: _number(word, value) for word, value in given.items()}
    return HandRequest(sex=sex, seed=seed, **numbers)


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


def _sex(value: str) -> Sex:
    if value not in ("F", "M"):
        raise PatientError(f"The phantom's sex cannot be {value!r}; use F or M.")
    return Sex(value)


def _seed(value: str) -> int:
    if not (value.isascii() and value.isdigit()):
        raise PatientError(f"The phantom's seed cannot be {value!r}; use a whole number from 0.")
    return int(value)


def _number(word: str, value: str) -> float:
    _, low, high = _NUMBERS[word]
    try:
        number = float(value)
    except ValueError:
        number = float("nan")
    if not low <= number <= high:
        raise PatientError(
            f"The phantom's {word} cannot be {value!r}; use a number from {low:g} to {high:g}."
        )
    return number

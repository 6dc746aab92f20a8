"""Checks of the exposure: enough dose, not too much, nothing lost at the detector's end."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from acquisition.exposure_index import (
    DEFAULT_TARGET_EXPOSURE_INDEX,
    EXPOSURE_INDEX_NOTE,
    NO_X_RAYS,
    deviation_index,
)
from acquisition.finding import Finding, Severity
from acquisition.radiograph import Radiograph

# AAPM Report 116 (TG-116), action levels of the deviation index for digital radiography: above +3
# excessive, +1 to +3 over-exposed, below -1 under-exposed, below -3 repeat. Our choice: below -3
# the doctor is asked, and a repeat advised only where the picture is lost in noise besides.
EXCESSIVE_DI, OVER_DI, UNDER_DI, REPEAT_DI = 3.0, 1.0, -1.0, -3.0


class Light(Enum):
    """The colour of an exposure, for the eye; its words always stand beside it."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True, slots=True)
class ExposureLight:
    """The traffic light of one exposure and what it means."""

    light: Light
    meaning: str


# The bands of the findings below as colours. Report 116 calls -0.5 to +0.5 the target; green goes
# to the action levels of -1 and +1, where nobody is to do anything (IEC 62494-1: one step of the
# deviation index is 26 % of dose).
LIGHT_RANGES: Final = (
    f"green: {UNDER_DI:g} to {OVER_DI:+g}, amber: to {REPEAT_DI:g} or {EXCESSIVE_DI:+g}, red: "
    "beyond (action levels of AAPM Report 116 for the deviation index of IEC 62494-1)"
)


def light_of(deviation: float) -> ExposureLight:
    """Return the traffic light of a deviation index."""
    if deviation < REPEAT_DI:
        return ExposureLight(Light.RED, "far too little dose")
    if deviation > EXCESSIVE_DI:
        return ExposureLight(Light.RED, "far too much dose")
    if deviation < UNDER_DI:
        return ExposureLight(Light.AMBER, "too little dose")
    if deviation > OVER_DI:
        return ExposureLight(Light.AMBER, "more dose than needed")
    return ExposureLight(Light.GREEN, "dose on target")


FULL_IN_HAND: Final = "Q-SAT-1"


class Beside(Enum):
    """What else stands of the image, and decides what is advised of its exposure."""

    NOTHING = "nothing"
    # Noise hides the picture, or nothing shows.
    LOST_PICTURE = "lost picture"
    # Q-SAT-1 gives the advice about repeating.
    FULL_DETECTOR = "full detector"
    # Q-OBJ-3 says not to repeat: more dose shows no more of what plaster covers.
    CAST = "cast"


_ADVICE: Final[dict[str, tuple[Severity, str]]] = {
    "Q-EXP-2": (
        Severity.WARNING,
        "Far too little dose: ask the doctor before repeating, and raise the mAs next time",
    ),
    "Q-EXP-3": (
        Severity.WARNING,
        "Too little dose: ask the doctor before repeating, and raise the mAs next time",
    ),
    "Q-EXP-4": (
        Severity.NOTE,
        "More dose than needed: do not repeat for it, and lower the mAs next time",
    ),
    "Q-EXP-5": (Severity.WARNING, "Far too much dose: do not repeat for it, and report it"),
}
_ADVICE_BESIDE: Final[dict[tuple[Beside, str], tuple[Severity, str]]] = {
    (Beside.LOST_PICTURE, "Q-EXP-2"): (
        Severity.REPEAT,
        "Far too little dose, and the picture is lost in noise: repeat with more mAs unless a "
        "doctor finds the image readable",
    ),
    (Beside.FULL_DETECTOR, "Q-EXP-4"): (
        Severity.NOTE,
        "More dose than needed: lower the mAs next time",
    ),
    (Beside.FULL_DETECTOR, "Q-EXP-5"): (Severity.WARNING, "Far too much dose: report it"),
    (Beside.CAST, "Q-EXP-2"): (
        Severity.WARNING,
        "Far too little dose came through what surrounds the hand: do not repeat for it, and leave "
        "the mAs as it is",
    ),
    (Beside.CAST, "Q-EXP-3"): (
        Severity.WARNING,
        "Too little dose came through what surrounds the hand: do not repeat for it, and leave the "
        "mAs as it is",
    ),
}
# Our choice: a thousandth of a hand's area is 3 to 15 mm2, no more than one growth plate.
SATURATED_ANATOMY: Final = 0.001
# Our choice: beside the hand single full pixels are noise, a hundredth of the field is not.
SATURATED_FIELD: Final = 0.01
# Our choice: "most of the field". The air beside a child's hand alone is as much, hence only
# together with saturated anatomy.
WASHED_OUT: Final = 0.5


def check_exposure(
    radiograph: Radiograph,
    target_exposure_index: float = DEFAULT_TARGET_EXPOSURE_INDEX,
    beside: Beside = Beside.NOTHING,
) -> Finding | None:
    """Compare the exposure with its target in the bands of TG-116.

    Raises `SettingUnusable` for a target of 0 or less.
    """
    index = radiograph.exposure_index
    figures = {"exposure_index": index, "target_exposure_index": target_exposure_index}
    if index <= 0:
        return Finding("Q-EXP-1", Severity.REPEAT, NO_X_RAYS, figures)
    deviation = deviation_index(index, target_exposure_index)
    figures["deviation_index"] = deviation
    code = _band(deviation)
    if code is None:
        return None
    severity, advice = _ADVICE_BESIDE.get((beside, code), _ADVICE[code])
    message = f"{advice} (DI {deviation:+.1f}, EI {index:.0f}). {EXPOSURE_INDEX_NOTE}"
    return Finding(code, severity, message, figures)


def _band(deviation: float) -> str | None:
    """Return the code of the band, from the outside in, None on target."""
    bands = (
        (deviation < REPEAT_DI, "Q-EXP-2"),
        (deviation < UNDER_DI, "Q-EXP-3"),
        (deviation > EXCESSIVE_DI, "Q-EXP-5"),
        (deviation > OVER_DI, "Q-EXP-4"),
    )
    return next((code for applies, code in bands if applies), None)


def is_washed_out(radiograph: Radiograph) -> bool:
    """Tell whether the detector was full over most of the field, the anatomy included."""
    indication = radiograph.indication
    return (
        indication.relevant_saturated_share > SATURATED_ANATOMY
        and indication.saturated_share > WASHED_OUT
    )


def check_saturation(radiograph: Radiograph) -> Finding | None:
    """Tell when the detector was full: in the hand, or beside it where thin tissue may be lost."""
    indication = radiograph.indication
    figures = {
        "saturated_share": indication.saturated_share,
        "relevant_saturated_share": indication.relevant_saturated_share,
    }
    if indication.relevant_saturated_share > SATURATED_ANATOMY:
        return Finding(FULL_IN_HAND, Severity.REPEAT, _SATURATED_ANATOMY_ADVICE, figures)
    if indication.saturated_share > SATURATED_FIELD:
        return Finding("Q-SAT-2", Severity.NOTE, _SATURATED_FIELD_ADVICE, figures)
    return None


_SATURATED_ANATOMY_ADVICE: Final = (
    "The detector was full inside the hand: detail is lost. Repeat with less mAs."
)
_SATURATED_FIELD_ADVICE: Final = (
    "The detector was full beside the hand: the skin line may be lost. Lower the mAs next time."
)

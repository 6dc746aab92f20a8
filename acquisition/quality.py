"""What a technician must know about a radiograph while the child is still there.

One function for each check, in `quality_exposure`, `quality_positioning`, `quality_objects` and
`quality_image`; each returns a `Finding`, or None when there is nothing to say. They advise, change
nothing and repeat nothing. A new check of the picture is one function and one row of a table below.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from typing import Final

from acquisition.exposure_index import DEFAULT_TARGET_EXPOSURE_INDEX
from acquisition.finding import Finding, Severity
from acquisition.hand import Side
from acquisition.quality_correction import check_correction
from acquisition.quality_exposure import (
    FULL_IN_HAND,
    Beside,
    check_exposure,
    check_saturation,
    is_washed_out,
)
from acquisition.quality_image import MOVED, TOO_NOISY, check_motion, check_noise
from acquisition.quality_objects import CAST, check_objects
from acquisition.quality_positioning import (
    NO_HAND,
    NOTHING,
    TWO_HANDS,
    check_collimation,
    check_digits_inside,
    check_hand,
    check_rotation,
    check_side,
    check_spread,
    check_wrist_inside,
    told_side,
)
from acquisition.radiograph import Radiograph
from acquisition.view import View, look_at

__all__ = ["Finding", "ImageQuality", "Severity", "advises_repeat", "judge", "shows_nothing"]


@dataclass(frozen=True, slots=True)
class ImageQuality:
    """What the checks say of one image; `side` is None where no hand was found, or two were."""

    findings: tuple[Finding, ...]
    side: Side | None


# Asked only where there is one hand: `check_hand` found nothing to say.
HAND_CHECKS: Final[tuple[Callable[[View], Finding | None], ...]] = (
    check_wrist_inside,
    check_spread,
    check_rotation,
    check_motion,
    check_noise,
)
# Asked of whatever lies on the panel.
PICTURE_CHECKS: Final[tuple[Callable[[View], Finding | None], ...]] = (
    check_digits_inside,
    check_collimation,
    check_objects,
)


def judge(
    radiograph: Radiograph, target_exposure_index: float = DEFAULT_TARGET_EXPOSURE_INDEX
) -> ImageQuality:
    """Run every check; without X-rays there is nothing to look at.

    Raises `SettingUnusable` for a target of 0 or less.
    """
    view = look_at(radiograph)
    looked, side = ([], None) if view is None else _looked_at(view, radiograph)
    saturation, correction = check_saturation(radiograph), check_correction(radiograph)
    seen = _said(*looked)
    codes = {finding.code for finding in _said(saturation, *seen)}
    beside = Beside.LOST_PICTURE if view is None else _beside(codes)
    exposure = check_exposure(radiograph, target_exposure_index, beside)
    if shows_nothing(seen):
        # The exposure of an empty panel is nobody's.
        return ImageQuality((*_said(correction), *seen), None)
    if CAST in codes:
        seen = tuple(_in_a_cast(finding) for finding in seen)
    return ImageQuality((*_said(exposure, saturation, correction), *seen), side)


def shows_nothing(findings: Iterable[Finding]) -> bool:
    """Tell whether the checks found nothing in the beam: such an exposure has no right dose."""
    return any(finding.code == NOTHING for finding in findings)


def _beside(codes: Collection[str]) -> Beside:
    """Return which other finding decides what is advised of the exposure."""
    deciding = (
        (FULL_IN_HAND, Beside.FULL_DETECTOR),
        (CAST, Beside.CAST),
        (TOO_NOISY, Beside.LOST_PICTURE),
    )
    return next((beside for code, beside in deciding if code in codes), Beside.NOTHING)


def _in_a_cast(finding: Finding) -> Finding:
    """Return what a finding means in a cast, of which Q-OBJ-3 says not to repeat while it is on."""
    if finding.code not in _IN_A_CAST:
        return finding
    return replace(finding, severity=Severity.WARNING, message=_IN_A_CAST[finding.code])


_IN_A_CAST: Final = {
    TOO_NOISY: "Growth plates are lost in noise behind what surrounds the hand: do not repeat.",
    MOVED: "Edges look blurred behind what surrounds the hand: do not repeat.",
    NO_HAND: "No hand is recognised, as happens where something surrounds it: do not repeat.",
}


def _looked_at(view: View, radiograph: Radiograph) -> tuple[list[Finding | None], Side | None]:
    """Return what the checks of the picture say, and the side that the image may be told by."""
    what = check_hand(view)
    if what is not None and what.code == TWO_HANDS:
        return [what, *(check(view) for check in PICTURE_CHECKS)], None
    if what is not None and is_washed_out(radiograph):
        # The full detector was named already: what it shows says nothing of what lay there.
        return [check_side(view)], told_side(view)
    if what is not None and what.code == NOTHING:
        return [what], None
    checks = PICTURE_CHECKS if what is not None else (*PICTURE_CHECKS, *HAND_CHECKS)
    return [what, check_side(view), *(check(view) for check in checks)], told_side(view)


def _said(*findings: Finding | None) -> tuple[Finding, ...]:
    return tuple(finding for finding in findings if finding is not None)


def advises_repeat(findings: Iterable[Finding]) -> bool:
    """Tell whether any check advises to repeat the image."""
    return any(finding.severity is Severity.REPEAT for finding in findings)

"""What a technician must know about a radiograph while the child is still there.

One function for each check, in `quality_exposure`, `quality_positioning` and `quality_image`; each
returns a `Finding`, or None when there is nothing to say. They advise, change nothing and repeat
nothing. A new check of the picture is one function and one row of a table below.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from acquisition.exposure_index import DEFAULT_TARGET_EXPOSURE_INDEX
from acquisition.finding import Finding, Severity
from acquisition.hand import Side
from acquisition.quality_exposure import check_exposure, check_saturation
from acquisition.quality_image import check_metal, check_motion, check_noise
from acquisition.quality_positioning import (
    check_collimation,
    check_digits_inside,
    check_hand,
    check_rotation,
    check_side,
    check_spread,
    check_wrist_inside,
)
from acquisition.radiograph import Radiograph
from acquisition.view import View, look_at

__all__ = ["Finding", "ImageQuality", "Severity", "advises_repeat", "judge"]


@dataclass(frozen=True, slots=True)
class ImageQuality:
    """What the checks say of one image; `side` is None where no hand was found."""

    findings: tuple[Finding, ...]
    side: Side | None


# Asked only where there is one hand: `check_hand` found nothing to say.
HAND_CHECKS: Final[tuple[Callable[[View], Finding | None], ...]] = (
    check_side,
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
    check_metal,
)


def judge(
    radiograph: Radiograph, target_exposure_index: float = DEFAULT_TARGET_EXPOSURE_INDEX
) -> ImageQuality:
    """Run every check; without X-rays there is nothing to look at.

    Raises `SettingUnusable` for a target of 0 or less.
    """
    said = [check_exposure(radiograph, target_exposure_index), check_saturation(radiograph)]
    view = look_at(radiograph)
    if view is not None:
        said += _looked_at(view)
    findings = tuple(finding for finding in said if finding is not None)
    return ImageQuality(findings, None if view is None else view.side)


def _looked_at(view: View) -> list[Finding | None]:
    what = check_hand(view)
    checks = PICTURE_CHECKS if what is not None else (*PICTURE_CHECKS, *HAND_CHECKS)
    return [what, *(check(view) for check in checks)]


def advises_repeat(findings: Iterable[Finding]) -> bool:
    """Tell whether any check advises to repeat the image."""
    return any(finding.severity is Severity.REPEAT for finding in findings)

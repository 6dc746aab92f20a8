"""The adult height to expect of a child: from bone age, and from the parents' heights."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from bone_age.reading import Sex
from growth.ages import ExactAge
from growth.bayley_pinneau import METHOD as BAYLEY_PINNEAU
from growth.bayley_pinneau import bayley_pinneau
from growth.child import Child
from growth.predicted_height import AdultHeight, BoneAge, RefusedHeight, RusBoneAge
from growth.references import Position
from growth.references.prediction_tables import Menarche
from growth.tanner_whitehouse import METHOD as TANNER_WHITEHOUSE
from growth.tanner_whitehouse import tanner_whitehouse

__all__ = [
    "AdultHeight",
    "BoneAge",
    "Menarche",
    "RefusedHeight",
    "RusBoneAge",
    "TargetHeight",
    "adult_height_record",
    "adult_heights",
    "luo_target_height",
    "tanner_target_height",
]

_NO_BONE_AGE: Final = "The table needs a bone age, and none was read."
_LYING: Final = "The method was made of standing heights, and the child was measured lying."
_NO_HEIGHT: Final = "Adult height needs the height of today, which was not measured."

# What moves a prediction by its bone age: the interval of a reading, or the scatter of ratings.
_BONE_AGE_PART_OF: Final = {BAYLEY_PINNEAU: "interval", TANNER_WHITEHOUSE: "ratings"}

# Half of the mean difference in height between men and women, and the range around the target.
# Tanner JM, Goldstein H, Whitehouse RH. Standards for children's height at ages 2-9 years allowing
# for height of parents. Arch Dis Child 1970;45:755-62.
_TANNER_HALF_DIFFERENCE_CM = 6.5
_TANNER_RANGE_CM = 8.5

# Intercept and slope on the plain mean of the parents, and the 95 % range.
# Luo ZC, Albertsson-Wikland K, Karlberg J. Target height as predicted by parental heights in a
# population-based study. Pediatr Res 1998;44:563-71.
_LUO_LINE = {Sex.MALE: (45.99, 0.78), Sex.FEMALE: (37.85, 0.75)}
_LUO_RANGE_CM = 10.0


@dataclass(frozen=True, slots=True)
class TargetHeight:
    """An adult height to expect, in cm, with its range and the method that gave it.

    `interval` says in a sentence what the range is.
    """

    cm: float
    low_cm: float
    high_cm: float
    method: str
    interval: str


def adult_heights(
    child: Child,
    age: ExactAge,
    height_cm: float | None,
    bone_age: BoneAge | None,
    menarche: Menarche | None = None,
    rus_bone_age: RusBoneAge | None = None,
    position: Position | None = None,
) -> tuple[AdultHeight | RefusedHeight, ...]:
    """Return what each method predicts, or why it predicts nothing; no method is the answer.

    `age` is that since birth. `rus_bone_age` is there only where a physician entered the stages
    of the bones; a bone age that was read never stands in. `position` is how the height was
    measured, None where nobody said.
    """
    if height_cm is None:
        return _refused(_NO_HEIGHT)
    if position is Position.RECUMBENT:
        return _refused(_LYING)
    by_table = (
        RefusedHeight(BAYLEY_PINNEAU, _NO_BONE_AGE)
        if bone_age is None
        else bayley_pinneau(child.sex, age, height_cm, bone_age)
    )
    return (by_table, tanner_whitehouse(child.sex, age, height_cm, menarche, rus_bone_age))


def _refused(reason: str) -> tuple[RefusedHeight, ...]:
    return tuple(RefusedHeight(method, reason) for method in (BAYLEY_PINNEAU, TANNER_WHITEHOUSE))


def adult_height_record(heights: Sequence[AdultHeight | RefusedHeight]) -> list[dict[str, Any]]:
    """Return predictions as the plain data of a result's "adult_height"; nothing is rounded."""
    return [_record(height) for height in heights]


def _record(height: AdultHeight | RefusedHeight) -> dict[str, Any]:
    method = {"method": height.method} | ({"group": height.group} if height.group else {})
    method["bone_age_part_of"] = _BONE_AGE_PART_OF[height.method]
    if isinstance(height, RefusedHeight):
        names = ("cm", "low_cm", "high_cm", "interval", "bone_age_part_cm")
        return method | dict.fromkeys(names) | {"doubts": [], "reason": height.reason}
    return method | {
        "formula": height.formula,
        "cm": height.cm,
        "low_cm": height.low_cm,
        "high_cm": height.high_cm,
        "interval": height.interval,
        "bone_age_part_cm": list(height.bone_age_part_cm) if height.bone_age_part_cm else None,
        "doubts": list(height.doubts),
    }


def tanner_target_height(sex: Sex, mother_cm: float, father_cm: float) -> TargetHeight:
    """Return the parents' mean, 6.5 cm up for a boy and down for a girl, within 8.5 cm."""
    side = 1 if sex is Sex.MALE else -1
    cm = (mother_cm + father_cm) / 2 + side * _TANNER_HALF_DIFFERENCE_CM
    method = "Tanner 1970, corrected mid-parental height"
    return _with_range(cm, _TANNER_RANGE_CM, method, "Target range of Tanner 1970.")


def luo_target_height(sex: Sex, mother_cm: float, father_cm: float) -> TargetHeight:
    """Return Luo's regression on the parents' plain mean, within 10 cm (95 %)."""
    intercept_cm, slope = _LUO_LINE[sex]
    cm = intercept_cm + slope * (mother_cm + father_cm) / 2
    method = "Luo 1998, final height for parental height"
    return _with_range(cm, _LUO_RANGE_CM, method, "95 % of children of such parents (Luo 1998).")


def _with_range(cm: float, range_cm: float, method: str, interval: str) -> TargetHeight:
    return TargetHeight(cm, cm - range_cm, cm + range_cm, method, interval)

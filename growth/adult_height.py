"""The height that parents' heights lead to expect of their child."""

from dataclasses import dataclass

from bone_age.reading import Sex

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
    """An adult height to expect, in cm, with its range and the method that gave it."""

    cm: float
    low_cm: float
    high_cm: float
    method: str


def tanner_target_height(sex: Sex, mother_cm: float, father_cm: float) -> TargetHeight:
    """Return the parents' mean, 6.5 cm up for a boy and down for a girl, within 8.5 cm."""
    side = 1 if sex is Sex.MALE else -1
    cm = (mother_cm + father_cm) / 2 + side * _TANNER_HALF_DIFFERENCE_CM
    return _with_range(cm, _TANNER_RANGE_CM, "Tanner 1970, corrected mid-parental height")


def luo_target_height(sex: Sex, mother_cm: float, father_cm: float) -> TargetHeight:
    """Return Luo's regression on the parents' plain mean, within 10 cm (95 %)."""
    intercept_cm, slope = _LUO_LINE[sex]
    cm = intercept_cm + slope * (mother_cm + father_cm) / 2
    return _with_range(cm, _LUO_RANGE_CM, "Luo 1998, final height for parental height")


def _with_range(cm: float, range_cm: float, method: str) -> TargetHeight:
    return TargetHeight(cm, cm - range_cm, cm + range_cm, method)

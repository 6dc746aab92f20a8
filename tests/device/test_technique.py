import math

import pytest

from device.errors import TechniqueOutsideLimits
from device.technique import HAND_PRESET, Technique, check_technique


@pytest.mark.parametrize(
    "technique",
    [
        HAND_PRESET,
        Technique(40, 1, 5),
        Technique(50, 100, 400),
        Technique(40, 125, 5),
    ],
)
def test_techniques_up_to_the_limits_are_allowed(technique):
    check_technique(technique)


@pytest.mark.parametrize(
    "technique",
    [
        Technique(39.9, 25, 12),
        Technique(50.1, 25, 12),
        Technique(50, 0.9, 12),
        Technique(40, 200.1, 12),
        Technique(50, 25, 4.9),
        Technique(50, 25, 400.1),
        Technique(50, 100.1, 12),
        Technique(math.nan, 25, 12),
        Technique(50, math.inf, 12),
        Technique(50, 25, -12),
    ],
)
def test_techniques_beyond_the_limits_are_refused(technique):
    with pytest.raises(TechniqueOutsideLimits):
        check_technique(technique)


@pytest.mark.parametrize("mas", [0, -0.3, math.nan, math.inf, 80.1, 1e308])
def test_a_charge_that_no_technique_of_the_unit_gives_is_refused(mas):
    with pytest.raises(TechniqueOutsideLimits, match="at most 80 mAs"):
        HAND_PRESET.with_mas(mas)


def test_the_preset_is_the_charge_of_the_unit():
    assert HAND_PRESET.mas == pytest.approx(0.3)

from dataclasses import replace
from datetime import date

import pytest

from bone_age.reading import Sex
from growth.adult_height import RefusedHeight
from growth.child import Child
from growth.entered import NOTHING_ENTERED, Entered
from growth.judgement import WITHOUT_CUSTOMS, Told, judge_growth
from growth.references import Position
from growth.visits import EarlierVisit

BOY = Child("P-1", "Li Lei", Sex.MALE, date(2018, 3, 14), 128.0, 26.0)
TODAY = EarlierVisit(date(2026, 3, 14), 128.0, Position.STANDING, 26.0, 96.0, (84.0, 108.0))
UNTREATED = "It was made of untreated children, and a treatment was entered."


def by_bone_age(visit=TODAY, entered=NOTHING_ENTERED):
    """Return what Bayley-Pinneau's table says of a boy of 8 years."""
    return judge_growth(BOY, Told([visit], entered), WITHOUT_CUSTOMS).adult_heights[0]


def test_a_treatment_stands_beside_every_adult_height_that_was_made_of_untreated_children():
    boy = replace(BOY, birth_date=date(2019, 5, 14))  # to 7 years both methods predict
    today = replace(TODAY, bone_age_months=86.0, bone_age_interval_months=(85.0, 87.0))
    told = Told([today], Entered(treatment="growth hormone"))
    heights = judge_growth(boy, told, WITHOUT_CUSTOMS).adult_heights
    assert [height.doubts.count(UNTREATED) for height in heights] == [1, 1]


def test_without_a_treatment_nothing_is_said_of_one():
    assert UNTREATED not in by_bone_age().doubts


def test_a_treatment_leaves_the_figures_as_they_are():
    treated = by_bone_age(entered=Entered(treatment="growth hormone"))
    assert replace(treated, doubts=by_bone_age().doubts) == by_bone_age()


@pytest.mark.parametrize("position", [Position.STANDING, None])
def test_a_standing_child_is_told_an_adult_height(position):
    assert by_bone_age(replace(TODAY, height_position=position)).cm > 128.0


def test_a_child_that_was_measured_lying_is_told_none():
    lying = by_bone_age(replace(TODAY, height_position=Position.RECUMBENT))
    assert isinstance(lying, RefusedHeight)
    assert "lying" in lying.reason

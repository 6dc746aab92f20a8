"""A site's own calibration is found again, corrects what it should, and refuses what is absurd."""

from dataclasses import replace

import numpy as np
import pytest

from bone_age.errors import NotWorthLocking
from bone_age.local_calibration import LockedCalibration, corrected
from bone_age.local_fit import (
    errors_after,
    fit_calibration,
    fit_sex,
    left_aside,
    lines_of_others,
    read_and_labelled,
)
from bone_age.local_line import fit_line
from bone_age.reading import BoneAgeReading, Region, RegionReading, Sex
from tests.bone_age.local_children import FITTED, boys, circumstances, girls

LOCKED = LockedCalibration(
    fit_calibration([*girls(), *boys(level=3.0, slope=0.93)], circumstances()), "c" * 64, "clinic"
)
LINE = LOCKED.said.female.line


def reading(months, half_width=13.0):
    interval = (max(0.0, months - half_width), months + half_width)
    return BoneAgeReading(months, interval, 0.9, (), "by a net", FITTED)


def mistyped(children, at, months):
    wrong = replace(children[at], bone_age_months=months)
    return [*children[:at], wrong, *children[at + 1 :]]


def line_of(children):
    return fit_line(*read_and_labelled(children)).line


def test_the_line_between_model_and_readers_is_found_again():
    fit = fit_line(*read_and_labelled(girls(slope=0.95, level=5.0)))
    assert fit.slope_95[0] < 0.95 < fit.slope_95[1]
    assert fit.intercept_95_months[0] < 5.0 < fit.intercept_95_months[1]
    assert fit.line.correction_months(120) == pytest.approx(5.0 - 0.05 * 120, abs=2)


def test_of_a_hundred_sites_about_95_have_the_truth_within_their_interval():
    fits = [fit_line(*read_and_labelled(girls(count=30, seed=seed))) for seed in range(100)]
    assert 90 <= sum(fit.slope_95[0] < 1.0 < fit.slope_95[1] for fit in fits) <= 99
    assert sum(fit.intercept_95_months[0] < -6 < fit.intercept_95_months[1] for fit in fits) >= 90


def test_where_nothing_is_to_be_corrected_chance_is_told_as_often_as_it_should():
    fits = [
        fit_line(*read_and_labelled(girls(count=30, level=0.0, seed=seed))) for seed in range(100)
    ]
    assert 1 <= sum(fit.chance < 0.05 for fit in fits) <= 11


@pytest.mark.parametrize("typed", [9.0, 15.0, 240.0])
def test_one_typing_error_does_not_steer_the_line_and_is_named(typed):
    usual, wrong = girls(count=20), mistyped(girls(count=20), 7, typed)
    assert [one.id for one in left_aside(wrong)] == [usual[7].id]
    moved = [line_of(each).correction_months(120) for each in (usual, wrong)]
    assert moved[0] == pytest.approx(moved[1], abs=0.8)


def test_the_bias_of_the_readings_is_taken_away_for_children_that_were_not_fitted():
    girls_line, boys_line = LOCKED.said.female, LOCKED.said.male
    assert girls_line.before.bias_months == pytest.approx(6, abs=2)
    assert abs(girls_line.after.bias_months) < 0.5 and abs(boys_line.after.bias_months) < 0.5
    assert girls_line.after.mean_absolute_months < girls_line.before.mean_absolute_months - 1
    assert girls_line.after.interval_held > girls_line.before.interval_held


def test_no_child_is_judged_by_a_line_that_its_own_label_has_drawn():
    usual = girls(count=40)
    before, after = lines_of_others(usual), lines_of_others(mistyped(usual, 5, 20.0))
    assert before[5] == after[5]
    assert sum(one != other for one, other in zip(before, after, strict=True)) == 36


def test_the_order_of_the_list_changes_nothing():
    assert errors_after(girls()) == errors_after(girls()[::-1])


def test_a_sex_with_too_few_children_is_read_as_before():
    said = fit_calibration([*girls(), *boys(count=19)], circumstances())
    assert said.male is None and said.female == LOCKED.said.female
    assert said.remarks == ("Boys are read as before: 19 children are fewer than 20.",)


def test_49_children_are_too_few():
    with pytest.raises(NotWorthLocking, match=r"needs 50 children .* these are 49"):
        fit_calibration([*girls(count=25), *boys(count=24)], circumstances())


def test_readings_that_need_no_correction_are_not_corrected():
    with pytest.raises(NotWorthLocking, match="Girls are read as before: .* Boys are"):
        fit_calibration([*girls(level=0.0), *boys(level=0.0)], circumstances())


def test_a_correction_that_does_not_pay_is_not_locked():
    unlucky = girls(count=20, level=-1.0, seed=63)
    assert fit_line(*read_and_labelled(unlucky)).chance < 0.05
    assert fit_sex(unlucky).reason == (
        "the correction does not pay, with 4.8 months of error after it and 4.6 before"
    )


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"slope": 1 / 12, "level": 0.0}, r"slope of 0\.0\d is outside 0\.8 to 1\.25"),
        ({"slope": 1.4, "level": -40.0}, "slope of 1.4"),
        ({"level": -24.0}, r"correction of -2\d months is more than 18"),
    ],
    ids=["years for months", "another standard", "other children"],
)
def test_an_absurd_correction_is_refused_with_what_to_look_for(asked, why):
    with pytest.raises(NotWorthLocking, match=why):
        fit_sex(girls(**asked))


def test_children_of_one_age_give_no_line():
    assert "too close for a line" in fit_sex(girls(span=(100, 140))).reason


def test_a_list_with_many_far_labels_is_sent_back():
    wrong = [replace(one, bone_age_months=10.0) if n % 8 == 0 else one
             for n, one in enumerate(girls(span=(80, 190)))]  # fmt: skip
    with pytest.raises(NotWorthLocking, match=r"8 of 60 bone ages of one sex are far"):
        fit_sex(wrong)


def test_a_reading_is_moved_and_says_what_it_was():
    moved = corrected(reading(120.0), LOCKED, Sex.FEMALE)
    applied = moved.local_calibration
    assert moved.bone_age_months == round(LINE.intercept_months + LINE.slope * 120.0, 1)
    assert (applied.uncorrected_months, applied.uncorrected_interval_months) == (120, (107, 133))
    assert (applied.site, applied.fitted_on) == ("Clinic of Kutaisi", "2026-11-27")
    assert (applied.sha256, applied.signed_by) == ("c" * 64, "clinic")
    assert (applied.slope, applied.children) == (LINE.slope, 60)


def test_the_interval_moves_along_and_widens_by_the_uncertainty_of_the_line():
    moved = corrected(reading(120.0), LOCKED, Sex.FEMALE)
    low, high = moved.interval_months
    widths = [moved.bone_age_months - low, high - moved.bone_age_months]
    wanted = np.hypot(13.0, 1.645 * LINE.error_months(120.0))
    assert widths == pytest.approx([wanted, wanted], abs=0.01)
    assert wanted > 13.0


def test_beyond_the_ages_that_were_fitted_the_correction_stays_and_its_uncertainty_grows():
    line = LOCKED.said.male.line
    edge = line.fitted_months[1]
    assert line.correction_months(edge + 30) == line.correction_months(edge)
    assert line.error_months(edge + 30) > 1.2 * line.error_months(edge)


def test_an_older_hand_is_never_read_younger_for_the_correction():
    steps = [corrected(reading(float(at)), LOCKED, Sex.MALE).bone_age_months for at in range(228)]
    assert all(earlier <= later for earlier, later in zip(steps, steps[1:], strict=False))
    assert min(steps) >= 0


def test_an_infants_interval_still_begins_at_birth():
    low, high = corrected(reading(10.0), LOCKED, Sex.MALE).interval_months
    assert low == 0 and high > 23


def test_what_lies_between_the_parts_of_the_hand_stays():
    parts = (RegionReading(Region.FINGERS, 118.0), RegionReading(Region.CARPALS, 125.0))
    moved = corrected(replace(reading(120.0), regions=parts), LOCKED, Sex.FEMALE)
    by = moved.bone_age_months - 120.0
    assert [part.bone_age_months - by for part in moved.regions] == pytest.approx([118, 125])


@pytest.mark.parametrize("locked", [None, replace(LOCKED, said=replace(LOCKED.said, female=None))])
def test_without_a_correction_for_this_sex_nothing_is_touched(locked):
    usual = reading(120.0)
    assert corrected(usual, locked, Sex.FEMALE) is usual


def test_a_refused_reading_stays_refused():
    refused = BoneAgeReading(None, None, None, ("No hand.",), "by a net", FITTED)
    assert corrected(refused, LOCKED, Sex.FEMALE) is refused

"""Changed pictures of a hand, and the figures of what they do to the reading."""

import numpy as np
import pytest

from bone_age import stress
from bone_age.evaluation import Case
from bone_age.reading import Sex
from bone_age.stress import STRESSES, changed, posed
from bone_age.stress_figures import Reread, effect_of, repeatability_of, stress_curves

CHANCE = np.random.default_rng(1)


@pytest.fixture
def picture():
    """A dark field with a bright block left of the middle, and a brighter dot."""
    greys = np.full((500, 400), 20, np.float32)
    greys[150:350, 100:200] = 90
    greys[250, 150] = 220
    return greys


@pytest.mark.parametrize("each", STRESSES, ids=lambda each: each.name)
def test_every_amount_changes_the_picture_and_keeps_it_one(picture, each):
    for amount in each.amounts:
        made = each.change(picture, amount, np.random.default_rng(2))
        assert made.dtype == np.float32 and made.ndim == 2 and np.isfinite(made).all()
        assert made.shape != picture.shape or not np.array_equal(made, picture)


@pytest.mark.parametrize("each", STRESSES, ids=lambda each: each.name)
def test_the_amount_that_changes_nothing_does_not(picture, each):
    if each.unchanged is not None:
        made = each.change(picture, each.unchanged, np.random.default_rng(2))
        assert np.abs(made - picture).max() < 0.01


@pytest.mark.parametrize("each", STRESSES, ids=lambda each: each.name)
def test_the_given_picture_stays_as_it_was(picture, each):
    before = picture.copy()
    for amount in each.amounts:
        each.change(picture, amount, np.random.default_rng(2))
    assert np.array_equal(picture, before)


def test_a_turn_cuts_nothing_and_goes_counter_clockwise(picture):
    made = stress.turned(picture, 90.0, CHANCE)
    assert made.shape == (400, 500)
    assert np.abs(made - np.rot90(picture)).max() < 0.01


def test_a_shift_brings_the_edge_in(picture):
    made = stress.shifted_across(picture, 10.0, CHANCE)
    assert np.array_equal(made[:, 40:], picture[:, :-40]) and (made[:, :40] == 20).all()


def test_upside_down_is_half_a_turn(picture):
    assert np.array_equal(stress.quarter_turned(picture, 180.0, CHANCE), picture[::-1, ::-1])


def test_black_and_white_change_places(picture):
    made = stress.inverted(picture, 1.0, CHANCE)
    assert (made[0, 0], made[250, 150]) == (220, 20)


def test_brightness_is_clipped_at_the_scale(picture):
    made = stress.brightened(picture, 50.0, CHANCE)
    assert (made[0, 0], made[250, 150]) == (120, 220)


def test_noise_is_as_strong_as_it_says():
    grey = np.full((200, 200), 100, np.float32)
    grey[0, 0], grey[0, 1] = 0, 200
    assert stress.made_noisy(grey, 3.0, CHANCE).std() == pytest.approx(6.0, rel=0.05)


def test_a_quarter_of_the_resolution_is_a_quarter_of_the_pixels_a_side():
    assert stress.coarsened(np.zeros((800, 600), np.float32), 0.25, CHANCE).shape == (200, 150)


def test_the_same_seed_gives_the_same_pictures(picture):
    for first, again in zip(posed(picture, 5), posed(picture, 5), strict=True):
        assert np.array_equal(first, again)
    assert not np.array_equal(next(posed(picture, 5)), next(posed(picture, 6)))


def test_a_pose_loses_nothing_of_the_hand():
    whole = np.zeros((200, 160), np.float32)
    whole[1:-1, 1:-1] = 100
    for pose in posed(whole, 3):
        edges = np.concatenate([pose[0], pose[-1], pose[:, 0], pose[:, -1]])
        assert edges.max() == 0


def test_an_effect_compares_the_images_that_were_read_both_times():
    found = effect_of(
        [
            Reread("a", 100.0, 102.0, 105.0),
            Reread("b", 100.0, 98.0, 97.0),
            Reread("c", 100.0, 140.0, None),
        ]
    )
    assert (found.n, found.refused) == (3, 1)
    assert found.change_months.value == 1 and found.absolute_change_months.value == 2
    assert found.error_months.value == 4 and found.error_unchanged_months.value == 2


def test_where_all_are_refused_there_is_no_change():
    found = effect_of([Reread("a", 100.0, 102.0, None)])
    assert found.refused_share.value == 1 and found.change_months is None


def test_the_unchanged_images_stand_in_their_place_on_the_curve(picture):
    case = Case("a", Sex.FEMALE, 100.0, 103.0, (90.0, 116.0))
    reread = {
        (name, amount): [Reread("a", 100.0, 103.0, 104.0)]
        for name, amount, _ in changed(picture, 1)
    }
    turns = next(curve for curve in stress_curves([case], reread) if curve.name == "Rotation")
    assert [step.amount for step in turns.steps] == [-20, -10, 0, 10, 20]
    assert [step.effect.change_months.value for step in turns.steps] == [1, 1, 0, 1, 1]


def test_repeatability_is_the_mean_of_each_childs_own_scatter():
    # Deviations 1 and 3 about means that are far apart.
    children = [[99.0, 101.0, 99.0, 101.0, 100.0, None], [50.0 + 3 * n for n in range(-2, 3)]]
    found = repeatability_of(children)
    assert found.standard_deviation_months.value == pytest.approx((1 + 22.5**0.5) / 2)
    assert found.children == 2 and found.refused_share.value == pytest.approx(1 / 11)
    assert found.smallest_change_months == pytest.approx(2.772 * (1 + 22.5**0.5) / 2, rel=1e-3)


def test_a_child_with_four_poses_left_is_not_counted():
    assert repeatability_of([[100.0] * 4 + [None] * 6]) is None

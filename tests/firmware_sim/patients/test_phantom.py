from dataclasses import replace

import numpy as np
import pytest

from firmware_sim.patients.ossification import CARPALS, EPIPHYSES, EpiphysisState, Sex
from firmware_sim.patients.phantom import FAT_AS_MUSCLE, HandRequest, PhantomHand, phantom_hand
from firmware_sim.physics.attenuation import DENSITY, absorbed_fraction, per_mm
from firmware_sim.physics.beam import BeamQuality, beam_of
from firmware_sim.physics.geometry import FULL_PANEL, SMALL_PANEL, PanelGeometry

CHILD = HandRequest(Sex.FEMALE, 9.2, seed=1)
COARSE = PanelGeometry(300, 240, 1000.0)


@pytest.fixture(scope="module")
def child() -> PhantomHand:
    return phantom_hand(CHILD, SMALL_PANEL)


def carpals_shown(hand: PhantomHand) -> int:
    return sum(name in hand.label_names for name in CARPALS)


def height_mm(hand: PhantomHand, geometry: PanelGeometry) -> float:
    """From the wrist to the tip of the middle finger."""
    wrist, tip = hand.landmarks_px["rad_art"], hand.landmarks_px["dp3_dist"]
    return (wrist[1] - tip[1]) * geometry.pitch_mm


def test_same_request_gives_the_same_hand(child: PhantomHand) -> None:
    again = phantom_hand(CHILD, SMALL_PANEL)
    assert again.bone_mm.tobytes() == child.bone_mm.tobytes()
    assert again.muscle_mm.tobytes() == child.muscle_mm.tobytes()


def test_another_seed_is_another_child(child: PhantomHand) -> None:
    other = phantom_hand(replace(CHILD, seed=2), SMALL_PANEL)
    assert not np.array_equal(other.bone_mm, child.bone_mm)


def test_thicknesses_are_those_of_a_hand(child: PhantomHand) -> None:
    tissue = child.tissue()
    assert tissue.bone_mm.dtype == tissue.soft_mm.dtype == np.float32
    assert tissue.bone_mm.min() == tissue.soft_mm.min() == 0
    assert 3 < tissue.bone_mm.max() < 15
    assert 15 < tissue.soft_mm.max() < 45


def test_no_bone_lies_outside_the_flesh(child: PhantomHand) -> None:
    bare = (child.muscle_mm == 0) & (child.fat_mm == 0)
    assert (child.bone_mm[bare] > 0).sum() < 20


def test_thumb_of_the_left_hand_lies_at_the_right(child: PhantomHand) -> None:
    assert child.landmarks_px["dp1_dist"][0] > child.landmarks_px["dp5_dist"][0]
    assert child.landmarks_px["dp3_dist"][1] < child.landmarks_px["mc3_prox"][1]


def test_landmarks_of_the_carpals_lie_on_their_labels(child: PhantomHand) -> None:
    x, y = child.landmarks_px["capitate"]
    assert child.label_names[child.label[round(y), round(x)]] == "capitate"


def test_each_bone_has_a_mask_of_its_own_where_bones_overlap() -> None:
    hand = phantom_hand(HandRequest(Sex.MALE, 16.0, seed=1), SMALL_PANEL)
    upper, lower = hand.mask("pisiform"), hand.mask("triquetrum")
    assert (upper & lower).sum() > 50
    assert np.array_equal(hand.label == hand.label_names.index("pisiform"), upper)
    assert hand.bone_mm[upper & lower].mean() > 1.3 * hand.bone_mm[lower & ~upper].mean()


def test_every_bone_of_the_label_image_has_a_mask(child: PhantomHand) -> None:
    for number, name in enumerate(child.label_names[1:], start=1):
        assert child.mask(name)[child.label == number].all()


def test_label_image_names_every_centre_that_has_appeared(child: PhantomHand) -> None:
    for bone in EPIPHYSES:
        state = child.states[bone]
        assert isinstance(state, EpiphysisState)
        # The forearm's epiphyses bear their own names, the others their bone's.
        label = bone if bone.endswith("_epi") else f"{bone}_epi"
        assert (label in child.label_names) == (state.width_ratio > 0 and state.fusion < 1)


@pytest.mark.parametrize("sex", Sex)
def test_more_carpals_are_shown_as_a_child_matures(sex: Sex) -> None:
    ages = (0.0, 1.5, 4.5, 9.0, 14.0)
    requests = [HandRequest(sex, age, variety=0.0) for age in ages]
    counts = [carpals_shown(phantom_hand(request, COARSE)) for request in requests]
    assert counts == sorted(counts)
    assert (counts[0], counts[-1]) == (0, 8)


def test_grown_hand_shows_no_epiphysis() -> None:
    hand = phantom_hand(HandRequest(Sex.MALE, 19.0, variety=0.0), COARSE)
    assert not [name for name in hand.label_names if name.endswith("_epi")]


def test_hands_grow() -> None:
    ages = (1.0, 5.0, 10.0, 15.0, 18.0)
    hands = [phantom_hand(HandRequest(Sex.MALE, age, variety=0.0), COARSE) for age in ages]
    heights = [height_mm(hand, COARSE) for hand in hands]
    assert heights == sorted(heights)
    # Adult men: 190 mm from the wrist crease to the tip, 5 % more or less.
    assert heights[-1] == pytest.approx(200, rel=0.07)


def test_grown_hand_fits_on_the_panel() -> None:
    hand = phantom_hand(HandRequest(Sex.MALE, 18.0, seed=4), COARSE)
    flesh = hand.muscle_mm + hand.fat_mm > 0
    assert not flesh[0].any()
    assert not flesh[:, 0].any()
    assert not flesh[:, -1].any()


@pytest.mark.parametrize(("sex", "age"), [(Sex.FEMALE, 0.5), (Sex.MALE, 2.0), (Sex.MALE, 17.0)])
def test_forearm_leaves_the_panel_at_its_lower_edge(sex: Sex, age: float) -> None:
    hand = phantom_hand(HandRequest(sex, age, seed=4), COARSE)
    assert (hand.bone_mm[-1] > 0).sum() > 5


def test_hand_can_be_turned_and_moved(child: PhantomHand) -> None:
    moved = phantom_hand(replace(CHILD, shift_x_mm=20.0, shift_y_mm=10.0), SMALL_PANEL)
    shift = np.subtract(moved.landmarks_px["mc3_dist"], child.landmarks_px["mc3_dist"])
    assert shift == pytest.approx((20 / 0.4, -10 / 0.4))
    turned = phantom_hand(replace(CHILD, rotation_degrees=90.0), SMALL_PANEL)
    assert turned.landmarks_px["dp3_dist"][0] > turned.landmarks_px["mc3_prox"][0] + 100


def test_fat_counts_as_the_muscle_that_attenuates_as_much() -> None:
    beam = beam_of(BeamQuality.UNIT, 50)
    weights = beam.photons_per_mm2_mas * absorbed_fraction() * beam.energies_kev
    fat, muscle = (weights @ per_mm(name, DENSITY[name]) for name in ("adipose", "muscle"))
    assert fat / muscle == pytest.approx(FAT_AS_MUSCLE, abs=0.002)


def test_full_panel_shows_the_same_hand_in_finer_pixels(child: PhantomHand) -> None:
    fine = phantom_hand(CHILD, FULL_PANEL)
    coarse = fine.bone_mm.reshape(750, 4, 600, 4).mean(axis=(1, 3))
    assert np.corrcoef(coarse.ravel(), child.bone_mm.ravel())[0, 1] > 0.99

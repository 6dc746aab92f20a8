"""Hands on a bad day: each word changes what it names and nothing else."""

import numpy as np
import pytest

from firmware_sim.patients.patient import Patient, lay_patient
from firmware_sim.physics.geometry import PanelGeometry
from firmware_sim.physics.imager import Imager

COARSE = PanelGeometry(300, 240, 1000.0)
CHILD = "phantom:sex=F,bone_age=9.2,seed=1"


def laid(words: str = "") -> Patient:
    return lay_patient(CHILD + words, COARSE)


def bone(words: str = "") -> np.ndarray:
    tissue = laid(words).tissue
    assert tissue is not None
    return tissue.bone_mm


def light(words: str) -> np.ndarray:
    """Return a frame without what its panel adds: the same noise for the same number."""
    imager = Imager(COARSE, 3)
    imager.place(CHILD + words)
    return imager.exposed_frame(50.0, 0.3, 0.5, 25.0, 1).astype(float)


def test_right_hand_is_the_mirrored_left_one() -> None:
    assert np.array_equal(bone(",side=right"), bone()[:, ::-1])


def test_both_hands_lie_beside_each_other_with_the_thumbs_inside() -> None:
    left, right = np.hsplit(bone(",side=both") > 0, 2)
    assert left.sum() == right.sum() > 0.9 * (bone() > 0).sum()
    assert np.array_equal(left, right[:, ::-1])


@pytest.mark.parametrize(
    ("word", "edge"),
    [
        ("fingers_off_mm=5", np.s_[0, :]),
        ("thumb_off_mm=5", np.s_[:, -1]),
        ("wrist_off_mm=2", np.s_[-1, :]),
    ],
)
def test_a_part_that_is_cut_off_crosses_its_edge_of_the_panel(word: str, edge: tuple) -> None:
    assert (bone(f",{word}")[edge] > 0).any()


def test_wrist_that_is_cut_off_shows_no_joint_of_the_radius() -> None:
    shown = bone(",wrist_off_mm=2")
    assert 0 < (shown > 0).sum() < 0.8 * (bone() > 0).sum()


@pytest.mark.parametrize("metal", ["ring", "bracelet", "coin"])
def test_metal_stops_the_beam_where_it_lies_and_nowhere_else(metal: str) -> None:
    patient = laid(f",metal={metal}")
    assert patient.metal is not None
    assert 3 < (patient.metal.thickness_mm > 0).sum() < 600
    assert np.array_equal(bone(f",metal={metal}"), bone())


def test_coin_lies_beside_the_hand() -> None:
    patient = laid(",metal=coin")
    assert patient.tissue is not None and patient.metal is not None
    assert (patient.tissue.soft_mm[patient.metal.thickness_mm > 0] == 0).all()


def test_a_cast_covers_forearm_and_wrist_and_is_densest_along_its_sides() -> None:
    plaster = bone(",object=cast") - bone()
    rows = np.flatnonzero(plaster.any(axis=1))
    assert rows[-1] == 299 and rows[0] > 100
    across = plaster[290][plaster[290] > 0]
    middle = across[len(across) // 2]
    assert middle == pytest.approx(2 * 5.0 * 0.65, rel=0.02)
    assert across[:6].max() > 1.5 * middle and across[-6:].max() > 1.5 * middle


def test_a_pen_lies_across_the_palm_and_sticks_out_on_both_sides() -> None:
    with_pen, without = laid(",object=pen").tissue, laid().tissue
    assert with_pen is not None and without is not None
    plastic = with_pen.soft_mm - without.soft_mm
    rows, columns = np.nonzero(plastic > 0)
    assert np.hypot(np.ptp(rows), np.ptp(columns)) == pytest.approx(140.0, abs=12.0)
    assert 3.0 < plastic.max() < 0.6 * 10.0
    beside = without.soft_mm[rows, columns] == 0
    assert 0.2 < beside.mean() < 0.9


def test_motion_smears_along_its_way_and_keeps_the_dose() -> None:
    still, moved = light(""), light(",motion_mm=6,motion_degrees=90")
    across, down = (np.abs(np.diff(still, axis=axis)).sum() for axis in (1, 0))
    moved_across, moved_down = (np.abs(np.diff(moved, axis=axis)).sum() for axis in (1, 0))
    assert moved_across / across < 0.97 * moved_down / down
    assert moved.mean() == pytest.approx(still.mean(), rel=1e-3)


def test_blades_leave_their_opening_as_it_was_and_nothing_under_them() -> None:
    free, narrowed = light(""), light(",collimation=40:20:30:50")
    opening = np.s_[25:245, 45:205]
    assert np.median(narrowed[opening]) == pytest.approx(np.median(free[opening]), rel=0.01)
    assert np.median(narrowed[:15]) < 0.1 * np.median(free[:15])


def test_foot_is_longer_than_broad_and_has_five_toes() -> None:
    tissue = lay_patient("foot:length_mm=200,seed=1", COARSE).tissue
    assert tissue is not None
    rows, columns = np.nonzero(tissue.soft_mm > 0)
    assert np.ptp(rows) > 1.8 * np.ptp(columns)
    tips = tissue.bone_mm[rows.min() + 36] > 0
    assert np.abs(np.diff(tips.astype(int))).sum() == 10


@pytest.mark.parametrize(
    "spec",
    [
        CHILD + ",side=up",
        CHILD + ",metal=gold",
        CHILD + ",object=brick",
        CHILD + ",collimation=10:10",
        CHILD + ",collimation=a:0:0:0",
        CHILD + ",motion_mm=-1",
        CHILD + ",wrist_off_mm=much",
        "foot:toes=6",
        "foot:length_mm=10",
    ],
)
def test_senseless_words_are_refused_in_one_sentence(spec: str) -> None:
    with pytest.raises(Exception, match=r"^[^\n]+\.$") as refused:
        lay_patient(spec, COARSE)
    assert refused.value.code == "E-SIM-3"

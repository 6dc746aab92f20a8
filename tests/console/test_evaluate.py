"""`boneage evaluate`: a labelled list in, figures as JSON and PDF out."""

import json
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import pytest

from bone_age.evaluation import Case
from bone_age.model import load_model
from bone_age.reading import Sex
from bone_age.stress import STRESSES
from console.errors import ListUnusable
from console.evaluating import (
    Asked,
    evaluate_list,
    read_doses,
    write_evaluation,
)
from firmware_sim.patients.ossification import Sex as PhantomSex
from firmware_sim.patients.phantom import HandRequest, phantom_hand
from firmware_sim.physics.attenuation import log_signal
from firmware_sim.physics.beam import BeamQuality
from firmware_sim.physics.geometry import SMALL_PANEL

RELEASED = Path(__file__).parents[2] / "models" / "hand-1"
MADE = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def model():
    return load_model(RELEASED)


@pytest.fixture(scope="module")
def listed(tmp_path_factory):
    """Two phantoms and a blank picture, with their bone ages."""
    folder = tmp_path_factory.mktemp("list")
    for name, years in (("child", 9.0), ("youth", 13.0)):
        tissue = phantom_hand(HandRequest(PhantomSex.FEMALE, years, 3), SMALL_PANEL).tissue()
        grey = -log_signal(tissue.bone_mm, tissue.soft_mm, BeamQuality.UNIT, 50.0)
        cv2.imwrite(str(folder / f"{name}.png"), np.clip(grey * 100, 0, 255).astype(np.uint8))
    cv2.imwrite(str(folder / "blank.png"), np.zeros((300, 240), np.uint8))
    path = folder / "list.csv"
    path.write_text("path,sex,bone_age_months\nchild.png,F,108\nyouth.png,F,156\nblank.png,M,90\n")
    return path


def evaluated(model, path, stress=0, doses=None):
    return evaluate_list(model, Asked(path, stress, doses, MADE), lambda *_: None)


@pytest.fixture(scope="module")
def record(model, listed):
    return evaluated(model, listed, stress=1)


def test_readings_stand_beside_their_labels_and_refusals_have_reasons(record):
    read = {case["id"]: case["read_months"] for case in record["cases"]}
    assert abs(read["child"] - 108) < 18 and abs(read["youth"] - 156) < 18
    assert read["blank"] is None
    assert record["evaluation"]["reasons"] == {"The picture is blank.": 1}


def test_the_record_says_which_model_read_what(record, model):
    assert record["model"]["sha256"] == model.identity.sha256
    assert record["model"]["trust"] == "unsigned" and record["software"]
    assert record["made"] == "2026-03-02T08:30:00+00:00"


def test_every_change_is_read(record):
    curves = record["stress"]["curves"]
    assert [curve["name"] for curve in curves] == [stress.name for stress in STRESSES]
    assert record["stress"]["images"] == 1
    assert record["stress"]["repeatability"]["poses"] == 10


def test_the_same_list_and_time_give_the_same_bytes(model, listed, tmp_path):
    for folder in ("one", "two"):
        write_evaluation(tmp_path / folder, evaluated(model, listed))
    for name in ("evaluation.json", "evaluation.pdf"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_the_command_writes_both_files_and_says_the_figures(site, listed, tmp_path):
    done = site.run("evaluate", "--list", listed, "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    assert "3 images, 1 refused." in done.stdout and "Mean absolute error: " in done.stdout
    assert json.loads((tmp_path / "evaluation.json").read_text())["evaluation"]["n"] == 3
    assert (tmp_path / "evaluation.pdf").read_bytes().startswith(b"%PDF")


COLUMNS = "id,bone_age_months,low_months,high_months,dose_ugy,exposure_index\n"


def test_doses_stand_beside_what_was_read_of_the_file(tmp_path):
    (tmp_path / "doses.csv").write_text(f"{COLUMNS}a,101,90,112,5,480\na,,,,0.3,30\n")
    (high, low) = read_doses(tmp_path / "doses.csv", [Case("a", Sex.MALE, 99.0, 100.0, None)])
    assert (high.dose_ugy, high.width_months, high.reread.unchanged_months) == (5.0, 22.0, 100.0)
    assert low.reread.months is None and low.width_months is None


@pytest.mark.parametrize("row", ["b,101,90,112,5,480", "a,101,90,112,much,480", "a,101,90"])
def test_doses_that_do_not_fit_the_list_are_refused(tmp_path, row):
    (tmp_path / "doses.csv").write_text(f"{COLUMNS}{row}\n")
    with pytest.raises(ListUnusable, match="doses"):
        read_doses(tmp_path / "doses.csv", [Case("a", Sex.MALE, 99.0, 100.0, None)])

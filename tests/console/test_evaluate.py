"""`boneage evaluate`: a labelled list in, figures as JSON and PDF out."""

import json
from datetime import UTC, datetime

import cv2
import numpy as np
import pytest

from bone_age.model import load_model
from bone_age.stress import STRESSES
from console.evaluating import Asked, evaluate_list, write_evaluation
from console.settings import RELEASED_MODEL, Settings
from firmware_sim.patients.ossification import Sex as PhantomSex
from firmware_sim.patients.phantom import HandRequest, phantom_hand
from firmware_sim.physics.attenuation import log_signal
from firmware_sim.physics.beam import BeamQuality
from firmware_sim.physics.geometry import SMALL_PANEL

MADE = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    return Settings(data_directory=tmp_path_factory.mktemp("site"), model_directory=RELEASED_MODEL)


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


def evaluated(settings, path, processes, stress=0):
    asked = Asked(path, stress, None, 7.0, MADE)
    return evaluate_list(settings, asked, lambda *_: None, processes)


@pytest.fixture(scope="module")
def record(settings, listed):
    return evaluated(settings, listed, 2, stress=1)


def test_readings_stand_beside_their_labels_and_refusals_have_reasons(record):
    read = {case["id"]: case["read_months"] for case in record["cases"]}
    assert abs(read["child"] - 108) < 18 and abs(read["youth"] - 156) < 18
    assert read["blank"] is None
    assert record["evaluation"]["reasons"] == {"The picture is blank.": 1}


def test_the_record_says_which_model_read_what(record):
    assert record["model"]["sha256"] == load_model(RELEASED_MODEL).identity.sha256
    assert record["model"]["trust"] == "unsigned" and record["software"]
    assert record["made"] == "2026-03-02T08:30:00+00:00"


def test_every_change_is_read(record):
    curves = record["stress"]["curves"]
    assert [curve["name"] for curve in curves] == [stress.name for stress in STRESSES]
    assert record["stress"]["images"] == 1
    assert record["stress"]["repeatability"]["poses"] == 10


def test_the_same_list_and_time_give_the_same_bytes(settings, record, listed, tmp_path):
    write_evaluation(tmp_path / "one", record | {"stress": None})
    again = evaluated(settings, listed, 1)
    write_evaluation(tmp_path / "two", again | {"verdicts": record["verdicts"]})
    for name in ("evaluation.json", "evaluation.pdf"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_the_command_writes_both_files_and_says_the_figures(site, listed, tmp_path):
    done = site.run("evaluate", "--list", listed, "--out", tmp_path, "--most-error", 6.5)
    assert done.returncode == 0, done.stderr
    assert "3 images, 1 refused." in done.stdout and "Mean absolute error: " in done.stdout
    assert "asked at most 6.5 months" in done.stdout
    assert json.loads((tmp_path / "evaluation.json").read_text())["evaluation"]["n"] == 3
    assert (tmp_path / "evaluation.pdf").read_bytes().startswith(b"%PDF")

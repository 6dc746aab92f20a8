"""`boneage dose-study`: pictures of phantoms through the small simulated panel."""

import csv

import cv2
import numpy as np
import pytest

from console.dose_study import COLUMNS, read_labels
from console.errors import ListUnusable

DOSES = [1.0, 10.0]


def rows_of(path):
    with path.open(newline="") as lines:
        return list(csv.DictReader(lines))


def command(listed, out, *more):
    fixed = ["--panel", "small", "--seed", 5, "--processes", 1]
    return ["dose-study", "--list", listed, "--out", out, *fixed, *more]


@pytest.fixture(scope="module")
def study(demo, tmp_path_factory):
    """A hand with a label, a blank picture and a missing file, each at two doses."""
    site, out, _ = demo
    folder = tmp_path_factory.mktemp("study")
    blank = folder / "blank.png"
    cv2.imwrite(str(blank), np.zeros((300, 240), np.uint8))
    listed = folder / "in.csv"
    listed.write_text(
        f"path,sex,id,bone_age_months\n{out / 'radiograph.png'},F,hand,110\n"
        f"{blank},M,blank,\nnone.png,F,none,90\n"
    )
    done = site.run(*command(listed, folder / "out.csv", "--dose-ugy", "10,1"))
    assert done.returncode == 0, done.stderr
    return listed, folder / "out.csv", done


def test_each_image_has_a_row_for_each_dose_from_the_lowest_up(study):
    _, out, _ = study
    rows = rows_of(out)
    assert list(rows[0]) == list(COLUMNS)
    assert [row["id"] for row in rows] == ["hand"] * 2 + ["blank"] * 2 + ["none"] * 2
    assert [float(row["dose_ugy"]) for row in rows] == DOSES * 3


def test_a_hand_is_read_through_the_unit_as_from_its_file(study):
    _, out, _ = study
    one, ten = rows_of(out)[:2]
    assert float(ten["bone_age_months"]) == pytest.approx(float(ten["file_months"]), abs=6)
    assert float(ten["exposure_index"]) == pytest.approx(10 * float(one["exposure_index"]), rel=0.1)
    assert float(ten["deviation_index"]) - float(one["deviation_index"]) == pytest.approx(
        10, abs=0.5
    )
    assert ten["label_months"] == "110"


def test_what_no_patient_can_be_made_of_is_refused_at_every_dose(study):
    _, out, _ = study
    for row in rows_of(out)[2:]:
        assert row["refused"] == "true" and row["reasons"]
        assert row["exposure_index"] == row["file_months"] == ""


def test_the_figures_of_each_dose_are_printed(study):
    _, _, done = study
    assert "refused (files)" in done.stdout and "3 (2)" not in done.stdout
    assert done.stdout.count("2 (2)") == len(DOSES)
    assert "without loss" in done.stdout


def test_an_interrupted_study_ends_as_an_uninterrupted_one(site, study, tmp_path):
    listed, out, _ = study
    lines = out.read_text().splitlines(keepends=True)
    part = tmp_path / "again.csv.part"
    part.write_text("".join(lines[:2]) + lines[2][:20])  # killed within the first image's rows
    done = site.run(*command(listed, tmp_path / "again.csv", "--dose-ugy", "1,10"))
    assert done.returncode == 0, done.stderr
    first, again = rows_of(out), rows_of(tmp_path / "again.csv")
    assert [row | {"seconds": ""} for row in first] == [row | {"seconds": ""} for row in again]


@pytest.mark.parametrize(
    ("doses", "code", "said"),
    [("1,x", 2, "--dose-ugy"), ("1,61", 1, "E-ORD-8"), ("0", 1, "E-EXP-")],
)
def test_a_dose_that_no_child_may_have_is_refused_before_anything(
    site, study, tmp_path, doses, code, said
):
    done = site.run(*command(study[0], tmp_path / "out.csv", "--dose-ugy", doses))
    assert done.returncode == code
    assert said in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_label_that_is_no_number_is_named(tmp_path):
    (tmp_path / "in.csv").write_text("path,sex,id,bone_age_months\na.png,F,anna,ten\n")
    with pytest.raises(ListUnusable, match="says 'ten' for anna"):
        read_labels(tmp_path / "in.csv")

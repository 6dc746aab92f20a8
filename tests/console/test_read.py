"""`boneage read`: image files in, bone ages out, one row for each."""

import csv
import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from console.read_files import Wanted, read_all, read_list


@pytest.fixture(scope="module")
def hand(demo):
    """The picture that the demo left."""
    _, out, _ = demo
    return out / "radiograph.png"


def rows_of(path):
    with path.open(newline="") as lines:
        return list(csv.DictReader(lines))


def test_a_picture_is_read_in_years_and_months(site, hand):
    done = site.run("read", hand, "--sex", "F")
    assert done.returncode == 0, done.stderr
    assert f"{hand}: bone age " in done.stdout and " y " in done.stdout


def test_json_names_what_the_list_names(site, hand):
    done = site.run("read", hand, "--sex", "F", "--json")
    said = json.loads(done.stdout)
    assert list(said) == [
        *("id", "path", "sex", "bone_age_months", "low_months", "high_months"),
        *("refused", "reasons", "seconds", "doubts"),
        *("spread_months", "fingers_months", "carpals_months", "radius_and_ulna_months"),
        "uncorrected_months",
    ]
    assert said["low_months"] < said["bone_age_months"] < said["high_months"]
    assert said["refused"] is False and said["reasons"] == []


def test_the_pictures_of_a_visit_read_alike(site, demo):
    _, out, _ = demo
    files = [out / "for_processing.dcm", out / "for_presentation.dcm", out / "radiograph.png"]
    done = site.run("read", *files, "--sex", "F", "--json")
    months = [json.loads(line)["bone_age_months"] for line in done.stdout.splitlines()]
    visit = json.loads((out / "result.json").read_text())["reading"]["bone_age_months"]
    assert len(months) == 3
    assert np.abs(np.array(months) - visit).max() < 6


def test_a_single_refused_picture_exits_with_3(site, tmp_path):
    cv2.imwrite(str(tmp_path / "blank.png"), np.zeros((300, 240), np.uint8))
    done = site.run("read", tmp_path / "blank.png", "--sex", "M")
    assert done.returncode == 3
    assert "no bone age was read. The picture is blank." in done.stdout


@pytest.mark.parametrize("sex", ["", "X", "f", "female"])
def test_an_unknown_sex_is_never_guessed(site, hand, sex):
    done = site.run("read", hand, "--sex", sex)
    assert done.returncode == 1
    assert done.stderr.strip() == "E-ORD-3: The sex must be F or M; it is never guessed."


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\nbroken", b"\0" * 128 + b"DICMbroken"])
def test_a_damaged_file_is_one_clear_sentence(site, tmp_path, content):
    path = tmp_path / "damaged"
    path.write_bytes(content)
    done = site.run("read", path, "--sex", "F")
    assert done.returncode == 1
    assert done.stderr.startswith("E-") and done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_a_list_gives_one_row_for_each_in_its_order(site, hand, tmp_path):
    (tmp_path / "damaged.png").write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    (tmp_path / "beside.png").write_bytes(hand.read_bytes())
    listed = tmp_path / "in.csv"
    listed.write_text(
        f"path,sex,id\n{hand},F,first\n{tmp_path / 'damaged.png'},F,second\n"
        f"none.png,M,third\n{hand},,fourth\nbeside.png,F,\n"
    )
    done = site.run("read", "--list", listed, "--out", tmp_path / "out.csv")
    assert done.returncode == 0, done.stderr
    rows = rows_of(tmp_path / "out.csv")
    assert [row["id"] for row in rows] == ["first", "second", "third", "fourth", "beside"]
    assert [row["refused"] for row in rows] == ["false", "true", "true", "true", "false"]
    assert float(rows[0]["low_months"]) < float(rows[0]["bone_age_months"])
    assert rows[4]["bone_age_months"] == rows[0]["bone_age_months"]
    assert all(row["bone_age_months"] == "" and row["reasons"] for row in rows[1:4])


def test_a_list_means_the_files_beside_it_before_those_of_the_current_folder(hand, tmp_path):
    (tmp_path / "README.md").write_bytes(hand.read_bytes())  # the current folder has one too
    (tmp_path / "in.csv").write_text("path,sex\nREADME.md,F\n")
    assert Path("README.md").exists()
    assert read_list(tmp_path / "in.csv")[0].path == str(tmp_path / "README.md")


@pytest.mark.parametrize("content", ["", "file,sex\na,F\n", "\xff\xfe"])
def test_a_list_that_is_none_is_refused_and_leaves_nothing(site, tmp_path, content):
    (tmp_path / "in.csv").write_bytes(content.encode("latin-1"))
    done = site.run("read", "--list", tmp_path / "in.csv", "--out", tmp_path / "out.csv")
    assert done.returncode == 1
    assert done.stderr.startswith("E-CFG-6: ")
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize("arguments", [[], ["--list", "in.csv"], ["a.png", "--list", "b.csv"]])
def test_files_or_a_list_but_not_both(site, arguments):
    assert site.run("read", *arguments).returncode == 2


def test_an_image_that_nobody_foresaw_is_one_refused_row(hand):
    wanted = [Wanted("1", str(hand), "F"), Wanted("2", str(hand), "M")]
    first, second = read_all(None, wanted)  # no model: whatever it is, the batch goes on
    assert first.refused and second.refused
    assert first.reasons[0].startswith("The image cannot be read: AttributeError")


def test_a_list_is_not_overwritten_by_its_readings(site, hand, tmp_path):
    listed = tmp_path / "in.csv"
    listed.write_text(f"path,sex\n{hand},F\n")
    assert site.run("read", "--list", listed, "--out", listed).returncode == 2
    assert listed.read_text().startswith("path,sex")


def test_a_name_that_no_file_has_is_one_refused_row(site, hand, tmp_path):
    listed = tmp_path / "in.csv"
    listed.write_text(f"path,sex\na\0b,F\n{hand},F\n")
    done = site.run("read", "--list", listed, "--out", tmp_path / "out.csv")
    assert done.returncode == 0, done.stderr
    assert [row["refused"] for row in rows_of(tmp_path / "out.csv")] == ["true", "false"]

"""`boneage read`: image files in, bone ages out, one row for each."""

import csv
import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from console.errors import ListUnusable
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
    assert " (90 % interval " in done.stdout
    assert "; Greulich-Pyle style, by " in done.stdout
    assert ", hand 2.2. By part of the hand: " in done.stdout


def test_json_names_what_the_list_names(site, hand):
    done = site.run("read", hand, "--sex", "F", "--json")
    said = json.loads(done.stdout)
    assert list(said) == [
        *("id", "path", "sex", "bone_age_months", "low_months", "high_months"),
        *("refused", "reasons", "seconds", "doubts"),
        *("spread_months", "fingers_months", "carpals_months", "radius_and_ulna_months"),
        *("uncorrected_months", "interval_coverage", "method", "model"),
    ]
    assert said["interval_coverage"] == 0.9 and said["method"].startswith("Greulich-Pyle style")
    assert list(said["model"]) == ["name", "version", "sha256"]
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


def test_a_list_means_the_files_beside_it_and_no_others(site, tmp_path):
    (tmp_path / "in.csv").write_text("path,sex\nREADME.md,F\n")
    assert Path("README.md").exists()  # the current folder has one, the list's folder has none
    assert read_list(tmp_path / "in.csv")[0].path == str(tmp_path / "README.md")
    site.run("read", "--list", tmp_path / "in.csv", "--out", tmp_path / "out.csv")
    (row,) = rows_of(tmp_path / "out.csv")
    said = f"The file {tmp_path / 'README.md'} cannot be read: No such file or directory."
    assert row["reasons"] == said


def test_a_list_ends_with_what_became_of_its_images(site, hand, tmp_path):
    (tmp_path / "in.csv").write_text(f"path,sex\n{hand},F\nnone.png,F\n{hand},m\n")
    done = site.run("read", "--list", tmp_path / "in.csv", "--out", tmp_path / "out.csv")
    assert done.stdout.splitlines()[-1] == "3 images: 1 read, 0 doubtful, 2 refused"


STRAY = {
    'path,sex\n"a.webp,F\nb.webp,M\n': "line 2: ",
    'path,sex\na.webp,F\n\n"b.webp,M\nc.webp,M",F\n': "line 4: a cell goes on",
    'path,sex\na.webp,F\n"b"c.webp,M\n': "line 3: ",
    'path,sex,"id\na.webp,F"\n': "line 1: ",
    "path,sex,sex\na.webp,F,M\n": "has 2 columns called sex",
    "path,sex,path\na.webp,F,b.webp\n": "has 2 columns called path",
    "path,sex\n": "names no image",
}


@pytest.mark.parametrize(("content", "said"), STRAY.items())
def test_a_list_that_would_lose_or_mix_up_images_is_refused_with_its_line(content, said, tmp_path):
    (tmp_path / "in.csv").write_text(content)
    with pytest.raises(ListUnusable) as refused:
        read_list(tmp_path / "in.csv")
    assert said in str(refused.value) and str(refused.value).count("\n") == 0


@pytest.mark.parametrize("content", ["", "file,sex\na,F\n", "\xff\xfe"])
def test_a_list_that_is_none_is_refused_and_leaves_nothing(site, tmp_path, content):
    (tmp_path / "in.csv").write_bytes(content.encode("latin-1"))
    done = site.run("read", "--list", tmp_path / "in.csv", "--out", tmp_path / "out.csv")
    assert done.returncode == 1
    assert done.stderr.startswith("E-CFG-6: ")
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--list", "in.csv"],
        ["a.png", "--list", "b.csv"],
        ["--list", "in.csv", "--out", "out.csv", "--sex", "F"],
        ["--list", "in.csv", "--out", "out.csv", "--json"],
    ],
)
def test_files_or_a_list_but_not_both(site, arguments):
    assert site.run("read", *arguments).returncode == 2


def test_an_image_that_nobody_foresaw_is_one_refused_row(hand):
    wanted = [Wanted("1", str(hand), "F"), Wanted("2", str(hand), "M")]
    first, second = read_all(None, wanted)  # no model: whatever it is, the batch goes on
    assert first.refused and second.refused
    assert first.reasons[0].startswith("The image cannot be read: AttributeError")


@pytest.mark.parametrize("out", ["in.csv", "film.webp", "sub/../film.webp", "other"])
def test_neither_a_list_nor_an_image_of_it_is_overwritten(site, tmp_path, out):
    (tmp_path / "sub").mkdir()
    (tmp_path / "in.csv").write_text("path,sex\nfilm.webp,F\nother.part,F\n")
    before = {"film.webp": b"a film", "other.part": b"the other"}
    for name, content in before.items():
        (tmp_path / name).write_bytes(content)
    done = site.run("read", "--list", tmp_path / "in.csv", "--out", tmp_path / out)
    assert done.returncode == 2 and "--out would overwrite" in done.stderr
    assert {name: (tmp_path / name).read_bytes() for name in before} == before


def test_a_missing_list_is_told_as_one_whatever_out_is(site, tmp_path):
    (tmp_path / "out.csv").write_text("old")
    done = site.run("read", "--list", tmp_path / "none.csv", "--out", tmp_path / "out.csv")
    assert done.stderr.startswith("E-CFG-6: ")


def test_a_name_that_no_file_has_is_one_refused_row(site, hand, tmp_path):
    listed = tmp_path / "in.csv"
    listed.write_text(f"path,sex\na\0b,F\n{hand},F\n")
    done = site.run("read", "--list", listed, "--out", tmp_path / "out.csv")
    assert done.returncode == 0, done.stderr
    assert [row["refused"] for row in rows_of(tmp_path / "out.csv")] == ["true", "false"]


def test_a_dicom_file_whose_patient_is_of_the_other_sex_is_not_read(site, demo, tmp_path):
    _, out, _ = demo
    picture = out / "for_presentation.dcm"
    told = "The file says that its patient's sex is F, but M was given"
    done = site.run("read", picture, "--sex", "M")
    assert done.returncode == 3 and told in done.stdout
    (tmp_path / "in.csv").write_text(f"path,sex\n{picture},M\n{picture},F\n")
    site.run("read", "--list", tmp_path / "in.csv", "--out", tmp_path / "out.csv")
    wrong, right = rows_of(tmp_path / "out.csv")
    assert wrong["bone_age_months"] == "" and told in wrong["reasons"]
    assert right["bone_age_months"]

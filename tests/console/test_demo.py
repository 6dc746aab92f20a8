import json
from datetime import date, timedelta

import cv2
import pydicom
import pytest

from console.commands.visits import birth_date_for
from growth.ages import exact_age


def test_the_demo_ends_with_images_report_and_result(demo):
    _, out, _ = demo
    result = json.loads((out / "result.json").read_text())
    assert {path.name for path in out.iterdir()} == {*result["files"].values(), "result.json"}
    assert (out / "report.pdf").read_bytes().startswith(b"%PDF")
    assert cv2.imread(str(out / "radiograph.png"), cv2.IMREAD_UNCHANGED).shape == (750, 600)


def test_the_demo_tells_reading_report_and_the_time_of_each_step(demo):
    _, out, done = demo
    assert done.stdout.strip() == str(out / "report.pdf")
    assert "Bone age " in done.stderr and "% interval" in done.stderr
    for part in ("connect", "expose", "correct", "check", "show", "read", "assess", "report"):
        assert f"  {part} " in done.stderr


def test_the_result_adds_its_seconds_up(demo):
    _, out, _ = demo
    seconds = json.loads((out / "result.json").read_text())["seconds"]
    parts = sum(spent for name, spent in seconds.items() if name != "total")
    assert parts <= seconds["total"] + 0.01


def test_the_demo_says_who_stood_in_for_the_operator(demo):
    _, out, _ = demo
    assert "demo" in json.loads((out / "result.json").read_text())["visit"]["accepted_by"]


def test_the_demo_uses_the_preset_of_the_childs_age_and_says_so(demo):
    _, out, done = demo
    exposure = json.loads((out / "result.json").read_text())["exposure"]
    assert (exposure["preset"], exposure["ms"]) == ("older child", pytest.approx(14, abs=0.2))
    assert "(preset older child), target EI 250" in done.stderr
    assert "GREEN: dose on target" in done.stderr
    assert "this image: 11.0 uGy" in done.stderr
    assert "expected of preset older child: 11.0 uGy, EI 252" in done.stderr


@pytest.mark.parametrize("months", [6, 13, 110, 216])
def test_a_demos_child_is_as_old_as_was_said(months):
    for day in range(0, 365, 7):
        visit = date(2026, 1, 1) + timedelta(days=day)
        age = exact_age(birth_date_for(months / 12, visit), visit)
        assert 12 * age.years + age.months == months


def test_a_demo_of_somebodys_film_says_what_it_assumed(demo, tmp_path):
    site, out, _ = demo
    film = ("--radiograph", out / "radiograph.png", "--sex", "M")
    done = site.run("demo", "--panel", "small", "--seed", 5, "--out", tmp_path / "film", *film)
    assert "Assumed: sex M, born " in done.stderr
    patient = json.loads((tmp_path / "film" / "result.json").read_text())["patient"]
    assert patient["name"] == "Simulated patient (sex or birth date assumed)"


def test_dicom_keeps_the_day_of_the_exposure_where_another_visit_date_is_given(demo, tmp_path):
    site, _, _ = demo
    given = ("--visit-date", "2020-05-04", "--birth-date", "2011-01-02")
    done = site.run("demo", "--panel", "small", "--seed", 5, "--out", tmp_path / "out", *given)
    assert done.returncode == 0, done.stderr
    result = json.loads((tmp_path / "out" / "result.json").read_text())
    image = pydicom.dcmread(tmp_path / "out" / "for_presentation.dcm")
    started = result["visit"]["started"][:10].replace("-", "")
    assert result["visit"]["date"] == "2020-05-04"
    assert image.StudyDate == started != "20200504"


def test_a_child_that_is_not_born_yet_is_wrong_usage(demo, tmp_path):
    given = ("--visit-date", "2070-01-01", "--birth-date", "2066-01-01")
    assert demo[0].run("demo", "--out", tmp_path, *given).returncode == 2


def test_a_dose_of_ones_own_is_of_no_preset(demo, tmp_path):
    both = ("--dose-ugy", 5, "--thickness-mm", 20)
    assert demo[0].run("demo", "--out", tmp_path, *both).returncode == 2


def test_a_second_demo_uses_the_calibration_and_prints_json(demo, tmp_path):
    site, _, _ = demo
    again = site.run(
        "demo", "--panel", "small", "--seed", 5, "--out", tmp_path, "--json", "--dose-ugy", 20
    )
    assert "The panel's calibration is valid" in again.stderr
    assert abs(json.loads(again.stdout)["exposure"]["entrance_air_kerma_ugy"] - 20) < 0.3


def test_a_demo_with_an_impossible_dose_is_refused_and_leaves_nothing(demo, tmp_path):
    site, _, _ = demo
    done = site.run("demo", "--panel", "small", "--seed", 5, "--out", tmp_path, "--dose-ugy", 9000)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("E-EXP-1: ")
    assert list(tmp_path.iterdir()) == []


def test_a_demo_of_a_missing_radiograph_is_refused(demo, tmp_path):
    site, _, _ = demo
    done = site.run(
        "demo", "--panel", "small", "--seed", 5, "--out", tmp_path, "--radiograph", "none.png"
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("E-")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("dose", ["nan", "-3", "inf"])
def test_a_demo_with_a_dose_that_is_none_is_wrong_usage(demo, tmp_path, dose):
    site, _, _ = demo
    assert site.run("demo", "--out", tmp_path, "--dose-ugy", dose).returncode == 2


@pytest.mark.parametrize("result", [None, "", "{}", '{"visit": {"accepted_by": "the operator"}}'])
def test_a_demo_takes_nothing_of_a_folder_that_is_no_demos(demo, tmp_path, result):
    site, _, _ = demo
    (tmp_path / "report.pdf").write_bytes(b"of somebody else")
    if result is not None:
        (tmp_path / "result.json").write_text(result)
    done = site.run("demo", "--panel", "small", "--seed", 5, "--out", tmp_path)
    assert done.returncode == 1 and done.stderr.startswith("E-ORD-4: ")
    assert (tmp_path / "report.pdf").read_bytes() == b"of somebody else"


def test_a_demo_after_an_interrupted_one_starts_anew(demo, tmp_path):
    site, _, _ = demo
    first = site.start("demo", "--panel", "small", "--seed", 5, "--out", tmp_path)
    next(line for line in first.stderr if "READY" in line)
    first.kill()
    first.communicate()
    again = site.run("demo", "--panel", "small", "--seed", 5, "--out", tmp_path)
    assert again.returncode == 0, again.stderr

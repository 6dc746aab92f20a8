import json

import pytest

BOY = ["growth", "--sex", "M", "--birth-date", "2017-03-14", "--visit-date", "2026-09-10"]


def test_a_child_is_compared_with_three_references(site):
    done = site.run(*BOY, "--height-cm", 130, "--weight-kg", 26, "--bone-age-months", 104.4)
    assert done.returncode == 0, done.stderr
    # clinical.md, section 7: CDC -0.9684, WHO -0.8327, China -1.3209 at 9.4949 years.
    assert "WHO −0.83 SD" in done.stdout
    assert "CDC −0.97 SD" in done.stdout
    assert "China −1.32 SD" in done.stdout
    assert "Bone age SDS: −1.63" in done.stdout


def test_a_visit_at_the_end_of_the_calendar_is_refused_as_a_slip(site):
    far = ["growth", "--sex", "F", "--birth-date", "9990-11-27", "--visit-date", "9999-12-31"]
    done = site.run(*far)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "the year is beyond 2999" in done.stderr


def test_json_is_the_growth_of_a_result(site):
    done = site.run(*BOY, "--mother-cm", 162, "--father-cm", 175, "--json")
    said = json.loads(done.stdout)
    assert said["target_height"]["tanner_cm"] == 175.0
    assert said["height"]["cm"] is None
    assert said["bone_age_minus_age_months"] is None


@pytest.mark.parametrize(
    ("wrong", "code", "named"),
    [
        (["--height-cm", 1.30], "E-ORD-3", "centimetres"),
        (["--sex", "boy"], "E-ORD-3", "sex"),
        (["--birth-date", "2027-01-01"], "E-ORD-3", "after the visit"),
        (["--bone-age-months", -3], "E-GRO-11", "bone_age_months"),
        (["--height-position", "sitting"], "E-ORD-3", "height_position"),
        (["--menarche", "no"], "E-GRO-10", "girls only"),
        (["--earlier", "nowhere.csv"], "E-GRO-12", "nowhere.csv"),
        (["--gestation", "21+6"], "E-ORD-3", "21 weeks and 6 days"),
    ],
)
def test_what_cannot_be_is_one_clear_sentence(site, wrong, code, named):
    done = site.run(*BOY, *wrong)
    assert done.returncode == 1
    assert done.stderr.startswith(f"{code}: ") and named in done.stderr
    assert done.stderr.count("\n") == 1 and done.stdout == ""


EARLIER = """date,height_cm,height_position,weight_kg,bone_age_months,bone_age_method
2025-03-20,122.0,standing,23.1,79,"GP, Dr. Wang"
2025-09-11,124.9,standing,24.6,86,"GP, Dr. Wang"
"""
TODAY = ["--height-cm", 130, "--height-position", "standing", "--bone-age-months", 104.4]


@pytest.fixture
def earlier(tmp_path):
    path = tmp_path / "earlier.csv"
    path.write_text(EARLIER, encoding="utf-8")
    return ["--earlier", path]


def test_earlier_visits_tell_the_course(site, earlier):
    done = site.run(*BOY, *TODAY, *earlier, "--bone-age-method", "GP, Dr. Wang")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert "Height velocity: 5.1 cm a year" in done.stdout
    assert any(line.startswith("Between visits: Only 5.7 months") for line in lines)
    (bone_age,) = [line for line in lines if line.startswith("Bone age: ")]
    assert bone_age.startswith("Bone age: +1 y 6 mo since 2025-09-11 (1.00 years), 1.54 years a")
    assert bone_age.endswith(
        "does not exceed the smallest detectable change of 19.3 months (readings by eye)"
    )
    assert lines[-1].endswith("a physician decides.")


def test_json_holds_course_suggestion_and_what_was_entered(site, earlier):
    done = site.run(*BOY, *TODAY, *earlier, "--treatment", "GH since 2025", "--json")
    said = json.loads(done.stdout)
    assert said["follow_up"]["bone_age_progress"]["exceeds"] is None  # nobody told today's method
    assert said["entered"]["treatment"] == "GH since 2025"
    assert '"treatment entered"' in said["next_visit"]["rule"]


def test_a_rule_of_the_site_that_cannot_be_is_one_clear_sentence(site, tmp_path, monkeypatch):
    rules = tmp_path / "rules.toml"
    rules.write_text('[[rule]]\nname = "ours"\nmonths = 40\n', encoding="utf-8")
    monkeypatch.setenv("BONEAGE_NEXT_VISIT_RULES", str(rules))
    done = site.run(*BOY)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("E-GRO-13: The rules for the next visit in")


INFANT = ["growth", "--sex", "F", "--birth-date", "2025-03-10", "--visit-date", "2026-04-14"]


def test_a_preterm_infant_is_compared_at_its_corrected_age(site):
    sizes = ["--height-cm", 72, "--height-position", "recumbent"]
    done = site.run(*INFANT, *sizes, "--gestation", "31+4", "--json")
    said = json.loads(done.stdout)
    assert (said["age"]["total_days"], said["corrected_age"]["total_days"]) == (400, 341)
    assert said["height"]["who"]["sds"] > -1
    assert said["remarks"][0].startswith("Born at 31 weeks and 4 days")


@pytest.mark.parametrize("said", ["31,4", "31.5", "31+", "thirty", "31+4+1"])
def test_a_gestation_in_another_form_is_wrong_usage(site, said):
    done = site.run(*INFANT, "--gestation", said)
    assert done.returncode == 2
    assert "31+4" in done.stderr


def test_the_reference_of_the_site_stands_first(site, monkeypatch):
    monkeypatch.setenv("BONEAGE_GROWTH_REFERENCE", "china")
    done = site.run(*BOY, "--height-cm", 130)
    height = next(line for line in done.stdout.splitlines() if line.startswith("Height"))
    assert [height.index(name) for name in ("China", "WHO", "CDC")] == sorted(
        height.index(name) for name in ("China", "WHO", "CDC")
    )


def test_a_reference_that_there_is_not_is_a_wrong_setting(site, monkeypatch):
    monkeypatch.setenv("BONEAGE_GROWTH_REFERENCE", "uk")
    done = site.run(*BOY, "--height-cm", 130)
    assert done.returncode == 1
    assert "BONEAGE_GROWTH_REFERENCE is wrong" in done.stderr
    assert done.stdout == ""


def test_each_convention_of_maturity_has_a_line_of_its_own(site):
    done = site.run(*BOY, "--bone-age-months", 97)
    assert "By the limit of 12 months from the age: delayed\n" in done.stdout
    assert "By the limit of 2 SD: delayed\n" in done.stdout
    unread = site.run(*BOY, "--height-cm", 130)
    assert "By the limit" not in unread.stdout


def test_every_reason_is_said_once(site):
    done = site.run(*INFANT, "--height-cm", 72, "--weight-kg", 9, "--height-position", "recumbent")
    assert done.stdout.count("CDC 2000 has BMI") == 1
    assert done.stdout.count("single source") == 1

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
        (["--bone-age-months", -3], "E-GRO-2", "bone age"),
        (["--height-position", "sitting"], "E-ORD-3", "height_position"),
    ],
)
def test_what_cannot_be_is_one_clear_sentence(site, wrong, code, named):
    done = site.run(*BOY, *wrong)
    assert done.returncode == 1
    assert done.stderr.startswith(f"{code}: ") and named in done.stderr
    assert done.stderr.count("\n") == 1 and done.stdout == ""

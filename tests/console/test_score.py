import json

import pytest

STAGES = (
    "radius=8,ulna=7,metacarpal_1=7,metacarpal_3=7,metacarpal_5=7,proximal_1=8,proximal_3=8,"
    "proximal_5=8,middle_3=9,middle_5=9,distal_1=8,distal_3=9,distal_5=9"
)
GIRL = ["score", "--sheet", "rus-chn", "--sex", "F"]


def test_a_sheet_is_scored_bone_by_bone(in_process):
    done = in_process(*GIRL, "--stages", STAGES)
    assert done.code == 0, done.err
    assert "625 of 1000" in done.out
    # 572 points at 11.0 years, 637 at 11.5: 11 + 0.5 x 53 / 65 = 11.41 years.
    assert "Bone age 11 y 5 mo by RUS-CHN, the ages of Chinese children" in done.out
    assert "DOUBTFUL" not in done.out


def test_json_is_the_scoring_of_a_result(in_process):
    said = json.loads(in_process(*GIRL, "--stages", STAGES, "--json").out)
    assert (said["sheet"], said["score"], said["stages"]["radius"]) == ("RUS-CHN", 625, "8")
    assert said["bone_age_months"] == pytest.approx(12 * (11 + 0.5 * 53 / 65))


def test_a_blank_sheet_filled_in_is_read_again(in_process, tmp_path):
    blank = in_process("score", "--blank").out
    assert "radius,,0 to 14,A to I" in blank and "ulna,,0 to 12,A to H" in blank
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(blank.replace(",,", ",F,") + ",,,\n,,,\n", encoding="utf-8-sig")
    done = in_process("score", "--sheet", "tw3-c", "--sex", "F", "--stages", sheet)
    assert "445 of 1000" in done.out


def test_an_age_that_is_refused_is_said_and_the_score_stands(in_process, tmp_path):
    stages = ",".join(f"{pair.split('=')[0]}=E" for pair in STAGES.split(","))
    done = in_process("score", "--sheet", "tw3", "--sex", "M", "--stages", stages)
    assert done.code == 0
    assert "No bone age: " in done.out and "of 1000" in done.out


@pytest.mark.parametrize(
    ("stages", "named"),
    [
        (STAGES.replace("radius=8", "radius=15"), "radius"),
        (STAGES.replace(",ulna=7", ""), "none of ulna"),
        (f"{STAGES},radius=8", "radius twice"),
        (f"{STAGES},distal", "'distal'"),
        ("no such file.csv", "no such file.csv"),
    ],
)
def test_what_is_wrong_on_a_sheet_is_one_clear_sentence(in_process, stages, named):
    done = in_process(*GIRL, "--stages", stages)
    assert done.code == 1
    assert done.err.startswith("E-GRO-9: ") and named in done.err
    assert done.err.count("\n") == 1 and done.out == ""


@pytest.mark.parametrize(
    ("content", "named"), [(b"bone;stage\n", "first line"), (b"bone,stage\nradius,\xff\n", "UTF-8")]
)
def test_a_file_that_is_no_sheet_is_named(in_process, tmp_path, content, named):
    (tmp_path / "sheet.csv").write_bytes(content)
    done = in_process(*GIRL, "--stages", tmp_path / "sheet.csv")
    assert done.err.startswith("E-GRO-9: ") and named in done.err


def test_without_sex_nothing_is_scored(in_process):
    done = in_process("score", "--sheet", "rus-chn", "--stages", STAGES)
    assert done.code == 1 and "E-ORD-3" in done.err


def test_without_a_sheet_the_usage_is_told(in_process):
    assert in_process("score", "--sex", "F").code == 2

"""Adult heights stand side by side, each with method and interval, or with its refusal."""

from reports.content import report_content
from tests.reports.children import five_children

GIRL = five_children()["precocious-girl"]


def test_a_prediction_has_method_group_interval_and_what_the_bone_age_adds() -> None:
    line = report_content(GIRL, b"").adult_height.lines[2]
    assert line.method == "Bayley-Pinneau 1952, accelerated maturity"
    assert line.figure == "161.1 cm (148.0 to 173.2)"
    for said in ("1.96 x 4.9 cm", "from 152.2 to 168.4 cm", "too tall an adult"):
        assert said in line.meaning


def test_a_refused_prediction_says_why_and_has_no_figure() -> None:
    line = report_content(GIRL, b"").adult_height.lines[3]
    assert (line.figure, line.bar) == ("not stated", None)
    assert "enter the stages of the bones" in line.meaning


def test_a_result_of_an_older_version_has_the_target_alone() -> None:
    older = {key: value for key, value in GIRL["growth"].items() if key != "adult_height"}
    lines = report_content(GIRL | {"growth": older}, b"").adult_height.lines
    assert [line.method for line in lines] == ["Target height, Tanner", "Target height, Luo 1998"]


def test_formulas_are_told_for_what_was_predicted_only() -> None:
    formulas = report_content(GIRL, b"").adult_height.formulas
    assert formulas[1:] == ("Bayley-Pinneau 1952: 134.5 cm / 83.49 %.",)

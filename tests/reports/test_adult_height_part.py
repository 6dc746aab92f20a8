"""Adult heights stand side by side, each with method and interval, or with its refusal."""

from datetime import date

from bone_age.reading import Sex
from growth.adult_height import adult_height_record
from growth.ages import exact_age
from growth.bayley_pinneau import bayley_pinneau
from growth.predicted_height import BoneAge
from reports.content import report_content
from reports.wording import CHINESE, ENGLISH
from tests.reports.children import five_children, with_a_sheet

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


def test_the_range_of_a_target_says_what_it_is() -> None:
    tanner, luo = report_content(GIRL, b"").adult_height.lines[:2]
    assert tanner.meaning.endswith("father 172.0 cm. Target range of Tanner 1970.")
    assert luo.meaning == "95 % of children of such parents (Luo 1998)."
    tanner, luo = report_content(GIRL, b"", None, CHINESE).adult_height.lines[:2]
    assert "靶身高范围" in tanner.meaning and "95%" in luo.meaning


def test_what_moves_a_prediction_by_a_sheet_is_the_scatter_of_ratings() -> None:
    by_table, by_equation = report_content(with_a_sheet(), b"").adult_height.lines[2:]
    assert "The interval of the bone age alone moves it" in by_table.meaning
    assert "The scatter of ratings by eye alone moves it" in by_equation.meaning
    assert "interval of the bone age" not in by_equation.meaning
    by_equation = report_content(with_a_sheet(), b"", None, CHINESE).adult_height.lines[3]
    assert "仅目测评级的离散" in by_equation.meaning and "仅骨龄区间" not in by_equation.meaning


def test_how_a_table_leans_is_said_of_that_table_before_another_is_named() -> None:
    age = exact_age(date(2017, 3, 10), date(2026, 9, 10))
    height = bayley_pinneau(Sex.MALE, age, 130.0, BoneAge(128.0, (117.0, 139.0)))
    growth = GIRL["growth"] | {"adult_height": adult_height_record([height])}
    said, told = (
        report_content(GIRL | {"growth": growth}, b"", None, words).adult_height.lines[2].meaning
        for words in (ENGLISH, CHINESE)
    )
    own = said.index("The table for accelerated maturity tends to predict too tall")
    assert own < said.index("reaches into the table for average maturity")
    assert told.index("“提前”组的表预测的成年身高往往偏高") < told.index("“一般”组的表")

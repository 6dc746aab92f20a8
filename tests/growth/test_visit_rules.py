import os

import pytest

from growth.errors import VisitRuleWrong
from growth.visit_rules import OWN_RULES, read_rules

OWN = OWN_RULES.read_text(encoding="utf-8")


def test_no_rule_of_the_software_is_shorter_than_a_change_can_be_told():
    assert min(rule.months for rule in read_rules()) == 6


@pytest.mark.parametrize(
    ("said", "instead", "complaint"),
    [
        ("months = 6", "months = 0", r"line \d+, months: it must be a whole number from 1 to 36"),
        ("months = 6", "months = 6.5", r"months: it must be a whole number"),
        ("months = 6", "months = true", r"months: it must be a whole number"),
        ("months = 6\n", "", r"months: it is missing"),
        ("months = 6", "months = 6\nweeks = 3", r"weeks: nobody knows this name"),
        ("bone_age_off_years = 2", "bone_age_off_years = 24", r"bone_age_off_years: .*0 to 10"),
        ("height_sds_off = 2", "height_sds_off = nan", r"height_sds_off: it must be a number"),
        ("height_sds_off = 2", "from_years = 9\nto_years = 8", r"to_years: it must be above 9"),
        ('velocity = "unknown"', 'velocity = "none"', r'velocity: it must be "known" or "unkn'),
        ('treatment = "entered"', "treatment = [1]", r'treatment: it must be "entered" or "none"'),
        ('treatment = "entered"\n', "", r"rule: the rule before it holds for every child"),
        (
            'name = "all other children"',
            'name = "x"\nvelocity = "known"',
            r"must have no condition",
        ),
        ('name = "treatment entered"', 'name = ""', r"name: it must be a text"),
        ('name = "treatment entered"', f'name = "{"x" * 61}"', r"name: .*at most 60"),
        ("[[rule]]", "[[rules]]", r"rules: nobody knows this name"),
        ("months = 6", "months = = 6", r"cannot be read"),
    ],
)
def test_a_wrong_rule_is_one_error_that_names_its_line(tmp_path, said, instead, complaint):
    path = tmp_path / "rules.toml"
    assert said in OWN
    path.write_text(OWN.replace(said, instead, 1), encoding="utf-8")
    with pytest.raises(VisitRuleWrong, match=complaint):
        read_rules(path)


def test_the_line_named_is_the_line_that_is_wrong(tmp_path):
    path = tmp_path / "rules.toml"
    path.write_text('[[rule]]\nname = "a"\n\nmonths = 90\n', encoding="utf-8")
    with pytest.raises(VisitRuleWrong, match=r"rules.toml, line 4, months: "):
        read_rules(path)


@pytest.mark.parametrize("content", ["", "rule = 3", "rule = [3]"])
def test_a_file_without_rules_is_refused(tmp_path, content):
    path = tmp_path / "rules.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(VisitRuleWrong):
        read_rules(path)


def test_a_missing_file_and_a_pipe_are_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for name in ("nowhere.toml", "pipe"):
        with pytest.raises(VisitRuleWrong, match="cannot be read"):
            read_rules(tmp_path / name)

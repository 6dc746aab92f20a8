from dataclasses import replace
from datetime import date

import pytest

from bone_age.reading import Sex
from growth.assess import assess
from growth.child import Child
from growth.entered import NOTHING_ENTERED, Entered
from growth.next_visit import course_of, next_visit, next_visit_record
from growth.references import Position, Reference
from growth.visit_rules import Course, VisitRule, read_rules

RULES = read_rules()
TODAY = date(2026, 11, 27)
ORDINARY = Course(9.7, 0.5, 0.8, is_velocity_known=True, is_treated=False)


@pytest.mark.parametrize(
    ("changed", "months", "name"),
    [
        ({}, 12, "all other children"),
        ({"is_treated": True}, 6, "treatment entered"),
        ({"bone_age_off_years": 2.0}, 6, "bone age 2 years or more from age"),
        ({"bone_age_off_years": 1.99}, 12, "all other children"),
        ({"height_sds_off": 2.3}, 6, "height 2 SD or more from the median"),
        ({"is_velocity_known": False}, 6, "velocity of the last year not known"),
        ({"bone_age_off_years": None, "height_sds_off": None}, 12, "all other children"),
    ],
)
def test_the_first_rule_that_holds_is_the_one(changed, months, name):
    suggested = next_visit(RULES, replace(ORDINARY, **changed), TODAY)
    assert suggested.months == months
    assert f'"{name}"' in suggested.rule


def test_the_sentence_names_the_rule_and_that_a_physician_decides():
    record = next_visit_record(next_visit(RULES, ORDINARY, TODAY))
    assert record == {
        "months": 12,
        "date": "2027-11-27",
        "rule": "Next visit suggested in 12 months, about 2027-11-27, by the rule "
        '"all other children"; a physician decides.',
    }


def test_a_month_after_the_31st_is_the_last_day_of_a_shorter_one():
    rule = VisitRule("soon", 1)
    suggested = next_visit([rule], ORDINARY, date(2027, 1, 31))
    assert suggested.date == date(2027, 2, 28)
    assert suggested.rule.startswith("Next visit suggested in 1 month, about 2027-02-28")


def test_without_rules_nothing_is_suggested():
    assert next_visit_record(next_visit((), ORDINARY, TODAY)) is None


@pytest.mark.parametrize(("age", "months"), [(1.99, 3), (2.0, 6), (4.99, 6), (5.0, 12)])
def test_an_age_range_holds_its_lower_end_and_not_its_upper(age, months):
    rules = [
        VisitRule("infant", 3, to_years=2),
        VisitRule("small", 6, from_years=2, to_years=5),
        VisitRule("other", 12),
    ]
    assert next_visit(rules, replace(ORDINARY, age_years=age), TODAY).months == months


def test_the_rules_look_at_what_was_found():
    child = Child("P", "N", Sex.FEMALE, date(2017, 3, 14), height_cm=120.0)
    growth = assess(child, TODAY, 80.0, Position.STANDING, Reference.CHINA)
    course = course_of(growth, None, Entered(treatment="GH"))
    assert course.bone_age_off_years == pytest.approx((growth.age.decimal_months - 80.0) / 12)
    assert course.height_sds_off == abs(growth.height.scores[Reference.CHINA].sds)
    assert (course.is_velocity_known, course.is_treated) == (False, True)


def test_what_was_not_found_is_not_known_to_the_rules():
    child = Child("P", "N", Sex.FEMALE, date(2017, 3, 14))
    course = course_of(assess(child, TODAY, None), None, NOTHING_ENTERED)
    assert (course.bone_age_off_years, course.height_sds_off) == (None, None)

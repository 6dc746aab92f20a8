import math
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bone_age.reading import Sex
from growth.adult_height import TargetHeight
from growth.assess import assess, bmi_kg_m2
from growth.assessment import Refusal, Score
from growth.child import Child, Gestation
from growth.errors import MeasurementUnusable, SexUnknown, VisitBeforeBirth
from growth.references import Position, Reference

WHO, CDC, CHINA = Reference


def aged(child, months, **changed):
    """Return the child, and a day on which it is that many months old."""
    return replace(child, **changed), child.birth_date + timedelta(days=round(months * 30.4375))


def refused(outcomes):
    return [reference for reference, score in outcomes.items() if isinstance(score, Refusal)]


def test_a_boy_is_scored_against_three_references(boy, visit):
    scores = assess(boy, visit, 104.4).height.scores
    assert scores[WHO].sds == pytest.approx(-0.8327, abs=5e-5)
    assert scores[CDC].sds == pytest.approx(-0.9684, abs=5e-5)
    assert scores[CHINA].sds == pytest.approx(-1.3209, abs=5e-5)
    assert scores[WHO].centile == pytest.approx(20.3, abs=0.05)


def test_bone_age_is_compared_with_the_age_and_with_the_brush_children(boy, visit):
    growth = assess(boy, visit, 104.4)
    assert growth.bone_age_minus_age_months == pytest.approx(104.4 - 3468 / 30.4375)
    assert growth.bone_age_sds.sds == pytest.approx(-1.632, abs=5e-4)
    assert "Ohio" in growth.bone_age_sds.population
    assert "SD" in growth.bone_age_sds.formula


def test_without_a_reading_nothing_is_said_about_bone_age(boy, visit):
    growth = assess(boy, visit, None)
    assert growth.bone_age_minus_age_months == growth.bone_age_sds
    assert growth.refusals == ("No bone age was read.",)


def test_both_target_heights_stand_side_by_side(boy, visit):
    growth = assess(boy, visit, None)
    assert (growth.tanner.cm, round(growth.luo.cm, 1)) == (175.0, 177.4)


@pytest.mark.parametrize("missing", ["mother_cm", "father_cm"])
def test_one_parent_gives_no_target_height(boy, visit, missing):
    growth = assess(replace(boy, **{missing: None}), visit, None)
    assert not isinstance(growth.tanner, TargetHeight)
    assert "both parents" in growth.luo.reason


@pytest.mark.parametrize(
    ("missing", "measures"),
    [("height_cm", ("height", "bmi")), ("weight_kg", ("weight", "bmi"))],
)
def test_what_was_not_measured_has_no_score(boy, visit, missing, measures):
    growth = assess(replace(boy, **{missing: None}), visit, None)
    for name in ("height", "weight", "bmi"):
        measure = getattr(growth, name)
        assert (measure.size is None) == (name in measures)
        assert (refused(measure.scores) == list(Reference)) == (name in measures)


def test_every_reason_is_said_once(boy, visit):
    growth = assess(replace(boy, height_cm=None), visit, 104.0)
    assert growth.refusals == ("The height was not measured.", "BMI needs both height and weight.")


def test_the_who_has_no_weight_after_10_years(boy):
    child, day = aged(boy, 130)
    assert refused(assess(child, day, None).weight.scores) == [WHO]


@pytest.mark.parametrize(
    ("months", "without"), [(217, [CHINA]), (229, [WHO, CHINA]), (241, [WHO, CDC, CHINA])]
)
def test_beyond_a_reference_there_is_a_sentence_and_no_number(boy, months, without):
    child, day = aged(boy, months, height_cm=170.0)
    growth = assess(child, day, None)
    assert refused(growth.height.scores) == without
    assert all(sentence.endswith(".") for sentence in growth.refusals)
    assert "months only" in growth.refusals[0]


def test_bone_age_sds_is_refused_outside_the_brush_table(boy):
    child, day = aged(boy, 205)
    growth = assess(child, day, 200.0)
    assert "Brush" in growth.bone_age_sds.reason
    assert growth.bone_age_minus_age_months < 0


@pytest.mark.parametrize("months", [10, 23, 30, 35.9])
def test_a_small_childs_height_needs_its_position(boy, months):
    child, day = aged(boy, months, height_cm=85.0, weight_kg=12.0)
    growth = assess(child, day, None)
    assert refused(growth.height.scores) == list(Reference)
    assert refused(growth.bmi.scores) == list(Reference)
    assert refused(growth.weight.scores) == []
    assert any("lying or standing" in reason for reason in growth.refusals)


def test_an_unsaid_position_from_three_years_on_is_taken_as_standing_and_said(boy, visit):
    unsaid = assess(boy, visit, None)
    said = assess(boy, visit, None, Position.STANDING)
    assert unsaid.height == said.height
    assert [("standing" in remark) for remark in unsaid.remarks] == [True]
    assert said.remarks == ()


@pytest.mark.parametrize(
    ("months", "position", "without"),
    [
        (18, Position.RECUMBENT, []),
        (18, Position.STANDING, [CDC, CHINA]),
        (30, Position.RECUMBENT, [CDC]),
        (30, Position.STANDING, [CHINA]),
        (48, Position.RECUMBENT, [CDC, CHINA]),
        (72, Position.RECUMBENT, [WHO, CDC, CHINA]),
        (72, Position.STANDING, []),
    ],
)
def test_a_reference_refuses_a_height_in_another_position(boy, months, position, without):
    child, day = aged(boy, months, height_cm=95.0)
    assert refused(assess(child, day, None, position).height.scores) == without


@pytest.mark.parametrize(
    ("months", "other", "own", "difference"),
    [
        (18, Position.STANDING, Position.RECUMBENT, 0.7),
        (30, Position.RECUMBENT, Position.STANDING, -0.7),
    ],
)
def test_the_who_corrects_7_mm_between_lying_and_standing(boy, months, other, own, difference):
    child, day = aged(boy, months, height_cm=85.0, weight_kg=12.0)
    corrected = replace(child, height_cm=85.0 + difference)
    measured, expected = assess(child, day, None, other), assess(corrected, day, None, own)
    assert measured.height.scores[WHO] == expected.height.scores[WHO]
    assert measured.bmi.scores[WHO] == expected.bmi.scores[WHO]
    assert measured.height.size == 85.0


def test_the_cdc_has_no_bmi_below_two_years(boy):
    child, day = aged(boy, 20, height_cm=85.0, weight_kg=12.0)
    scores = assess(child, day, None, Position.RECUMBENT).bmi.scores
    assert refused(scores) == [CDC]
    assert "CDC 2000 has BMI from 24" in scores[CDC].reason


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("height_cm", 1.30),
        ("height_cm", math.nan),
        ("weight_kg", 0.0),
        ("weight_kg", 28000.0),
        ("mother_cm", 1.62),
        ("father_cm", math.inf),
    ],
)
def test_a_size_in_another_unit_is_an_error_that_names_it(boy, visit, name, size):
    with pytest.raises(MeasurementUnusable, match=name):
        assess(replace(boy, **{name: size}), visit, None)


@pytest.mark.parametrize("bone_age", [-1.0, math.nan, math.inf])
def test_a_bone_age_that_is_none_is_an_error(boy, visit, bone_age):
    with pytest.raises(MeasurementUnusable):
        assess(boy, visit, bone_age)


def test_a_visit_before_the_birth_is_an_error(boy):
    with pytest.raises(VisitBeforeBirth):
        assess(boy, boy.birth_date - timedelta(days=1), None)


def test_a_score_that_hardly_any_child_has_calls_for_a_second_look(boy, visit):
    remarks = assess(replace(boy, height_cm=60.0), visit, None, Position.STANDING).remarks
    assert any(remark.startswith("The height lies beyond -6 to +6 SD") for remark in remarks)


def test_body_mass_index():
    assert bmi_kg_m2(130.0, 28.0) == pytest.approx(16.568, abs=5e-4)


@settings(max_examples=40, deadline=None)
@given(
    st.dates(date(2006, 1, 1), date(2026, 7, 1)),
    st.sampled_from(Sex),
    st.floats(45, 190),
    st.floats(2.5, 110),
    st.sampled_from([*Position, None]),
    st.sampled_from([None, Gestation(25, 3), Gestation(36), Gestation(40)]),
)
def test_every_child_gets_finite_scores_or_sentences(
    born, sex, height, weight, position, gestation
):
    child = Child("P", "N", sex, born, height, weight, gestation=gestation)
    growth = assess(child, date(2026, 7, 1), 100.0, position)
    for measure in (growth.height, growth.weight, growth.bmi):
        for outcome in measure.scores.values():
            assert isinstance(outcome, Refusal) or math.isfinite(outcome.sds)
            assert isinstance(outcome, Refusal | Score)


def test_a_leap_day_child_is_scored_on_its_birthday():
    child = Child("P", "N", Sex.FEMALE, date(2016, 2, 29), 133.0)
    growth = assess(child, date(2026, 2, 28), None)
    assert (growth.age.years, growth.age.months, growth.age.days) == (10, 0, 0)
    assert refused(growth.height.scores) == []


@pytest.fixture
def infant():
    """Born 59 days before 40 weeks; 400 days old at its visit, 341 since 40 weeks."""
    sizes = {"height_cm": 72.0, "weight_kg": 9.0, "gestation": Gestation(31, 4)}
    return Child("P", "N", Sex.FEMALE, date(2025, 3, 10), **sizes), date(2026, 4, 14)


def test_a_preterm_childs_sizes_are_compared_at_its_corrected_age(infant):
    child, day = infant
    at_term = replace(child, gestation=None, birth_date=date(2025, 5, 8))
    growth = assess(child, day, None, Position.RECUMBENT)
    as_if = assess(at_term, day, None, Position.RECUMBENT)
    assert (growth.age.total_days, growth.corrected_age.total_days) == (400, 341)
    for name in ("height", "weight", "bmi"):
        assert getattr(growth, name) == getattr(as_if, name)


def test_a_preterm_childs_bone_age_is_compared_with_the_age_since_birth(infant):
    child, day = infant
    growth = assess(child, day, 10.0, Position.RECUMBENT)
    assert growth.bone_age_minus_age_months == pytest.approx(10.0 - 400 / 30.4375)
    assert growth.remarks == (
        "Born at 31 weeks and 4 days: until 2 years sizes are compared at the age corrected to "
        "40 weeks, 0 y 11 mo 6 d; bone age is compared with the age since birth.",
    )


def test_from_two_years_on_a_preterm_child_is_compared_like_others(infant):
    child, _ = infant
    day = date(2027, 3, 10)
    growth = assess(replace(child, height_cm=85.0), day, None, Position.STANDING)
    others = assess(replace(child, height_cm=85.0, gestation=None), day, None, Position.STANDING)
    assert growth.corrected_age is None
    assert growth.height == others.height
    assert "from 2 years on" in growth.remarks[0]
    assert others.remarks == ()


def test_before_40_weeks_a_preterm_child_has_no_scores(infant):
    child, _ = infant
    growth = assess(replace(child, height_cm=45.0, weight_kg=2.1), date(2025, 5, 1), None)
    for measure in (growth.height, growth.weight, growth.bmi):
        assert measure.size is not None
        assert refused(measure.scores) == list(Reference)
    assert "40 weeks on 2025-05-08" in growth.refusals[0]


def test_a_gestation_that_nobody_told_is_said_while_it_matters(infant):
    child, day = infant
    untold = assess(replace(child, gestation=None), day, None, Position.RECUMBENT)
    term = assess(replace(child, gestation=Gestation(39, 2)), day, None, Position.RECUMBENT)
    assert untold.height == term.height
    assert ["gestation" in remark for remark in untold.remarks] == [True]
    assert term.remarks == ()


@pytest.mark.parametrize("sex", [None, "M", ""])
def test_a_missing_sex_gives_no_result(boy, visit, sex):
    with pytest.raises(SexUnknown):
        assess(replace(boy, sex=sex), visit, 104.4)


def test_the_site_chooses_the_headline_and_no_figure_changes(boy, visit):
    who, china = assess(boy, visit, None), assess(boy, visit, None, None, CHINA)
    assert (who.headline, china.headline) == (WHO, CHINA)
    assert replace(china, headline=WHO) == who

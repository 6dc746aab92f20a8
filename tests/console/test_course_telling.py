from datetime import date

import pytest
import typer

from bone_age.reading import Sex
from console.commands.options import entered_as
from console.course_telling import course_in_words
from growth.bone_age_progress import AUTOMATIC_READING
from growth.child import Child
from growth.entered import NOTHING_ENTERED, Entered, entered_record
from growth.follow_up import follow_up, follow_up_record
from growth.next_visit import NextVisit, next_visit_record
from growth.references import Position
from growth.visits import EarlierVisit

GIRL = Child("P-1", "Li Hua", Sex.FEMALE, date(2017, 3, 14))


def visit(day, cm, months=None, method="GP, hand 2.2"):
    return EarlierVisit(date.fromisoformat(day), cm, Position.STANDING, None, months, None, method)


TODAY = visit("2026-11-27", 134.0, 108.0)


def told_of(*earlier, entered=NOTHING_ENTERED, suggested=None, today=TODAY, headline="who"):
    course = follow_up(GIRL, [*earlier, today], AUTOMATIC_READING)
    growth = {
        "headline": headline,
        "follow_up": follow_up_record(course),
        "next_visit": next_visit_record(suggested),
        "entered": entered_record(entered),
    }
    return course_in_words(growth)


def test_a_first_visit_without_rules_tells_nothing():
    assert told_of() == []


def test_a_course_is_told_visit_by_visit_and_then_what_changed():
    lines = told_of(visit("2025-11-20", 127.4, 99.0))
    assert lines == [
        "2025-11-20, 8 y 8 mo, 127.4 cm, WHO −0.53 SD, CDC −0.65 SD, China −0.88 SD, "
        "bone age 8 y 3 mo",
        "2026-11-27, 9 y 8 mo, 134.0 cm, WHO −0.44 SD, CDC −0.38 SD, China −0.70 SD, "
        "bone age 9 y 0 mo",
        "Between visits: 6.5 cm a year, 2025-11-20 to 2026-11-27 (1.02 years); ± 0.8 by the error "
        "of measuring",
        "Height velocity: 6.5 cm a year, 2025-11-20 to 2026-11-27 (1.02 years); ± 0.8 by the error "
        "of measuring",
        "Change of height SDS, WHO: +0.09 SD since 2025-11-20 (1.02 years); "
        "± 0.13 by the error of measuring",
        "Change of height SDS, CDC: +0.27 SD since 2025-11-20 (1.02 years); "
        "± 0.13 by the error of measuring",
        "Change of height SDS, China: +0.18 SD since 2025-11-20 (1.02 years); "
        "± 0.14 by the error of measuring",
        "Bone age: +9 mo since 2025-11-20 (1.02 years), 0.74 years a year (0.22 to 1.25); exceeds "
        "the smallest detectable change of 6.3 months (another automatic reader)",
        f"- {AUTOMATIC_READING.source}",
    ]


def test_the_reference_of_the_site_stands_first():
    lines = told_of(visit("2025-11-20", 127.4), headline="china")
    assert lines[0].endswith("127.4 cm, China −0.88 SD, WHO −0.53 SD, CDC −0.65 SD")
    named = [line.split(":")[0] for line in lines if line.startswith("Change")]
    assert named == [f"Change of height SDS, {name}" for name in ("China", "WHO", "CDC")]


def test_what_is_refused_is_told_with_its_reason():
    lines = told_of(visit("2026-09-20", 133.0, 106.0))
    assert "Height velocity: No height was measured 9 to 15 months before." in lines
    assert "Bone age: No bone age was read 6 months or more before." in lines


def test_unlike_readings_are_told_without_a_verdict_and_with_the_remark():
    lines = told_of(visit("2025-11-20", 127.4, 99.0, "TW3, Dr. Wang"))
    assert (
        "Bone age: +9 mo since 2025-11-20 (1.02 years), 0.74 years a year; "
        "methods differ or are untold, not like with like"
    ) in lines
    assert lines[-1].startswith(
        "- These bone ages are not compared like with like; 2025-11-20: TW3"
    )


def test_a_refused_reading_of_today_prints_no_bone_age_of_today():
    lines = told_of(visit("2025-11-20", 127.4, 99.0), today=visit("2026-11-27", 134.0))
    assert not lines[1].endswith("mo") and "bone age" not in lines[1]


@pytest.mark.parametrize(
    ("entered", "line"),
    [
        (Entered(tanner_stage=3), "As entered: Tanner stage: 3"),
        (Entered(menarche=False), "As entered: menarche: not yet"),
        (Entered(menarche=True), "As entered: menarche: reached, age not told"),
        (
            Entered(2, None, 11.5, "GH"),
            "As entered: Tanner stage: 2; menarche: at 11.5 years; treatment: GH",
        ),
    ],
)
def test_what_was_entered_is_told_as_entered(entered, line):
    assert told_of(entered=entered) == [line]


def test_a_suggestion_is_the_last_line():
    suggested = NextVisit(
        6, date(2027, 5, 27), "Next visit suggested in 6 months; a physician decides."
    )
    assert told_of(suggested=suggested) == [
        "Next visit suggested in 6 months; a physician decides."
    ]


@pytest.mark.parametrize(
    ("menarche", "told"),
    [
        ("", {}),
        ("no", {"menarche": False}),
        ("yes", {"menarche": True}),
        ("11.5", {"menarche_age_years": 11.5}),
    ],
)
def test_menarche_is_no_yes_or_an_age(menarche, told):
    assert entered_as(None, menarche, "") == {"tanner_stage": None, "treatment": None} | told


def test_another_word_for_menarche_is_wrong_usage():
    with pytest.raises(typer.BadParameter, match="yes, no or an age in years"):
        entered_as(None, "never", "")

"""The course of a child: what changed, what was entered, when to come again."""

from datetime import date

from bone_age.reading import Sex
from growth.child import Child, Gestation
from growth.judgement import WITHOUT_CUSTOMS, Told, judge_growth, judgement_record
from growth.references import Measure
from growth.visits import EarlierVisit
from reports.content import report_content
from reports.follow_up_part import follow_up_part
from reports.visits_seen import SeenVisit, visits_seen
from reports.wording import CHINESE, ENGLISH
from tests.reports.children import five_children, no_longer_corrected, read_by_two_methods
from tests.reports.conftest import result_of

CHILDREN = five_children()


def test_the_course_tells_velocity_sds_and_bone_age_with_their_limits() -> None:
    course = report_content(CHILDREN["precocious-girl"], b"").follow_up
    velocity, change, progress = (fact.value for fact in course.facts)
    assert velocity.startswith("7.4 cm a year, 2025-09-10 to 2026-09-10 (1.00 years)")
    assert change == "+0.11 SD since 2025-09-10 (1.00 years); ± 0.16 by the error of measuring"
    assert "exceeds the smallest detectable change of 6.3 months" in progress


def test_a_figure_that_was_refused_stands_there_with_its_reason() -> None:
    course = report_content(CHILDREN["delayed-boy"], b"").follow_up
    assert course.facts[2].value == "No bone age was read 6 months or more before."


def test_page_one_says_that_two_methods_are_not_compared_like_with_like() -> None:
    child = Child("P", "N", Sex.FEMALE, date(2015, 6, 10))
    told = [
        EarlierVisit(day, None, None, None, months, None, method)
        for day, months, method in (
            (date(2025, 11, 25), 127.0, "GP, Dr. Wang"),
            (date(2026, 11, 27), 166.9, "nets"),
        )
    ]
    growth = judgement_record(judge_growth(child, Told(told), WITHOUT_CUSTOMS))
    visits = visits_seen(growth, {"birth_date": "2015-06-10"}, None, "2026-11-27")
    assert "not like with like" in follow_up_part(growth, visits, ENGLISH).facts[-1].value


def test_every_visit_has_a_row() -> None:
    course = report_content(CHILDREN["precocious-girl"], b"").follow_up
    assert [row[0] for row in course.rows] == ["2024-03-10", "2025-09-10", "2026-09-10"]
    assert course.rows[-1][2:5] == ("134.5", "+1.83", "7.4")


def test_a_missing_velocity_points_to_its_reason_and_another_method_to_its_name() -> None:
    course = report_content(read_by_two_methods(), b"").follow_up
    assert [row[4] for row in course.rows] == ["—", "— [1]", "6.0", "6.5", "5.5"]
    assert [row[7][-3:] for row in course.rows[1:3]] == ["[2]", "[3]"]
    velocity, untold, other = course.notes
    assert untold == "[2] It was not told how the bone age was read."
    assert velocity == "[1] Fewer than 6 months after the height before: no velocity."
    assert other == "[3] Bone age read by another method: Greulich-Pyle, Dr. Wang."


def test_a_reason_in_chinese_stands_below_the_visits_too() -> None:
    course = report_content(read_by_two_methods(), b"", words=CHINESE).follow_up
    assert not [note for note in course.notes if "Only" in note or "told" in note]


def test_a_fall_of_height_is_told_with_its_figures_where_the_velocity_is_missing() -> None:
    result = read_by_two_methods()
    *_, last = result["growth"]["follow_up"]["velocities"]
    last |= {"cm_per_year": None, "reason": "The height falls."}
    course = report_content(result, b"").follow_up
    assert course.rows[-1][4] == "— [4]" and course.notes[-1] == "[4] The height falls."


def test_the_same_note_is_told_once() -> None:
    result = read_by_two_methods()
    for visit in result["growth"]["follow_up"]["visits"][:3]:
        visit["bone_age_method"] = None
    course = report_content(result, b"").follow_up
    assert [row[7].endswith("[1]") for row in course.rows] == [True, True, True, False, False]
    assert len(course.notes) == 2


def test_the_table_of_visits_counts_ages_as_the_head_of_page_one() -> None:
    content = report_content(CHILDREN["precocious-girl"], b"")
    # Born on 20 April, seen on 10 September: 4 months are complete, nearly 5.
    assert content.follow_up.rows[-1][1] == "7 y 4 mo"
    assert any("7 y 4 mo" in fact.value for fact in content.identity.facts)


def test_what_was_entered_is_told_as_entered() -> None:
    entered = report_content(CHILDREN["near-adult-height"], b"").follow_up.entered
    for said in ("Tanner stage: 5", "menarche: at 12.5 years", "treatment: levothyroxine"):
        assert said in entered


def test_a_change_of_sds_says_that_the_correction_of_a_child_born_early_has_ended() -> None:
    remarks = report_content(no_longer_corrected(), b"").follow_up.remarks
    assert any("the change of SDS holds this step" in remark for remark in remarks)


def test_a_first_visit_has_no_course() -> None:
    course = report_content(result_of(), b"").follow_up
    assert (course.facts, course.rows, course.next_visit) == ((), (), "")


def test_sizes_of_a_child_born_early_are_drawn_at_the_corrected_age() -> None:
    result = CHILDREN["two-year-old"]
    (visit,) = visits_seen(result["growth"], result["patient"], result["reading"], "2026-09-10")
    # Born at 31+4 weeks, 59 days before 40.
    assert round((visit.age_months - visit.plotted_months) * 30.4375) == 59
    assert visit.is_corrected


def _course_of_a_boy_born_early(*told: EarlierVisit) -> tuple[SeenVisit, ...]:
    child = Child("P", "N", Sex.MALE, date(2021, 3, 1), gestation=Gestation(26))
    growth = judgement_record(judge_growth(child, Told(told), WITHOUT_CUSTOMS))
    return visits_seen(growth, {"birth_date": "2021-03-01"}, None, told[-1].date.isoformat())


def test_each_visit_is_drawn_at_the_age_that_it_was_scored_at() -> None:
    # On the second birthday, 730 days and so a little below 24.0 months, sizes go by the birth.
    days = (date(2022, 3, 1), date(2023, 3, 1))
    first, second = _course_of_a_boy_born_early(*(EarlierVisit(day, 80.0) for day in days))
    # 26 weeks are 98 days before 40.
    assert first.plotted_months == (365 - 98) / 30.4375
    assert (second.plotted_months, second.is_corrected) == (730 / 30.4375, False)


def test_sizes_before_40_weeks_are_not_laid_on_lines_that_begin_there() -> None:
    born, later = EarlierVisit(date(2021, 3, 1), 35.0, None, 0.9), EarlierVisit(date(2022, 3, 1))
    first, _ = _course_of_a_boy_born_early(born, later)
    assert set(first.unscored) == {Measure.HEIGHT, Measure.WEIGHT, Measure.BMI}
